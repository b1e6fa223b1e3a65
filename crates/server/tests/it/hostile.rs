//! Texts that would act on whoever reads them, in every field that holds a text, through everything that is served.

use serde_json::{Value, json};

use super::feeds::is_valid;
use super::support::{Api, fixture, id};

fn texts() -> Vec<String> {
    serde_json::from_str(&fixture("hostile-texts.json")).unwrap()
}

/// A journal with every text in every field that can hold it.
fn log() -> String {
    let mut log = String::new();
    for (number, text) in (0..).zip(texts()) {
        let track = format!("evil/track-{number}");
        let opened = json!({ "title": text, "kind": "other", "parties": ["ru", "us"] });
        let meeting = json!({ "meeting": "round", "title": text, "when": "2026-07-01", "venue": text });
        let proposal = json!({ "proposal": "p", "by": "us", "summary": text, "deadline": "2026-08" });
        let denial = json!({ "claims": [id(10 * number + 1)], "summary": text });
        let events = [
            ("track_opened", opened),
            ("meeting_scheduled", meeting),
            ("proposal_made", proposal),
            ("claim_denied", denial),
        ];
        for (kind, (event_type, data)) in (1..).zip(events) {
            let event = json!({
                "id": id(10 * number + kind), "v": 2, "type": event_type, "track": track, "occurred": "2025-12-01",
                "recorded": format!("2025-12-02T08:{number:02}:{kind:02}Z"),
                "source": { "who": if event_type == "claim_denied" { "us" } else { "ru/mfa" }, "attribution": "media" }, "cite": text, "note": text, "data": data,
            });
            let event = demarche_core::codec::decode(event.to_string().as_bytes()).unwrap();
            log.push_str(&demarche_core::codec::encode(&event));
            log.push('\n');
        }
    }
    log
}

/// Tells whether a character acts on a terminal.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n') || matches!(c, '\u{2028}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn nothing_acts_in_a_calendar() {
    let calendar = Api::over(&log()).get("/calendar.ics").body;
    let mut counts = [0; 2];
    for line in calendar.split("\r\n") {
        assert!(line.len() <= 75 && !line.contains(acts), "{line:?}");
        let name = line.split([':', ';']).next().unwrap();
        assert!(line.starts_with(' ') || name != "ATTENDEE", "{line}");
        assert!(!line.starts_with("BEGIN:VALARM"), "{line}");
        counts[0] += usize::from(line == "BEGIN:VEVENT");
        counts[1] += usize::from(line == "END:VCALENDAR");
    }
    // A meeting and a deadline of each track.
    assert_eq!(counts, [2 * texts().len(), 1]);
}

#[test]
fn nothing_acts_in_a_feed() {
    let api = Api::over(&log());
    for track in 0..texts().len() {
        let feed = api.get(&format!("/feed.atom?track=evil/track-{track}")).body;
        assert!(is_valid(&feed) > 0, "{feed}");
        assert!(!feed.contains(acts), "{feed}");
        let known = ["feed", "id", "title", "updated", "published", "author", "name", "generator", "link", "entry"];
        let document = roxmltree::Document::parse(&feed).unwrap();
        for element in document.descendants().filter(roxmltree::Node::is_element) {
            let name = element.tag_name().name();
            assert!(known.contains(&name) || ["category", "content"].contains(&name), "{name} in {feed}");
            assert_eq!(element.attribute("type").unwrap_or("text"), "text");
        }
    }
}

#[test]
fn nothing_acts_in_a_digest() {
    let page = Api::over(&log()).get("/digest.html?from=2025-11").body;
    assert!(page.contains("41 tracks changed."), "{page}");
    assert!(!page.contains(acts));
    let known = [
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "ul", "li", "strong", "a", "bdi",
        "!DOCTYPE",
    ];
    for tag in page.split('<').skip(1) {
        let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap();
        assert!(known.contains(&name), "<{name}");
        let tag = tag.split('>').next().unwrap();
        assert!(!tag.contains(" on") && !tag.contains("javascript:"), "<{tag}>");
    }
}

#[test]
fn nothing_acts_in_an_answer_and_every_text_comes_back_whole() {
    let api = Api::over(&log());
    for address in [
        "/api/v1/tracks",
        "/api/v1/events?limit=1000",
        "/api/v1/diff?from=2025-11",
        "/api/v1/agenda",
        "/api/v1/findings",
        "/api/v1/tracks/evil/track-40",
        "/api/v1/tracks/evil/track-40/why",
    ] {
        let reply = api.get(address);
        assert!(!reply.body.contains(acts), "{address}");
        assert!(reply.json().is_object() || reply.json().as_array().is_some_and(|list| !list.is_empty()));
    }
    let tracks = api.json("/api/v1/tracks?limit=1000");
    for (number, text) in texts().iter().enumerate() {
        let track = format!("evil/track-{number}");
        let state = tracks.as_array().unwrap().iter().find(|state| state["track"] == track.as_str()).unwrap();
        assert_eq!(state["title"], Value::from(text.as_str()));
    }
    let copied = api.get("/events.jsonl").body;
    assert_eq!(copied, log());
    let problem = api.get("/api/v1/tracks?reading=%1b%5d0;x%07%e2%80%ae").body;
    assert!(!problem.contains(acts), "{problem:?}");
}
