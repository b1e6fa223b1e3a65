//! The payload of each type on the wire: its fields in canonical order, read and written from one table.

use std::borrow::Cow;

use super::error::DecodeError;
use super::fields::{self, FieldKind, Fields as _};
use super::object_writer::{ObjectWriter, key};
use super::walk::{self, Field, Order, Pick, Walker};
use crate::edtf::date_cache::DateReader;
use crate::jsonl::Value;
use crate::{
    AgreementEnded, AgreementReached, ClaimConfirmed, ClaimDenied, ClaimWithdrawn, EventRedacted, EventRetracted,
    EventType, ExchangeCompleted, IssueRaised, IssueResolved, MeasureTaken, MeetingCancelled, MeetingDeclined,
    MeetingHeld, MeetingPostponed, MeetingProposed, MeetingRelocated, MeetingRescheduled, MeetingScheduled, Payload,
    ProposalAnswered, ProposalMade, StatementMade, TrackConcluded, TrackOpened, TrackResumed, TrackStalled,
};

/// A field of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayloadField {
    /// Its key.
    pub name: &'static str,
    /// Whether it is required.
    pub need: Need,
    /// What the field can hold.
    pub kind: FieldKind,
}

/// Whether a field of a payload is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It is required.
    Required,
    /// It is optional.
    Optional,
    /// It is an optional list.
    List,
}

/// The names that the table of payloads uses.
macro_rules! need {
    (required) => {
        Need::Required
    };
    (optional) => {
        Need::Optional
    };
    (list) => {
        Need::List
    };
}

/// Checks that a required field was skipped over.
macro_rules! passed {
    (required $is_there:expr) => {
        $is_there?.then_some(())?
    };
    ($optional:ident $is_there:expr) => {
        $is_there?
    };
}

/// Makes a field from the value that was taken, if there was one.
macro_rules! taken {
    (required $value:expr) => {
        $value??
    };
    (optional $value:expr) => {
        $value?
    };
    (list $value:expr) => {
        $value?.unwrap_or_default()
    };
}

/// Makes the reader and the writer of all payloads from a table of their fields. A payload field or a type that is
/// missing from the table does not compile.
macro_rules! payloads {
    ($( $type:ident { $( $kind:ident $field:ident ),+ $(,)? } )+) => {
        /// Reads the payload of a type.
        pub(super) fn read(event_type: EventType, value: &Value<'_>) -> Result<Payload, DecodeError> {
            let mut object = value.object(Cow::Owned(format!("`data` of {event_type}")))?;
            match event_type {
                $( EventType::$type => {
                    object.only(&[$( stringify!($field) ),+])?;
                    Ok($type { $( $field: object.$kind(stringify!($field))?, )+ }.into())
                } )+
            }
        }

        /// Reads the payload of an event type at the walker's position. Returns `None` if the text holds anything else,
        /// or an unusual spelling of it.
        pub(super) fn take<'t, D: DateReader, O: Order>(
            event_type: EventType,
            walker: &mut Walker<'t, D>,
            text: &'t str,
        ) -> Option<Payload> {
            let mut object = walk::Fields::<_, O>::enter(walker)?;
            let payload = match event_type {
                $( EventType::$type => $type {
                    $( $field: taken!($kind object.take(key!(stringify!($field)), text)), )+
                }.into(), )+
            };
            object.leave()?;
            Some(payload)
        }

        /// Skips the payload of a type in a line, as strictly as [`take`], and reports its fields.
        #[inline(always)]
        pub(super) fn pass<'t, D: DateReader, O: Order>(
            event_type: EventType,
            walker: &mut Walker<'t, D>,
            picks: &mut impl Pick<'t>,
        ) -> Option<()> {
            let mut object = walk::Fields::<_, O>::enter(walker)?;
            match event_type {
                $( EventType::$type => {
                    $(
                        let field = Field { event_type: EventType::$type, name: stringify!($field) };
                        let value = fields::$kind(|payload: &$type| &payload.$field);
                        passed!($kind object.pass(key!(stringify!($field)), value, field, picks));
                    )+
                } )+
            }
            object.leave()
        }

        /// Returns the fields that the payload of a type may have, in canonical order.
        #[must_use]
        pub const fn payload_fields(event_type: EventType) -> &'static [PayloadField] {
            match event_type {
                $( EventType::$type => const { &[ $( PayloadField {
                    name: stringify!($field),
                    need: need!($kind),
                    kind: fields::$kind(|payload: &$type| &payload.$field).kind(),
                } ),+ ] }, )+
            }
        }

        /// Writes a payload.
        pub(super) fn write(payload: &Payload, out: &mut Vec<u8>) {
            let mut object = ObjectWriter::new(out);
            match payload {
                $( Payload::$type(payload) => {
                    $( object.$kind(key!(stringify!($field)), &payload.$field); )+
                } )+
            }
            object.end();
        }
    };
}

payloads! {
    TrackOpened { required title, required kind, required parties, list mediators }
    TrackStalled { optional reason }
    TrackResumed { optional reason }
    TrackConcluded { required outcome, optional summary }
    MeetingProposed {
        required meeting, optional title, optional by, optional when, optional venue, optional format, optional mode,
        optional level, list parties
    }
    MeetingScheduled {
        required meeting, required when, optional title, optional by, optional venue, optional format, optional mode,
        optional level, list parties
    }
    MeetingRescheduled { required meeting, required when, optional venue, optional by, optional reason }
    MeetingRelocated { required meeting, required venue, optional by, optional reason }
    MeetingPostponed { required meeting, optional by, optional reason, optional until }
    MeetingCancelled { required meeting, optional by, optional reason }
    MeetingDeclined { required meeting, required by, optional reason }
    MeetingHeld {
        required meeting, optional title, optional when, optional venue, optional format, optional mode, optional level,
        list parties, optional outcome
    }
    ProposalMade { required proposal, required by, required summary, list to, optional deadline }
    ProposalAnswered { required proposal, required by, required answer, optional summary }
    AgreementReached { required agreement, required stage, optional summary, list parties, optional until }
    AgreementEnded { required agreement, required how, optional by, optional reason }
    IssueRaised { required issue, optional title, optional by }
    IssueResolved { required issue, required extent, optional summary }
    ExchangeCompleted { required exchange, required of, optional summary, list parties }
    MeasureTaken {
        required measure, required of, required effect, required by, list against, optional effective, optional summary
    }
    StatementMade { required summary, optional stance, optional about }
    ClaimConfirmed { required claims, optional summary }
    ClaimDenied { required claims, optional summary }
    ClaimWithdrawn { required claims, optional summary }
    EventRetracted { required event, required reason }
    EventRedacted {
        required event, required fields, required reason, required original, required redacted, required signature
    }
}
