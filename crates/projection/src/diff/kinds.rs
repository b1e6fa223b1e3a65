//! What changed between two dossiers of one track.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{Answer, Event, EventId, Payload};

use super::ChangeKind;
use crate::dossier::{Dossier, Proposal};
use crate::state::Dispute;

type Side<'s> = Option<&'s Dossier>;

pub(super) fn between<'s>(before: Side<'s>, after: Side<'s>) -> Vec<ChangeKind<'s>> {
    let mut kinds = Vec::new();
    match (before, after) {
        (None, None) => {}
        (None, Some(_)) => kinds.push(ChangeKind::Appeared),
        (Some(_), None) => kinds.push(ChangeKind::Vanished),
        (Some(before), Some(after)) => heads(before, after, &mut kinds),
    }
    disputes(before, after, &mut kinds);
    meetings(before, after, &mut kinds);
    proposals(before, after, &mut kinds);
    agreements(before, after, &mut kinds);
    issues(before, after, &mut kinds);
    let new = considered_in_first(after, before);
    if !new.is_empty() {
        kinds.push(ChangeKind::NewEvents(new));
    }
    let gone = considered_in_first(before, after);
    if !gone.is_empty() {
        kinds.push(ChangeKind::GoneEvents(gone));
    }
    kinds
}

fn heads<'s>(before: &'s Dossier, after: &'s Dossier, kinds: &mut Vec<ChangeKind<'s>>) {
    let (old, new) = (&before.state, &after.state);
    if old.status == new.status {
        if old.since != new.since {
            kinds.push(ChangeKind::Since { from: &old.since, to: &new.since });
        }
        if old.decided_by != new.decided_by {
            kinds.push(ChangeKind::Decided { from: before.decided_by(), to: after.decided_by() });
        }
    } else {
        kinds.push(ChangeKind::Status { from: old.status, to: new.status });
    }
    if old.next != new.next {
        kinds.push(ChangeKind::Next { from: old.next.as_ref(), to: new.next.as_ref() });
    }
    if old.said_by != new.said_by {
        kinds.push(ChangeKind::SaidBy { from: &old.said_by, to: &new.said_by });
    }
}

fn disputes<'s>(before: Side<'s>, after: Side<'s>, kinds: &mut Vec<ChangeKind<'s>>) {
    for (from, to) in paired(before, after, |side| &side.state.contested, |dispute| &dispute.claim) {
        if from.map(|dispute| dispute.set_aside) == to.map(|dispute| dispute.set_aside) {
            continue;
        }
        let in_words = |side: Side<'s>, dispute: Option<&'s Dispute>| {
            let (side, dispute) = side.zip(dispute)?;
            let denials = dispute.denied_by.iter().filter_map(|id| side.event(*id)).collect();
            Some((side.event(dispute.claim)?, denials))
        };
        if let Some((claim, denials)) = in_words(after, to).or_else(|| in_words(before, from)) {
            kinds.push(ChangeKind::Contested { claim, denials, from, to });
        }
    }
}

fn meetings<'s>(before: Side<'s>, after: Side<'s>, kinds: &mut Vec<ChangeKind<'s>>) {
    let pairs = paired(before, after, |side| &side.meetings, |meeting| &meeting.name);
    for (from, to) in &pairs {
        let Some(name) = to.or(*from).map(|meeting| &meeting.name) else { continue };
        let (from, to) = (from.map(|meeting| meeting.phase), to.map(|meeting| meeting.phase));
        if from != to {
            kinds.push(ChangeKind::Meeting { name, from, to });
        }
    }
    let both = || pairs.iter().filter_map(|(from, to)| Some(((*from)?, (*to)?)));
    for (from, to) in both().filter(|(from, to)| from.when != to.when) {
        kinds.push(ChangeKind::MeetingDate { name: &to.name, from: from.when.as_ref(), to: to.when.as_ref() });
    }
    for (from, to) in both().filter(|(from, to)| from.venue != to.venue) {
        kinds.push(ChangeKind::MeetingVenue { name: &to.name, from: from.venue.as_deref(), to: to.venue.as_deref() });
    }
}

fn proposals<'s>(before: Side<'s>, after: Side<'s>, kinds: &mut Vec<ChangeKind<'s>>) {
    let pairs = paired(before, after, |side| &side.proposals, |proposal| &proposal.name);
    let is_open = |proposal: Option<&Proposal>| proposal.is_some_and(|proposal| proposal.open);
    for (from, to) in &pairs {
        if let Some(proposal) = to.filter(|_| is_open(*to) && !is_open(*from)) {
            kinds.push(ChangeKind::ProposalOpened { proposal });
        }
    }
    for (from, to) in pairs {
        let Some(name) = to.or(from).map(|proposal| &proposal.name) else { continue };
        let answer = to.and_then(closing_answer);
        let answered_anew = answer.is_some_and(|new| from.and_then(closing_answer).is_none_or(|old| old.id != new.id));
        if answered_anew || is_open(from) && !is_open(to) {
            kinds.push(ChangeKind::ProposalClosed { name, answer });
        }
    }
}

/// The answer that closed a proposal, where one did.
fn closing_answer(proposal: &Proposal) -> Option<&Event> {
    let closes = |event: &&Event| answer_of(event).is_some_and(|answer| answer != Answer::Deferred);
    proposal.history.iter().rev().map(|event| &**event).find(closes).filter(|_| !proposal.open)
}

pub(super) fn answer_of(event: &Event) -> Option<Answer> {
    let Payload::ProposalAnswered(answered) = &event.data else { return None };
    Some(answered.answer)
}

fn agreements<'s>(before: Side<'s>, after: Side<'s>, kinds: &mut Vec<ChangeKind<'s>>) {
    for (from, to) in paired(before, after, |side| &side.agreements, |agreement| &agreement.name) {
        let Some(name) = to.or(from).map(|agreement| &agreement.name) else { continue };
        let (old, new) = (from.map(|a| (a.stage, a.ended)), to.map(|a| (a.stage, a.ended)));
        if old != new {
            kinds.push(ChangeKind::Agreement { name, from, to });
        }
    }
}

fn issues<'s>(before: Side<'s>, after: Side<'s>, kinds: &mut Vec<ChangeKind<'s>>) {
    for (from, to) in paired(before, after, |side| &side.issues, |issue| &issue.name) {
        let Some(name) = to.or(from).map(|issue| &issue.name) else { continue };
        if from.map(|issue| issue.resolved) != to.map(|issue| issue.resolved) {
            kinds.push(ChangeKind::Issue { name, from, to });
        }
    }
}

/// The things of two dossiers by their keys: those that are there in their order, then those that are gone in theirs.
fn paired<'s, T, K: Ord>(
    before: Side<'s>,
    after: Side<'s>,
    things: fn(&'s Dossier) -> &'s Vec<T>,
    key: fn(&'s T) -> &'s K,
) -> Vec<(Option<&'s T>, Option<&'s T>)> {
    let of = |side: Side<'s>| side.map_or(&[][..], |side| things(side));
    let mut old: BTreeMap<&K, &'s T> = of(before).iter().map(|thing| (key(thing), thing)).collect();
    let mut pairs: Vec<_> = of(after).iter().map(|new| (old.remove(key(new)), Some(new))).collect();
    pairs.extend(of(before).iter().filter(|thing| old.contains_key(key(thing))).map(|gone| (Some(gone), None)));
    pairs
}

/// The events that are considered in the first dossier and not in the second, in order.
fn considered_in_first<'s>(first: Side<'s>, second: Side<'s>) -> Vec<&'s Event> {
    let known: BTreeSet<EventId> = considered(second).map(|event| event.id).collect();
    considered(first).filter(|event| !known.contains(&event.id)).collect()
}

fn considered<'s>(side: Side<'s>) -> impl Iterator<Item = &'s Event> {
    let timeline = side.into_iter().flat_map(|side| &side.timeline);
    timeline.filter(|(_, standing)| standing.is_considered()).map(|(event, _)| &**event)
}
