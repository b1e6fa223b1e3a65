//! What the signature of a redaction is over, and whose it is.

use demarche_core::{Event, EventRedacted, Payload};

use crate::seal::{Note, NoteError, SealingKey, VerifierKey};

/// The first line of what is signed, which no checkpoint begins with: an origin has no spaces.
const HEAD: &str = "demarche event_redacted";

/// Signs a redaction with the key of the desk, in place of any signature that it has. Other events stay as they are.
///
/// The signature is the last line of a [`Note`] that says all that the redaction says: its id, when it was recorded, by
/// whom, the event, the fields, the reason, and both hashes.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_journal::seal::SealingKey;
/// use demarche_journal::{sign_redaction, verify_redaction};
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000002","v":3,"type":"event_redacted","track":"us-ru","occurred":"2025-10-24","recorded":"2025-10-24T08:00:00Z","source":{"who":"desk","attribution":"document"},"data":{"event":"0199f3c0-5a00-7000-8000-000000000001","fields":["note"],"reason":"asked for","original":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","redacted":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","signature":""}}"#;
/// let key = SealingKey::new("example.org/desk", [7; 32])?;
/// let mut redaction = decode(line)?;
/// sign_redaction(&mut redaction, &key);
/// assert!(verify_redaction(&redaction, &[key.verifier()]).is_ok());
/// redaction.id = "0199f3c0-5a00-7000-8000-000000000003".parse()?;
/// assert!(verify_redaction(&redaction, &[key.verifier()]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sign_redaction(event: &mut Event, key: &SealingKey) {
    let Payload::EventRedacted(redaction) = &event.data else { return };
    let note = Note::of_checked(text_of(event, redaction), key).to_string();
    let signature = note.lines().last().unwrap_or_default().into();
    if let Payload::EventRedacted(redaction) = &mut event.data {
        redaction.signature = signature;
    }
}

/// Checks that a redaction is signed by one of some keys.
///
/// # Errors
///
/// A [`NoteError`] that says why it is not, also if the event is no redaction.
pub fn verify_redaction(event: &Event, keys: &[VerifierKey]) -> Result<(), NoteError> {
    let not_signed = || NoteError::not_signed_by(keys);
    let Payload::EventRedacted(redaction) = &event.data else { return Err(not_signed()) };
    let text = text_of(event, redaction);
    let note = Note::parse(&format!("{text}\n{}\n", redaction.signature))?;
    // What stands in place of the signature comes from a log, and could bring a text of its own.
    if note.verify(keys)? == text { Ok(()) } else { Err(not_signed()) }
}

/// Returns what is signed: a line for each thing, which no text can break, since a reason is written as JSON.
fn text_of(event: &Event, redaction: &EventRedacted) -> String {
    let EventRedacted { event: target, fields, reason, original, redacted, signature: _ } = redaction;
    let fields: Vec<&str> = fields.iter().map(|field| field.as_str()).collect();
    let entered_by = event.entered_by.as_ref().map_or("-", |name| name.as_str());
    let (id, track, recorded, who) = (event.id, &event.track, event.recorded, &event.source.who);
    format!(
        "{HEAD}\nid {id}\ntrack {track}\nrecorded {recorded}\nwho {who}\nentered_by {entered_by}\nevent {target}\n\
         fields {}\nreason {}\noriginal {original}\nredacted {redacted}\n",
        fields.join(" "),
        serde_json::Value::from(&**reason),
    )
}
