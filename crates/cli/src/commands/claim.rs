//! `demarche retract`, `deny`, `confirm`, `withdraw`: short forms of `record` that act on existing events.

use demarche_core::{Attribution, Event, EventType};
use serde_json::{Map, json};

use crate::failure::Failure;
use crate::input::EventName;
use crate::recording::{JournalArgs, SourceArgs, SourceDefaults, draft, open_kept, put, track_of};
use crate::session::Session;

/// Enters a retraction: the desk's own correction of an entry that was a mistake
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche retract -j desk.jsonl '#7' --reason 'entered twice'\n  \
    demarche retract -j desk.jsonl 0199f3c0-5a00 --reason 'entered twice'")]
pub(crate) struct RetractArgs {
    /// The event: its entry as the tables show it, such as '#7', `last`, what it cites, or at least eight
    /// characters of its id
    #[arg(value_name = "EVENT")]
    event: EventName,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    journal: JournalArgs,
    #[command(flatten)]
    source: SourceArgs,
}

/// The arguments of `deny`, `confirm` and `withdraw`.
#[derive(Debug, clap::Args)]
pub(crate) struct ClaimArgs {
    /// The events: their entries as the tables show them, such as '#7', `last`, what they cite, or at least eight
    /// characters of each id
    #[arg(value_name = "EVENT", required = true)]
    events: Vec<EventName>,
    /// In a sentence
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
    #[command(flatten)]
    journal: JournalArgs,
    #[command(flatten)]
    source: SourceArgs,
}

/// Enters a denial: somebody says that claims are not so
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  demarche deny -j desk.jsonl '#7' --who ru/mfa --attribution on-record --grade B2")]
pub(crate) struct DenyArgs {
    #[command(flatten)]
    claim: ClaimArgs,
}

/// Enters a confirmation: somebody vouches for claims
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  demarche confirm -j desk.jsonl '#7' --who us/mfa --attribution on-record")]
pub(crate) struct ConfirmArgs {
    #[command(flatten)]
    claim: ClaimArgs,
}

/// Enters a withdrawal: their own source takes claims back
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  demarche withdraw -j desk.jsonl '#7' --summary 'misheard'")]
pub(crate) struct WithdrawArgs {
    #[command(flatten)]
    claim: ClaimArgs,
}

pub(crate) fn retract(args: &RetractArgs, session: &mut Session<'_>) -> Result<u8, Failure> {
    let recorder = open_kept(&args.journal, session)?;
    let event = recorder.named(&args.event, "retracting", &args.journal, session)?;
    let source = recorder.like(&args.source, &args.journal, session)?;
    let mut data = Map::new();
    data.insert("event".into(), event.id.to_string().into());
    data.insert("reason".into(), args.reason.as_str().into());
    let said = SourceDefaults {
        source: &source,
        default_who: Some("desk".to_owned()),
        default_attribution: Some(Attribution::Document),
    };
    let draft = draft(EventType::EventRetracted, &event.track, data, &said, session)?;
    put(vec![draft], &[event], recorder, &args.journal, session)
}

pub(crate) fn deny(args: &DenyArgs, session: &mut Session<'_>) -> Result<u8, Failure> {
    claim(EventType::ClaimDenied, "denying", &args.claim, session)
}

pub(crate) fn confirm(args: &ConfirmArgs, session: &mut Session<'_>) -> Result<u8, Failure> {
    claim(EventType::ClaimConfirmed, "confirming", &args.claim, session)
}

pub(crate) fn withdraw(args: &WithdrawArgs, session: &mut Session<'_>) -> Result<u8, Failure> {
    claim(EventType::ClaimWithdrawn, "withdrawing", &args.claim, session)
}

fn claim(event_type: EventType, doing: &str, args: &ClaimArgs, session: &mut Session<'_>) -> Result<u8, Failure> {
    let recorder = open_kept(&args.journal, session)?;
    let source = recorder.like(&args.source, &args.journal, session)?;
    let named = |name| recorder.named(name, doing, &args.journal, session);
    let events: Vec<Event> = args.events.iter().map(named).collect::<Result<_, _>>()?;
    let track = track_of(&events)?;
    let ids: Vec<String> = events.iter().map(|event| event.id.to_string()).collect();
    let mut data = Map::new();
    data.insert("claims".into(), json!(ids));
    data.extend(args.summary.as_ref().map(|summary| ("summary".into(), summary.as_str().into())));
    // Only the source that made a claim can withdraw it.
    let own = events.first().filter(|_| event_type == EventType::ClaimWithdrawn).map(|event| &event.source);
    let said = SourceDefaults {
        source: &source,
        default_who: own.map(|source| source.who.to_string()),
        default_attribution: own.map(|source| source.attribution),
    };
    let draft = draft(event_type, track, data, &said, session)?;
    put(vec![draft], &events, recorder, &args.journal, session)
}
