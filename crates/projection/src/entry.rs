//! An entry as the fold sees it, whatever it is kept as.
//!
//! The rules are written once, over this: they run on whole events, and on the compact facts of a log whose words are
//! still on the disk.

use demarche_core::{
    ActorId, Answer, Attribution, DateBounds, Edtf, Event, EventId, EventOrder, EventType, Grade, Instant, Payload,
    TrackKind,
};

/// What the fold asks of an event.
pub(crate) trait Entry: Copy {
    /// What a speaker is compared by.
    type Speaker: Copy + Ord;
    /// What a meeting or a proposal is found by, within its track and among its kind.
    type Name: Copy + Ord;

    /// Returns the id.
    fn id(self) -> EventId;
    /// Returns the type.
    fn event_type(self) -> EventType;
    /// Returns the place in the order that every fold follows.
    fn order(self) -> EventOrder;
    /// Returns when the desk wrote it down.
    fn recorded(self) -> Instant;
    /// Returns the bounds of when it occurred.
    fn occurred(self) -> DateBounds;
    /// Returns by what its speaker is compared.
    fn speaker(self) -> Self::Speaker;
    /// Tells whether its speaker is an actor, or one beneath it.
    fn is_said_within(self, actor: &ActorId) -> bool;
    /// Returns how the words reached the public.
    fn attribution(self) -> Attribution;
    /// Returns how good source and information are.
    fn grade(self) -> Option<Grade>;
    /// Tells whether it names events on which it acts, and which; in the order given.
    fn targets(&self) -> &[EventId];
    /// Returns the meeting that it is on.
    fn meeting(self) -> Option<Self::Name>;
    /// Returns the proposal that it is on.
    fn proposal(self) -> Option<Self::Name>;
    /// Returns the agreement that it is on.
    fn agreement(self) -> Option<Self::Name>;
    /// Returns the text of the name of its meeting or the like.
    fn subject(&self) -> &str;
    /// Returns the bounds of the date that it gives its meeting.
    fn when(self) -> Option<DateBounds>;
    /// Returns the answer that it gives to a proposal.
    fn answer(self) -> Option<Answer>;
    /// Returns the kind of the track that it opens.
    fn kind(self) -> Option<TrackKind>;

    /// Returns the instant at which the news was certainly out.
    fn heard(self) -> Instant {
        demarche_core::heard(self.occurred(), self.recorded())
    }

    /// Tells whether it is a retraction: the desk's housekeeping.
    fn is_retraction(self) -> bool {
        self.event_type() == EventType::EventRetracted
    }
}

impl<'e> Entry for &'e Event {
    type Speaker = &'e ActorId;
    type Name = &'e str;

    fn id(self) -> EventId {
        self.id
    }

    fn event_type(self) -> EventType {
        Event::event_type(self)
    }

    fn order(self) -> EventOrder {
        Event::order(self)
    }

    fn recorded(self) -> Instant {
        self.recorded
    }

    fn occurred(self) -> DateBounds {
        (Some(self.occurred.earliest()), self.occurred.latest())
    }

    fn speaker(self) -> &'e ActorId {
        &self.source.who
    }

    fn is_said_within(self, actor: &ActorId) -> bool {
        self.source.who.is_within(actor)
    }

    fn attribution(self) -> Attribution {
        self.source.attribution
    }

    fn grade(self) -> Option<Grade> {
        self.source.grade
    }

    fn targets(&self) -> &[EventId] {
        self.data.targets()
    }

    fn meeting(self) -> Option<&'e str> {
        self.data.meeting().map(AsRef::as_ref)
    }

    fn proposal(self) -> Option<&'e str> {
        self.data.proposal().map(AsRef::as_ref)
    }

    fn agreement(self) -> Option<&'e str> {
        self.data.agreement().map(AsRef::as_ref)
    }

    fn subject(&self) -> &str {
        self.meeting().or_else(|| self.proposal()).or_else(|| self.agreement()).unwrap_or_default()
    }

    fn when(self) -> Option<DateBounds> {
        self.data.when().map(Edtf::bounds)
    }

    fn answer(self) -> Option<Answer> {
        let Payload::ProposalAnswered(answered) = &self.data else { return None };
        Some(answered.answer)
    }

    fn kind(self) -> Option<TrackKind> {
        let Payload::TrackOpened(opened) = &self.data else { return None };
        Some(opened.kind)
    }
}
