//! §4: who says the same, who is silent, and who says otherwise.

use std::collections::BTreeSet;

use demarche_core::{ActorId, Event, EventId, EventType};
use serde_json::{Value, json};

use super::meeting::{self, Phase};
use super::standing::{self, is_or_is_beneath, names};
use super::status::Verdict;
use super::{NaiveReading, Track, is};

/// §4: "for meetings the effect is the phase set, else the type".
#[derive(Debug, PartialEq, Eq)]
enum Effect {
    Phase(Phase),
    Type(EventType),
    /// A meeting relocated, and no phase set: it says nothing the same as any other event.
    Nothing,
}

/// §4: "the subject is the meeting, proposal or agreement, where there is one".
#[derive(Debug, PartialEq, Eq)]
enum Subject<'a> {
    Meeting(&'a str),
    Proposal(&'a str),
    Agreement(&'a str),
    Nothing,
}

fn effect(event: &Event, counting: &[&Event]) -> Effect {
    if event.data.meeting().is_none() {
        return Effect::Type(event.event_type());
    }
    meeting::phase_set_by(event, counting).map_or(Effect::Nothing, Effect::Phase)
}

fn subject(event: &Event) -> Subject<'_> {
    let meeting = event.data.meeting().map(|m| Subject::Meeting(m.as_str()));
    let proposal = event.data.proposal().map(|p| Subject::Proposal(p.as_str()));
    let agreement = event.data.agreement().map(|a| Subject::Agreement(a.as_str()));
    meeting.or(proposal).or(agreement).unwrap_or(Subject::Nothing)
}

/// §4: "has the same effect on the same subject as the deciding event".
fn says_the_same(event: &Event, decided_by: &Event, counting: &[&Event]) -> bool {
    let theirs = effect(event, counting);
    theirs != Effect::Nothing && theirs == effect(decided_by, counting) && subject(event) == subject(decided_by)
}

/// §4: "A party says it where a counting event by it (its slug or one beneath it) has the same effect on the same
/// subject as the deciding event, or is a `claim_confirmed` that names such an event."
fn says_so(party: &ActorId, decided_by: &Event, counting: &[&Event]) -> bool {
    let such = |e: &Event| says_the_same(e, decided_by, counting);
    let vouches = |c: &Event| is(c, EventType::ClaimConfirmed) && counting.iter().any(|e| such(e) && names(c, e));
    counting.iter().any(|e| is_or_is_beneath(&e.source.who, party) && (such(e) || vouches(e)))
}

/// §4: "which of the track's parties say the same". "Both are empty for a stall by silence and where no parties are
/// known."
pub(super) fn said_by<'a>(track: &Track<'a>, verdict: &Verdict<'_>) -> BTreeSet<&'a ActorId> {
    if verdict.by_silence {
        return BTreeSet::new();
    }
    track.parties().into_iter().filter(|p| says_so(p, verdict.decided_by, &track.counting)).collect()
}

/// §4: "and which have said nothing of the kind".
pub(super) fn silent<'a>(track: &Track<'a>, verdict: &Verdict<'_>) -> BTreeSet<&'a ActorId> {
    if verdict.by_silence {
        return BTreeSet::new();
    }
    track.parties().into_iter().filter(|p| !says_so(p, verdict.decided_by, &track.counting)).collect()
}

/// §4: the disputes "over any claim on the meeting, proposal or agreement of the deciding event, taken from all events
/// in bounds and not void *whatever the reading*, so that dissent is never hidden"; and that event alone, where it is
/// on none of these.
pub(super) fn contested(track: &Track<'_>, decided_by: &Event) -> Vec<Value> {
    // What `prudent`, which drops nothing, considers: all live events but the retractions.
    let all = standing::considered(&track.live, &NaiveReading::Prudent);
    let mut disputes = Vec::new();
    for claim in &all {
        let same_subject = subject(claim) != Subject::Nothing && subject(claim) == subject(decided_by);
        let denials = standing::denials(claim, &all);
        if (same_subject || claim.id == decided_by.id) && !denials.is_empty() {
            let denied_by: BTreeSet<EventId> = denials.iter().map(|d| d.id).collect();
            disputes.push(json!({
                "claim": claim.id.to_string(),
                "denied_by": denied_by.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "set_aside": standing::is_set_aside(claim, &all, &NaiveReading::Prudent),
            }));
        }
    }
    disputes
}
