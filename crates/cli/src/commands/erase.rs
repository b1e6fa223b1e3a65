//! `demarche erase`: replaces texts of an event with a marker, and records that.

use std::path::{Path, PathBuf};

use demarche_core::{ActorId, Attribution, ERASED, Event, EventId, EventRedacted, EventType, TextField};
use demarche_journal::seal::{SealingKey, VerifierKey};
use demarche_journal::{Dating, Disk, Draft, EraseError, Erasure, ErasurePlan, scheme_of};
#[cfg(feature = "postgres")]
use demarche_journal_postgres::{PostgresError, StoredErasure};
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::input::EventName;
#[cfg(feature = "postgres")]
use crate::input::{Database, database_failure, is_store};
use crate::output::text::{counted, printable};
use crate::recording::{
    JournalArgs, SourceArgs, SourceDefaults, draft, journal_failure, must_be_kept, open_kept, tell_dating,
    tell_finished, undated,
};
use crate::sealing::read_key;
use crate::session::Session;

/// Erases texts of an event, as the law may demand: the event stays, and what was sealed still verifies
///
/// The texts are replaced by `[erased]` in every line of the event, and a redaction is entered that says who did it,
/// why and when. It is signed by the key that seals the journal, and has the hash of the line as it was, so that
/// `demarche verify` tells an erasure from an alteration. Copies, backups and the history of git keep the texts:
/// docs/erasing.md says what is left to do.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche erase -j desk.jsonl '#7' --field note --reason 'asked for by the person named' --key desk.key\n  \
    demarche erase -j desk.jsonl '#7' --field note --field summary --reason 'court order' --key desk.key --dry-run")]
pub(crate) struct Args {
    /// The event: its entry as the tables show it, such as '#7', or at least eight characters of its id
    #[arg(value_name = "EVENT")]
    event: EventName,

    /// A text to erase: cite, note, title, reason, summary or outcome; repeatable
    #[arg(long = "field", value_name = "FIELD", value_parser = field_of, required = true)]
    fields: Vec<TextField>,

    /// Why: it stays in the journal, so it must not say what is erased
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// The private key that seals the journal
    #[arg(long, value_name = "FILE")]
    key: PathBuf,

    /// Who erases it at the desk
    #[arg(long, value_name = "ACTOR")]
    entered_by: Option<ActorId>,

    /// The journal: a file *.jsonl, a directory, or postgres://… as its owner
    #[arg(
        short,
        long,
        value_name = "JOURNAL",
        env = "DEMARCHE_JOURNAL",
        hide_env_values = true,
        help_heading = "Journal"
    )]
    journal: PathBuf,

    /// Seconds to wait for another writer
    #[arg(long, value_name = "SECONDS", default_value_t = 10, help_heading = "Journal")]
    wait: u32,

    /// Write nothing: say what would be erased
    #[arg(long, help_heading = "Journal")]
    dry_run: bool,
}

/// Parses the name of a text that can be erased, as a path or as its last part.
fn field_of(text: &str) -> Result<TextField, String> {
    let name = text.strip_prefix("data.").unwrap_or(text);
    let is_it = |field: &&TextField| field.as_str().trim_start_matches("data.") == name;
    if let Some(field) = TextField::ALL.iter().find(is_it) {
        return Ok(*field);
    }
    let why = match name.strip_prefix("source.").unwrap_or(name) {
        "who" | "via" | "by" | "to" | "parties" | "mediators" | "against" | "entered_by" => {
            "it names actors, and what they say is weighed by who they are"
        }
        "venue" => "venues are compared with each other",
        "occurred" | "recorded" | "when" | "until" | "deadline" | "effective" => "the order of events rests on dates",
        "signature" | "original" | "redacted" | "fields" => "a redaction is signed as a whole",
        _ => "it is not a free text",
    };
    Err(format!("{why}: the event would say something else, so it stays. Retract the event, or erase its texts"))
}

impl Args {
    fn journal(&self) -> JournalArgs {
        let (journal, wait, dry_run) = (self.journal.clone(), self.wait, self.dry_run);
        JournalArgs { journal, wait, expect_version: None, dry_run, as_of: None }
    }
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    must_be_kept(&args.journal)?;
    let key = read_key(&args.key)?;
    let journal = args.journal();
    let recorder = open_kept(&journal, session)?;
    // The texts themselves are printed nowhere.
    let (event, entry) = recorder.find(&args.event, &journal, session)?;
    let erasure = Begun::begin(args, event.id, &key.verifier(), session)?;
    let plan = erasure.plan();
    let what = format!("{entry} ({}, {})", event.event_type(), event.id);
    if plan.lines == 0 {
        writeln!(session.stderr, "note: nothing was written: these texts of {} are erased", printable(&what))?;
        return Ok(0);
    }
    if args.dry_run {
        return show(plan, &what, session);
    }
    let drafts = drafts(args, plan, session)?;
    let mut dating = Dating::behind(recorder.loaded.facts(), &drafts, session.instant()?);
    let redactions = dating.date(drafts, plan.last_recorded).map_err(undated)?;
    tell_dating(&dating, session)?;
    let texts: Vec<String> = plan.texts.iter().map(|(_, text)| text.clone()).collect();
    let lines = plan.lines;
    let stored = erasure.commit(redactions, &key)?;
    let told = stored.iter().try_for_each(|event| writeln!(session.stdout, "{}", event.id));
    let done = || [format!("erased durably all the same, in {}", counted(lines, "line"))];
    told.and_then(|()| session.stdout.flush()).map_err(|error| Failure::Output(error).after(done()))?;
    let lines = counted(lines, "line");
    writeln!(session.stderr, "note: erased texts of {}, in {lines}", printable(&what))?;
    for path in leftovers(&args.journal, &texts) {
        let name = path.display().to_string();
        writeln!(session.stderr, "warning[not-erased]: {} still has such a text: delete it", printable(&name))?;
    }
    Ok(0)
}

/// Makes the redactions that an erasure needs.
fn drafts(args: &Args, plan: &ErasurePlan, session: &Session<'_>) -> Result<Vec<Draft>, Failure> {
    let source = SourceArgs { entered_by: args.entered_by.clone(), ..SourceArgs::default() };
    let said = SourceDefaults {
        source: &source,
        default_who: Some("desk".to_owned()),
        default_attribution: Some(Attribution::Document),
    };
    let draft = |redaction: &EventRedacted| {
        let fields: Vec<&str> = redaction.fields.iter().map(|field| field.as_str()).collect();
        let data: [(&str, Value); 6] = [
            ("event", redaction.event.to_string().into()),
            ("fields", json!(fields)),
            ("reason", args.reason.as_str().into()),
            ("original", redaction.original.to_string().into()),
            ("redacted", redaction.redacted.to_string().into()),
            ("signature", "".into()),
        ];
        let data: Map<String, Value> = data.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        draft(EventType::EventRedacted, &plan.event.track, data, &said, session)
    };
    plan.redactions.iter().map(draft).collect()
}

/// Says what would be erased, without saying it.
fn show(plan: &ErasurePlan, what: &str, session: &mut Session<'_>) -> Result<u8, Failure> {
    let lines = counted(plan.lines, "line");
    writeln!(session.stdout, "would erase texts of {}, in {lines}:", printable(what))?;
    for (field, text) in &plan.texts {
        let length = counted(text.chars().count(), "character");
        writeln!(session.stdout, "  {field}: {length} become {ERASED}")?;
    }
    Ok(0)
}

/// An erasure that has begun: of files, or of a store.
enum Begun {
    Files(Box<Erasure<'static>>),
    #[cfg(feature = "postgres")]
    Stored(Box<StoredErasure>),
}

impl Begun {
    fn begin(args: &Args, id: EventId, key: &VerifierKey, session: &mut Session<'_>) -> Result<Self, Failure> {
        let wait = args.journal().wait();
        #[cfg(feature = "postgres")]
        if is_store(&args.journal) {
            let store = Database::at(&args.journal)?.open(wait)?;
            let begun = StoredErasure::begin(store, id, &args.fields, key).map_err(stored_failure)?;
            return Ok(Self::Stored(Box::new(begun)));
        }
        let begun = Erasure::begin(&Disk, &args.journal, id, &args.fields, key, wait).map_err(erase_failure)?;
        tell_finished(begun.finished(), session)?;
        Ok(Self::Files(Box::new(begun)))
    }

    fn plan(&self) -> &ErasurePlan {
        match self {
            Self::Files(erasure) => erasure.plan(),
            #[cfg(feature = "postgres")]
            Self::Stored(erasure) => erasure.plan(),
        }
    }

    fn commit(self, redactions: Vec<Event>, key: &SealingKey) -> Result<Vec<Event>, Failure> {
        match self {
            Self::Files(erasure) => erasure.commit(redactions, key).map_err(erase_failure),
            #[cfg(feature = "postgres")]
            Self::Stored(erasure) => erasure.commit(redactions, key).map_err(stored_failure),
        }
    }
}

/// Finds files beside the logs that have one of the texts: lines that were set aside, and what a crash left.
fn leftovers(journal: &Path, texts: &[String]) -> Vec<PathBuf> {
    if scheme_of(journal).is_some() {
        return Vec::new();
    }
    let folder = if journal.is_dir() { journal } else { journal.parent().unwrap_or(journal) };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let is_suspect = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.contains(".jsonl.torn") || name.ends_with(".jsonl.batch") || name.starts_with(".demarche-")
    };
    let has_text = |path: &PathBuf| {
        let bytes = std::fs::read(path).unwrap_or_default();
        let content = String::from_utf8_lossy(&bytes);
        let has = |text: &str| content.contains(text);
        texts.iter().filter(|text| !text.is_empty()).any(|text| {
            let json = Value::from(text.as_str()).to_string();
            has(json.trim_matches('"')) || has(text)
        })
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_suspect).filter(has_text).collect();
    found.sort();
    found
}

#[cfg(feature = "postgres")]
fn stored_failure(error: PostgresError) -> Failure {
    if let PostgresError::Erase(error) = error {
        return erase_failure(error);
    }
    database_failure(error)
}

fn erase_failure(error: EraseError) -> Failure {
    match error {
        EraseError::Journal(error) => journal_failure(error),
        EraseError::Replace(error) => Failure::unwritten(error),
        EraseError::Missing { .. } | EraseError::NoText { .. } | EraseError::Redaction { .. } => {
            Failure::usage(error.to_string(), "nothing was written")
        }
        EraseError::Compressed { .. } | EraseError::HardLinked { .. } | EraseError::TooLong(_) => {
            Failure::Refused { problem: error.to_string(), remedy: "nothing was written".to_owned() }
        }
    }
}
