//! Weak claims that overturn firm ones.

use std::collections::BTreeMap;

use demarche_core::{Credibility, EventType, Grade, Payload, Reliability};

use super::disputes::speaker;
use super::{File, FindingCode, Findings};
use crate::fold::matter::Matter;
use crate::fold::meetings::{MeetingFacts, Meetings, Viewpoint, date_given};
use crate::fold::{FactRef, LogChanged, days};
use crate::query::Reading;
use crate::standing::{Standing, says_the_same};
use crate::state::Phase;
use crate::status;

/// The minimum grade of a firm claim: usually reliable, and possibly true.
const FIRM: Grade = Grade { reliability: Reliability::B, credibility: Credibility::PossiblyTrue };

pub(super) fn check(file: &File<'_>, found: &mut Findings<'_>) -> Result<(), LogChanged> {
    let (mut meetings, voices) = (Meetings::new(), Viewpoint::new(&file.parties, &Reading::Prudent));
    // Each event is judged once: many withdrawals may name one claim, with many confirmations.
    let firm_ones: Vec<bool> = (0..).zip(&file.record.events).map(|(at, event)| is_firm(file, at, *event)).collect();
    let is_firm = |at: usize| firm_ones.get(at) == Some(&true);
    // The last firm claim on each matter, unless it was overturned since.
    let mut firm: BTreeMap<Matter, FactRef<'_>> = BTreeMap::new();
    for (at, event) in file.counting_at() {
        if event.event_type() == EventType::ClaimWithdrawn && !is_firm(at) {
            withdrawal(file, at, event, is_firm, found);
        }
        let before = event.meeting().and_then(|name| meetings.get(name)).map(|(_, meeting)| *meeting);
        let phase = meetings.enter(event, voices);
        if event.meeting().is_some() && phase.is_none() {
            continue;
        }
        // Any sign of progress revives a track that a firm claim had concluded.
        let ended = firm.get(&Matter::Track).copied().filter(|last| ends(*last, event));
        let matter = ended.map(|_| Matter::Track).or_else(|| Matter::of(event));
        let Some(matter) = matter else { continue };
        let against = match firm.get(&matter).copied() {
            Some(last) if ended.is_some() || turns(file, last, event, before.zip(phase))? => Some(last),
            _ => None,
        };
        if let Some(last) = against {
            firm.remove(&matter);
            if !is_firm(at) {
                add(last, event, found);
            }
        }
        if is_firm(at)
            && let Some(own) = Matter::of(event)
        {
            firm.insert(own, event);
        }
    }
    Ok(())
}

/// Tells whether a claim is firm, by its own grade or by somebody else's confirmation.
fn is_firm(file: &File<'_>, at: usize, claim: FactRef<'_>) -> bool {
    let reaches = |event: FactRef<'_>| event.grade().is_some_and(|grade| grade.reaches(FIRM));
    let mut confirmations = file.record.acting(at, &file.standings, EventType::ClaimConfirmed);
    reaches(claim) || confirmations.any(|by| by.speaker() != claim.speaker() && reaches(by))
}

/// Tells whether an event says that a track continues which a firm claim had concluded.
fn ends(last: FactRef<'_>, event: FactRef<'_>) -> bool {
    last.event_type() == EventType::TrackConcluded && status::is_progress(event.event_type())
}

/// Tells whether an event moves a matter away from where the last firm claim left it; for a meeting, by its state and
/// the phase that the event sets.
#[allow(clippy::wildcard_enum_match_arm, reason = "no other events take one matter to two places")]
fn turns(
    file: &File<'_>,
    last: FactRef<'_>,
    event: FactRef<'_>,
    meeting: Option<(MeetingFacts<'_>, Phase)>,
) -> Result<bool, LogChanged> {
    if let Some((before, phase)) = meeting {
        return Ok(meeting_turns(&before, event, phase) && !says_the_same(event, last));
    }
    Ok(match (last.event_type(), event.event_type()) {
        (EventType::TrackStalled, EventType::TrackResumed | EventType::TrackConcluded)
        | (EventType::TrackResumed, EventType::TrackStalled | EventType::TrackConcluded)
        | (EventType::TrackConcluded, EventType::TrackStalled)
        | (EventType::AgreementReached, EventType::AgreementEnded)
        | (EventType::AgreementEnded, EventType::AgreementReached)
        | (EventType::IssueResolved, EventType::IssueRaised) => true,
        // This goes back to an earlier stage.
        (EventType::AgreementReached, EventType::AgreementReached) => event.details().word() < last.details().word(),
        // Each party to whom a proposal was made answers for itself.
        (EventType::ProposalAnswered, EventType::ProposalAnswered) if last.answer() != event.answer() => {
            let (last, new) = (file.words.payload(last)?, file.words.payload(event)?);
            let (Payload::ProposalAnswered(last), Payload::ProposalAnswered(new)) = (last, new) else {
                return Ok(false);
            };
            last.by == new.by
        }
        _ => false,
    })
}

/// A meeting that moves from proposed to scheduled to held merely progresses, if the dates share a day; and so does a
/// postponed one that is scheduled for another day.
fn meeting_turns(before: &MeetingFacts<'_>, event: FactRef<'_>, phase: Phase) -> bool {
    let (stood, given) = (before.date(), date_given(event));
    match (before.phase, phase) {
        (Phase::Proposed | Phase::Scheduled, Phase::Proposed | Phase::Scheduled | Phase::Held)
        | (Phase::Held, Phase::Held) => !days::in_common(stood, given),
        (Phase::Postponed, Phase::Proposed | Phase::Scheduled | Phase::Held) => {
            stood.is_some() && given.is_some() && days::in_common(stood, given)
        }
        (before, after) => before != after,
    }
}

/// Reports a weak report that a source withdrew a firm claim.
fn withdrawal(
    file: &File<'_>,
    at: usize,
    withdrawal: FactRef<'_>,
    is_firm: impl Fn(usize) -> bool,
    found: &mut Findings<'_>,
) {
    for (of, claim) in file.record.named_by(at) {
        let is_taken_back = file.standings.get(of) == Some(&Standing::Withdrawn);
        if is_taken_back && claim.speaker() == withdrawal.speaker() && is_firm(of) {
            add(claim, withdrawal, found);
        }
    }
}

fn add(firm: FactRef<'_>, event: FactRef<'_>, found: &mut Findings<'_>) {
    let said = |event: FactRef<'_>| format!("{} by {}", event.event_type(), speaker(event));
    let message = format!("{} overturns {}", said(event), said(firm));
    found.add(FindingCode::WeakOverturn, event, &[firm], message);
}
