//! A text that is erased from the journal while it is served: the server has it no longer, and says what was erased.

use std::time::Duration;

use demarche_core::codec::decode;
use demarche_core::{Event, EventRedacted, Payload, TextField};
use demarche_journal::seal::SealingKey;
use demarche_journal::{Disk, Erasure};

use super::changes::heard;
use super::support::{Api, id, stalled};

const TEXT: &str = "A. Smith said so";

fn statement() -> String {
    let said = format!("{{\"summary\":\"{TEXT}\"}}");
    stalled(Some(1), "us-ru")
        .replace("track_stalled", "statement_made")
        .replace("\"data\":{}", &format!("\"data\":{said}"))
}

/// Erases the text from the journal, as a command does.
fn erase(api: &Api) {
    let key = SealingKey::new("example.org/desk", [7; 32]).unwrap();
    let (path, verifier) = (api.journal(), key.verifier());
    let fields = [TextField::Summary];
    let id = id(1).parse().unwrap();
    let erasure = Erasure::begin(&Disk, &path, id, &fields, &verifier, Duration::from_secs(10)).unwrap();
    let data = EventRedacted { reason: "asked for".into(), ..erasure.plan().redactions[0].clone() };
    let redaction = Event {
        id: "0199f3c0-5a00-7000-a000-000000000001".parse().unwrap(),
        data: data.into(),
        ..erasure.plan().event.clone()
    };
    assert!(matches!(redaction.data, Payload::EventRedacted(_)));
    erasure.commit(vec![redaction], &key).unwrap();
}

#[test]
fn a_text_that_is_erased_is_served_no_more() {
    let api = Api::over("");
    let run = api.get("/api/v1/stats").header("etag")[3..].split('-').next().unwrap().to_owned();
    let first = format!("{run}-0");
    for line in [statement(), stalled(Some(2), "us-ru")] {
        assert_eq!(api.post("/api/v1/events", line).status, 201);
    }
    let address = format!("/entries/{}", id(1));
    assert!(api.get(&address).body.contains(TEXT));
    assert!(api.log().contains(TEXT));

    erase(&api);
    // The server looks at the journal when something is entered.
    assert_eq!(api.post("/api/v1/events", stalled(Some(3), "us-ru")).status, 201);
    let entry = api.get(&address).body;
    assert!(entry.contains("What was erased") && entry.contains("the desk erases the summary"), "{entry}");
    let changes = heard(&api, Some(&first));
    assert!(changes.contains("event: reset"), "{changes}");
    for address in ["/", "/tracks/us-ru", "/api/v1/tracks/us-ru", "/events.jsonl", "/feed.atom", &address] {
        assert!(!api.get(address).body.contains(TEXT), "{address}");
    }
    assert!(!changes.contains(TEXT) && !api.log().contains(TEXT));

    // The original comes again: it is the entry that is there.
    let there = api.log();
    let again = api.post("/api/v1/events", statement());
    assert!(again.status.is_success(), "{}", again.body);
    assert_eq!(api.log(), there);
    assert!(decode(there.lines().next().unwrap().as_bytes()).is_ok());
}

#[test]
fn no_form_makes_a_redaction() {
    let api = Api::over(&(stalled(Some(1), "us-ru") + "\n"));
    let form = api.get("/record/event_redacted");
    assert!(form.status == 404 && form.body.contains("demarche erase"), "{}", form.body);
}
