//! What changed between two dossiers of one track.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{Answer, Edtf, Event, EventId, EventType, Payload};

use super::ChangeKind;
use crate::dossier::{Dossier, Proposal};
use crate::state::{Ahead, AheadKind, Dispute, Milestone, Standing};

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
    claims(before, after, &mut kinds);
    meetings(before, after, &mut kinds);
    proposals(before, after, &mut kinds);
    agreements(before, after, &mut kinds);
    issues(before, after, &mut kinds);
    if let (Some(before), Some(after)) = (before, after) {
        passed(before, after, &mut kinds);
    }
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
    if (&old.title, old.kind, &old.parties, &old.mediators) != (&new.title, new.kind, &new.parties, &new.mediators) {
        kinds.push(ChangeKind::Opening { from: old, to: new });
    }
}

fn disputes<'s>(before: Side<'s>, after: Side<'s>, kinds: &mut Vec<ChangeKind<'s>>) {
    let of = |side: Side<'s>| side.into_iter().flat_map(Dossier::disputes);
    let then: BTreeMap<EventId, &Dispute> = of(before).map(|dispute| (dispute.claim, dispute)).collect();
    let now: BTreeSet<EventId> = of(after).map(|dispute| dispute.claim).collect();
    let still = of(after).map(|to| (then.get(&to.claim).copied(), Some(to)));
    let gone = of(before).filter(|dispute| !now.contains(&dispute.claim)).map(|from| (Some(from), None));
    for (from, to) in still.chain(gone) {
        let told = |dispute: Option<&'s Dispute>| dispute.map(|to| (&to.denied_by, to.set_aside, to.because));
        let claim = to.or(from).and_then(|dispute| event(after, before, dispute.claim));
        if let Some(claim) = claim.filter(|_| told(from) != told(to)) {
            kinds.push(ChangeKind::Disputed { claim, from, to });
        }
    }
}

/// Returns an event that one of two dossiers has, preferring the first.
fn event<'s>(first: Side<'s>, second: Side<'s>, id: EventId) -> Option<&'s Event> {
    first.into_iter().chain(second).find_map(|side| side.event(id))
}

/// Adds the claims that are now confirmed or withdrawn and were not, or not by the same events.
fn claims<'s>(before: Side<'s>, after: Side<'s>, kinds: &mut Vec<ChangeKind<'s>>) {
    let then: BTreeSet<(EventId, EventId)> = acting(before).map(|(claim, by)| (claim, by.id)).collect();
    let (mut confirmed, mut withdrawn): (BTreeMap<_, (&Event, Vec<&Event>)>, BTreeMap<_, _>) = Default::default();
    for (id, by) in acting(after).filter(|(claim, by)| !then.contains(&(*claim, by.id))) {
        let Some(claim) = event(after, before, id) else { continue };
        let list = if by.event_type() == EventType::ClaimConfirmed { &mut confirmed } else { &mut withdrawn };
        list.entry(claim.order()).or_insert_with(|| (claim, Vec::new())).1.push(by);
    }
    kinds.extend(confirmed.into_values().map(|(claim, by)| ChangeKind::Confirmed { claim, by }));
    kinds.extend(withdrawn.into_values().map(|(claim, by)| ChangeKind::Withdrawn { claim, by }));
}

/// Yields the confirmations that act, and the withdrawals of considered claims by their own source, each with a claim
/// that it names.
fn acting<'s>(side: Side<'s>) -> impl Iterator<Item = (EventId, &'s Event)> {
    let counts = |(event, standing): &&'s (std::sync::Arc<Event>, Standing)| {
        standing.is_considered() && *standing != Standing::Withdrawn && event.event_type().is_about_claims()
    };
    let timeline = side.into_iter().flat_map(|side| &side.timeline).filter(counts);
    timeline.flat_map(move |(by, _)| {
        let is_own = move |id: &EventId| {
            let claim = side.and_then(|side| side.timeline.get(side.place(*id)?));
            claim.is_some_and(|(claim, standing)| standing.is_considered() && claim.source.who == by.source.who)
        };
        let acts = move |id: &&EventId| {
            let kind = by.event_type();
            kind == EventType::ClaimConfirmed || kind == EventType::ClaimWithdrawn && is_own(id)
        };
        by.data.targets().iter().filter(acts).map(move |id| (*id, &**by))
    })
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
        let (before, answer) = (from.and_then(closing_answer), to.and_then(closing_answer));
        let answered_anew = answer.is_some_and(|new| before.is_none_or(|old| old.id != new.id));
        let counts_no_more = answer.is_none() && (before.is_some() || is_open(from));
        if answered_anew || counts_no_more && !is_open(to) {
            kinds.push(ChangeKind::ProposalClosed { name, answer });
        }
    }
}

/// Returns the answer that closed a proposal, if one did.
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

/// Adds the days that have passed in between. They are omitted for a meeting that has another change, and for anything
/// that was settled or postponed in time.
fn passed<'s>(before: &'s Dossier, after: &'s Dossier, kinds: &mut Vec<ChangeKind<'s>>) {
    let (old, new) = (&before.state, &after.state);
    let is_past = |on: &Edtf, today| on.latest().is_some_and(|latest| latest < today);
    let still: BTreeSet<_> = new.ahead.iter().map(|ahead| (ahead.what, &*ahead.name)).collect();
    #[allow(clippy::wildcard_enum_match_arm, reason = "the others tell nothing of a meeting's day")]
    let told = kinds.iter().filter_map(|kind| match kind {
        ChangeKind::Meeting { name, .. } | ChangeKind::MeetingDate { name, .. } => Some(name.as_str()),
        _ => None,
    });
    let told: BTreeSet<&str> = told.chain(old.next.as_ref().map(|next| next.meeting.as_str())).collect();
    let matters = |ahead: &Ahead| match ahead.what {
        AheadKind::Meeting => !told.contains(&*ahead.name),
        AheadKind::Deadline => new.open_proposals.binary_search_by(|open| open.as_str().cmp(&ahead.name)).is_ok(),
        AheadKind::Measure | AheadKind::Agreement => true,
    };
    let was_ahead = old.ahead.iter().filter(|ahead| {
        is_past(&ahead.on, new.today) && !still.contains(&(ahead.what, &*ahead.name)) && matters(ahead)
    });
    let was_wanted = before.milestones.iter().filter_map(|milestones| {
        let Milestone::Wanted(meeting) = milestones else { return None };
        let on = meeting.when.as_ref().filter(|on| !is_past(on, old.today) && is_past(on, new.today))?;
        let name = meeting.meeting.as_str();
        (!told.contains(name)).then_some((AheadKind::Meeting, name, on))
    });
    let passed = was_ahead.map(|ahead| (ahead.what, &*ahead.name, &ahead.on)).chain(was_wanted);
    let passed: Vec<_> = passed.map(|(what, name, on)| ChangeKind::Passed { what, name, on }).collect();
    kinds.extend(passed);
}

/// Pairs the things of two dossiers by key: first those of the second dossier in order, then those that are gone.
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

/// Returns the events that are considered in the first dossier and not in the second, in order.
fn considered_in_first<'s>(first: Side<'s>, second: Side<'s>) -> Vec<&'s Event> {
    let known: BTreeSet<EventId> = considered(second).map(|event| event.id).collect();
    considered(first).filter(|event| !known.contains(&event.id)).collect()
}

fn considered<'s>(side: Side<'s>) -> impl Iterator<Item = &'s Event> {
    let timeline = side.into_iter().flat_map(|side| &side.timeline);
    timeline.filter(|(_, standing)| standing.is_considered()).map(|(event, _)| &**event)
}
