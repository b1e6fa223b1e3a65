//! Arguments of the commands that write.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use demarche_core::codec::{Need, payload_fields};
use demarche_core::{ActorId, Attribution, EventType, Grade, Instant, Occurred};

use crate::options::{LogArgs, OnError};

/// Which journal is written to, and how.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Journal")]
pub(crate) struct JournalArgs {
    /// The journal: a file *.jsonl, which need not be there yet, or a directory
    #[arg(short, long, value_name = "JOURNAL", env = "DEMARCHE_JOURNAL", hide_env_values = true)]
    pub(crate) journal: PathBuf,

    /// Seconds to wait for another writer
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub(crate) wait: u32,

    /// Write only if the track has just so many lines now
    #[arg(long, value_name = "N")]
    pub(crate) expect_version: Option<u64>,

    /// Write nothing: show the line, and what it would change
    #[arg(long)]
    pub(crate) dry_run: bool,
}

impl JournalArgs {
    pub(crate) fn wait(&self) -> Duration {
        Duration::from_secs(u64::from(self.wait))
    }

    /// The journal as a log to be read.
    pub(crate) fn log(&self) -> LogArgs {
        LogArgs { logs: vec![self.journal.clone()], on_error: OnError::Stop, skip_unknown: false, threads: None }
    }
}

/// Who says so, when, and where it can be read.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Source")]
pub(crate) struct SourceArgs {
    /// The speaker
    #[arg(long, value_name = "ACTOR")]
    pub(crate) who: Option<ActorId>,

    /// The outlet that carried it
    #[arg(long, value_name = "ACTOR")]
    pub(crate) via: Option<ActorId>,

    /// How the words reached the public: on-record, background, anonymous, media, document
    #[arg(long, value_name = "HOW", value_parser = attribution_of)]
    pub(crate) attribution: Option<Attribution>,

    /// How good source and information are, as B2
    #[arg(long, value_name = "GRADE")]
    pub(crate) grade: Option<Grade>,

    /// When it happened or was said: an EDTF date [default: today, in UTC]
    #[arg(long, value_name = "DATE")]
    pub(crate) occurred: Option<Occurred>,

    /// When the desk wrote it down, for older material [default: now]
    #[arg(long, value_name = "INSTANT")]
    pub(crate) recorded: Option<Instant>,

    /// Where it can be read: a URL or a citation key
    #[arg(long, value_name = "TEXT")]
    pub(crate) cite: Option<String>,

    /// The desk's own remark
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
}

/// Words may be written with hyphens, as options are.
fn attribution_of(text: &str) -> Result<Attribution, String> {
    text.replace('-', "_").parse().map_err(|error: demarche_core::WordError| error.to_string())
}

/// The fields of a payload as options. There is one for each name that any type has; which a type takes, and which it
/// needs, is for the codec to say.
#[derive(Debug, Clone, Default)]
pub(crate) struct PayloadArgs(BTreeMap<&'static str, Vec<String>>);

/// The fields that are lists, of which an option may be given several times.
pub(crate) const LISTS: [&str; 4] = ["parties", "to", "against", "claims"];

impl PayloadArgs {
    /// Returns what was given, by the names of the fields.
    pub(crate) const fn given(&self) -> &BTreeMap<&'static str, Vec<String>> {
        &self.0
    }
}

/// Every name of a field, with the types that have it; needed ones marked.
fn fields() -> BTreeMap<&'static str, String> {
    let mut fields: BTreeMap<&'static str, String> = BTreeMap::new();
    for event_type in EventType::ALL {
        for field in payload_fields(*event_type) {
            let types = fields.entry(field.name).or_default();
            let mark = if field.need == Need::Required { "*" } else { "" };
            let joint = if types.is_empty() { "" } else { ", " };
            types.push_str(&format!("{joint}{}{mark}", event_type.as_str().replace('_', "-")));
        }
    }
    fields
}

impl Args for PayloadArgs {
    fn augment_args(command: Command) -> Command {
        fields().into_iter().fold(command, |command, (name, types)| {
            let arg = Arg::new(name)
                .long(name)
                .value_name("VALUE")
                .help(format!("Of {types}"))
                .help_heading("Fields (* needed)")
                .action(if LISTS.contains(&name) { ArgAction::Append } else { ArgAction::Set });
            command.arg(if LISTS.contains(&name) { arg.value_delimiter(',') } else { arg })
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for PayloadArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |name| Some((name, matches.get_many::<String>(name)?.cloned().collect()));
        Ok(Self(fields().into_keys().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
