//! Any bytes as a log: decoded, folded and rendered. Nothing panics, order changes nothing, the evidence suffices, and
//! no command sends a control character of an event to a terminal.
#![no_main]

use demarche_cli::{Session, Terminal, exec};
use demarche_core::codec::Reader;
use demarche_core::{Event, Instant};
use demarche_projection::narrate::Names;
use demarche_projection::Fold;
use demarche_projection::query::{Patience, Query, Reading};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((choice, log)) = input.split_first() else { return };
    let events: Vec<Event> = Reader::new(log).filter_map(|entry| Some(entry.ok()?.event)).collect();
    if choice & 128 == 0 {
        render(log, *choice);
    } else if !events.is_empty() {
        fold(events, *choice);
    }
});

/// One of many questions, by a byte.
fn question(choice: u8, events: &[Event]) -> Query {
    let moment: Option<Instant> = events.get(usize::from(choice >> 4) % events.len()).map(|event| event.recorded);
    let who = events[0].source.who.party();
    let reading = match choice % 6 {
        0 => Reading::Prudent,
        1 => Reading::Latest,
        2 => Reading::OnRecord,
        3 => Reading::Who(who),
        4 => Reading::Side(who),
        _ => Reading::Grade("C3".parse().expect("C3 is a grade")),
    };
    let bounded = |bit: u8| moment.filter(|_| choice & bit != 0);
    Query { as_of: bounded(16), known_at: bounded(32), today: bounded(64), reading, patience: Patience::default() }
}

fn fold(events: Vec<Event>, choice: u8) {
    let query = question(choice, &events);
    let (mut fold, mut backwards) = (Fold::new(), Fold::new());
    let mut taken = Vec::new();
    for event in events {
        // Of two events of one id the first is taken.
        if fold.apply(event.clone()).is_ok() {
            taken.push(event);
        }
    }
    for event in taken.into_iter().rev() {
        backwards.apply(event).expect("what was taken has no conflicts");
    }
    let in_full = |fold: &Fold| fold.dossiers(&query).expect("nobody writes over a fold's own lines");
    let dossiers = in_full(&fold);
    assert_eq!(dossiers, in_full(&backwards), "the order changes the answer");
    let states = fold.states(&query).expect("they are as they were");
    assert!(states.iter().eq(dossiers.iter().map(|dossier| &dossier.state)), "a dossier has another state");
    let findings = |fold: &Fold| fold.findings(&query).expect("they are as they were");
    assert_eq!(findings(&fold), findings(&backwards), "the order changes the findings");
    let today = fold.today(&query);
    for dossier in &dossiers {
        let state = &dossier.state;
        let evidence = Fold::of(dossier.evidence().cloned()).expect("a set");
        let again = evidence.state(&state.track, &Query { today, ..query.clone() }).expect("they are as they were");
        let again = again.expect("a state");
        assert_eq!((again.status, &again.since), (state.status, &state.since), "the evidence does not suffice");
        assert!(!dossier.sentence(&Names::default()).is_empty());
    }
}

fn render(log: &[u8], choice: u8) {
    let commands: [&[&str]; 8] = [
        &["replay", "-"],
        &["replay", "-", "--format", "json"],
        &["replay", "-", "--format", "markdown", "--reading", "latest"],
        &["events", "-"],
        &["events", "-", "--format", "csv"],
        &["diff", "-", "--from", "2025-06"],
        &["check", "-"],
        &["show", "-", "--track", "us-ru"],
    ];
    let Some(args) = commands.get(usize::from(choice) % commands.len()) else { return };
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut session = Session {
        stdin: &mut &*log,
        stdout: &mut stdout,
        stderr: &mut stderr,
        terminal: Terminal { columns: Some(40 + u16::from(choice)), ..Terminal::default() },
        now: || unreachable!("nobody asks for the time"),
        random: || unreachable!("nobody asks for an id"),
    };
    let args = std::iter::once("demarche").chain(args.iter().copied()).chain(["--on-error", "skip"]).map(Into::into);
    let code = exec(args, &mut session);
    assert!(code <= 3, "{code}");
    for output in [&stdout, &stderr] {
        let text = std::str::from_utf8(output).expect("output is UTF-8");
        let acts = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!text.contains(acts), "a control character gets through: {text:?}");
    }
}
