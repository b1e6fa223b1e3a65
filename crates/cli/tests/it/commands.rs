//! What the commands do beyond what the snapshots in `tests/cmd` show.

use demarche_cli::Terminal;

use super::support::{COMMANDS, Folder, fixture, line, run, run_with};

fn journal() -> String {
    fixture("us-russia-2025.jsonl")
}

#[test]
fn wrong_usage_is_exit_code_2_with_a_way_on() {
    let journal = journal();
    for (args, way_on) in [
        (&["replay"][..], "LOG"),
        (&["replay", &journal, "--as-of", "next Thursday"], "expected a date such as"),
        (&["replay", &journal, "--today", "2025-10/.."], "needs an end"),
        (&["replay", &journal, "--reading", "sideways"], "prudent, latest, on-record"),
        (&["replay", &journal, "--reading", "grade:Z9"], "a letter A-F and a digit 1-6"),
        (&["replay", &journal, "--patience", "sumit=30"], "summit"),
        (&["replay", &journal, "--patience", "-3"], ""),
        (&["replay", &journal, "--status", "fine"], "scheduled"),
        (&["replay", &journal, "--track", "us-ru/[", "--format", "json"], "character"),
        (&["show", &journal, "--track", "us-ru/irritant"], "did you mean us-ru/irritants?"),
        (&["why", &journal, "--track", "zzz"], "`demarche replay` lists the tracks"),
        (&["show", &journal, "--track", "us-ru/leaders", "--known-at", "2024"], "widen --as-of and --known-at"),
        (&["compare", &journal, "--reading", "prudent"], "at least twice"),
        (&["diff", &journal, "--from", "2025", "--known-at", "2025"], "leave --known-at out"),
        (&["diff", &journal, "--from", "2025-10", "--to", "2025-09-30"], "give the earlier moment as --from"),
        (
            &["diff", &journal, "--from", "2025-10", "--to", "2025-09", "--along", "occurred"],
            "--from is later than --to",
        ),
        (&["replay", &journal, "--track", ""], "an empty pattern"),
        (&["watch", &journal, "--for", "-1"], "such as 30 or 2.5"),
        (&["watch", &journal, "--for", "soon"], "such as 30 or 2.5"),
        (&["watch", &journal, "--format", "csv"], "give --format table or jsonl"),
        (&["retract", "-j", "nowhere.jsonl", "#7", "--reason", "x"], "there is no journal nowhere.jsonl"),
        (&["man", "sing"], "expected one of: replay"),
        (&["sing"], "--help"),
        (&["replya"], "replay"),
    ] {
        let outcome = run(args);
        assert_eq!((outcome.code, &*outcome.stdout), (2, ""), "{args:?}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(way_on), "{args:?}: {}", outcome.stderr);
    }
}

#[test]
fn today_is_the_last_entry_of_the_log_unless_asked_otherwise() {
    let journal = journal();
    let status = |today: &str| {
        let track = "us-ru/irritants";
        let outcome = run(&["replay", &journal, "--track", track, "--format", "json", "--today", today]);
        let states: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        states[0]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status("2025-12-01"), "proposed");
    assert_eq!(status("2026-03-01"), "stalled");
    // The pinned clock stands at the first instant of 2026.
    let now = run(&["replay", &journal, "--today", "now"]).stdout;
    assert_eq!(now, run(&["replay", &journal, "--today", "2026-01-01T00:00:00Z"]).stdout);
    assert_eq!(run(&["replay", &journal]).stdout, run(&["replay", &journal, "--today", "2025-10-23"]).stdout);
}

#[test]
fn patience_may_differ_by_kind() {
    let journal = journal();
    let stalled = |patience: &[&str]| {
        let args = ["replay", &journal, "--today", "2025-11-30", "--status", "stalled", "--format", "jsonl"];
        run(&[&args, patience].concat()).stdout.lines().count()
    };
    let all = stalled(&["--patience", "1"]);
    assert!(all > 5, "{all}");
    let summits = stalled(&["--patience", "1000", "--patience", "summit=1"]);
    assert!(summits >= 1 && summits < all, "{summits} of {all}");
}

#[test]
fn tracks_are_chosen_by_pattern() {
    let journal = journal();
    let tracks = |glob: &str| {
        let outcome = run(&["replay", &journal, "--track", glob, "--format", "csv"]);
        outcome.stdout.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(tracks("us-ru/irritants"), ["us-ru/irritants"]);
    assert_eq!(tracks("us-ru/irritants/*").len(), 2);
    assert_eq!(tracks("*"), ["hu-ru", "us-hu", "us-il", "us-ru"]);
    assert_eq!(tracks("us-ru/**").len(), 10);
    assert!(tracks("nothing/**").is_empty());
}

#[test]
fn no_table_breaks_a_name_where_it_has_room_for_it() {
    let (journal, json) = (journal(), run(&["replay", &journal(), "--format", "json"]).stdout);
    let states: serde_json::Value = serde_json::from_str(&json).unwrap();
    for columns in [40_u16, 60, 72, 80, 100, 120, 140, 160] {
        let terminal = Terminal { columns: Some(columns), ..Terminal::default() };
        let told = run_with(&["replay", &journal], b"", terminal).stdout;
        let words: Vec<&str> = told.split([' ', '\n', ',']).collect();
        for state in states.as_array().unwrap() {
            let segment = state["track"].as_str().unwrap().rsplit('/').next().unwrap();
            assert!(words.contains(&segment), "{segment} at {columns}:\n{told}");
            for name in [&state["next"]["meeting"], &state["open_proposals"][0]] {
                let name = name.as_str().unwrap_or(segment);
                assert!(words.contains(&name), "{name} at {columns}:\n{told}");
            }
        }
        assert!(words.contains(&"orban-in-washington"), "at {columns}:\n{told}");
    }
}

#[test]
fn the_tree_names_what_stands_above_a_chosen_track() {
    let outcome = run(&["replay", &journal(), "--track", "us-ru/irritants/direct-flights"]);
    let first: Vec<&str> = outcome.stdout.lines().skip(1).take(3).collect();
    assert_eq!(first[0], "us-ru");
    assert_eq!(first[1], "  irritants");
    assert!(first[2].starts_with("    direct-flights"), "{first:?}");
}

#[test]
fn tables_fit_the_terminal() {
    let journal = journal();
    for columns in [32_u16, 40, 50, 60, 72, 80, 100, 120, 140, 160, 200] {
        for args in [
            &["replay", &journal][..],
            &["show", &journal, "--track", "us-ru/irritants"],
            &["why", &journal, "--track", "us-ru/leaders"],
            &["events", &journal],
            &["diff", &journal, "--from", "2025-05", "--along", "occurred"],
            &["history", &journal],
            &["agenda", &journal],
            &["compare", &journal, "--reading", "side:us", "--reading", "side:ru"],
            &["stats", &journal],
        ] {
            let outcome = run_with(args, b"", Terminal { columns: Some(columns), ..Terminal::default() });
            assert_eq!(outcome.code, 0);
            let widest = outcome.stdout.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(widest <= usize::from(columns), "{args:?} at {columns}: {widest}\n{}", outcome.stdout);
        }
    }
}

#[test]
fn colour_is_only_where_it_is_wanted() {
    let journal = journal();
    let coloured = |terminal: Terminal, choice: &str| {
        run_with(&["replay", &journal, "--color", choice], b"", terminal).stdout.contains('\u{1b}')
    };
    let (plain, colour) = (Terminal::default(), Terminal { colour: true, ..Terminal::default() });
    assert!(coloured(colour, "auto") && coloured(plain, "always"));
    assert!(!coloured(plain, "auto") && !coloured(colour, "never"));
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let outcome = run(&["completions", shell]);
        assert_eq!(outcome.code, 0);
        assert!(outcome.stdout.contains("demarche") && outcome.stdout.contains("replay"), "{shell}");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let page = run(&["man"]).stdout;
    assert!(page.contains(".TH demarche 1"), "{page}");
    for command in COMMANDS {
        let page = run(&["man", command]).stdout;
        assert!(page.contains(&format!(".TH demarche-{command} 1")), "{command}: {page}");
    }
}

/// How many events of the journal are listed.
#[track_caller]
fn listed(args: &[&str]) -> usize {
    let outcome = run(&[&["events", &journal(), "--format", "jsonl"], args].concat());
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    outcome.stdout.lines().count()
}

#[test]
fn every_event_is_listed_unless_asked_otherwise() {
    assert_eq!(listed(&[]), 79);
}

#[test]
fn events_are_filtered_by_any_of_several_types() {
    assert_eq!(listed(&["--type", "claim_denied"]), 3);
    assert_eq!(listed(&["--type", "claim_denied", "--type", "proposal_made"]), 4);
}

#[test]
fn events_are_filtered_by_a_speaker_and_those_beneath() {
    let (ru, ministry) = (listed(&["--who", "ru"]), listed(&["--who", "ru/mfa"]));
    assert!(0 < ministry && ministry < ru && ru < 79, "{ministry} {ru}");
}

#[test]
fn events_are_filtered_by_when_they_occurred() {
    assert_eq!(listed(&["--from", "2025-10-16", "--as-of", "2025-10-15"]), 0);
    let (before, from) = (listed(&["--as-of", "2025-04-30"]), listed(&["--from", "2025-05-01"]));
    assert_eq!(before + from, 79);
}

#[test]
fn events_are_filtered_by_what_was_on_record() {
    assert_eq!(listed(&["--known-at", "2025-10-22"]), 0);
}

#[test]
fn events_are_filtered_by_text_in_either_case() {
    assert!(listed(&["--text", "VINNIK"]) > 0);
    assert_eq!(listed(&["--text", "no such text"]), 0);
}

#[test]
fn check_fails_on_warnings_only_if_strict() {
    let folder = Folder::new("check-strict");
    let good = folder.write("good.jsonl", line(1, "a", "A"));
    assert_eq!(run(&["check", &good, "--strict"]).code, 0);
    let with_warnings = journal();
    assert_eq!(run(&["check", &with_warnings]).code, 0);
    assert_eq!(run(&["check", &with_warnings, "--strict"]).code, 1);
}

#[test]
fn check_fails_on_errors() {
    let folder = Folder::new("check-errors");
    let denial = line(2, "a", "A")
        .replace("track_opened", "claim_denied")
        .replace(&line(2, "a", "A")[line(2, "a", "A").find("\"data\"").unwrap()..], "");
    let denial = format!("{denial}\"data\":{{\"claims\":[\"0199f3c0-5a00-7000-8000-000000000099\"]}}}}\n");
    let bad = folder.write("bad.jsonl", [line(1, "a", "A"), denial].concat());
    let outcome = run(&["check", &bad]);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    assert!(outcome.stdout.contains("error[unknown-target]"), "{}", outcome.stdout);
}

#[test]
fn check_reports_every_broken_line_and_what_the_others_say() {
    let folder = Folder::new("check-broken");
    let log = folder.write("a.jsonl", [line(1, "a", "A"), "{\n".to_owned(), "[]\n".to_owned()].concat());
    let outcome = run(&["check", &log, "--format", "jsonl"]);
    assert_eq!(outcome.code, 1);
    let codes: Vec<String> = outcome
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(codes, ["broken-line", "broken-line"]);
}

#[test]
fn known_at_answers_what_was_known() {
    let journal = fixture("cases/late-news.jsonl");
    let before = run(&["replay", &journal, "--known-at", "2025-03-25", "--format", "csv"]).stdout;
    let after = run(&["replay", &journal, "--format", "csv"]).stdout;
    assert!(before.contains("scheduled") && after.contains("cancelled"), "{before}{after}");
}
