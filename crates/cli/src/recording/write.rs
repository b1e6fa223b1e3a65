//! Appends drafts to a journal, or shows what they would change.

use std::io;
use std::path::Path;
use std::time::Duration;

use demarche_core::codec::encode;
use demarche_core::{Event, TrackId};
use demarche_journal::{Act, Appended, Dating, Draft, ExpectedVersion, Finished, JournalError};
use demarche_projection::diff::Preview;
use demarche_projection::findings::{Finding, KnownNames, Slip};
use demarche_projection::query::Query;

use super::args::{JournalArgs, SourceArgs};
use super::dating::{tell_dating, undated};
use super::kept::KeptJournal;
use super::oddities::ExistingEvents;
use crate::commands::ChangePrinter;
use crate::failure::{Diagnostic, Failure};
use crate::input::{EventName, Loaded, check_store, is_store, load, must_be_path, of_arguments, tell_named};
use crate::options::{End, Format};
use crate::output::naming::Naming;
use crate::output::text::{counted, printable};
use crate::session::Session;

/// A journal with its contents, open for writing unless this is a dry run.
pub(crate) struct Recorder {
    journal: Option<KeptJournal>,
    pub(crate) loaded: Loaded,
}

/// Opens the journal, which repairs its end, and reads it. A journal that does not exist yet has no events. A dry run
/// repairs nothing.
pub(crate) fn open(args: &JournalArgs, session: &mut Session<'_>) -> Result<Recorder, Failure> {
    must_be_kept(&args.journal)?;
    let journal = if args.dry_run { None } else { Some(KeptJournal::open(&args.journal, args.wait(), session)?) };
    let loaded = if is_there(&args.journal) { load(&args.log(), session)? } else { Loaded::empty()? };
    Ok(Recorder { journal, loaded })
}

/// Opens a journal that must exist, because the command refers to its events.
pub(crate) fn open_kept(args: &JournalArgs, session: &mut Session<'_>) -> Result<Recorder, Failure> {
    must_be_kept(&args.journal)?;
    if is_there(&args.journal) {
        return open(args, session);
    }
    Err(Failure::usage(format!("there is no journal {}", args.journal.display()), "name one with --journal"))
}

impl Recorder {
    /// Finds the event that a name means, and prints which one that is to standard error.
    pub(crate) fn named(
        &self,
        name: &EventName,
        doing: &str,
        journal: &JournalArgs,
        session: &mut Session<'_>,
    ) -> Result<Event, Failure> {
        let (event, entry) = self.find(name, journal, session)?;
        tell_named(doing, &event, &entry, &journal.names()?, session)?;
        Ok(event)
    }

    /// Finds the event that a name means, and its entry as tables show it.
    pub(crate) fn find(
        &self,
        name: &EventName,
        journal: &JournalArgs,
        session: &mut Session<'_>,
    ) -> Result<(Event, String), Failure> {
        let sources = of_arguments(&journal.log().logs)?;
        let numbers = self.loaded.facts().iter().map(|(number, fact, _)| (fact.id, number));
        let number = name.find(numbers, &sources, self.loaded.logs(), session)?;
        Ok((self.loaded.event(number)?, self.loaded.entry(number)))
    }

    /// Completes the source arguments from the event that `--like` names.
    pub(crate) fn like(
        &self,
        source: &SourceArgs,
        journal: &JournalArgs,
        session: &mut Session<'_>,
    ) -> Result<SourceArgs, Failure> {
        let Some(name) = &source.like else { return Ok(source.clone()) };
        Ok(source.or_like(&self.named(name, "taking the source of", journal, session)?))
    }
}

/// Appends drafts to the journal as one batch and prints their ids, or shows what they would change. The events in
/// `rests_on` must still be in the journal.
pub(crate) fn put(
    drafts: Vec<Draft>,
    rests_on: &[Event],
    recorder: Recorder,
    args: &JournalArgs,
    session: &mut Session<'_>,
) -> Result<u8, Failure> {
    let mut names = recorder.loaded.ask(KnownNames::of)?;
    for event in drafts.iter().map(|draft| &draft.event) {
        for slip in names.slips(event) {
            writeln!(session.stderr, "warning[{}]: {}", Slip::CODE, printable(&slip.to_string()))?;
        }
        names.enter(event);
    }
    let existing = recorder.loaded.ask(|fold| ExistingEvents::of(&drafts, fold))?;
    existing.tell_repeats(&drafts, &recorder.loaded, session)?;
    let Some(mut journal) = recorder.journal else { return show(drafts, recorder.loaded, args, session) };
    let expected = expected(&drafts, args)?;
    let mut dating = Dating::behind(recorder.loaded.facts(), &drafts, session.instant()?);
    let mut refused = None;
    // If one draft cannot be dated, append nothing.
    let mut drafts = Some(drafts);
    let mut make = |last| {
        dating.date(drafts.take().unwrap_or_default(), last).unwrap_or_else(|failure| {
            refused = Some(failure);
            Vec::new()
        })
    };
    let outcomes = journal.append_with(&mut make, &expected, rests_on, session)?;
    if let Some(failure) = refused {
        return Err(undated(failure));
    }
    let new: Vec<&Event> =
        outcomes.iter().filter(|(_, outcome)| *outcome == Appended::Added).map(|(event, _)| event).collect();
    let told = tell_dating(&dating, session)
        .and_then(|()| existing.tell(&new, session))
        .and_then(|()| tell(&outcomes, session));
    told.map_err(|error| Failure::Output(error).after(stored(&outcomes)))?;
    Ok(0)
}

/// Prints the ids of the stored events.
fn tell(outcomes: &[(Event, Appended)], session: &mut Session<'_>) -> io::Result<()> {
    for (event, outcome) in outcomes {
        if *outcome == Appended::AlreadyThere {
            writeln!(session.stderr, "note: {} was there already: nothing was written for it", event.id)?;
        }
        writeln!(session.stdout, "{}", event.id)?;
    }
    session.stdout.flush()
}

/// How many ids a message names.
const NAMED_MAX: usize = 10;

/// Describes the events that were stored although their ids could not be printed, and why a retry does no harm.
fn stored(outcomes: &[(Event, Appended)]) -> [String; 2] {
    let mut ids: Vec<String> = outcomes.iter().take(NAMED_MAX).map(|(event, _)| event.id.to_string()).collect();
    if outcomes.len() > NAMED_MAX {
        ids.push(format!("and {} more, the whole batch", outcomes.len() - NAMED_MAX));
    }
    [
        format!("stored durably all the same, so do not enter it again: {}", ids.join(", ")),
        "a retry does no harm where the line has its id (--json, --batch): what is there already is not stored twice"
            .to_owned(),
    ]
}

/// Prints the batches that were finished for writers that had been stopped.
pub(crate) fn tell_finished(finished: &[Finished], session: &mut Session<'_>) -> Result<(), Failure> {
    for Finished { log, ids } in finished {
        let (events, first) = (counted(ids.len(), "event"), ids.first().map_or_else(String::new, ToString::to_string));
        let log = log.display().to_string();
        writeln!(
            session.stderr,
            "note: finished a batch of {events} in {}, from {first} on, whose writer was stopped",
            printable(&log)
        )?;
    }
    Ok(())
}

/// The default time to wait for another writer.
pub(crate) const LOCK_WAIT: Duration = Duration::from_secs(10);

/// Tells whether a journal is there. Whether one is behind an address is told by opening it.
pub(crate) fn is_there(path: &Path) -> bool {
    is_store(path) || path.exists()
}

/// Refuses what no journal is kept in: opening a pipe would wait for its other end, and most addresses are only read.
pub(crate) fn must_be_kept(path: &Path) -> Result<(), Failure> {
    if is_store(path) {
        return check_store(path);
    }
    must_be_path(path)?;
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() && !found.is_dir() => {
            Err(journal_failure(JournalError::NotAFile { path: path.to_owned() }))
        }
        // Whoever reads or creates the file reports that it is missing.
        Ok(_) | Err(_) => Ok(()),
    }
}

fn expected(drafts: &[Draft], args: &JournalArgs) -> Result<Vec<ExpectedVersion>, Failure> {
    let Some(lines) = args.expect_version else { return Ok(Vec::new()) };
    let mut tracks: Vec<&TrackId> = drafts.iter().map(|draft| &draft.event.track).collect();
    tracks.dedup();
    match tracks.as_slice() {
        [track] => Ok(vec![ExpectedVersion { track: (*track).clone(), lines }]),
        _ => Err(Failure::usage("--expect-version is of one track, and the batch is on several", "record them apart")),
    }
}

/// Shows the lines and what they would change: the states before and after, and new findings.
fn show(drafts: Vec<Draft>, mut loaded: Loaded, args: &JournalArgs, session: &mut Session<'_>) -> Result<u8, Failure> {
    let mut dating = Dating::behind(loaded.facts(), &drafts, session.instant()?);
    let events = dating.date(drafts, loaded.fold.last_recorded()).map_err(undated)?;
    tell_dating(&dating, session)?;
    let mut after = loaded.fold.clone();
    for event in &events {
        writeln!(session.stdout, "{}", crate::output::json::escaped(encode(event)))?;
        if let Err(conflict) = after.apply(event) {
            return Err(Failure::usage(conflict.to_string(), "give it an id of its own"));
        }
    }
    writeln!(session.stdout)?;
    // Judge both states as of the same day, or else the passage of time would show up as a change.
    let query = match args.as_of {
        Some(End(as_of)) => Query { as_of, ..Query::default() },
        None => Query { today: after.last_recorded(), ..Query::default() },
    };
    let preview = Preview::of(&loaded.fold, &after, &events, &query)?;
    loaded.fold = after;
    let mut printer = ChangePrinter::new(Format::Table);
    let naming = Naming::of_sentences(args.names()?);
    for change in preview.changes() {
        printer.print(&change, &loaded, &naming, session)?;
    }
    printer.finish(session)?;
    for Finding { code, message, .. } in &preview.findings {
        session.wrapped(&printable(&format!("{}[{code}]: {message}", code.severity())))?;
    }
    Ok(0)
}

/// What the journal says, as the command line says it.
#[allow(clippy::wildcard_enum_match_arm, reason = "what is not told apart here is a matter of the disk")]
pub(crate) fn journal_failure(error: JournalError) -> Failure {
    match error {
        JournalError::Disk { path, error, act: Act::Read } => Failure::Read { path, error },
        JournalError::BrokenLine { path, error } => {
            Failure::Log(Box::new(Diagnostic::of(*error, &path.display().to_string())))
        }
        JournalError::NoJournal { .. } => Failure::usage(error.to_string(), "name one that is"),
        JournalError::Compressed { .. } => Failure::usage(error.to_string(), "nothing was written"),
        JournalError::Gone { .. }
        | JournalError::HardLinked { .. }
        | JournalError::Conflict { .. }
        | JournalError::ConflictInBatch { .. }
        | JournalError::TooLong(_)
        | JournalError::UnexpectedVersion { .. } => {
            Failure::Refused { problem: error.to_string(), remedy: "nothing was written".to_owned() }
        }
        other => Failure::File(other.to_string()),
    }
}

/// Returns the one track that all the events of a claim are on.
pub(crate) fn track_of(events: &[Event]) -> Result<&TrackId, Failure> {
    let mut tracks = events.iter().map(|event| &event.track);
    let first = tracks.next().ok_or_else(|| Failure::usage("no event is named", "give an id"))?;
    if tracks.all(|track| track == first) {
        Ok(first)
    } else {
        Err(Failure::usage(
            "the events are of several tracks",
            "a claim acts on events of its own track: enter one each",
        ))
    }
}
