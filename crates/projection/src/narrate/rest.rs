//! More about the thing on which a status rests, beyond the words of the deciding event: the dates and places that
//! stand, and what went before.

use demarche_core::{ActorId, AgreementId, Answer, Event, EventType, MeetingMode, Payload, ProposalId};

use super::clause::{at, mediated, stage};
use super::dates::{Preposition, dated};
use super::names::Names;
use crate::dossier::{Dossier, Meeting};
use crate::fold::details::Details;
use crate::state::{Phase, Rule, Standing};

impl Dossier {
    /// Returns the date and place, the deadline and the term that stand, except what the deciding event says.
    pub(super) fn as_it_stands(&self, decided: &Event, names: &Names) -> Vec<String> {
        if let Some(meeting) = self.meeting_of(decided) {
            let own = Details::of(decided);
            let mut parts: Vec<String> = self.date_and_place(meeting, &own).into_iter().collect();
            if meeting.mode == Some(MeetingMode::Indirect) && own.mode.is_none() {
                let are = if meeting.phase == Phase::Held { "were" } else { "are" };
                parts.push(format!(
                    "the talks {are} indirect{}",
                    mediated(&self.state.mediators, names).replacen(' ', ", ", 1)
                ));
            }
            return parts;
        }
        #[allow(clippy::wildcard_enum_match_arm, reason = "the other types are on nothing that has a date to it")]
        match &decided.data {
            Payload::ProposalMade(p) => self.deadline(&p.proposal, decided).into_iter().collect(),
            Payload::ProposalAnswered(p) => self.deadline(&p.proposal, decided).into_iter().collect(),
            Payload::AgreementReached(p) => self.term(&p.agreement, decided).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Returns what went before, and what others have answered.
    pub(super) fn background(&self, decided: &Event, names: &Names) -> Vec<String> {
        if let Some(meeting) = self.meeting_of(decided) {
            let mut parts = Vec::new();
            if matches!(meeting.phase, Phase::Postponed | Phase::Cancelled | Phase::Declined) {
                parts.extend(had_been(meeting));
            }
            if meeting.phase == Phase::Declined {
                parts.extend(self.also_decline(meeting, decided, names));
                parts.extend(self.have_accepted(meeting, names));
            }
            if self.state.rule == Rule::MeetingHeld {
                parts.extend(self.wanted_next(meeting));
            }
            return parts;
        }
        #[allow(clippy::wildcard_enum_match_arm, reason = "nothing went before the others that bears on them")]
        match &decided.data {
            Payload::ProposalMade(p) => self.answers(&p.proposal, decided, names),
            Payload::ProposalAnswered(p) => self.answers(&p.proposal, decided, names),
            Payload::AgreementEnded(p) => self.had_come_so_far(&p.agreement).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Returns what became of the meeting that gave the last sign of progress.
    pub(super) fn became_of_it(&self, last: &Event) -> Vec<String> {
        let Some(meeting) = self.meeting_of(last) else { return Vec::new() };
        let became = match meeting.phase {
            Phase::Postponed => "it was put off later",
            Phase::Cancelled => "it was called off later",
            Phase::Declined => "it was declined later",
            Phase::Scheduled if self.is_past(meeting.when.as_ref()) && !self.is_outcome_disputed() => {
                "nobody has said whether it took place"
            }
            Phase::Scheduled | Phase::Proposed | Phase::Held => "",
        };
        if !became.is_empty() {
            return vec![became.to_owned()];
        }
        self.date_and_place(meeting, &Details::of(last)).into_iter().collect()
    }

    /// Returns the meeting that an event is on.
    pub(super) fn meeting_of(&self, event: &Event) -> Option<&Meeting> {
        let name = event.data.meeting()?;
        self.meetings.iter().find(|meeting| meeting.name == *name)
    }

    fn is_past(&self, date: Option<&demarche_core::Edtf>) -> bool {
        date.and_then(demarche_core::Edtf::latest).is_some_and(|latest| latest < self.state.today)
    }

    /// Returns the date and place that stand, unless the deciding event gives both.
    fn date_and_place(&self, meeting: &Meeting, own: &Details<'_>) -> Option<String> {
        if meeting.phase == Phase::Postponed {
            let until = meeting.until.as_ref().filter(|until| own.until != Some(*until))?;
            return Some(format!("as it stands, it is put off {}", dated(Preposition::Until, until)));
        }
        if matches!(meeting.phase, Phase::Cancelled | Phase::Declined) {
            return None;
        }
        let place = meeting.venue.as_deref().filter(|venue| own.venue != Some(*venue));
        if own.when == meeting.when.as_ref() {
            let is_given = if own.venue.is_some() { "as it stands, the place is" } else { "the place is given as" };
            return place.map(|place| format!("{is_given} {place}"));
        }
        let Some(when) = meeting.when.as_ref() else { return Some("as it stands, it has no date".to_owned()) };
        let (what, preposition) = match (meeting.phase, self.is_past(Some(when))) {
            (Phase::Held, _) => ("as it stands, it took place", Preposition::On),
            (Phase::Scheduled, true) => ("as last set, it was to take place", Preposition::On),
            (Phase::Scheduled, false) => ("as it stands, it is to take place", Preposition::On),
            (_, true) => ("as last put, it was wanted or expected", Preposition::For),
            (_, false) => ("as it stands, it is wanted or expected", Preposition::For),
        };
        Some(format!("{what} {}{}", dated(preposition, when), at(place)))
    }

    /// Returns which other parties will not come.
    fn also_decline(&self, meeting: &Meeting, decided: &Event, names: &Names) -> Option<String> {
        let own = declined_by(decided);
        let mut others: Vec<ActorId> = self.declining(meeting).filter(|other| Some(*other) != own).cloned().collect();
        others.sort_unstable();
        others.dedup();
        (!others.is_empty()).then(|| format!("{} will not come either", names.actors(&others)))
    }

    /// Returns who will not come to a meeting that was declined.
    fn declining(&self, meeting: &Meeting) -> impl Iterator<Item = &ActorId> {
        let run = meeting.run.iter().filter_map(|id| self.event(*id));
        run.filter_map(declined_by)
    }

    /// Returns which parties have accepted a meeting that another declined: their last word on it sets a date, or
    /// confirms what somebody else proposed or scheduled.
    fn have_accepted(&self, meeting: &Meeting, names: &Names) -> Option<String> {
        let declining: Vec<&ActorId> = self.declining(meeting).collect();
        let has_accepted = |party: &&ActorId| {
            if declining.iter().any(|decliner| is_within(decliner, party)) {
                return false;
            }
            let words = self
                .timeline
                .iter()
                .filter(|(event, standing)| *standing == Standing::Counting && is_within(&event.source.who, party));
            words.filter_map(|(event, _)| self.accepts(event, meeting)).next_back() == Some(true)
        };
        let parties: Vec<ActorId> = self.state.parties.iter().filter(has_accepted).cloned().collect();
        let have = if parties.len() == 1 { "has" } else { "have" };
        (!parties.is_empty()).then(|| format!("{} {have} accepted", names.actors(&parties)))
    }

    /// Tells whether an event accepts a meeting, or `None` if it says nothing about that.
    fn accepts(&self, event: &Event, meeting: &Meeting) -> Option<bool> {
        let phase_of =
            |event: &Event| Phase::of(event.event_type()).filter(|_| event.data.meeting() == Some(&meeting.name));
        if event.event_type() == EventType::ClaimConfirmed {
            let mut confirmed = event.data.targets().iter().filter_map(|id| phase_of(self.event(*id)?));
            return confirmed.next().map(|phase| matches!(phase, Phase::Proposed | Phase::Scheduled));
        }
        phase_of(event).map(|phase| phase == Phase::Scheduled)
    }

    /// Returns the meeting that is wished for, now that another was held.
    fn wanted_next(&self, held: &Meeting) -> Option<String> {
        let since = self.place(held.set_by.id);
        let is_wish = |meeting: &&Meeting| {
            meeting.phase == Phase::Proposed
                && meeting.when.is_none()
                && meeting.venue.is_none()
                && self.place(meeting.set_by.id) > since
        };
        let wish = self.meetings.iter().find(is_wish)?;
        Some(format!("a next meeting, {}, is wanted or expected", wish.name))
    }

    /// Returns until when an answer to a proposal is due, unless the deciding event says it.
    fn deadline(&self, name: &ProposalId, decided: &Event) -> Option<String> {
        let proposal =
            self.proposals.iter().find(|proposal| proposal.name == *name).filter(|proposal| proposal.open)?;
        let deadline = proposal.deadline.as_ref()?;
        let is_said = matches!(&decided.data, Payload::ProposalMade(p) if p.deadline.as_ref() == Some(deadline));
        let is = if self.is_past(Some(deadline)) { "was" } else { "is" };
        (!is_said).then(|| format!("an answer {is} due {}", dated(Preposition::By, deadline)))
    }

    /// Returns what actors other than the deciding one have answered since a proposal was last made.
    fn answers(&self, name: &ProposalId, decided: &Event, names: &Names) -> Vec<String> {
        let Some(proposal) = self.proposals.iter().find(|proposal| proposal.name == *name) else { return Vec::new() };
        let made = proposal.history.iter().rposition(|event| event.event_type() == EventType::ProposalMade);
        let mut answers: Vec<(&ActorId, Answer)> = Vec::new();
        for event in proposal.history.iter().skip(made.map_or(0, |made| made + 1)) {
            let Payload::ProposalAnswered(p) = &event.data else { continue };
            answers.retain(|(by, _)| **by != p.by);
            answers.push((&p.by, p.answer));
        }
        let is_decisive =
            |(by, _): &(&ActorId, Answer)| matches!(&decided.data, Payload::ProposalAnswered(p) if p.by == **by);
        let others = answers.into_iter().filter(|answer| !is_decisive(answer));
        others.map(|(by, answer)| format!("{} {}", names.actor(by), has_answered(answer))).collect()
    }

    /// Returns until when an agreement holds or held.
    fn term(&self, name: &AgreementId, decided: &Event) -> Option<String> {
        let agreement = self.agreements.iter().find(|agreement| agreement.name == *name)?;
        let until = agreement.until.as_ref()?;
        let is_said = matches!(&decided.data, Payload::AgreementReached(p) if p.until.as_ref() == Some(until));
        let held = dated(Preposition::Until, until);
        match (is_said, self.is_past(Some(until))) {
            (true, true) => Some("that date has passed".to_owned()),
            (false, true) => Some(format!("it was to hold {held}, and that date has passed")),
            (false, false) => Some(format!("it is to hold {held}")),
            (true, false) => None,
        }
    }

    /// Returns how far an agreement had come before it ended.
    fn had_come_so_far(&self, name: &AgreementId) -> Option<String> {
        let agreement = self.agreements.iter().find(|agreement| agreement.name == *name)?;
        agreement.stage.map(|reached| format!("it had been {}", stage(reached)))
    }

    /// Tells whether somebody has said what became of a thing whose date has passed, even if that does not count.
    pub(super) fn is_outcome_disputed(&self) -> bool {
        let decided = self.decided_by();
        let of_proposal = |name: &ProposalId| {
            self.timeline.iter().any(|(event, standing)| {
                matches!(&event.data, Payload::ProposalAnswered(p) if p.proposal == *name)
                    && *standing == Standing::SetAside
            })
        };
        if let Payload::ProposalMade(p) = &decided.data {
            return of_proposal(&p.proposal);
        }
        let Some(meeting) = self.meeting_of(decided) else { return false };
        let begins = meeting.run.first();
        let later = meeting.history.iter().skip_while(|entry| Some(&entry.event.id) != begins).skip(1);
        let tells = |event: &Event| {
            Phase::of(event.event_type()).is_some_and(|phase| {
                matches!(phase, Phase::Held | Phase::Cancelled | Phase::Postponed | Phase::Declined)
            })
        };
        later
            .filter(|entry| entry.phase.is_none() && entry.standing == Standing::SetAside)
            .any(|entry| tells(&entry.event))
    }
}

/// Returns who will not come, by a refusal.
fn declined_by(event: &Event) -> Option<&ActorId> {
    let Payload::MeetingDeclined(declined) = &event.data else { return None };
    Some(&declined.by)
}

/// Returns what was planned for a meeting that is off, if it had a date or a place.
fn had_been(meeting: &Meeting) -> Option<String> {
    let was_ahead = |phase: &Phase| matches!(phase, Phase::Proposed | Phase::Scheduled);
    let before = meeting.history.iter().rev().filter_map(|entry| entry.phase).find(was_ahead)?;
    let when = meeting.when.as_ref().map_or_else(String::new, |when| format!(" {}", dated(Preposition::For, when)));
    let place = at(meeting.venue.as_deref());
    let had = if before == Phase::Scheduled { "it had been set" } else { "it had been wanted or expected" };
    (!when.is_empty() || !place.is_empty()).then(|| format!("{had}{when}{place}"))
}

const fn has_answered(answer: Answer) -> &'static str {
    match answer {
        Answer::Accepted => "has accepted it",
        Answer::Rejected => "has rejected it",
        Answer::Countered => "has made a counter-proposal",
        Answer::Deferred => "has put off its answer",
    }
}

/// Tells whether an actor is a party, or belongs to one.
pub(super) fn is_within(actor: &ActorId, party: &ActorId) -> bool {
    actor.as_str().strip_prefix(party.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
