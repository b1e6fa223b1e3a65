//! A fact among those of its log, as the rules see it.

use demarche_core::facts::{Details, Fact, Facts, LinePlace};
use demarche_core::{
    ActorId, Answer, Attribution, DateBounds, EventId, EventOrder, EventType, Grade, Instant, Stance, TrackId,
    TrackKind, heard,
};

/// A fact with its number and the list of facts that it belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FactRef<'f> {
    facts: &'f Facts,
    fact: &'f Fact,
    number: u32,
}

impl<'f> FactRef<'f> {
    /// Refers to the fact of a number; returns `None` if there is no such fact.
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

    /// Returns the place of its line.
    pub(crate) fn place(self) -> Option<LinePlace> {
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

    /// Returns its place in the order that every fold follows.
    pub(crate) fn order(self) -> EventOrder {
        self.fact.order()
    }

    /// Returns when it was told.
    pub(crate) fn told(self) -> Instant {
        self.fact.told()
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
        heard(self.fact.latest(), self.fact.recorded)
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

    /// Tells whether its speaker is the actor, or beneath it.
    pub(crate) fn is_said_within(self, actor: &ActorId) -> bool {
        self.who().is_within(actor)
    }

    /// Returns how the words reached the public.
    pub(crate) const fn attribution(self) -> Attribution {
        self.fact.attribution
    }

    /// Returns how good the source and its information are.
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

    /// Returns the number of the exchange that it is on.
    pub(crate) fn exchange(self) -> Option<u32> {
        self.subject_where(self.fact.event_type == EventType::ExchangeCompleted)
    }

    fn subject_where(self, is_so: bool) -> Option<u32> {
        self.fact.subject().filter(|_| is_so)
    }

    /// Returns the name of its subject; empty if it has none.
    pub(crate) fn name(self) -> &'f str {
        self.facts.subject(self.fact).unwrap_or_default()
    }

    /// Returns what it says beyond its fact.
    pub(crate) fn details(self) -> Details {
        self.facts.details(self.fact)
    }

    /// Returns the party or actor that declines a meeting by this event.
    pub(crate) fn declined_by(self) -> Option<&'f str> {
        self.facts.text(self.details().by?)
    }

    /// Returns the party of its speaker.
    pub(crate) fn party(self) -> &'f str {
        party(self.who().as_str())
    }

    /// Returns the stance that it takes, if it is a statement.
    pub(crate) fn stance(self) -> Option<Stance> {
        self.fact.stance()
    }

    /// Returns the answer that it gives to a proposal.
    pub(crate) fn answer(self) -> Option<Answer> {
        self.fact.answer()
    }

    /// Returns the kind of the track that it opens.
    pub(crate) fn kind(self) -> Option<TrackKind> {
        self.fact.kind()
    }

    /// Tells whether it is the desk's housekeeping, and no claim: a retraction or a redaction.
    pub(crate) fn is_housekeeping(self) -> bool {
        self.event_type().is_housekeeping()
    }

    /// Tells whether it is a retraction.
    pub(crate) fn is_retraction(self) -> bool {
        self.event_type() == EventType::EventRetracted
    }
}

/// Returns the party to which an actor belongs: its first segment.
pub(crate) fn party(actor: &str) -> &str {
    // Names are short: a search made for long texts would take longer.
    let end = actor.bytes().position(|byte| byte == b'/');
    end.and_then(|end| actor.get(..end)).unwrap_or(actor)
}
