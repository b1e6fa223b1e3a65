//! Arguments of the commands that write.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use demarche_core::codec::{FieldKind, Need, PayloadField, payload_fields};
use demarche_core::{ActorId, Attribution, Event, EventType, Grade, Occurred};
use demarche_journal::Recorded;
use demarche_projection::narrate::Names;
use serde_json::{Map, Value, json};

use super::draft::word_of;
use crate::failure::Failure;
use crate::input::EventName;
use crate::options::{End, LogArgs, OnError, end_of};
use crate::output::naming::NamesArgs;

/// The journal to write to, and how.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Journal")]
pub(crate) struct JournalArgs {
    /// The journal: a file *.jsonl, which need not be there yet, or a directory
    #[arg(short, long, value_name = "JOURNAL", env = "DEMARCHE_JOURNAL", hide_env_values = true)]
    pub(crate) journal: PathBuf,

    /// Seconds to wait for another writer
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    pub(crate) wait: u32,

    /// Write only if the track has exactly this many lines now
    #[arg(long, value_name = "N")]
    pub(crate) expect_version: Option<u64>,

    /// Write nothing: show the line, and what it would change
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// What it would have changed by then: a date (its last instant), or an instant
    #[arg(long, value_name = "WHEN", value_parser = end_of, requires = "dry_run")]
    pub(crate) as_of: Option<End>,
}

impl JournalArgs {
    pub(crate) fn wait(&self) -> Duration {
        Duration::from_secs(u64::from(self.wait))
    }

    /// Reads the names of actors from the file beside the journal. Only messages need them, so a mistake in the file
    /// must not stop anybody from recording an event.
    pub(crate) fn names(&self) -> Result<Names, Failure> {
        NamesArgs::default().read(std::slice::from_ref(&self.journal))
    }

    /// Returns the arguments for reading the journal as a log.
    pub(crate) fn log(&self) -> LogArgs {
        LogArgs { logs: vec![self.journal.clone()], on_error: OnError::Stop, skip_unknown: false, threads: None }
    }
}

/// The source of an event: who says so, when, and where it can be read.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Source")]
pub(crate) struct SourceArgs {
    /// Take what is not given here from an event that is there: speaker, outlet, attribution, grade, date, citation and
    /// who entered it; `last`, or named as for `deny`
    #[arg(long, value_name = "EVENT")]
    pub(crate) like: Option<EventName>,

    /// The speaker
    #[arg(long, value_name = "ACTOR")]
    pub(crate) who: Option<ActorId>,

    /// The outlet that carried it
    #[arg(long, value_name = "ACTOR")]
    pub(crate) via: Option<ActorId>,

    /// How the words reached the public: on-record, background, anonymous, media, document
    #[arg(long, value_name = "HOW", value_parser = word_of::<Attribution>)]
    pub(crate) attribution: Option<Attribution>,

    /// How good source and information are, as B2
    #[arg(long, value_name = "GRADE")]
    pub(crate) grade: Option<Grade>,

    /// When it happened or was said: an EDTF date [default: the day of --recorded, else today, in UTC]
    #[arg(long, value_name = "DATE")]
    pub(crate) occurred: Option<Occurred>,

    /// When the desk wrote it down, for older material: a day (behind its other entries), or an instant [default: now]
    #[arg(long, value_name = "WHEN")]
    pub(crate) recorded: Option<Recorded>,

    /// Who enters it at the desk
    #[arg(long, value_name = "ACTOR")]
    pub(crate) entered_by: Option<ActorId>,

    /// Where it can be read: a URL or a citation key
    #[arg(long, value_name = "TEXT")]
    pub(crate) cite: Option<String>,

    /// The desk's own remark
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
}

impl SourceArgs {
    /// Fills the fields that were not given from another event.
    pub(super) fn or_like(&self, other: &Event) -> Self {
        let source = &other.source;
        Self {
            like: None,
            who: self.who.clone().or_else(|| Some(source.who.clone())),
            via: self.via.clone().or_else(|| source.via.clone()),
            attribution: self.attribution.or(Some(source.attribution)),
            grade: self.grade.or(source.grade),
            occurred: self.occurred.clone().or_else(|| Some(other.occurred.clone())),
            recorded: self.recorded,
            entered_by: self.entered_by.clone().or_else(|| other.entered_by.clone()),
            cite: self.cite.clone().or_else(|| other.cite.as_deref().map(str::to_owned)),
            note: self.note.clone(),
        }
    }
}

/// The payload's fields as options. Each field name of any event type is an option; the codec decides which fields a
/// type takes and needs.
#[derive(Debug, Clone, Default)]
pub(crate) struct PayloadArgs(BTreeMap<&'static str, Vec<String>>);

impl PayloadArgs {
    /// Returns the given fields as the payload of an event type.
    pub(crate) fn payload(&self, event_type: EventType) -> Map<String, Value> {
        let value = |name: &str, given: &Vec<String>| -> Value {
            let field = payload_fields(event_type).iter().find(|field| field.name == name);
            let text = given.last().map_or("", String::as_str);
            match field.map(|field| field.kind) {
                Some(FieldKind::List(_) | FieldKind::Some(_)) => json!(given),
                // Options write words with hyphens.
                Some(FieldKind::Word(_)) => text.replace('-', "_").into(),
                // The codec reports fields that the type does not have.
                _ => text.into(),
            }
        };
        self.0.iter().map(|(name, given)| ((*name).to_owned(), value(name, given))).collect()
    }
}

/// Returns every field name, with the types that have such a field.
fn fields() -> BTreeMap<&'static str, Vec<(EventType, &'static PayloadField)>> {
    let mut fields: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for event_type in EventType::ALL.iter().filter(|event_type| !event_type.is_signed()) {
        for field in payload_fields(*event_type) {
            fields.entry(field.name).or_default().push((*event_type, field));
        }
    }
    fields
}

/// Tells whether a field may be given several times. All types that have a field of this name agree on that.
fn is_list(fields: &[(EventType, &PayloadField)]) -> bool {
    fields.iter().any(|(_, field)| matches!(field.kind, FieldKind::List(_) | FieldKind::Some(_)))
}

/// Describes which types have a field, and which words it takes.
fn help_of(fields: &[(EventType, &PayloadField)]) -> String {
    let words = |field: &PayloadField| if let FieldKind::Word(words) = field.kind { Some(words) } else { None };
    let agreed = fields.first().and_then(|(_, field)| words(field));
    let agreed = agreed.filter(|agreed| fields.iter().all(|(_, field)| words(field) == Some(agreed)));
    let types = fields.iter().map(|(event_type, field)| {
        let mark = if field.need == Need::Required { "*" } else { "" };
        let own = words(field).filter(|_| agreed.is_none());
        let own = own.map_or_else(String::new, |words| format!(" ({})", listed(words)));
        format!("{}{mark}{own}", hyphened(*event_type))
    });
    let types = types.collect::<Vec<_>>().join(", ");
    agreed.map_or_else(|| format!("Of {types}"), |words| format!("Of {types}; one of: {}", listed(words)))
}

/// Lists words as the command line writes them.
fn listed(words: &[&str]) -> String {
    words.join(", ").replace('_', "-")
}

impl PayloadArgs {
    /// Limits the help to the fields of one type, and describes what each takes.
    pub(crate) fn of_type(command: Command, event_type: EventType) -> Command {
        let own: BTreeMap<&str, &PayloadField> =
            payload_fields(event_type).iter().map(|field| (field.name, field)).collect();
        const HEADING: &str = "Fields of this type (* needed)";
        fields().into_keys().fold(command, |command, name| {
            command.mut_arg(name, |arg| match own.get(name) {
                None => arg.hide(true),
                Some(field) => {
                    let mark = if field.need == Need::Required { "* " } else { "" };
                    arg.help(format!("{mark}{}", taken(field.kind))).help_heading(HEADING)
                }
            })
        })
    }
}

/// Returns a type as the command line writes it.
fn hyphened(event_type: EventType) -> String {
    event_type.as_str().replace('_', "-")
}

/// Describes what a field takes.
fn taken(kind: FieldKind) -> String {
    match kind {
        FieldKind::Text => "text".to_owned(),
        FieldKind::Path => "a name, such as us-ru/leaders or ru/mfa".to_owned(),
        FieldKind::Slug => "a name of one word, such as round-2".to_owned(),
        FieldKind::Id => "the id of an event".to_owned(),
        FieldKind::Date => "an EDTF date, such as 2025-10-23, 2025-10 or 2025-10-23?".to_owned(),
        FieldKind::Occurred => "an EDTF date that has a beginning".to_owned(),
        FieldKind::Instant => "an instant, such as 2025-10-23T08:00:00Z".to_owned(),
        FieldKind::Grade => "a grade, such as B2".to_owned(),
        FieldKind::Hash => "the hash of a line, in base64".to_owned(),
        FieldKind::Word(words) => format!("one of: {}", listed(words)),
        FieldKind::List(of) | FieldKind::Some(of) => format!("{}; several separated by commas", taken(*of)),
    }
}

impl Args for PayloadArgs {
    fn augment_args(command: Command) -> Command {
        fields().into_iter().fold(command, |command, (name, fields)| {
            let is_list = is_list(&fields);
            let arg = Arg::new(name)
                .long(name)
                .value_name("VALUE")
                .help(help_of(&fields))
                .help_heading("Fields (* needed)")
                .action(if is_list { ArgAction::Append } else { ArgAction::Set });
            command.arg(if is_list { arg.value_delimiter(',') } else { arg })
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
