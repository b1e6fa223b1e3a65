//! The HTTP API gives the answers of the command line: the same JSON for the same question.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use demarche_journal::{Journal, Options};
use demarche_server::{Access, Role, Server, World};
use serde_json::Value;
use tower::ServiceExt as _;

use super::support::{Folder, fixture, pinned, random, run};

/// A server over the journal of the examples, and the path of that journal.
struct Desk {
    _folder: Folder,
    journal: String,
    server: Server,
    runtime: tokio::runtime::Runtime,
}

impl Desk {
    fn open(name: &str) -> Self {
        let folder = Folder::new(name);
        let journal = folder.write("desk.jsonl", std::fs::read(fixture("us-russia-2025.jsonl")).unwrap());
        folder.write("names.tsv", std::fs::read(fixture("us-russia-2025.names.tsv")).unwrap());
        let names = std::fs::read_to_string(fixture("us-russia-2025.names.tsv")).unwrap().parse().unwrap();
        let store = Journal::open(journal.as_ref(), Options::default()).unwrap();
        let access = Access::everyone(Role::Recorder);
        let options =
            demarche_server::Options { names, world: World { now: pinned, random }, read_only: false, access };
        let server = Server::open(Box::new(store), options).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { _folder: folder, journal, server, runtime }
    }

    /// What the API answers.
    fn api(&self, address: &str) -> (u16, Value) {
        let request = Request::builder().uri(format!("/api/v1/{address}")).header("host", "127.0.0.1");
        self.runtime.block_on(async {
            let request = request.body(Body::empty()).unwrap();
            let response = self.server.router().oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            (status, serde_json::from_slice(&body).unwrap())
        })
    }

    /// What the command line prints.
    fn printed(&self, args: &[&str]) -> Value {
        let (command, options) = args.split_first().unwrap();
        let args = [&[*command, &self.journal, "--format", "json"], options].concat();
        let outcome = run(&args);
        assert_eq!(outcome.code, 0, "{args:?}: {}", outcome.stderr);
        serde_json::from_str(&outcome.stdout).unwrap()
    }
}

/// Questions, as the command line takes them and as the API does.
const QUESTIONS: [(&[&str], &str); 31] = [
    (&["replay"], "tracks"),
    (&["replay", "--as-of", "2025-05-20"], "tracks?as_of=2025-05-20"),
    (&["replay", "--known-at", "2025-10-22"], "tracks?known_at=2025-10-22"),
    (&["replay", "--today", "now", "--patience", "30"], "tracks?today=now&patience=30"),
    (&["replay", "--today", "2026", "--patience", "summit=5"], "tracks?today=2026&patience=summit%3D5"),
    (&["replay", "--reading", "side:ru", "--status", "proposed"], "tracks?reading=side:ru&status=proposed"),
    (&["replay", "--track", "us-ru/*", "--track", "us-il"], "tracks?track=us-ru/*&track=us-il"),
    (&["replay", "--track", "nothing"], "tracks?track=nothing"),
    (&["show", "--track", "us-ru/leaders"], "tracks/us-ru/leaders"),
    (&["show", "--track", "us-ru/irritants", "--as-of", "2025-07"], "tracks/us-ru/irritants?as_of=2025-07"),
    (&["why", "--track", "us-ru/leaders"], "tracks/us-ru/leaders/why"),
    (&["why", "--track", "us-ru/ministers", "--reading", "latest"], "tracks/us-ru%2Fministers/why?reading=latest"),
    (&["events"], "events"),
    (&["events", "--track", "us-ru/leaders", "--who", "ru"], "events?track=us-ru/leaders&who=ru"),
    (&["events", "--type", "claim_denied", "--type", "meeting_held"], "events?type=claim_denied&type=meeting_held"),
    (&["events", "--from", "2025-05", "--as-of", "2025-09"], "events?from=2025-05&as_of=2025-09"),
    (&["events", "--text", "SUMMIT", "--known-at", "2025-10-23"], "events?text=SUMMIT&known_at=2025-10-23"),
    (&["diff", "--from", "2025-10-21"], "diff?from=2025-10-21"),
    (
        &["diff", "--from", "2025-04", "--to", "2025-07", "--along", "occurred", "--track", "us-ru/**"],
        "diff?from=2025-04&to=2025-07&along=occurred&track=us-ru/**",
    ),
    (
        &["diff", "--from", "2025-10", "--along", "occurred", "--today", "now", "--status", "stalled"],
        "diff?from=2025-10&along=occurred&today=now&status=stalled",
    ),
    (&["compare", "--reading", "side:us", "--reading", "side:ru"], "compare?reading=side:us&reading=side:ru"),
    (
        &["compare", "--reading", "who:us", "--reading", "latest", "--only-different", "--as-of", "2025-10-22"],
        "compare?reading=who:us&reading=latest&only_different=true&as_of=2025-10-22",
    ),
    (&["agenda"], "agenda"),
    (&["agenda", "--today", "now", "--until", "2025-11"], "agenda?today=now&until=2025-11"),
    (&["agenda", "--reading", "side:us", "--track", "us-ru/**"], "agenda?reading=side:us&track=us-ru/**"),
    (&["check"], "findings"),
    (&["check", "--track", "us-ru/**"], "findings?track=us-ru/**"),
    (&["check", "--known-at", "2025-10-22", "--patience", "1"], "findings?known_at=2025-10-22&patience=1"),
    (&["check", "--today", "now"], "findings?today=now"),
    (&["stats"], "stats"),
    (&["replay", "--status", "stalled", "--status", "active"], "tracks?status=stalled&status=active"),
];

#[test]
fn the_same_question_has_the_same_answer() {
    let desk = Desk::open("api-same");
    let mut entries = 0;
    for (args, address) in QUESTIONS {
        let mut printed = desk.printed(args);
        let (status, answered) =
            desk.api(&format!("{address}{}limit=1000", if address.contains('?') { '&' } else { '?' }));
        // What is not a list has no pages.
        let (status, answered) = if status == 400 { desk.api(address) } else { (status, answered) };
        assert_eq!(status, 200, "{address}: {answered}");
        // These are of the files that the command line reads: on which line, and how often a line is repeated.
        for entry in printed.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            entry.remove("places");
        }
        if args[0] == "stats" {
            assert_eq!(printed.as_object_mut().unwrap().remove("repeated_lines"), Some(0.into()));
        }
        assert_eq!(answered, printed, "{args:?}");
        entries += answered.as_array().map_or(1, Vec::len);
    }
    assert!(entries > 200, "{entries}");
}

/// Questions that both refuse, with what they say of it.
const REFUSED: [(&[&str], &str, &str); 9] = [
    (&["replay", "--as-of", "2025-13"], "tracks?as_of=2025-13", "month 13"),
    (&["replay", "--reading", "x"], "tracks?reading=x", "\"x\""),
    (&["replay", "--today", "2025/.."], "tracks?today=2025/..", "a day at which to judge needs an end"),
    (&["replay", "--patience", "x=1"], "tracks?patience=x%3D1", "\"x\""),
    (&["events", "--type", "x"], "events?type=x", "\"x\""),
    (&["compare", "--reading", "latest"], "compare?reading=latest", "one reading compares with nothing"),
    (&["diff", "--from", "2025-10", "--to", "2025-09"], "diff?from=2025-10&to=2025-09", "nothing can change backwards"),
    (
        &["diff", "--from", "2025-10", "--known-at", "2025"],
        "diff?from=2025-10&known_at=2025",
        "bounds the time along which",
    ),
    (&["show", "--track", "us-ru/leadres"], "tracks/us-ru/leadres", "did you mean us-ru/leaders?"),
];

#[test]
fn what_the_command_line_refuses_the_api_refuses_in_the_same_words() {
    let desk = Desk::open("api-refused");
    for (args, address, words) in REFUSED {
        let (command, options) = args.split_first().unwrap();
        let outcome = run(&[&[*command, desk.journal.as_str()], options].concat());
        let (status, problem) = desk.api(address);
        assert!(matches!(status, 400 | 404), "{address}: {problem}");
        assert_eq!(outcome.code, 2, "{args:?}: {}", outcome.stderr);
        // The command line breaks lines.
        let printed = outcome.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(printed.contains(words), "{args:?}: {printed}");
        assert!(problem["detail"].as_str().unwrap().contains(words), "{address}: {problem}");
    }
}
