//! An event in a clause: what is said, without the speaker.

use demarche_core::{
    ActorId, AgreementEnd, AgreementStage, Answer, Edtf, Event, ExchangeOf, Instant, MeasureEffect, MeasureOf,
    MeetingMode, Payload, TextField, TrackOutcome,
};

use super::dates::{Preposition, dated};
use super::names::Names;

/// Returns what an event says in a clause of words: "the meeting moscow-round is off, called off by the US".
///
/// Titles, summaries and reasons are quoted word for word, in quotation marks, except for a statement, which consists
/// of nothing else.
#[must_use]
pub fn clause(event: &Event, names: &Names) -> String {
    Clause::as_it_was_said(names).of(event)
}

/// How to put an event in words: as it was said, or looking back from a later day.
#[derive(Clone, Copy)]
pub(super) struct Clause<'a> {
    /// The names of the actors.
    pub(super) names: &'a Names,
    /// The day from which the clause looks back, or `None` for the event as it was said.
    pub(super) today: Option<Instant>,
    /// Who mediates on the track.
    pub(super) mediators: &'a [ActorId],
}

impl<'a> Clause<'a> {
    pub(super) const fn as_it_was_said(names: &'a Names) -> Self {
        Self { names, today: None, mediators: &[] }
    }

    pub(super) fn of(&self, event: &Event) -> String {
        match &event.data {
            Payload::TrackOpened(p) => format!("the track “{}” is opened", p.title),
            Payload::TrackStalled(p) => format!("the track has stalled{}", because(p.reason.as_deref())),
            Payload::TrackResumed(p) => format!("the track moves again{}", because(p.reason.as_deref())),
            Payload::TrackConcluded(p) => format!("the track {}{}", ended(p.outcome), words(p.summary.as_deref())),
            Payload::MeetingProposed(_)
            | Payload::MeetingScheduled(_)
            | Payload::MeetingRescheduled(_)
            | Payload::MeetingRelocated(_)
            | Payload::MeetingPostponed(_)
            | Payload::MeetingCancelled(_)
            | Payload::MeetingDeclined(_)
            | Payload::MeetingHeld(_) => self.of_meeting(event),
            Payload::ProposalMade(_)
            | Payload::ProposalAnswered(_)
            | Payload::AgreementReached(_)
            | Payload::AgreementEnded(_)
            | Payload::IssueRaised(_)
            | Payload::IssueResolved(_)
            | Payload::ExchangeCompleted(_)
            | Payload::MeasureTaken(_) => of_business(&event.data, self.names),
            Payload::StatementMade(p) => p.summary.to_string(),
            Payload::ClaimConfirmed(p) => format!("it is so{}", words(p.summary.as_deref())),
            Payload::ClaimDenied(p) => format!("it is not so{}", words(p.summary.as_deref())),
            Payload::ClaimWithdrawn(p) => format!("that is taken back{}", words(p.summary.as_deref())),
            Payload::EventRetracted(p) => format!("the desk strikes an entry{}", because(Some(&p.reason))),
            Payload::EventRedacted(p) => {
                format!("the desk erases {} of an entry{}", texts(&p.fields), because(Some(&p.reason)))
            }
        }
    }

    /// Returns what is said about a meeting.
    #[allow(clippy::wildcard_enum_match_arm, clippy::unreachable, reason = "`of` is exhaustive, and says the rest")]
    fn of_meeting(&self, event: &Event) -> String {
        let by = |actor: Option<&ActorId>| by(actor, self.names);
        let meeting = |title: Option<&str>| {
            let name = event.data.meeting().map_or("", |meeting| meeting.as_str());
            named("the meeting", name, title)
        };
        let is = |date: Option<&Edtf>| if self.is_past(date) { "was" } else { "is" };
        match &event.data {
            Payload::MeetingProposed(p) => {
                let (is, by, place) = (is(p.when.as_ref()), by(p.by.as_ref()), at(p.venue.as_deref()));
                let (when, how) = (when(Preposition::For, p.when.as_ref()), self.how(p.mode));
                format!("{} {is} wanted or expected{by}{when}{place}{how}", meeting(p.title.as_deref()))
            }
            Payload::MeetingScheduled(p) => {
                let (is, place, how) = (is(Some(&p.when)), at(p.venue.as_deref()), self.how(p.mode));
                let when = dated(Preposition::On, &p.when);
                format!("{} {is} to take place {when}{place}{how}", meeting(p.title.as_deref()))
            }
            Payload::MeetingRescheduled(p) => {
                let (is, to, by) = (is(Some(&p.when)), dated(Preposition::To, &p.when), by(p.by.as_ref()));
                let place = at(p.venue.as_deref());
                format!("{} {is} moved{by} {to}{place}{}", meeting(None), because(p.reason.as_deref()))
            }
            Payload::MeetingRelocated(p) => {
                let by = by(p.by.as_ref());
                format!("{} is moved{by} to {}{}", meeting(None), p.venue, because(p.reason.as_deref()))
            }
            Payload::MeetingPostponed(p) => {
                let (is, by, until) =
                    (is(p.until.as_ref()), by(p.by.as_ref()), when(Preposition::Until, p.until.as_ref()));
                format!("{} {is} put off{by}{until}{}", meeting(None), because(p.reason.as_deref()))
            }
            Payload::MeetingCancelled(p) => {
                let called_off =
                    p.by.as_ref().map_or_else(String::new, |by| format!(", called off by {}", self.names.actor(by)));
                format!("{} is off{called_off}{}", meeting(None), because(p.reason.as_deref()))
            }
            Payload::MeetingDeclined(p) => {
                let (by, because) = (self.names.actor(&p.by), because(p.reason.as_deref()));
                format!("{by} will not come to {}{because}", meeting(None))
            }
            Payload::MeetingHeld(p) => {
                // A meeting held without a date took place when the event occurred.
                let occurred = self.today.map(|_| event.occurred.date());
                let (when, place) = (when(Preposition::On, p.when.as_ref().or(occurred)), at(p.venue.as_deref()));
                let (how, outcome) = (self.how(p.mode), words(p.outcome.as_deref()));
                format!("{} took place{when}{place}{how}{outcome}", meeting(p.title.as_deref()))
            }
            other => unreachable!("invariant: {} is on a meeting", other.event_type()),
        }
    }

    fn is_past(&self, date: Option<&Edtf>) -> bool {
        let latest = date.and_then(Edtf::latest);
        self.today.zip(latest).is_some_and(|(today, latest)| latest < today)
    }

    /// Returns whether the parties talk through mediators, and through whom.
    fn how(&self, mode: Option<MeetingMode>) -> String {
        match mode {
            Some(MeetingMode::Indirect) => format!(", as indirect talks{}", mediated(self.mediators, self.names)),
            Some(MeetingMode::Direct) => ", as direct talks".to_owned(),
            None => String::new(),
        }
    }
}

/// Names the texts of an entry that are erased.
fn texts(fields: &[TextField]) -> String {
    let name = |field: &TextField| match field {
        TextField::Cite => "the citation",
        TextField::Note => "the note",
        TextField::Title => "the title",
        TextField::Reason => "the reason",
        TextField::Summary => "the summary",
        TextField::Outcome => "the outcome",
    };
    match fields.iter().map(name).collect::<Vec<_>>().as_slice() {
        [] => "words".to_owned(),
        [one] => (*one).to_owned(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

/// Returns who mediates, if that is known.
pub(super) fn mediated(mediators: &[ActorId], names: &Names) -> String {
    if mediators.is_empty() {
        return String::new();
    }
    format!(" mediated by {}", names.actors(mediators))
}

/// Returns what is said about proposals, agreements, issues, exchanges and measures.
#[allow(clippy::wildcard_enum_match_arm, clippy::unreachable, reason = "`Clause::of` is exhaustive, and says the rest")]
fn of_business(payload: &Payload, names: &Names) -> String {
    match payload {
        Payload::ProposalMade(p) => {
            let due = p.deadline.as_ref().map_or_else(String::new, |deadline| {
                format!(", with an answer due {}", dated(Preposition::By, deadline))
            });
            format!("{} makes the proposal {}{}{due}", names.actor(&p.by), p.proposal, words(Some(&p.summary)))
        }
        Payload::ProposalAnswered(p) => {
            let (by, answers) = (names.actor(&p.by), answered(p.answer));
            format!("{by} {answers} the proposal {}{}", p.proposal, words(p.summary.as_deref()))
        }
        Payload::AgreementReached(p) => {
            let until = p
                .until
                .as_ref()
                .map_or_else(String::new, |until| format!(", to hold {}", dated(Preposition::Until, until)));
            format!("the agreement {} is {}{}{until}", p.agreement, stage(p.stage), words(p.summary.as_deref()))
        }
        Payload::AgreementEnded(p) => {
            let because = because(p.reason.as_deref());
            match (p.how, &p.by) {
                (AgreementEnd::Withdrawn, Some(party)) => {
                    format!("{} withdraws from the agreement {}{because}", names.actor(party), p.agreement)
                }
                (how, party) => {
                    format!("the agreement {} {}{}{because}", p.agreement, ending(how), by(party.as_ref(), names))
                }
            }
        }
        Payload::IssueRaised(p) => {
            let issue = named("the issue", p.issue.as_str(), p.title.as_deref());
            let put = if p.by.is_some() { "is put on the agenda" } else { "is on the agenda" };
            format!("{issue} {put}{}", by(p.by.as_ref(), names))
        }
        Payload::IssueResolved(p) => {
            format!("the issue {} is {} resolved{}", p.issue, p.extent, words(p.summary.as_deref()))
        }
        Payload::ExchangeCompleted(p) => {
            let of = if p.of == ExchangeOf::Other { String::new() } else { format!(" of {}", p.of) };
            format!("an exchange{of} ({}) took place{}", p.exchange, words(p.summary.as_deref()))
        }
        Payload::MeasureTaken(p) => {
            let of = if p.of == MeasureOf::Other { String::new() } else { format!(" ({})", p.of) };
            let against =
                if p.against.is_empty() { String::new() } else { format!(" against {}", names.actors(&p.against)) };
            let falls_due = if p.effect == MeasureEffect::Threatened { ", to fall due" } else { ", to take effect" };
            let effective = p
                .effective
                .as_ref()
                .map_or_else(String::new, |date| format!("{falls_due} {}", dated(Preposition::On, date)));
            let (by, takes, said) = (names.actor(&p.by), effect(p.effect), words(p.summary.as_deref()));
            format!("{by} {takes} the measure {}{of}{against}{effective}{said}", p.measure)
        }
        other => unreachable!("invariant: {} is business of the parties", other.event_type()),
    }
}

fn named(what: &str, slug: &str, title: Option<&str>) -> String {
    title.map_or_else(|| format!("{what} {slug}"), |title| format!("{what} {slug} (“{title}”)"))
}

fn when(preposition: Preposition, date: Option<&Edtf>) -> String {
    date.map_or_else(String::new, |date| format!(" {}", dated(preposition, date)))
}

/// Returns where something takes place. A venue that begins with a preposition keeps it.
pub(super) fn at(venue: Option<&str>) -> String {
    let Some(venue) = venue.filter(|venue| !venue.trim().is_empty()) else { return String::new() };
    let first = venue.split(' ').next().unwrap_or_default();
    match first {
        "at" | "in" | "on" | "by" | "aboard" | "near" | "online" | "outside" => format!(" {venue}"),
        "the" => format!(" at {venue}"),
        _ => format!(" in {venue}"),
    }
}

fn by(actor: Option<&ActorId>, names: &Names) -> String {
    actor.map_or_else(String::new, |actor| format!(" by {}", names.actor(actor)))
}

/// Returns the reason, in the words of the source.
fn because(reason: Option<&str>) -> String {
    reason.map_or_else(String::new, |reason| format!(" (reason given: “{reason}”)"))
}

/// Returns the summary, in the words of the source.
pub(super) fn words(summary: Option<&str>) -> String {
    summary.map_or_else(String::new, |summary| format!(": “{summary}”"))
}

const fn ended(outcome: TrackOutcome) -> &'static str {
    match outcome {
        TrackOutcome::Agreed => "is concluded with an agreement",
        TrackOutcome::Failed => "is concluded without success",
        TrackOutcome::Abandoned => "is abandoned",
        TrackOutcome::Superseded => "is superseded by another",
    }
}

const fn answered(answer: Answer) -> &'static str {
    match answer {
        Answer::Accepted => "accepts",
        Answer::Rejected => "rejects",
        Answer::Countered => "makes a counter-proposal to",
        Answer::Deferred => "puts off its answer to",
    }
}

pub(super) const fn stage(stage: AgreementStage) -> &'static str {
    match stage {
        AgreementStage::InPrinciple => "reached in principle",
        AgreementStage::Initialled => "initialled",
        AgreementStage::Signed => "signed",
        AgreementStage::Ratified => "ratified",
        AgreementStage::InForce => "in force",
    }
}

const fn ending(how: AgreementEnd) -> &'static str {
    match how {
        AgreementEnd::Suspended => "is suspended",
        AgreementEnd::Withdrawn => "is withdrawn",
        AgreementEnd::Expired => "has expired",
        AgreementEnd::Terminated => "is terminated",
    }
}

const fn effect(effect: MeasureEffect) -> &'static str {
    match effect {
        MeasureEffect::Threatened => "threatens",
        MeasureEffect::Announced => "announces",
        MeasureEffect::Imposed => "imposes",
        MeasureEffect::Tightened => "tightens",
        MeasureEffect::Eased => "eases",
        MeasureEffect::Lifted => "lifts",
    }
}
