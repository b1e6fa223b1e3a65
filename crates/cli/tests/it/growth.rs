//! Four times as much of anything takes about four times the work, whatever is asked.
//!
//! Work is the time that this thread spent on the processor, least of several runs: what else the machine does is not
//! counted. Four times the work is linear, sixteen times is quadratic; the limit is low, since even where something grows
//! with the square, most of the work may still be linear at this size.

use rustix::time::{ClockId, clock_gettime};

use super::support::{Folder, run};

/// How many there are of what a log has many of, before they are made four times as many.
const MANY: u32 = 500;

/// How much more work four times as much may take.
const LIMIT: f64 = 6.0;

/// What takes less is not judged, in seconds: starting up and noise would decide.
const LEAST_SECONDS: f64 = 0.02;

fn id(number: u32) -> String {
    format!("0199f3c0-5a00-7000-8000-{number:012x}")
}

fn event(number: u32, event_type: &str, track: &str, who: &str, data: &str) -> String {
    format!(
        "{{\"id\":\"{}\",\"v\":1,\"type\":\"{event_type}\",\"track\":\"{track}\",\"occurred\":\"2025-01-{:02}\",\
         \"recorded\":\"2025-02-{:02}T{:02}:{:02}:00Z\",\"source\":{{\"who\":\"{who}\",\
         \"attribution\":\"on_record\"}},\"data\":{{{data}}}}}\n",
        id(number),
        number / 720 % 28 + 1,
        number / 1440 % 28 + 1,
        number / 60 % 24,
        number % 60
    )
}

fn opened(number: u32, track: &str, parties: &str) -> String {
    event(number, "track_opened", track, "us", &format!("\"title\":\"T\",\"kind\":\"summit\",\"parties\":[{parties}]"))
}

fn scheduled(number: u32, meeting: &str) -> String {
    event(
        number,
        "meeting_scheduled",
        "a/b",
        "us",
        &format!("\"meeting\":\"{meeting}\",\"title\":\"M\",\"when\":\"2025-11-03\""),
    )
}

fn about(number: u32, event_type: &str, who: &str, claim: u32) -> String {
    event(number, event_type, "a/b", who, &format!("\"claims\":[\"{}\"]", id(claim)))
}

/// Makes the event of a number.
type Make = fn(u32) -> String;

/// What there can be many of: a name, and how the log goes on behind an opened track and a scheduled meeting.
const SHAPES: [(&str, Make); 14] = [
    ("events", |n| event(n, "track_stalled", "a/b", "us", "")),
    ("actors", |n| event(n, "track_stalled", "a/b", &format!("us/x{n}"), "")),
    ("tracks", |n| opened(n, &format!("a/t{n}"), "\"us\"")),
    ("nested tracks", |n| {
        opened(n, &["a", "b", "c", "d", "e", "f", "g", &format!("h{n}")][..n as usize % 8 + 1].join("/"), "\"us\"")
    }),
    ("meetings", |n| scheduled(n, &format!("m{n}"))),
    ("meetings held", |n| event(n, "meeting_held", "a/b", "us", &format!("\"meeting\":\"m{n}\""))),
    ("changes of one meeting", |n| {
        event(
            n,
            "meeting_rescheduled",
            "a/b",
            "us",
            &format!("\"meeting\":\"m\",\"when\":\"2025-11-{:02}\"", n % 28 + 1),
        )
    }),
    ("meetings denied", |n| {
        if n % 2 == 0 { scheduled(n, &format!("m{n}")) } else { about(n, "claim_denied", "ru", n - 1) }
    }),
    ("denials of one claim", |n| about(n, "claim_denied", &format!("ru/x{n}"), 2)),
    ("confirmations of one claim", |n| about(n, "claim_confirmed", &format!("ru/x{n}"), 2)),
    ("denials in a chain", |n| about(n, "claim_denied", "ru", n - 1)),
    ("retractions in a chain", |n| {
        event(n, "event_retracted", "a/b", "us", &format!("\"event\":\"{}\",\"reason\":\"r\"", id(n - 1)))
    }),
    ("proposals", |n| {
        event(n, "proposal_made", "a/b", "us", &format!("\"proposal\":\"p{n}\",\"by\":\"us\",\"summary\":\"s\""))
    }),
    ("issues", |n| event(n, "issue_raised", "a/b", "us", &format!("\"issue\":\"i{n}\",\"title\":\"t\""))),
];

/// What is asked. `timeline` is missing: it works out a state for each moment of a track, of all events until then, and
/// grows with the square of the events on a track.
const QUESTIONS: [&[&str]; 15] = [
    &["replay", "--threads", "1"],
    &["replay", "--threads", "1", "--format", "jsonl"],
    &["replay", "--skip-unknown", "--on-error", "skip", "--format", "json"],
    &["show", "--track", "a/b", "--threads", "1"],
    &["show", "--track", "a/b", "--threads", "1", "--format", "json"],
    &["why", "--track", "a/b", "--threads", "1"],
    &["events", "--threads", "1"],
    &["diff", "--from", "2025-01-01", "--to", "2025-03-01"],
    &["compare", "--reading", "prudent", "--reading", "latest"],
    &["check"],
    &["stats", "--threads", "1"],
    &["export", "ics"],
    &["export", "json-ld"],
    &["export", "digest", "--since", "2025-01-01"],
    &["export", "csv"],
];

fn log(make: Make, many: u32) -> String {
    let beginning = opened(1, "a/b", "\"us\",\"ru\"") + &scheduled(2, "m");
    beginning + &(3..3 + many).map(make).collect::<String>()
}

/// A log in which one list has many entries.
fn lists(many: u32) -> String {
    let parties: Vec<String> = (0..many).map(|n| format!("\"us/x{n}\"")).collect();
    let claims: Vec<String> = (3..3 + many).map(|n| format!("\"{}\"", id(n))).collect();
    let meetings: String = (3..3 + many).map(|n| scheduled(n, &format!("m{n}"))).collect();
    let denied = event(3 + many, "claim_denied", "a/b", "ru", &format!("\"claims\":[{}]", claims.join(",")));
    opened(1, "a/b", &parties.join(",")) + &meetings + &denied
}

/// The least work that an answer took, in seconds.
fn work(question: &[&str], log: &str, runs: usize) -> f64 {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let args = [question, &[log]].concat();
    let measured = (0..runs).map(|_| {
        let begun = now();
        let outcome = run(&args);
        assert!(outcome.code == 0 || question == ["check"], "{question:?}: {}", outcome.stderr);
        now() - begun
    });
    measured.fold(f64::INFINITY, f64::min)
}

#[test]
fn four_times_as_much_of_anything_takes_less_than_six_times_the_work() {
    let folder = Folder::new("growth");
    let shapes = SHAPES.map(|(name, make)| (name, log(make, MANY), log(make, 4 * MANY)));
    let lists = ("entries of one list", lists(MANY), lists(4 * MANY));
    let mut too_much = Vec::new();
    for (name, few, many) in shapes.into_iter().chain([lists]) {
        let (few, many) = (folder.write("few.jsonl", few), folder.write("many.jsonl", many));
        for question in QUESTIONS {
            let grown = |runs| {
                let more = work(question, &many, runs);
                if more < LEAST_SECONDS { 0.0 } else { more / work(question, &few, runs) }
            };
            // One run may be disturbed; what grows too fast does so every time.
            if grown(1) > LIMIT && grown(3) > LIMIT {
                too_much.push(format!("{name}: {}", question.join(" ")));
            }
        }
    }
    assert!(too_much.is_empty(), "work grows too fast with:\n{}", too_much.join("\n"));
}
