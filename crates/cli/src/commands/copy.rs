//! `demarche copy`: one journal into another, event by event, in the same order.

use std::io;
use std::path::{Path, PathBuf};

use demarche_core::{Event, EventId, Hash};
use demarche_journal::line_hash;
use demarche_journal::seal::{Leaves, Tree};

use crate::failure::Failure;
use crate::input::{Source, of_arguments};
use crate::output::text::counted;
use crate::recording::{KeptJournal, LOCK_WAIT, is_there, must_be_kept};
use crate::sealing::SealedJournal;
use crate::session::Session;

/// How many events are made durable together.
const BATCH: usize = 4096;

/// Copies a journal into another: from a file into a database, back, or from an archive
///
/// The copy has the same events in the same order, so the same checkpoints and proofs hold for it. It is read again at
/// the end, and its root compared. If a copy was stopped, copy again: it goes on where it ended. A journal that has
/// anything else than the beginning of the other one is refused; `demarche merge` unites such.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche copy desk.jsonl postgres://desk@db.example.org/news\n  \
    demarche copy postgres://desk@db.example.org/news backup.jsonl")]
pub(crate) struct Args {
    /// What to copy: a log, a directory of such, or an address
    #[arg(value_name = "FROM")]
    from: PathBuf,

    /// Where to: a file *.jsonl, which need not be there yet, or postgres://…
    #[arg(value_name = "TO")]
    to: PathBuf,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    must_be_kept(&args.to)?;
    let sources = SealedJournal::sources(&args.from)?;
    if sources.contains(&Source::Stdin) {
        return Err(Failure::usage("standard input cannot be read again, to go on or to compare", "name a file"));
    }
    if sources == of_arguments(std::slice::from_ref(&args.to))? {
        return Err(Failure::usage("both are the same journal", "name another one to copy to"));
    }
    let there = if is_there(&args.to) { Some(SealedJournal::read(&args.to, session)?) } else { None };
    let mut copy = Copy::begin(args, there, session)?;
    for source in &sources {
        copy.take(source, session)?;
    }
    let (tree, added, already_there) = copy.end(session)?;
    let kept = SealedJournal::read(&args.to, session)?;
    if kept.sequence().tree().root() != tree.root() {
        return Err(Failure::File(format!(
            "{} is not the same as {}: somebody else has written to one of them meanwhile; copy again",
            args.to.display(),
            args.from.display()
        )));
    }
    let events = counted(usize::try_from(added).unwrap_or(usize::MAX), "event");
    let rest = if already_there == 0 { String::new() } else { format!(", {already_there} were there already") };
    writeln!(session.stdout, "{events} copied{rest}, root {}", tree.root())?;
    Ok(0)
}

/// A copy that is being made.
struct Copy<'a> {
    to: &'a Path,
    journal: KeptJournal,
    /// What was there at first: the copy must begin with it.
    there: Vec<EventId>,
    root_there: Hash,
    /// What was read so far.
    tree: Tree,
    batch: Vec<(Event, String)>,
    added: u64,
}

impl<'a> Copy<'a> {
    fn begin(args: &'a Args, there: Option<SealedJournal>, session: &mut Session<'_>) -> Result<Self, Failure> {
        let (ids, root_there) = match there {
            Some(there) => (there.sequence().ids().to_vec(), there.sequence().tree().root()),
            None => (Vec::new(), Tree::default().root()),
        };
        let journal = KeptJournal::open(&args.to, LOCK_WAIT, session)?;
        let (tree, batch) = (Tree::default(), Vec::with_capacity(BATCH));
        Ok(Self { to: &args.to, journal, there: ids, root_there, tree, batch, added: 0 })
    }

    /// Reads a log, and appends what is not there yet.
    fn take(&mut self, source: &Source, session: &mut Session<'_>) -> Result<(), Failure> {
        let mut no_stdin = io::empty();
        let input = source.open(&mut no_stdin, &())?;
        for leaf in Leaves::new(input) {
            let leaf = leaf.map_err(|error| crate::sealing::broken_log(source, error))?;
            let number = self.tree.size();
            self.tree.push(line_hash(leaf.text.as_bytes()));
            match usize::try_from(number).ok().and_then(|number| self.there.get(number)) {
                Some(id) if *id != leaf.event.id => return Err(self.other(number + 1, *id)),
                Some(_) => self.compare()?,
                None => self.batch.push((leaf.event, leaf.text)),
            }
            if self.batch.len() >= BATCH {
                self.store(session)?;
            }
        }
        Ok(())
    }

    /// Compares what was there with what was read, once so much was read.
    fn compare(&self) -> Result<(), Failure> {
        let is_read = self.tree.size() == self.there.len() as u64;
        if is_read && self.tree.root() != self.root_there {
            return Err(Failure::Refused {
                problem: format!(
                    "{} begins with the same ids, and has other lines: a text may have been erased",
                    self.to.display()
                ),
                remedy: "nothing was written: copy to an empty journal, or unite both with `demarche merge`".to_owned(),
            });
        }
        Ok(())
    }

    fn other(&self, number: u64, id: EventId) -> Failure {
        Failure::Refused {
            problem: format!("{} is no beginning of it: its event {number} is {id}", self.to.display()),
            remedy: "nothing was written: copy to an empty journal, or unite both with `demarche merge`".to_owned(),
        }
    }

    fn store(&mut self, session: &mut Session<'_>) -> Result<(), Failure> {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.added += batch.len() as u64;
        self.journal.append_lines(&batch, session)
    }

    /// Appends the rest. Returns the tree over all, how many events were added, and how many were there.
    fn end(mut self, session: &mut Session<'_>) -> Result<(Tree, u64, usize), Failure> {
        if let Some(id) = usize::try_from(self.tree.size()).ok().and_then(|read| self.there.get(read)) {
            return Err(self.other(self.tree.size() + 1, *id));
        }
        self.store(session)?;
        Ok((self.tree, self.added, self.there.len()))
    }
}
