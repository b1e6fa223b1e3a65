//! The time of which `diff` and a digest tell what changed: one set of options, the same for both.

use super::support::{Outcome, fixture, run};

const BOTH: [&[&str]; 2] = [&["diff"], &["export", "digest"]];

fn ask(command: &[&str], period: &[&str]) -> Outcome {
    run(&[command, &[&fixture("us-russia-2025.jsonl")], period].concat())
}

#[track_caller]
fn same(one: &[&str], other: &[&str]) {
    for command in BOTH {
        let (first, second) = (ask(command, one), ask(command, other));
        assert_eq!(first.code, 0, "{command:?} {one:?}: {}", first.stderr);
        // The headings name the period as it was given.
        let tracks = |outcome: &Outcome| outcome.stdout.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(tracks(&first), tracks(&second), "{command:?}: {one:?} and {other:?}");
    }
}

#[test]
fn a_period_can_be_given_in_several_ways_which_mean_the_same() {
    same(&["--since", "2025-10-20"], &["--from", "2025-10-20"]);
    same(&["--month", "2025-10"], &["--from", "2025-09-30", "--to", "2025-10-31"]);
    same(&["--week", "2025-W43"], &["--from", "2025-10-19", "--to", "2025-10-26"]);
    same(&["--week", "2025-W43"], &["--week", "2025-10-20"]);
    same(&["--week", "2025-W43"], &["--week", "2025-10-26"]);
    let occurred = ["--along", "occurred"];
    same(
        &[&["--week", "2025-W15"][..], &occurred].concat(),
        &[&["--from", "2025-04-06", "--to", "2025-04-13"][..], &occurred].concat(),
    );
}

#[test]
fn a_week_belongs_to_the_year_of_its_thursday() {
    same(&["--week", "2026-W01"], &["--week", "2025-12-29"]);
    same(&["--week", "2026-W53"], &["--week", "2027-01-03"]);
}

#[test]
fn a_digest_names_its_period() {
    for (period, title) in [
        (&["--since", "2025-10-22"][..], "What changed since 22 October 2025"),
        (&["--from", "2025-10-20", "--to", "2025-10-22"], "What changed between 20 and 22 October 2025"),
        (&["--month", "2025-10"], "What changed in October 2025"),
        (&["--week", "2025-10-23"], "What changed in the week of 20 to 26 October 2025"),
    ] {
        let digest = ask(BOTH[1], period);
        assert_eq!(digest.stdout.lines().next(), Some(&*format!("# {title}")), "{}", digest.stderr);
    }
}

#[test]
fn what_is_no_period_is_refused_by_both() {
    for (period, problem) in [
        (&[][..], "what changed when? No period is given"),
        (&["--to", "2025-10-22"], "--from <WHEN>"),
        (&["--from", "2025-10", "--month", "2025-10"], "cannot be used with"),
        (&["--week", "2025-W43", "--month", "2025-10"], "cannot be used with"),
        (&["--from", "2025-10-22", "--to", "2025-10-21"], "--from is later than --to"),
        (&["--from", "2025-10-22", "--known-at", "2025-10-22"], "--known-at bounds the time"),
        (&["--month", "2025"], "\"2025\" is no month"),
        (&["--month", "2025-22"], "\"2025-22\" is no month"),
        (&["--week", "2025-W00"], "\"2025-W00\" is no week"),
        (&["--week", "2025-W53"], "\"2025-W53\" is no week"),
        (&["--week", "2025-W4"], "\"2025-W4\" is no week"),
        (&["--week", "+025-W43"], "is no week"),
        (&["--week", "2025-10"], "\"2025-10\" is no week"),
        (&["--week", "2025-10-2X"], "is no week"),
        (&["--week", "0001-01-01"], ""),
        (&["--week", "9999-12-31"], ""),
    ] {
        for command in BOTH {
            let outcome = ask(command, period);
            assert!(problem.is_empty() || outcome.code == 2, "{command:?} {period:?}: {}", outcome.stdout);
            assert!(outcome.stderr.contains(problem), "{command:?} {period:?}: {}", outcome.stderr);
        }
    }
}
