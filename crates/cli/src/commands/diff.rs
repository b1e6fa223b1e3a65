//! `demarche diff`: what changed between two moments; the morning brief.

use std::io;

use demarche_core::{Event, TrackId};
use demarche_interop::export::flat::{CHANGES, change_row, names_of};
use demarche_projection::diff::{Change, ChangeKind};
use demarche_projection::state::Dossier;
use demarche_projection::{LogChanged, Sides, Track};

use crate::failure::Failure;
use crate::input::{Loaded, load};
use crate::options::{Format, FormatArgs, LogArgs, QuestionArgs, any_matches};
use crate::output::entries::{Entries, Layout};
use crate::output::events::{event_row, event_table};
use crate::output::json;
use crate::output::naming::{Naming, NamingArgs};
use crate::output::records::plain;
use crate::output::text::{counted, printable};
use crate::period::PeriodArgs;
use crate::session::Session;

/// What changed between two moments of knowledge, or of the world: the morning brief
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche diff journal.jsonl --from 2025-10-22 --to 2025-10-23\n  \
    demarche diff journal.jsonl --week 2025-W43\n  \
    demarche diff journal.jsonl --from 2025-05 --to 2025-07 --along occurred")]
pub(crate) struct Args {
    #[command(flatten)]
    log: LogArgs,

    #[command(flatten)]
    period: PeriodArgs,
    #[command(flatten)]
    question: QuestionArgs,
    #[command(flatten)]
    naming: NamingArgs,
    #[command(flatten)]
    format: FormatArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let moments = args.period.period()?.ends(&args.question.query(session.now))?;
    let loaded = load(&args.log, session)?;
    args.question.when.note_end(&loaded, session)?;
    let naming = args.naming.read(&args.log.logs)?;
    let filter = &args.question.filter;
    let admits =
        |side: &Option<Dossier>| side.as_ref().is_some_and(|side| filter.admits(&side.state.track, side.state.status));
    let mut tracks = loaded.ask(|fold| fold.compared(&moments).only(|track| any_matches(&filter.tracks, track)));
    let compare = |_: &TrackId, sides: &[Option<Track<'_>>], changed: &mut Vec<Sides>| {
        let [before, after] = sides else { return Ok(()) };
        let (before, after) = Track::differing(before.as_ref(), after.as_ref())?;
        if (admits(&before) || admits(&after)) && Change::between(before.as_ref(), after.as_ref()).is_some() {
            changed.push((before, after));
        }
        Ok::<_, LogChanged>(())
    };
    let mut printer = Printer::new(args.format.begin(session.stdout)?);
    while let Some(parts) = loaded.checked(loaded.run(|| tracks.next_compared(compare)))? {
        for (before, after) in parts.iter().flatten() {
            if let Some(change) = Change::between(before.as_ref(), after.as_ref()) {
                printer.print(&change, &loaded, &naming, session)?;
            }
        }
    }
    printer.finish(session)?;
    loaded.conclude(session)
}

/// Prints changes as they arrive.
pub(crate) struct Printer {
    /// `None` when the output is the text for people.
    entries: Option<Entries>,
    changed: usize,
    /// How many tracks changed only in the events that they have.
    only_events: usize,
}

impl Printer {
    pub(crate) fn new(format: Format) -> Self {
        let entries = Layout::of(format).map(|layout| Entries::new(layout, names_of(CHANGES)));
        Self { entries, changed: 0, only_events: 0 }
    }

    pub(crate) fn print(
        &mut self,
        change: &Change<'_>,
        loaded: &Loaded,
        naming: &Naming,
        session: &mut Session<'_>,
    ) -> io::Result<()> {
        let is_event = |kind: &ChangeKind<'_>| matches!(kind, ChangeKind::NewEvents(_) | ChangeKind::GoneEvents(_));
        let count = if change.kinds.iter().all(is_event) { &mut self.only_events } else { &mut self.changed };
        *count += 1;
        if let Some(entries) = &mut self.entries {
            return entries.print_one(json::of(&change.view()), || plain(&change_row(change)), session.stdout);
        }
        session.wrapped(&printable(&change.headline()))?;
        for line in change.lines(&naming.names) {
            session.item(&printable(&line))?;
        }
        let (new, gone) = change.events();
        let events =
            gone.into_iter().map(|event| (event, Some("gone"))).chain(new.into_iter().map(|event| (event, None)));
        let row = |(event, remark): (&Event, _)| event_row(event, remark, &loaded.entry_of(event.id), naming);
        event_table(events.map(row).collect()).print_indented(&session.terminal, session.stdout)?;
        writeln!(session.stdout)
    }

    pub(crate) fn finish(self, session: &mut Session<'_>) -> io::Result<()> {
        if let Some(entries) = self.entries {
            return entries.finish(session.stdout);
        }
        let changed = counted(self.changed, "track");
        session.wrapped(&match (self.changed, self.only_events) {
            (0, 0) => "nothing changed".to_owned(),
            (0, only_events) => format!("nothing changed but the events of {}", counted(only_events, "track")),
            (_, 0) => format!("{changed} changed"),
            (_, only_events) => format!("{changed} changed, and the events of {only_events} more"),
        })
    }
}
