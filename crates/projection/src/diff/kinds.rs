//! What changed between two states of one track.

use std::collections::{BTreeMap, HashSet};

use demarche_core::{Answer, Edtf, Event, EventId, Payload};

use super::ChangeKind;
use crate::state::{Meeting, Proposal, TrackState};

type State<'s, 'e> = Option<&'s TrackState<'e>>;

pub(super) fn between<'s, 'e>(before: State<'s, 'e>, after: State<'s, 'e>) -> Vec<ChangeKind<'s, 'e>> {
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

fn heads<'s, 'e>(before: &'s TrackState<'e>, after: &'s TrackState<'e>, kinds: &mut Vec<ChangeKind<'s, 'e>>) {
    if before.status == after.status {
        if before.since != after.since {
            kinds.push(ChangeKind::Since { from: &before.since, to: &after.since });
        }
        if let (Some(from), Some(to)) = (before.decided_by(), after.decided_by())
            && from.id != to.id
        {
            kinds.push(ChangeKind::Decided { from, to });
        }
    } else {
        kinds.push(ChangeKind::Status { from: before.status, to: after.status });
    }
    let (from, to) = (before.next.as_ref(), after.next.as_ref());
    if from.map(appointment) != to.map(appointment) {
        kinds.push(ChangeKind::Next { from, to });
    }
    if before.said_by != after.said_by {
        kinds.push(ChangeKind::SaidBy { from: &before.said_by, to: &after.said_by });
    }
}

/// What there is to put into a diary.
fn appointment<'a>(meeting: &'a Meeting<'_>) -> (&'a str, Option<&'a Edtf>, Option<&'a str>) {
    (meeting.name.as_str(), meeting.when, meeting.venue)
}

fn disputes<'s, 'e>(before: State<'s, 'e>, after: State<'s, 'e>, kinds: &mut Vec<ChangeKind<'s, 'e>>) {
    for (from, to) in paired(before, after, |state| &state.contested, |dispute| dispute.claim.id) {
        if from.map(|dispute| dispute.set_aside) != to.map(|dispute| dispute.set_aside) {
            kinds.push(ChangeKind::Contested { from, to });
        }
    }
}

fn meetings<'s, 'e>(before: State<'s, 'e>, after: State<'s, 'e>, kinds: &mut Vec<ChangeKind<'s, 'e>>) {
    let pairs = paired(before, after, |state| &state.meetings, |meeting| meeting.name);
    for (from, to) in &pairs {
        let Some(name) = to.or(*from).map(|meeting| meeting.name) else { continue };
        let (from, to) = (from.map(|meeting| meeting.phase), to.map(|meeting| meeting.phase));
        if from != to {
            kinds.push(ChangeKind::Meeting { name, from, to });
        }
    }
    let both = || pairs.iter().filter_map(|(from, to)| Some(((*from)?, (*to)?)));
    for (from, to) in both().filter(|(from, to)| from.when != to.when) {
        kinds.push(ChangeKind::MeetingDate { name: to.name, from: from.when, to: to.when });
    }
    for (from, to) in both().filter(|(from, to)| from.venue != to.venue) {
        kinds.push(ChangeKind::MeetingVenue { name: to.name, from: from.venue, to: to.venue });
    }
}

fn proposals<'s, 'e>(before: State<'s, 'e>, after: State<'s, 'e>, kinds: &mut Vec<ChangeKind<'s, 'e>>) {
    let pairs = paired(before, after, |state| &state.proposals, |proposal| proposal.name);
    let is_open = |proposal: Option<&Proposal<'_>>| proposal.is_some_and(|proposal| proposal.open);
    for (from, to) in &pairs {
        if let Some(proposal) = to.filter(|_| is_open(*to) && !is_open(*from)) {
            kinds.push(ChangeKind::ProposalOpened { proposal });
        }
    }
    for (from, to) in pairs {
        let Some(name) = to.or(from).map(|proposal| proposal.name) else { continue };
        let answer = to.and_then(closing_answer);
        let answered_anew = answer.is_some_and(|new| from.and_then(closing_answer).is_none_or(|old| old.id != new.id));
        if answered_anew || is_open(from) && !is_open(to) {
            kinds.push(ChangeKind::ProposalClosed { name, answer });
        }
    }
}

/// The answer that closed a proposal, where one did.
fn closing_answer<'e>(proposal: &Proposal<'e>) -> Option<&'e Event> {
    let closes = |event: &&&Event| answer_of(event).is_some_and(|answer| answer != Answer::Deferred);
    proposal.history.iter().rev().find(closes).filter(|_| !proposal.open).copied()
}

pub(super) fn answer_of(event: &Event) -> Option<Answer> {
    let Payload::ProposalAnswered(answered) = &event.data else { return None };
    Some(answered.answer)
}

fn agreements<'s, 'e>(before: State<'s, 'e>, after: State<'s, 'e>, kinds: &mut Vec<ChangeKind<'s, 'e>>) {
    for (from, to) in paired(before, after, |state| &state.agreements, |agreement| agreement.name) {
        let Some(name) = to.or(from).map(|agreement| agreement.name) else { continue };
        let (old, new) = (from.map(|a| (a.stage, a.ended)), to.map(|a| (a.stage, a.ended)));
        if old != new {
            kinds.push(ChangeKind::Agreement { name, from, to });
        }
    }
}

fn issues<'s, 'e>(before: State<'s, 'e>, after: State<'s, 'e>, kinds: &mut Vec<ChangeKind<'s, 'e>>) {
    for (from, to) in paired(before, after, |state| &state.issues, |issue| issue.name) {
        let Some(name) = to.or(from).map(|issue| issue.name) else { continue };
        if from.map(|issue| issue.resolved) != to.map(|issue| issue.resolved) {
            kinds.push(ChangeKind::Issue { name, from, to });
        }
    }
}

/// The things of two states by their keys: those that are there in their order, then those that are gone in theirs.
fn paired<'s, 'e, T, K: Ord>(
    before: State<'s, 'e>,
    after: State<'s, 'e>,
    things: fn(&'s TrackState<'e>) -> &'s Vec<T>,
    key: fn(&'s T) -> K,
) -> Vec<(Option<&'s T>, Option<&'s T>)> {
    let of = |state: State<'s, 'e>| state.map_or(&[][..], |state| things(state));
    let mut old: BTreeMap<K, &'s T> = of(before).iter().map(|thing| (key(thing), thing)).collect();
    let mut pairs: Vec<_> = of(after).iter().map(|new| (old.remove(&key(new)), Some(new))).collect();
    pairs.extend(of(before).iter().filter(|thing| old.contains_key(&key(thing))).map(|gone| (Some(gone), None)));
    pairs
}

/// The events that are considered in the first state and not in the second, in order.
fn considered_in_first<'e>(first: State<'_, 'e>, second: State<'_, 'e>) -> Vec<&'e Event> {
    let known: HashSet<EventId> = considered(second).map(|event| event.id).collect();
    considered(first).filter(|event| !known.contains(&event.id)).collect()
}

fn considered<'s, 'e>(state: State<'s, 'e>) -> impl Iterator<Item = &'e Event> + use<'s, 'e> {
    let timeline = state.into_iter().flat_map(|state| &state.timeline);
    timeline.filter(|(_, standing)| standing.is_considered()).map(|(event, _)| *event)
}
