//! From what was decided to the state of a track with all its details.

use std::borrow::Cow;
use std::collections::BTreeSet;

use demarche_core::{ActorId, Edtf, Event, Instant, Payload, TrackId};

use super::case::Case;
use super::disputes::{self, Denied};
use super::ledger::Ledger;
use super::rules::{self, Since};
use super::{evidence, voices};
use crate::state::{Dispute, TrackState};

/// Works out the state of a track from its case.
#[allow(clippy::wildcard_enum_match_arm, reason = "no other type opens a track")]
pub(crate) fn state<'e>(track: &'e TrackId, case: &Case<'_, &'e Event>) -> Option<TrackState<'e>> {
    let decision = rules::decide(case)?;
    let event_at = |at: usize| case.record.events.get(at).copied();
    let deciding = event_at(decision.by)?;
    let opened = case.opened.and_then(|(_, event)| match &event.data {
        Payload::TrackOpened(opened) => Some(opened),
        _ => None,
    });
    let parties = opened.map_or_else(Vec::new, |opened| each_once(&opened.parties));
    let (said_by, silent) = voices::of(case, &decision, parties.clone());
    let ledger = Ledger::with(&case.meetings, case.counting().map(|(_, event)| event));
    let next = rules::next_meeting(case).map(|course| course.first.data.meeting());
    let next = ledger.meetings.iter().find(|meeting| next == Some(Some(meeting.name))).cloned();
    Some(TrackState {
        track,
        title: opened.map(|opened| &*opened.title),
        kind: opened.map(|opened| opened.kind),
        parties,
        status: decision.rule.status(),
        rule: decision.rule,
        since: match decision.since {
            Since::ItOccurred => Cow::Borrowed(deciding.occurred.date()),
            Since::TheDayOf(instant) => Cow::Owned(day_of(instant)),
        },
        evidence: evidence::gather(case, &decision).into_iter().filter_map(event_at).collect(),
        next,
        last_activity: &case.considered().next_back()?.1.occurred,
        last_progress: case.progress().next_back().map(|(_, event)| &event.occurred),
        sources: case.sources(),
        events: case.considered().count(),
        said_by,
        silent,
        contested: disputes::over(case, decision.by).into_iter().map(Dispute::of).collect(),
        timeline: case.record.events.iter().copied().zip(case.standings.iter().copied()).collect(),
        today: case.today,
        patience_days: case.patience_days,
        meetings: ledger.meetings,
        proposals: ledger.proposals.into_list(),
        agreements: ledger.agreements.into_list(),
        issues: ledger.issues.into_list(),
        exchanges: ledger.exchanges,
        measures: ledger.measures,
    })
}

/// The date of the UTC day of an instant.
pub(crate) fn day_of(instant: Instant) -> Edtf {
    Edtf::day(instant.date()).unwrap_or_else(|| Edtf::from(instant))
}

/// The parties of a track, each once.
pub(crate) fn each_once(given: &[ActorId]) -> Vec<&ActorId> {
    let (mut parties, mut known) = (Vec::new(), BTreeSet::new());
    for party in given {
        if known.insert(party) {
            parties.push(party);
        }
    }
    parties
}

impl<'e> Dispute<'e> {
    /// Tells of a denied claim.
    pub(crate) fn of(denied: Denied<&'e Event>) -> Self {
        Self { claim: denied.claim, denials: denied.denials, set_aside: denied.set_aside }
    }
}
