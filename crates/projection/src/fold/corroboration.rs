//! Corroboration: which parties say what the status says, which say otherwise, and which have said neither.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{ActorId, EventType};

use super::case::{Case, is_wish};
use super::days;
use super::disputes::Denied;
use super::fact_ref::FactRef;
use super::meetings::{MeetingFacts, date_given};
use super::parties::with_those_above;
use super::rules::Decision;
use crate::standing::Standing;
use crate::state::{Because, Phase, Rule};

/// The parties of a track by what they say about its status, each list sorted.
#[derive(Default)]
pub(crate) struct Corroboration {
    pub(crate) said_by: Vec<ActorId>,
    pub(crate) otherwise: Vec<ActorId>,
    pub(crate) silent: Vec<ActorId>,
}

/// Sorts the parties; all lists are empty for a stall by silence.
pub(crate) fn of(
    case: &Case<'_, '_>,
    decision: &Decision,
    disputes: &[Denied<'_>],
    parties: &[ActorId],
) -> Corroboration {
    if decision.rule == Rule::Silence || parties.is_empty() {
        return Corroboration::default();
    }
    let mut sorted = parties.to_vec();
    sorted.sort_unstable();
    let (said_by, others) = match decision.meeting.and_then(|place| case.meetings.at(place)) {
        Some(meeting) => {
            let words = Words::of(case, decision, meeting);
            sorted.into_iter().partition(|party| words.say_so(party))
        }
        None => by_their_claims(case, decision, sorted),
    };
    let against = Against::of(disputes);
    let (otherwise, silent) = others.into_iter().partition(|party| against.speaks(party.as_str()));
    Corroboration { said_by, otherwise, silent }
}

/// Who says otherwise, by the disputes that bear on the status.
struct Against<'f> {
    /// Those who deny what supports the status, and those who object.
    speakers: Speakers<'f>,
    /// The actors with a claim that bears against the status, unless they are themselves among its deniers.
    claimants: BTreeSet<&'f str>,
}

impl<'f> Against<'f> {
    fn of(disputes: &[Denied<'f>]) -> Self {
        let (mut speakers, mut claimants) = (Vec::new(), BTreeSet::new());
        for denied in disputes {
            match denied.because {
                Some(Because::Supports) => speakers.extend(denied.denials.iter().copied()),
                Some(Because::Objection) => speakers.push(denied.claim),
                Some(Because::Rival | Because::Decisive) => {
                    let deniers = Speakers::of(denied.denials.iter().copied());
                    let actors = with_those_above(denied.claim.who().as_str());
                    claimants.extend(actors.filter(|actor| !deniers.speak_for(actor)));
                }
                None => {}
            }
        }
        Self { speakers: Speakers::of(speakers.into_iter()), claimants }
    }

    fn speaks(&self, party: &str) -> bool {
        self.claimants.contains(party) || self.speakers.speak_for(party)
    }
}

/// Speakers, sorted and without repetitions, since there may be many speakers and many parties.
struct Speakers<'f>(Vec<&'f str>);

impl<'f> Speakers<'f> {
    fn of(events: impl Iterator<Item = FactRef<'f>>) -> Self {
        let mut speakers: Vec<&str> = events.map(|event| event.who().as_str()).collect();
        speakers.sort_unstable();
        speakers.dedup();
        Self(speakers)
    }

    /// Tells whether one of the speakers is a party, or beneath it.
    fn speak_for(&self, party: &str) -> bool {
        let beneath = || party.bytes().chain([b'/']);
        let first = self.0.get(self.0.partition_point(|speaker| speaker.bytes().lt(beneath())));
        self.0.binary_search(&party).is_ok()
            || first.is_some_and(|speaker| speaker.bytes().take(party.len() + 1).eq(beneath()))
    }
}

/// Returns the parties with a counting event in the run, or with a counting confirmation of one in it. The run of a
/// track that is merely open may hold a claim that is set aside: nobody says so by that.
fn by_their_claims(case: &Case<'_, '_>, decision: &Decision, parties: Vec<ActorId>) -> (Vec<ActorId>, Vec<ActorId>) {
    let confirmations = |at: usize| case.record.acting(at, &case.standings, EventType::ClaimConfirmed);
    let counting = |at: usize| case.event_at(at).filter(|_| case.standings.get(at) == Some(&Standing::Counting));
    let saying_so = decision.run.iter().flat_map(|at| counting(*at).into_iter().chain(confirmations(*at)));
    let speakers = Speakers::of(saying_so);
    parties.into_iter().partition(|party| speakers.speak_for(party.as_str()))
}

/// What the parties have said about the meeting on which a status rests.
struct Words<'c, 'q, 'f> {
    case: &'c Case<'q, 'f>,
    decision: &'c Decision,
    meeting: &'c MeetingFacts<'f>,
    /// The last word on the meeting's phase by each actor and those beneath it: said or confirmed by them. A wish
    /// counts only if there is nothing else.
    last: BTreeMap<&'f str, FactRef<'f>>,
}

impl<'c, 'q, 'f> Words<'c, 'q, 'f> {
    fn of(case: &'c Case<'q, 'f>, decision: &'c Decision, meeting: &'c MeetingFacts<'f>) -> Self {
        let mut words = Self { case, decision, meeting, last: BTreeMap::new() };
        let considered = case.considered().filter(|(at, _)| case.standings.get(*at) != Some(&Standing::Withdrawn));
        for (at, event) in considered {
            let who = event.who().as_str();
            words.enter(who, event);
            if event.event_type() == EventType::ClaimConfirmed {
                case.record.named_by(at).for_each(|(_, named)| words.enter(who, named));
            }
        }
        words
    }

    /// Enters what an actor said or confirmed, if it is a word, for the actor and for all above it.
    fn enter(&mut self, who: &'f str, word: FactRef<'f>) {
        if !self.is_word(word) {
            return;
        }
        for actor in with_those_above(who) {
            let last = self.last.entry(actor).or_insert(word);
            if !is_wish(word) || is_wish(*last) {
                *last = word;
            }
        }
    }

    fn say_so(&self, party: &ActorId) -> bool {
        match self.last.get(party.as_str()) {
            Some(word) => self.fits(*word),
            None => self.gave_the_venue(party),
        }
    }

    /// Tells whether an event is about the phase of the meeting.
    fn is_word(&self, event: FactRef<'f>) -> bool {
        event.meeting().is_some()
            && event.meeting() == self.meeting.first.meeting()
            && Phase::of(event.event_type()).is_some()
    }

    fn fits(&self, word: FactRef<'f>) -> bool {
        let phase = Phase::of(word.event_type());
        let (said, date) = (date_given(word), self.meeting.date());
        // A word without a date does not fit a meeting that has one.
        let names_its_day = || (said.is_some() || date.is_none()) && days::in_common(said, date);
        match self.meeting.phase {
            Phase::Proposed | Phase::Scheduled => {
                matches!(phase, Some(Phase::Proposed | Phase::Scheduled)) && names_its_day()
            }
            Phase::Held => phase == Some(Phase::Held) && days::in_common(said, date),
            Phase::Postponed | Phase::Cancelled | Phase::Declined => phase == Some(self.meeting.phase),
        }
    }

    /// Tells whether a party that has not spoken about the phase has moved the meeting to the venue that stands,
    /// since the phase was set.
    fn gave_the_venue(&self, party: &ActorId) -> bool {
        if !matches!(self.meeting.phase, Phase::Proposed | Phase::Scheduled) || self.meeting.venue().is_none() {
            return false;
        }
        let first = self.decision.run.first();
        self.case.counting().any(|(at, event)| {
            Some(&at) >= first
                && event.event_type() == EventType::MeetingRelocated
                && event.meeting() == self.meeting.first.meeting()
                && event.details().venue == self.meeting.venue()
                && event.is_said_within(party)
        })
    }
}
