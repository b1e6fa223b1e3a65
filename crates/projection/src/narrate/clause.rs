//! An event in a clause: what is said, without who says it.

use demarche_core::{ActorId, AgreementStage, Answer, Edtf, Event, MeasureEffect, Payload};

use super::dates::date_in_words;
use super::names::{actor_in_words, joined};

/// Returns what an event says in a clause of words: "the meeting moscow-round is cancelled by the US".
///
/// Titles, summaries and reasons of the event stand in it to the letter.
#[must_use]
pub fn clause(event: &Event) -> String {
    match &event.data {
        Payload::TrackOpened(p) => format!("the track “{}” is opened", p.title),
        Payload::TrackStalled(p) => format!("it has stalled{}", because(p.reason.as_deref())),
        Payload::TrackResumed(p) => format!("it moves again{}", because(p.reason.as_deref())),
        Payload::TrackConcluded(p) => format!("it is concluded ({}){}", p.outcome, colon(p.summary.as_deref())),
        Payload::MeetingProposed(_)
        | Payload::MeetingScheduled(_)
        | Payload::MeetingRescheduled(_)
        | Payload::MeetingRelocated(_)
        | Payload::MeetingPostponed(_)
        | Payload::MeetingCancelled(_)
        | Payload::MeetingHeld(_) => of_meeting(&event.data),
        Payload::ProposalMade(_)
        | Payload::ProposalAnswered(_)
        | Payload::AgreementReached(_)
        | Payload::AgreementEnded(_)
        | Payload::IssueRaised(_)
        | Payload::IssueResolved(_)
        | Payload::ExchangeCompleted(_)
        | Payload::MeasureTaken(_) => of_business(&event.data),
        Payload::StatementMade(p) => p.summary.to_string(),
        Payload::ClaimConfirmed(p) => format!("it is so{}", colon(p.summary.as_deref())),
        Payload::ClaimDenied(p) => format!("it is not so{}", colon(p.summary.as_deref())),
        Payload::ClaimWithdrawn(p) => format!("it takes that back{}", colon(p.summary.as_deref())),
        Payload::EventRetracted(p) => format!("the desk strikes an entry ({})", p.reason),
    }
}

/// What is said of a meeting.
#[allow(clippy::wildcard_enum_match_arm, clippy::unreachable, reason = "`clause` is exhaustive, and says the rest")]
fn of_meeting(payload: &Payload) -> String {
    let meeting = |title: Option<&str>| {
        let name = payload.meeting().map_or("", |meeting| meeting.as_str());
        named("the meeting", name, title)
    };
    match payload {
        Payload::MeetingProposed(p) => {
            let (when, at) = (when("for", p.when.as_ref()), at(p.venue.as_deref()));
            format!("{} is wanted or expected{when}{at}", meeting(p.title.as_deref()))
        }
        Payload::MeetingScheduled(p) => {
            let (when, at) = (when("on", Some(&p.when)), at(p.venue.as_deref()));
            format!("{} is to take place{when}{at}", meeting(p.title.as_deref()))
        }
        Payload::MeetingRescheduled(p) => {
            let (to, by) = (when("to", Some(&p.when)), by(p.by.as_ref()));
            format!("{} is moved{to}{by}{}", meeting(None), because(p.reason.as_deref()))
        }
        Payload::MeetingRelocated(p) => {
            let by = by(p.by.as_ref());
            format!("{} is moved to {}{by}{}", meeting(None), p.venue, because(p.reason.as_deref()))
        }
        Payload::MeetingPostponed(p) => {
            let (until, by) = (when("until", p.until.as_ref()), by(p.by.as_ref()));
            format!("{} is put off{until}{by}{}", meeting(None), because(p.reason.as_deref()))
        }
        Payload::MeetingCancelled(p) => {
            let called_off =
                p.by.as_ref().map_or_else(String::new, |by| format!(", called off by {}", actor_in_words(by)));
            format!("{} is off{called_off}{}", meeting(None), because(p.reason.as_deref()))
        }
        Payload::MeetingHeld(p) => {
            let (when, at) = (when("on", p.when.as_ref()), at(p.venue.as_deref()));
            format!("{} took place{when}{at}{}", meeting(p.title.as_deref()), colon(p.outcome.as_deref()))
        }
        other => unreachable!("invariant: {} is on a meeting", other.event_type()),
    }
}

/// What is said of proposals, agreements, issues, exchanges and measures.
#[allow(clippy::wildcard_enum_match_arm, clippy::unreachable, reason = "`clause` is exhaustive, and says the rest")]
fn of_business(payload: &Payload) -> String {
    match payload {
        Payload::ProposalMade(p) => {
            let due = p
                .deadline
                .as_ref()
                .map_or_else(String::new, |deadline| format!("; an answer is due by {}", date_in_words(deadline)));
            format!("{} proposes {}{}{due}", actor_in_words(&p.by), p.proposal, colon(Some(&p.summary)))
        }
        Payload::ProposalAnswered(p) => {
            let (by, answers) = (actor_in_words(&p.by), answered(p.answer));
            format!("{by} {answers} the proposal {}{}", p.proposal, colon(p.summary.as_deref()))
        }
        Payload::AgreementReached(p) => {
            format!("the agreement {} is {}{}", p.agreement, stage(p.stage), colon(p.summary.as_deref()))
        }
        Payload::AgreementEnded(p) => {
            format!("the agreement {} is {}{}{}", p.agreement, p.how, by(p.by.as_ref()), because(p.reason.as_deref()))
        }
        Payload::IssueRaised(p) => {
            let issue = named("the issue", p.issue.as_str(), p.title.as_deref());
            format!("{issue} is on the agenda{}", by(p.by.as_ref()))
        }
        Payload::IssueResolved(p) => {
            format!("the issue {} is {} resolved{}", p.issue, p.extent, colon(p.summary.as_deref()))
        }
        Payload::ExchangeCompleted(p) => {
            format!("an exchange of {} took place ({}){}", p.of, p.exchange, colon(p.summary.as_deref()))
        }
        Payload::MeasureTaken(p) => {
            let against = if p.against.is_empty() {
                String::new()
            } else {
                format!(" against {}", joined(&p.against.iter().map(actor_in_words).collect::<Vec<_>>()))
            };
            let (by, takes) = (actor_in_words(&p.by), effect(p.effect));
            format!("{by} {takes} a measure ({}){against}{}", p.of, colon(p.summary.as_deref()))
        }
        other => unreachable!("invariant: {} is business of the parties", other.event_type()),
    }
}

fn named(what: &str, slug: &str, title: Option<&str>) -> String {
    title.map_or_else(|| format!("{what} {slug}"), |title| format!("{what} {slug} (“{title}”)"))
}

fn when(preposition: &str, date: Option<&Edtf>) -> String {
    date.map_or_else(String::new, |date| {
        let words = date_in_words(date);
        let is_day = words.starts_with(|c: char| c.is_ascii_digit());
        // On a day, in a month or a season; other prepositions fit all.
        let preposition = if preposition == "on" && !(is_day && words.contains(' ')) { "in" } else { preposition };
        format!(" {preposition} {words}")
    })
}

fn at(venue: Option<&str>) -> String {
    venue.map_or_else(String::new, |venue| format!(", {venue}"))
}

fn by(actor: Option<&ActorId>) -> String {
    actor.map_or_else(String::new, |actor| format!(" by {}", actor_in_words(actor)))
}

fn because(reason: Option<&str>) -> String {
    reason.map_or_else(String::new, |reason| format!(" ({reason})"))
}

fn colon(summary: Option<&str>) -> String {
    summary.map_or_else(String::new, |summary| format!(": {summary}"))
}

const fn answered(answer: Answer) -> &'static str {
    match answer {
        Answer::Accepted => "accepts",
        Answer::Rejected => "rejects",
        Answer::Countered => "counters",
        Answer::Deferred => "does not answer yet",
    }
}

const fn stage(stage: AgreementStage) -> &'static str {
    match stage {
        AgreementStage::InPrinciple => "reached in principle",
        AgreementStage::Initialled => "initialled",
        AgreementStage::Signed => "signed",
        AgreementStage::Ratified => "ratified",
        AgreementStage::InForce => "in force",
    }
}

const fn effect(effect: MeasureEffect) -> &'static str {
    match effect {
        MeasureEffect::Announced => "announces",
        MeasureEffect::Imposed => "imposes",
        MeasureEffect::Tightened => "tightens",
        MeasureEffect::Eased => "eases",
        MeasureEffect::Lifted => "lifts",
    }
}
