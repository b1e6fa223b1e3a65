//! What there can be many of in a log.

/// A log with many of something.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    /// Makes the log with that many of them: the texts of its files, one or a folder of them.
    pub(crate) files: fn(u32) -> Vec<String>,
}

pub(crate) fn id(number: u32) -> String {
    format!("0199f3c0-5a00-7000-8000-{number:012x}")
}

/// An event a minute: so each is a moment at which something may change.
fn event(number: u32, event_type: &str, track: &str, who: &str, data: &str) -> String {
    at(number, number, event_type, track, who, data)
}

/// An event of which was heard at another minute than its number says.
fn at(number: u32, minute: u32, event_type: &str, track: &str, who: &str, data: &str) -> String {
    format!(
        "{{\"id\":\"{}\",\"v\":2,\"type\":\"{event_type}\",\"track\":\"{track}\",\"occurred\":\"{}\",\
         \"recorded\":\"2025-02-{}\",\"source\":{{\"who\":\"{who}\",\"attribution\":\"on_record\"}},\
         \"data\":{{{data}}}}}\n",
        id(number),
        occurred(minute),
        time(number),
    )
}

/// When the event of a minute occurred.
pub(crate) fn occurred(minute: u32) -> String {
    format!("2025-01-{}", time(minute))
}

fn time(minute: u32) -> String {
    format!("{:02}T{:02}:{:02}:00Z", minute / 1440 % 28 + 1, minute / 60 % 24, minute % 60)
}

fn opened(number: u32, track: &str, parties: &str) -> String {
    event(number, "track_opened", track, "us", &format!("\"title\":\"T\",\"kind\":\"summit\",\"parties\":[{parties}]"))
}

fn on(number: u32, event_type: &str, data: &str) -> String {
    event(number, event_type, "a/b", "us", data)
}

fn scheduled(number: u32, meeting: &str) -> String {
    on(number, "meeting_scheduled", &format!("\"meeting\":\"{meeting}\",\"when\":\"2025-11-03\",\"title\":\"M\""))
}

/// A claim about claims.
fn about(number: u32, event_type: &str, who: &str, claims: &[u32]) -> String {
    let claims: Vec<String> = claims.iter().map(|claim| format!("\"{}\"", id(*claim))).collect();
    event(number, event_type, "a/b", who, &format!("\"claims\":[{}]", claims.join(",")))
}

/// A track that was opened, a meeting that is scheduled, and that many events more, numbered from 3.
fn log(many: u32, make: impl Fn(u32) -> String) -> Vec<String> {
    let beginning = opened(1, "a/b", "\"us\",\"ru\"") + &scheduled(2, "m");
    vec![beginning + &(3..3 + many).map(make).collect::<String>()]
}

fn listed(many: u32, entry: impl Fn(u32) -> String) -> String {
    (0..many).map(|n| format!("\"{}\"", entry(n))).collect::<Vec<String>>().join(",")
}

/// A shape whose events are made one by one.
macro_rules! each {
    ($name:literal, $make:expr) => {
        Shape { name: $name, files: |many| log(many, $make) }
    };
}

/// Shapes of plain events.
const EVENTS: [Shape; 9] = [
    each!("events", |n| on(n, "track_stalled", "")),
    each!("events that come late", |n| at(n, 40_000 - n, "statement_made", "a/b", "us", "\"summary\":\"s\"")),
    each!("events that stand twice", |n| on(n / 2 + 2, "track_resumed", "")),
    each!("actors", |n| event(n, "track_stalled", "a/b", &format!("us/x{n}"), "")),
    each!("tracks", |n| opened(n, &format!("a/t{n}"), "\"us\"")),
    each!("nested tracks", |n| {
        let slugs = ["a", "b", &format!("c{}", n % 20), "d", "e", "f", &format!("g{}", n % 50), &format!("h{n}")];
        opened(n, &slugs[..n as usize % 8 + 1].join("/"), "\"us\"")
    }),
    each!("tracks beneath one", |n| {
        let track = (0..7).map(|level| format!("s{}", (n >> level) % 2)).collect::<Vec<String>>().join("/");
        opened(n, &format!("{track}/t{n}"), "\"us\"")
    }),
    each!("turns of a track", |n| {
        let turns = ["track_stalled", "track_resumed", "track_concluded"];
        let data = if n % 3 == 2 { "\"outcome\":\"failed\"" } else { "" };
        on(n, turns[n as usize % 3], data)
    }),
    Shape {
        name: "logs in a folder",
        files: |many| {
            let track = |n: u32| if n % 50 == 1 { "a/b".to_owned() } else { format!("a/t{}", n % 50) };
            (1..=many).map(|n| opened(n, &track(n), "\"us\"")).collect()
        },
    },
];

/// Shapes of meetings.
const MEETINGS: [Shape; 5] = [
    each!("meetings", |n| scheduled(n, &format!("m{n}"))),
    each!("meetings held", |n| on(n, "meeting_held", &format!("\"meeting\":\"m{n}\""))),
    each!("meetings on their days", |n| {
        let when = format!("20{:02}-{:02}-{:02}", n / 336 % 60 + 25, n / 28 % 12 + 1, n % 28 + 1);
        on(n, "meeting_scheduled", &format!("\"meeting\":\"m{n}\",\"when\":\"{when}\",\"venue\":\"V{n}\""))
    }),
    each!("changes of one meeting", |n| {
        on(n, "meeting_rescheduled", &format!("\"meeting\":\"m\",\"when\":\"2025-11-{:02}\"", n % 28 + 1))
    }),
    each!("venues of one meeting", |n| {
        on(n, "meeting_relocated", &format!("\"meeting\":\"m\",\"venue\":\"V{n}\""))
    }),
];

/// Shapes of what is negotiated, and said.
const MATTERS: [Shape; 9] = [
    each!("proposals", |n| {
        on(n, "proposal_made", &format!("\"proposal\":\"p{n}\",\"by\":\"us\",\"summary\":\"s\""))
    }),
    each!("proposals answered", |n| match n % 2 {
        0 => on(n, "proposal_answered", &format!("\"proposal\":\"p{}\",\"by\":\"ru\",\"answer\":\"accepted\"", n - 1)),
        _ => on(n, "proposal_made", &format!("\"proposal\":\"p{n}\",\"by\":\"us\",\"summary\":\"s\"")),
    }),
    each!("answers to one proposal", |n| {
        on(n, "proposal_answered", "\"proposal\":\"p\",\"by\":\"ru\",\"answer\":\"deferred\"")
    }),
    each!("agreements", |n| {
        on(n, "agreement_reached", &format!("\"agreement\":\"g{n}\",\"stage\":\"signed\",\"summary\":\"s\""))
    }),
    each!("stages of one agreement", |n| match n % 2 {
        0 => on(n, "agreement_reached", "\"agreement\":\"g\",\"stage\":\"signed\""),
        _ => on(n, "agreement_ended", "\"agreement\":\"g\",\"how\":\"suspended\""),
    }),
    each!("issues", |n| on(n, "issue_raised", &format!("\"issue\":\"i{n}\",\"title\":\"t\""))),
    each!("exchanges", |n| on(n, "exchange_completed", &format!("\"exchange\":\"e{n}\",\"of\":\"prisoners\""))),
    each!("measures", |n| {
        on(
            n,
            "measure_taken",
            &format!("\"measure\":\"m{n}\",\"of\":\"sanctions\",\"effect\":\"imposed\",\"by\":\"us\""),
        )
    }),
    each!("statements", |n| on(n, "statement_made", &format!("\"summary\":\"Statement {n}\""))),
];

/// Shapes of claims about claims, and of retractions.
const CLAIMS: [Shape; 11] = [
    each!("meetings denied", |n| match n % 2 {
        0 => about(n, "claim_denied", "ru", &[n - 1]),
        _ => scheduled(n, &format!("m{n}")),
    }),
    each!("denials of one claim", |n| about(n, "claim_denied", &format!("ru/x{n}"), &[2])),
    each!("confirmations of one claim", |n| about(n, "claim_confirmed", &format!("ru/x{n}"), &[2])),
    each!("withdrawals of one claim", |n| about(n, "claim_withdrawn", "us", &[2])),
    each!("denials in a chain", |n| about(n, "claim_denied", "ru", &[n - 1])),
    each!("denials withdrawn", |n| match n % 2 {
        0 => about(n, "claim_withdrawn", "ru", &[n - 1]),
        _ => about(n, "claim_denied", "ru", &[2]),
    }),
    // Meetings and denials in turn; each denial is of the meeting before, and of the denial before that.
    each!("meetings that share a chain of claims", |n| match n % 2 {
        0 => about(n, "claim_denied", "ru", &[n - 1, n - 2]),
        _ => scheduled(n, &format!("m{n}")),
    }),
    each!("retractions", |n| match n % 2 {
        0 => on(n, "event_retracted", &format!("\"event\":\"{}\",\"reason\":\"r\"", id(n - 1))),
        _ => scheduled(n, &format!("m{n}")),
    }),
    each!("retractions in a chain", |n| {
        on(n, "event_retracted", &format!("\"event\":\"{}\",\"reason\":\"r\"", id(n - 1)))
    }),
    Shape {
        name: "parties that each confirm",
        files: |many| {
            let parties = listed(many, |n| format!("us/x{n}"));
            let confirmed = |n: u32| about(3 + n, "claim_confirmed", &format!("us/x{n}"), &[2]);
            vec![opened(1, "a/b", &parties) + &scheduled(2, "m") + &(0..many).map(confirmed).collect::<String>()]
        },
    },
    Shape {
        name: "entries of one list",
        files: |many| {
            let parties = listed(many, |n| format!("us/x{n}"));
            let meetings: String = (3..3 + many).map(|n| scheduled(n, &format!("m{n}"))).collect();
            let claims: Vec<u32> = (3..3 + many).collect();
            vec![opened(1, "a/b", &parties) + &meetings + &about(3 + many, "claim_denied", "ru", &claims)]
        },
    },
];

pub(crate) fn shapes() -> impl Iterator<Item = &'static Shape> {
    EVENTS.iter().chain(&MEETINGS).chain(&MATTERS).chain(&CLAIMS)
}

/// Other people's files: a format, and a file of that many rows, made of the rows of a fixture, each of which is told
/// from the others by its first field where that is a number.
pub(crate) const IMPORTS: [(&str, &str, usize); 5] = [
    ("icews", "icews-made-up.tab", 1),
    ("icews-quads", "quads-made-up.tsv", 0),
    ("gdelt", "gdelt-2.0.tsv", 0),
    ("historyatstate", "historyatstate.csv", 1),
    ("csv", "desk.csv", 1),
];

/// Makes a file of that many rows, taken from a file whose head has `head` lines.
pub(crate) fn rows(text: &str, head: usize, many: u32) -> String {
    let (head, rows): (Vec<&str>, Vec<&str>) = {
        let mut lines = text.split_inclusive('\n');
        (lines.by_ref().take(head).collect(), lines.collect())
    };
    let numbered = |(number, row): (u32, &&str)| {
        let digits = row.bytes().take_while(u8::is_ascii_digit).count();
        let number = if digits == 0 { String::new() } else { (1_000_000 + number).to_string() };
        number + &row[digits..]
    };
    head.concat() + &(0..many).zip(rows.iter().cycle()).map(numbered).collect::<String>()
}
