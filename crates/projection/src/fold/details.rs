//! What an event says of its meeting, beyond its phase.

use demarche_core::{ActorId, Edtf, Event, MeetingFormat, MeetingLevel, MeetingMode, Payload};

/// What may be said about a meeting; what an event does not say stays as it was.
#[derive(Default)]
pub(crate) struct Details<'e> {
    pub(crate) title: Option<&'e str>,
    pub(crate) when: Option<&'e Edtf>,
    pub(crate) venue: Option<&'e str>,
    pub(crate) until: Option<&'e Edtf>,
    pub(crate) format: Option<MeetingFormat>,
    pub(crate) mode: Option<MeetingMode>,
    pub(crate) level: Option<MeetingLevel>,
    pub(crate) parties: &'e [ActorId],
}

/// The three types that give all details of a meeting.
macro_rules! full_details {
    ($payload:expr, $when:expr) => {
        Details {
            title: $payload.title.as_deref(),
            when: $when,
            venue: $payload.venue.as_deref(),
            until: None,
            format: $payload.format,
            mode: $payload.mode,
            level: $payload.level,
            parties: &$payload.parties,
        }
    };
}

impl<'e> Details<'e> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other type tells no detail of a meeting")]
    pub(crate) fn of(event: &'e Event) -> Self {
        match &event.data {
            Payload::MeetingProposed(p) => full_details!(p, p.when.as_ref()),
            Payload::MeetingScheduled(p) => full_details!(p, Some(&p.when)),
            Payload::MeetingHeld(p) => full_details!(p, Some(p.when.as_ref().unwrap_or(event.occurred.date()))),
            Payload::MeetingRescheduled(p) => {
                Self { when: Some(&p.when), venue: p.venue.as_deref(), ..Self::default() }
            }
            Payload::MeetingPostponed(p) => Self { until: p.until.as_ref(), ..Self::default() },
            Payload::MeetingRelocated(p) => Self { venue: Some(&p.venue), ..Self::default() },
            _ => Self::default(),
        }
    }
}
