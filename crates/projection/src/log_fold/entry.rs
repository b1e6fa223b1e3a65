//! A fact among those of its log, as the rules see it.

use demarche_core::facts::{Fact, Facts};
use demarche_core::{
    ActorId, Answer, Attribution, DateBounds, EventId, EventOrder, EventType, Grade, Instant, TrackKind,
};

use crate::entry::Entry;

/// A fact, its number, and those among which it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noted<'f> {
    pub(super) facts: &'f Facts,
    pub(super) fact: &'f Fact,
    pub(super) number: u32,
}

impl<'f> Noted<'f> {
    /// The name of what it is on.
    pub(super) fn name(self) -> &'f str {
        self.facts.subject(self.fact).unwrap_or_default()
    }

    fn subject_where(self, is_so: bool) -> Option<u32> {
        self.fact.subject().filter(|_| is_so)
    }
}

impl Entry for Noted<'_> {
    type Speaker = u32;
    type Name = u32;

    fn id(self) -> EventId {
        self.fact.id
    }

    fn event_type(self) -> EventType {
        self.fact.event_type
    }

    fn order(self) -> EventOrder {
        self.fact.order()
    }

    fn recorded(self) -> Instant {
        self.fact.recorded
    }

    fn occurred(self) -> DateBounds {
        (Some(self.fact.earliest), self.fact.latest())
    }

    fn speaker(self) -> u32 {
        self.fact.who
    }

    fn is_said_within(self, actor: &ActorId) -> bool {
        self.facts.actor(self.fact.who).is_some_and(|who| who.is_within(actor))
    }

    fn attribution(self) -> Attribution {
        self.fact.attribution
    }

    fn grade(self) -> Option<Grade> {
        self.fact.grade
    }

    fn targets(&self) -> &[EventId] {
        self.facts.targets(self.fact)
    }

    fn meeting(self) -> Option<u32> {
        self.subject_where(self.fact.event_type.is_on_meeting())
    }

    fn proposal(self) -> Option<u32> {
        self.subject_where(self.fact.event_type.is_on_proposal())
    }

    fn agreement(self) -> Option<u32> {
        self.subject_where(self.fact.event_type.is_on_agreement())
    }

    fn subject(&self) -> &str {
        self.name()
    }

    fn when(self) -> Option<DateBounds> {
        self.facts.when(self.fact)
    }

    fn answer(self) -> Option<Answer> {
        self.fact.answer()
    }

    fn kind(self) -> Option<TrackKind> {
        self.fact.kind()
    }
}
