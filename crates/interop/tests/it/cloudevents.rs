//! Nothing is lost between an event and its CloudEvent, either way.

use demarche_core::strategy;
use demarche_interop::export::cloudevents::encode;
use demarche_interop::import::Format;
use proptest::prelude::*;

use super::support::import;

proptest! {
    #[test]
    fn every_event_comes_back(mut events in prop::collection::vec(strategy::event(), 0..5)) {
        // One id has one content.
        events.sort_by_key(|event| event.id);
        events.dedup_by_key(|event| event.id);
        let written: Vec<String> = events.iter().map(encode).collect();
        let pretty = |json: &String| {
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            serde_json::to_string_pretty(&value).unwrap()
        };
        let pretty: Vec<String> = written.iter().map(pretty).collect();
        for text in [written.join("\n"), format!("[{}]", written.join(",")), pretty.join("\n\n")] {
            let (read, report) = import(Format::CloudEvents, &text);
            prop_assert_eq!(&read, &events);
            prop_assert_eq!(report.rows, events.len() as u64);
        }
        // And the other way: what was read is written as it was.
        let again: Vec<String> = import(Format::CloudEvents, &written.join("\n")).0.iter().map(encode).collect();
        prop_assert_eq!(again, written);
    }
}

#[test]
fn the_envelope_says_what_brokers_want_to_know() {
    let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_cancelled","track":"us-ru/irritants","occurred":"2025-10-22T12:00:00+03:00","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media","grade":"B2"},"cite":"x","data":{"meeting":"moscow-round"}}"#;
    let expected = concat!(
        r#"{"specversion":"1.0","id":"0199f3c0-5a00-7000-8000-000000000001","source":"urn:demarche","#,
        r#""type":"demarche.meeting_cancelled.v3","subject":"us-ru/irritants","time":"2025-10-22T09:00:00Z","#,
        r#""recordedtime":"2025-10-23T08:00:00Z","datacontenttype":"application/json","data":{"#,
        r#""occurred":"2025-10-22T12:00:00+03:00","source":{"who":"izvestia","attribution":"media","grade":"B2"},"#,
        r#""cite":"x","data":{"meeting":"moscow-round"}}}"#,
    );
    let event = demarche_core::codec::decode(line).unwrap();
    let found = encode(&event);
    let value = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
    assert_eq!(value(&found), value(expected));
    // A date that is no instant has no `time`.
    let imprecise = demarche_core::Event { occurred: "2025-10".parse().unwrap(), ..event };
    assert!(!encode(&imprecise).contains("\"time\""));
}
