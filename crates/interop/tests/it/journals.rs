//! Small made-up journals, and what exports are made of.

use demarche_core::codec::Reader;
use demarche_projection::Fold;

/// The fold of a log.
pub(crate) fn fold_of(log: &str) -> Fold {
    Fold::of(Reader::new(log.as_bytes()).map(|entry| entry.unwrap().event)).unwrap()
}

/// An event on a meeting; `data` is what follows the meeting's name.
pub(crate) fn on_meeting(number: u32, event_type: &str, text: &str, data: &str) -> String {
    let text = serde_json::to_string(text).unwrap();
    format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":1,\"type\":\"{event_type}\",\"track\":\"a-b\",\
         \"occurred\":\"2025-10-{number:02}\",\"recorded\":\"2025-10-{number:02}T08:00:00Z\",\
         \"source\":{{\"who\":\"a\",\"attribution\":\"on_record\"}},\"cite\":{text},\"note\":{text},\
         \"data\":{{\"meeting\":\"round\"{data}}}}}\n"
    )
}

/// A journal all of whose free text is the given one.
pub(crate) fn journal_of(text: &str) -> String {
    let json = serde_json::to_string(text).unwrap();
    let opened = format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-000000000009\",\"v\":1,\"type\":\"track_opened\",\"track\":\"a-b\",\
         \"occurred\":\"2025-10-09\",\"recorded\":\"2025-10-09T08:00:00Z\",\
         \"source\":{{\"who\":\"a\",\"attribution\":\"on_record\"}},\"cite\":{json},\
         \"data\":{{\"title\":{json},\"kind\":\"summit\",\"parties\":[\"a\",\"b\"]}}}}\n"
    );
    let details = format!(",\"title\":{json},\"venue\":{json},\"when\":\"2025-11-05\"");
    let reason = format!(",\"reason\":{json}");
    [
        opened,
        on_meeting(10, "meeting_scheduled", text, &details),
        on_meeting(11, "meeting_postponed", text, &reason),
        on_meeting(12, "meeting_rescheduled", text, ",\"when\":\"2025-12\""),
    ]
    .concat()
}

/// Events on one track, recorded one day after the other, each of a type with its data.
pub(crate) fn track_of(events: &[(&str, &str)]) -> Fold {
    let line = |(number, (event_type, data)): (usize, &(&str, &str))| {
        let day = number + 1;
        format!(
            "{{\"id\":\"0199f3c0-5a00-7000-8000-{day:012}\",\"v\":2,\"type\":\"{event_type}\",\"track\":\"a-b\",\
             \"occurred\":\"2025-10-{day:02}\",\"recorded\":\"2025-10-{day:02}T08:00:00Z\",\
             \"source\":{{\"who\":\"a\",\"attribution\":\"on_record\"}},\"data\":{data}}}\n"
        )
    };
    fold_of(&events.iter().enumerate().map(line).collect::<String>())
}
