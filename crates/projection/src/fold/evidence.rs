//! The evidence: the events from which a status follows, and no others.
//!
//! It suffices (`docs/model.md` §5, law 8): folding it alone, with the same `today`, patience and reading, gives the
//! same status and `since`. Beside the deciding event that takes, by rule:
//!
//! * the last move, where the status rests on it and another event set the phase of its meeting;
//! * the last sign of progress, where without it the track would seem to have gone silent;
//! * the opening that tells the kind, where the patience depends on kinds;
//! * where any of these dates a meeting, the event that set the meeting's phase since;
//! * of each, the claims about it that act: so it stands in the evidence as it stands in the log.

use std::collections::BTreeSet;

use demarche_core::EventType;

use super::case::{Case, last_heard};
use super::fact_ref::FactRef;
use super::rules::Decision;
use crate::standing::Standing;
use crate::{Reading, Rule, status};

/// Gathers the evidence: places in the record, the deciding event's first, the others in order.
pub(crate) fn gather<'f>(case: &Case<'_, 'f>, decision: &Decision) -> Vec<usize> {
    let mut places = BTreeSet::from([decision.by]);
    if rests_on_silence_or_none(decision.rule) {
        if decision.rule != Rule::Silence {
            places.extend(case.last_move().map(|(at, _)| at));
        }
        if !case.query.patience.by_kind.is_empty() {
            places.extend(case.opened.map(|(at, _)| at));
        }
        complete(case, &mut places);
        if decision.rule != Rule::Silence && seems_silent(case, &places) {
            places.extend(case.last_sign().map(|(at, _)| at));
        }
    }
    complete(case, &mut places);
    places.remove(&decision.by);
    std::iter::once(decision.by).chain(places).collect()
}

/// Tells whether the rule is one of those that depend on how long the track has been silent.
const fn rests_on_silence_or_none(rule: Rule) -> bool {
    !matches!(rule, Rule::Concluded | Rule::MeetingAhead | Rule::DeclaredStall)
}

/// Tells whether the track, by these events alone, would seem to have gone silent.
fn seems_silent<'f>(case: &Case<'_, 'f>, places: &BTreeSet<usize>) -> bool {
    // An opening that the reading drops tells the kind all the same, but is no sign.
    let is_considered = |at: &&usize| case.standings.get(**at).is_some_and(|standing| standing.is_considered());
    let considered = places.iter().filter(is_considered);
    let among = || considered.clone().filter_map(|at| Some((*at, *case.record.events.get(*at)?)));
    let is_progress = |(at, event): &(usize, FactRef<'f>)| counts(case, *at) && status::is_progress(event.event_type());
    let sign = last_heard(among().filter(is_progress)).or_else(|| last_heard(among()));
    sign.is_none_or(|(_, event)| case.is_silent_since(event.heard()))
}

/// Adds what the given events can't be understood without.
fn complete<'f>(case: &Case<'_, 'f>, places: &mut BTreeSet<usize>) {
    let phases: Vec<usize> = places.iter().filter_map(|at| phase_since(case, *at)).collect();
    places.extend(phases);
    if !case.record.has_claims() {
        return;
    }
    let mut open: Vec<usize> = places.iter().copied().collect();
    while let Some(at) = open.pop() {
        for claim in acting_claims(case, at) {
            if places.insert(claim) {
                open.push(claim);
            }
        }
    }
}

/// The event that set the phase of a meeting, where the given one dates that meeting and so might seem to.
fn phase_since<'f>(case: &Case<'_, 'f>, at: usize) -> Option<usize> {
    let event = case.record.events.get(at).copied()?;
    let dates = matches!(event.event_type(), EventType::MeetingScheduled | EventType::MeetingRescheduled);
    let meeting = event.meeting().filter(|_| dates && counts(case, at))?;
    case.place_of(case.meetings.get(meeting)?.1.set_by)
}

/// The claims that decide how an event stands: where it is not weighed, only those that take it back.
fn acting_claims<'c, 'f>(case: &'c Case<'_, 'f>, at: usize) -> impl Iterator<Item = usize> + use<'c, 'f> {
    let event = case.record.events.get(at).copied();
    // What is not weighed stands as it stands without denials and confirmations.
    let is_unweighed =
        case.query.reading == Reading::Latest || event.is_some_and(|event| event.event_type().is_about_claims());
    let acts = move |(claim, by): &(usize, FactRef<'f>)| {
        if by.event_type() == EventType::ClaimWithdrawn {
            counts(case, *claim) && event.is_some_and(|event| event.speaker() == by.speaker())
        } else {
            counts(case, *claim) && !is_unweighed
        }
    };
    case.record.claims_on(at).filter(acts).map(|(claim, _)| claim)
}

fn counts<'f>(case: &Case<'_, 'f>, at: usize) -> bool {
    case.standings.get(at) == Some(&Standing::Counting)
}
