//! What one can subscribe to.

use std::collections::BTreeSet;

use demarche_core::codec::decode;
use demarche_journal::Journal;

use super::support::{Api, fixture, id, stalled};

const ATOM: &str = "http://www.w3.org/2005/Atom";

/// The children of an element with a name.
fn children<'a, 'i>(node: roxmltree::Node<'a, 'i>, name: &str) -> Vec<roxmltree::Node<'a, 'i>> {
    node.children().filter(|child| child.has_tag_name((ATOM, name))).collect()
}

#[track_caller]
fn only<'a>(node: roxmltree::Node<'a, '_>, name: &str) -> &'a str {
    let [one] = children(node, name)[..] else { panic!("one {name}") };
    one.text().unwrap_or_default()
}

/// Holds a feed against what RFC 4287 demands: which elements there are, how often, and what they hold.
#[track_caller]
pub(super) fn is_valid(text: &str) -> usize {
    let document = roxmltree::Document::parse(text).unwrap();
    let feed = document.root_element();
    assert!(feed.has_tag_name((ATOM, "feed")));
    let mut ids = BTreeSet::new();
    let entries = children(feed, "entry");
    for node in std::iter::once(feed).chain(entries.iter().copied()) {
        let id = only(node, "id");
        assert!(id.starts_with("urn:demarche:") && id.bytes().all(|byte| byte.is_ascii_graphic()), "{id}");
        assert!(ids.insert(id.to_owned()), "{id} stands twice");
        assert!(!only(node, "title").is_empty());
        assert!(only(node, "updated").parse::<demarche_core::Instant>().is_ok());
        let alternate: Vec<_> =
            children(node, "link").into_iter().filter(|link| link.attribute("rel") == Some("alternate")).collect();
        assert_eq!(alternate.len(), 1);
        assert!(alternate[0].attribute("href").unwrap().starts_with('/'));
    }
    // An author of the feed is the author of every entry.
    assert_eq!(only(children(feed, "author")[0], "name"), "Demarche");
    let updated: Vec<&str> = entries.iter().map(|entry| only(*entry, "updated")).collect();
    assert!(updated.is_sorted_by(|one, other| one >= other), "{updated:?}");
    assert_eq!(updated.first().copied().unwrap_or(only(feed, "updated")), only(feed, "updated"));
    for entry in &entries {
        assert!(!only(*entry, "content").is_empty() || only(*entry, "title").contains("new"));
        assert!(children(*entry, "category")[0].attribute("term").is_some());
    }
    entries.len()
}

#[test]
fn a_feed_has_an_entry_for_each_change_of_status() {
    let api = Api::over("");
    let empty = api.get("/feed.atom");
    assert_eq!(empty.header("content-type"), "application/atom+xml; charset=utf-8");
    assert_eq!(is_valid(&empty.body), 0);
    let mut opened =
        stalled(Some(1), "us-ru").replace("2025-12-01T", "2025-11-01T").replace("\"2025-11\"", "\"2025-10\"");
    opened = opened.replace("track_stalled", "track_opened");
    opened =
        opened.replace("\"data\":{}", "\"data\":{\"title\":\"Talks\",\"kind\":\"summit\",\"parties\":[\"us\",\"ru\"]}");
    assert_eq!(api.post("/api/v1/events", opened).status, 201);
    assert_eq!(api.post("/api/v1/events", stalled(Some(2), "us-ru")).status, 201);
    let feed = api.get("/feed.atom").body;
    assert_eq!(is_valid(&feed), 2, "{feed}");
    for line in [
        "<id>urn:demarche:status:us-ru:2025-12-01T08:00:00Z</id>",
        "<title>Talks: stalled (before: open)</title>",
        "<title>Talks: open (new)</title>",
        "<category term=\"stalled\"/>",
        "<link rel=\"alternate\" href=\"/tracks/us-ru\"/>",
    ] {
        assert!(feed.contains(line), "{line} in {feed}");
    }
}

#[test]
fn time_that_passes_changes_a_status_in_the_feed() {
    let log = fixture("us-russia-2025.jsonl");
    let opened = log.lines().find(|line| line.contains("\"track\":\"us-ru/irritants\"")).unwrap();
    let feed = Api::over(&format!("{opened}\n")).get("/feed.atom").body;
    is_valid(&feed);
    // Recorded in October 2025, and the clock shows January 2026.
    assert!(feed.contains("stalled"), "{feed}");
}

#[test]
fn a_feed_that_is_kept_is_that_of_all_events() {
    let log = fixture("us-russia-2025.jsonl");
    let api = Api::over("");
    for lines in log.lines().collect::<Vec<_>>().chunks(20) {
        assert_eq!(api.post("/api/v1/events", lines.join("\n")).status, 201);
        for address in ["/feed.atom", "/feed.atom?reading=side:ru"] {
            is_valid(&api.get(address).body);
        }
    }
    for address in ["/feed.atom", "/feed.atom?reading=side:ru", "/feed.atom?track=us-ru"] {
        assert!(api.get(address).body == Api::over(&log).get(address).body, "{address}");
    }
}

#[test]
fn the_feed_of_the_examples_is_valid_and_may_be_of_some_tracks() {
    let api = Api::of_the_fixture();
    let all = is_valid(&api.get("/feed.atom").body);
    let feed = api.get("/feed.atom?track=us-ru/leaders&track=us-ru/min*").body;
    let some = is_valid(&feed);
    assert!(0 < some && some < all, "{some} of {all}");
    assert!(feed.contains("<id>urn:demarche:statuses:track=us-ru%2Fleaders&amp;track=us-ru%2Fmin*</id>"), "{feed}");
}

#[test]
fn a_feed_has_at_most_a_hundred_entries_the_newest() {
    let log: String = (0..150)
        .map(|number| {
            let second = format!("2025-12-01T08:{:02}:{:02}Z", number / 60, number % 60);
            stalled(Some(number), &format!("us-ru/t{number}")).replace("2025-12-01T08:00:00Z", &second) + "\n"
        })
        .collect();
    let feed = Api::over(&log).get("/feed.atom").body;
    assert_eq!(is_valid(&feed), 100);
    assert!(feed.contains("status:us-ru/t149:") && feed.contains("status:us-ru/t50:"));
    assert!(!feed.contains("status:us-ru/t49:"));
}

#[test]
fn a_calendar_may_be_of_one_track_or_of_several() {
    let api = Api::of_the_fixture();
    let all = api.get("/calendar.ics");
    assert_eq!(all.header("content-type"), "text/calendar; charset=utf-8");
    let entries = |calendar: &str| calendar.matches("BEGIN:VEVENT\r\n").count();
    let of = |track: &str| api.get(&format!("/calendar.ics?track={track}")).body;
    let (leaders, beneath) = (of("us-ru/leaders"), of("us-ru/**"));
    for calendar in [&all.body, &leaders, &beneath] {
        assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n") && calendar.ends_with("END:VCALENDAR\r\n"));
    }
    assert!(0 < entries(&leaders) && entries(&leaders) < entries(&beneath));
    assert!(entries(&beneath) < entries(&all.body));
    assert_eq!(entries(&of("nothing")), 0);
}

#[test]
fn a_digest_is_a_page_of_what_changed() {
    let api = Api::of_the_fixture();
    let reply = api.get("/digest.html?from=2025-10-21&to=2025-10-24");
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    assert!(reply.header("content-security-policy").contains("default-src 'none'"));
    assert!(reply.body.contains("<h1><bdi>What changed between 21 and 24 October 2025</bdi></h1>"), "{}", reply.body);
    assert!(reply.body.contains("15 tracks changed."));
    let today = api.get("/digest.html").body;
    assert!(today.contains("<h1><bdi>What changed since 31 December 2025</bdi></h1>"), "{today}");
    assert!(api.get("/digest.html?from=2025-10-21&track=us-ru/leaders").body.contains("1 track changed."));
    let problem = api.get("/digest.html?from=2025-10-24&to=2025-10-21").problem(400);
    assert_eq!(problem, "from is later than to: nothing can change backwards");
}

#[test]
fn another_desk_copies_the_journal_as_it_is_stored() {
    // The later event of the two was recorded first.
    let log = [stalled(Some(2), "us-ru/b"), stalled(Some(1), "us-ru/a")].join("\n") + "\n";
    let api = Api::over(&log);
    let all = api.get("/events.jsonl");
    assert_eq!(all.header("content-type"), "application/x-ndjson");
    assert_eq!(all.body, log);
    let rest = |after: u32| api.get(&format!("/events.jsonl?after={}", id(after))).body;
    assert_eq!((rest(2), rest(1)), (log.lines().nth(1).unwrap().to_owned() + "\n", String::new()));
    let problem = api.get(&format!("/events.jsonl?after={}", id(9))).problem(404);
    assert_eq!(problem, format!("after: there is no event {}", id(9)));
    let copy = Api::over("");
    assert_eq!(copy.post("/api/v1/events", all.body).status, 201);
    assert_eq!(copy.log(), log);
}

#[test]
fn lines_of_older_versions_are_copied_byte_for_byte() {
    let of_version = |number, version| stalled(Some(number), "us-ru").replacen(":3,", &format!(":{version},"), 1);
    let api = Api::over(&format!("{}\n{}\n", of_version(1, 1), of_version(2, 2)));
    // Other programs add lines, too, while the server runs.
    let mut other = Journal::open(&api.journal(), demarche_journal::Options::default()).unwrap();
    let line = of_version(4, 1);
    other.append_lines(&[(decode(line.as_bytes()).unwrap(), line)]).unwrap();
    assert_eq!(api.post("/api/v1/events", of_version(3, 3)).status, 201);
    let log = api.log();
    assert_eq!(
        log.lines().collect::<Vec<_>>(),
        [of_version(1, 1), of_version(2, 2), of_version(4, 1), of_version(3, 3)]
    );
    assert_eq!(api.get("/events.jsonl").body, log);
    assert_eq!(Api::over(&log).get("/events.jsonl").body, log);
}

#[test]
fn a_long_journal_is_copied_in_parts() {
    let log: String = (0..1300).map(|number| stalled(Some(number), "us-ru") + "\n").collect();
    assert!(Api::over(&log).get("/events.jsonl").body == log);
}
