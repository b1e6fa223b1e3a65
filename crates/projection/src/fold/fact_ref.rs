//! A fact among those of its log, as the rules see it.

use demarche_core::facts::{Fact, Facts, Place};
use demarche_core::{
    ActorId, Answer, Attribution, DateBounds, EventId, EventOrder, EventType, Grade, Instant, TrackId, TrackKind, heard,
};

/// A fact, its number, and those among which it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FactRef<'f> {
    facts: &'f Facts,
    fact: &'f Fact,
    number: u32,
}

impl<'f> FactRef<'f> {
    /// Refers to the fact of a number; none where there is no such fact.
    pub(crate) fn new(facts: &'f Facts, number: u32) -> Option<Self> {
        facts.fact(number).map(|fact| Self { facts, fact, number })
    }

    /// Returns the fact itself.
    pub(crate) const fn fact(self) -> &'f Fact {
        self.fact
    }

    /// Returns the number of the fact.
    pub(crate) const fn number(self) -> u32 {
        self.number
    }

    /// Returns where its line stands.
    pub(crate) fn place(self) -> Option<Place> {
        self.facts.spot(self.number).map(|spot| spot.place)
    }

    /// Returns its track.
    pub(crate) fn track(self) -> Option<&'f TrackId> {
        self.facts.track(self.facts.spot(self.number)?.track)
    }

    /// Returns the id.
    pub(crate) const fn id(self) -> EventId {
        self.fact.id
    }

    /// Returns the type.
    pub(crate) const fn event_type(self) -> EventType {
        self.fact.event_type
    }

    /// Returns the place in the order that every fold follows.
    pub(crate) const fn order(self) -> EventOrder {
        self.fact.order()
    }

    /// Returns when the desk wrote it down.
    pub(crate) const fn recorded(self) -> Instant {
        self.fact.recorded
    }

    /// Returns the bounds of when it occurred.
    pub(crate) fn occurred(self) -> DateBounds {
        (Some(self.fact.earliest), self.fact.latest())
    }

    /// Returns the instant at which the news was certainly out.
    pub(crate) fn heard(self) -> Instant {
        heard(self.occurred(), self.fact.recorded)
    }

    /// Returns the number of its speaker.
    pub(crate) const fn speaker(self) -> u32 {
        self.fact.who
    }

    /// Returns its speaker.
    #[allow(clippy::expect_used, reason = "a fact is made with its names, and they are never taken away")]
    pub(crate) fn who(self) -> &'f ActorId {
        self.facts.actor(self.fact.who).expect("invariant: a fact's speaker is among the names of its log")
    }

    /// Tells whether its speaker is an actor, or one beneath it.
    pub(crate) fn is_said_within(self, actor: &ActorId) -> bool {
        self.who().is_within(actor)
    }

    /// Returns how the words reached the public.
    pub(crate) const fn attribution(self) -> Attribution {
        self.fact.attribution
    }

    /// Returns how good source and information are.
    pub(crate) const fn grade(self) -> Option<Grade> {
        self.fact.grade
    }

    /// Returns the events on which it acts, in the order given.
    pub(crate) fn targets(self) -> &'f [EventId] {
        self.facts.targets(self.fact)
    }

    /// Returns the number of the meeting that it is on.
    pub(crate) fn meeting(self) -> Option<u32> {
        self.subject_where(self.fact.event_type.is_on_meeting())
    }

    /// Returns the number of the proposal that it is on.
    pub(crate) fn proposal(self) -> Option<u32> {
        self.subject_where(self.fact.event_type.is_on_proposal())
    }

    /// Returns the number of the agreement that it is on.
    pub(crate) fn agreement(self) -> Option<u32> {
        self.subject_where(self.fact.event_type.is_on_agreement())
    }

    fn subject_where(self, is_so: bool) -> Option<u32> {
        self.fact.subject().filter(|_| is_so)
    }

    /// Returns the name of what it is on; empty where it is on nothing.
    pub(crate) fn name(self) -> &'f str {
        self.facts.subject(self.fact).unwrap_or_default()
    }

    /// Returns the bounds of the date that it gives its meeting.
    pub(crate) fn when(self) -> Option<DateBounds> {
        self.facts.when(self.fact)
    }

    /// Returns the answer that it gives to a proposal.
    pub(crate) fn answer(self) -> Option<Answer> {
        self.fact.answer()
    }

    /// Returns the kind of the track that it opens.
    pub(crate) fn kind(self) -> Option<TrackKind> {
        self.fact.kind()
    }

    /// Tells whether it is a retraction: the desk's housekeeping.
    pub(crate) fn is_retraction(self) -> bool {
        self.event_type() == EventType::EventRetracted
    }
}
