//! The event: what was said, immutable and attributed.

use crate::{ActorId, EventId, EventType, Instant, Occurred, Payload, Source, TrackId};

/// One event: somebody's claim, or the desk's correction, as it was written down.
///
/// The type of every field ensures that it is valid, so code that receives an event need not check it again.
///
/// ```
/// use demarche_core::{Attribution, Event, MeetingCancelled, Source};
///
/// let event = Event {
///     id: "0199f3c0-5a00-7000-8000-000000000001".parse().unwrap(),
///     track: "us-ru/irritants".parse().unwrap(),
///     occurred: "2025-06".parse().unwrap(),
///     recorded: "2025-10-23T08:00:00Z".parse().unwrap(),
///     entered_by: Some("desk/ana".parse().unwrap()),
///     source: Source {
///         who: "izvestia".parse().unwrap(),
///         via: None,
///         attribution: Attribution::Media,
///         grade: Some("B2".parse().unwrap()),
///     },
///     cite: Some("izvestia-2025-10-23#F06".into()),
///     note: None,
///     data: MeetingCancelled {
///         meeting: "moscow-round".parse().unwrap(),
///         by: Some("us".parse().unwrap()),
///         reason: None,
///     }
///     .into(),
/// };
/// assert_eq!(event.event_type().as_str(), "meeting_cancelled");
/// let line = demarche_core::codec::encode(&event);
/// assert_eq!(demarche_core::codec::decode(line.as_bytes()).unwrap(), event);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Event {
    /// Its id, unique in a log.
    pub id: EventId,
    /// The track to which it belongs.
    pub track: TrackId,
    /// When it happened or was said, often imprecise.
    pub occurred: Occurred,
    /// When the desk wrote it down, always exact.
    pub recorded: Instant,
    /// Who at the desk wrote it down, by a name that the desk chose.
    pub entered_by: Option<ActorId>,
    /// Who says so.
    pub source: Source,
    /// Where it can be read: a URL or a citation key.
    pub cite: Option<Box<str>>,
    /// A remark by the desk.
    pub note: Option<Box<str>>,
    /// What is said, by its type.
    pub data: Payload,
}

/// The place of an event in the order that every fold follows.
///
/// The order is total: by when the event was told ([`Event::told`]), then by when it was recorded, then by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventOrder {
    /// When it was told.
    pub told: Instant,
    /// When it was recorded.
    pub recorded: Instant,
    /// Its id.
    pub id: EventId,
}

impl Event {
    /// Returns the type of the event.
    #[must_use]
    pub const fn event_type(&self) -> EventType {
        self.data.event_type()
    }

    /// Returns the event's place in the order that every fold follows.
    #[must_use]
    pub fn order(&self) -> EventOrder {
        EventOrder { told: self.told(), recorded: self.recorded, id: self.id }
    }

    /// Returns when the event was told: at the first instant at which it can have occurred, but not after it was
    /// recorded.
    ///
    /// Nothing is known before it happened. So an entry that is dated in the future by mistake takes its place on the
    /// day on which it was written down.
    #[must_use]
    pub fn told(&self) -> Instant {
        self.occurred.earliest().min(self.recorded)
    }

    /// Returns the instant at which the news was certainly out.
    ///
    /// An event was heard at the latest instant at which it can have occurred, but not after it was recorded: an event
    /// dated "2025" may have happened as late as the day on which the desk wrote it down. So silence is claimed only
    /// when it is certain.
    #[must_use]
    pub fn heard(&self) -> Instant {
        heard(self.occurred.latest(), self.recorded)
    }
}

/// Returns the instant at which the news of something was certainly out, by the last instant at which it can have
/// occurred and by when it was recorded ([`Event::heard`]).
#[must_use]
pub fn heard(latest: Option<Instant>, recorded: Instant) -> Instant {
    latest.map_or(recorded, |latest| latest.min(recorded))
}
