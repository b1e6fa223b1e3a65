//! Erasing: which texts of an event can be erased, and what then stands in their place.

use crate::{Event, EventType, Payload, TextField};

/// What stands where a text was erased.
pub const ERASED: &str = "[erased]";

impl Event {
    /// Returns the text of a field, if the event has that field and it can be erased.
    ///
    /// A redaction has no such text: its signature is over all of it.
    #[must_use]
    pub fn text(&self, field: TextField) -> Option<&str> {
        let text = match field {
            _ if self.event_type() == EventType::EventRedacted => None,
            TextField::Cite => self.cite.as_ref(),
            TextField::Note => self.note.as_ref(),
            TextField::Title | TextField::Reason | TextField::Summary | TextField::Outcome => text(&self.data, field),
        };
        text.map(AsRef::as_ref)
    }

    /// Returns the event with [`ERASED`] in place of the texts of some fields; fields that it does not have are
    /// ignored.
    ///
    /// ```
    /// use demarche_core::codec::decode;
    /// use demarche_core::{ERASED, TextField};
    ///
    /// let line = r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"note":"heard from A. Smith","data":{}}"#;
    /// let event = decode(line.as_bytes())?;
    /// let erased = event.erased(&[TextField::Note]);
    /// assert_eq!(erased.text(TextField::Note), Some(ERASED));
    /// assert_eq!((erased.id, &erased.data), (event.id, &event.data));
    /// # Ok::<(), demarche_core::codec::DecodeError>(())
    /// ```
    #[must_use]
    pub fn erased(&self, fields: &[TextField]) -> Self {
        let mut event = self.clone();
        for field in fields.iter().filter(|field| self.text(**field).is_some()) {
            let text = match field {
                TextField::Cite => event.cite.as_mut(),
                TextField::Note => event.note.as_mut(),
                TextField::Title | TextField::Reason | TextField::Summary | TextField::Outcome => {
                    text_mut(&mut event.data, *field)
                }
            };
            if let Some(text) = text {
                *text = ERASED.into();
            }
        }
        event
    }
}

/// Defines a function that finds the text of a field in a payload, shared or to be changed.
macro_rules! finds_text {
    ($name:ident: $payload:ty => $text:ty, [$($borrow:tt)+], $optional:ident) => {
        #[allow(clippy::wildcard_enum_match_arm, reason = "every other type has no such text")]
        fn $name(payload: $payload, field: TextField) -> Option<$text> {
            use TextField::{Outcome, Reason, Summary, Title};
            match (payload, field) {
                (Payload::TrackOpened(p), Title) => Some($($borrow)+ p.title),
                (Payload::MeetingProposed(p), Title) => p.title.$optional(),
                (Payload::MeetingScheduled(p), Title) => p.title.$optional(),
                (Payload::MeetingHeld(p), Title) => p.title.$optional(),
                (Payload::MeetingHeld(p), Outcome) => p.outcome.$optional(),
                (Payload::IssueRaised(p), Title) => p.title.$optional(),
                (Payload::TrackStalled(p), Reason) => p.reason.$optional(),
                (Payload::TrackResumed(p), Reason) => p.reason.$optional(),
                (Payload::MeetingRescheduled(p), Reason) => p.reason.$optional(),
                (Payload::MeetingRelocated(p), Reason) => p.reason.$optional(),
                (Payload::MeetingPostponed(p), Reason) => p.reason.$optional(),
                (Payload::MeetingCancelled(p), Reason) => p.reason.$optional(),
                (Payload::MeetingDeclined(p), Reason) => p.reason.$optional(),
                (Payload::AgreementEnded(p), Reason) => p.reason.$optional(),
                (Payload::EventRetracted(p), Reason) => Some($($borrow)+ p.reason),
                (Payload::TrackConcluded(p), Summary) => p.summary.$optional(),
                (Payload::ProposalMade(p), Summary) => Some($($borrow)+ p.summary),
                (Payload::ProposalAnswered(p), Summary) => p.summary.$optional(),
                (Payload::AgreementReached(p), Summary) => p.summary.$optional(),
                (Payload::IssueResolved(p), Summary) => p.summary.$optional(),
                (Payload::ExchangeCompleted(p), Summary) => p.summary.$optional(),
                (Payload::MeasureTaken(p), Summary) => p.summary.$optional(),
                (Payload::StatementMade(p), Summary) => Some($($borrow)+ p.summary),
                (Payload::ClaimConfirmed(p), Summary) => p.summary.$optional(),
                (Payload::ClaimDenied(p), Summary) => p.summary.$optional(),
                (Payload::ClaimWithdrawn(p), Summary) => p.summary.$optional(),
                _ => None,
            }
        }
    };
}

finds_text!(text: &Payload => &Box<str>, [&], as_ref);
finds_text!(text_mut: &mut Payload => &mut Box<str>, [&mut], as_mut);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{FieldKind, decode, encode, payload_fields};

    const V3: &str = include_str!("../tests/golden/v3.jsonl");

    #[test]
    fn every_free_text_can_be_erased_and_nothing_else_changes() {
        for line in V3.lines() {
            let event = decode(line.as_bytes()).unwrap();
            let json: serde_json::Value = serde_json::from_str(line).unwrap();
            for field in TextField::ALL {
                let pointer = format!("/{}", field.as_str().replace('.', "/"));
                let there = json.pointer(&pointer).and_then(serde_json::Value::as_str);
                let there = there.filter(|_| {
                    let is_text = |name| {
                        let of = payload_fields(event.event_type());
                        of.iter().find(|of| of.name == name).is_none_or(|of| of.kind == FieldKind::Text)
                    };
                    event.event_type() != EventType::EventRedacted
                        && is_text(field.as_str().trim_start_matches("data."))
                });
                assert_eq!(event.text(*field), there, "{field} of {line}");
                let mut expected = json.clone();
                if there.is_some() {
                    *expected.pointer_mut(&pointer).unwrap() = ERASED.into();
                }
                let erased = encode(&event.erased(&[*field]));
                assert_eq!(serde_json::from_str::<serde_json::Value>(&erased).unwrap(), expected);
            }
        }
    }

    #[test]
    fn the_texts_that_stay_are_compared_by_rules_or_signed() {
        for event_type in EventType::ALL {
            for field in payload_fields(*event_type).iter().filter(|field| field.kind == FieldKind::Text) {
                let path = format!("data.{}", field.name);
                let is_erasable = TextField::WORDS.contains(&path.as_str());
                assert!(is_erasable || ["venue", "signature"].contains(&field.name), "{event_type}: {path}");
            }
        }
    }
}
