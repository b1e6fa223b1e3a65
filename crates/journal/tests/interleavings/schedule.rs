//! Two processes on one disk, and every order of their operations on it that can make a difference.
//!
//! Before each operation a process waits for its turn. Where both could go on, the search takes first the one and then
//! the other. Two operations that touch nothing in common lead to the same in either order, so only one order of them
//! is taken: the process that was passed over sleeps until the other does something that its own next operation could
//! notice (sleep sets, after Godefroid). A process that asks for a lock which another has waits until it is given back:
//! to try, to fail and to try again leads to the same.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use demarche_journal::files::Files as _;

use crate::support::MemoryDisk;

/// What an operation looks at or changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Thing {
    /// The name of a file in its folder.
    Name(PathBuf),
    /// All names in a folder.
    Folder(PathBuf),
    /// The bytes of a file, and its lock.
    Content(usize),
    Lock(usize),
}

/// An operation: what it looks at, and what it changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Operation {
    pub(crate) reads: Vec<Thing>,
    pub(crate) writes: Vec<Thing>,
}

impl Thing {
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(name), Self::Folder(folder)) | (Self::Folder(folder), Self::Name(name)) => {
                // Nobody who lists a folder minds what is no log.
                name.starts_with(folder) && name.extension().is_some_and(|ending| ending == "jsonl")
            }
            (one, other) => one == other,
        }
    }
}

impl Operation {
    pub(crate) fn reads(things: impl IntoIterator<Item = Thing>) -> Self {
        Self { reads: things.into_iter().collect(), writes: Vec::new() }
    }

    pub(crate) fn writes(things: impl IntoIterator<Item = Thing>) -> Self {
        Self { reads: Vec::new(), writes: things.into_iter().collect() }
    }

    /// Tells whether the order of the two can make a difference.
    fn meets(&self, other: &Self) -> bool {
        let touch =
            |writes: &[Thing], things: &[Thing]| writes.iter().any(|one| things.iter().any(|two| one.meets(two)));
        touch(&self.writes, &other.writes) || touch(&self.writes, &other.reads) || touch(&other.writes, &self.reads)
    }
}

/// Where a process is.
#[derive(Debug)]
enum At {
    Running,
    /// Before an operation.
    Waiting(Operation),
    /// Before it looks at what is at a path.
    Looking(PathBuf),
    /// Before it opens a file to append to it, which makes it where it is not there.
    Opening(PathBuf),
    /// Before it takes the lock of a file, which it does once nobody has it.
    Locking(usize),
    Done,
}

#[derive(Debug)]
struct State {
    at: [At; 2],
    turn: Option<usize>,
    /// The process that was passed over, and has nothing new to notice.
    asleep: Option<usize>,
    /// Which of two processes went on, at each point where both could have: the plan, and what was done.
    plan: Vec<usize>,
    trail: Vec<usize>,
    /// What comes of this order was seen before.
    is_seen: bool,
    /// None of them can go on.
    is_dead: bool,
}

/// Whose turn it is.
#[derive(Debug)]
pub(crate) struct Turns {
    disk: MemoryDisk,
    state: Mutex<State>,
    changed: Condvar,
}

impl Turns {
    fn new(disk: &MemoryDisk, plan: Vec<usize>) -> Self {
        let (at, trail) = ([At::Running, At::Running], Vec::new());
        let state = State { at, turn: None, asleep: None, plan, trail, is_seen: false, is_dead: false };
        Self { disk: disk.clone(), state: Mutex::new(state), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it is the turn of a process to do an operation.
    pub(crate) fn before(&self, process: usize, operation: Operation) {
        self.arrive(process, At::Waiting(operation));
    }

    /// Waits until it is the turn of a process to look at a path.
    pub(crate) fn before_look(&self, process: usize, path: &Path) {
        self.arrive(process, At::Looking(path.to_owned()));
    }

    /// Waits until it is the turn of a process to open a file to append to it.
    pub(crate) fn before_append(&self, process: usize, path: &Path) {
        self.arrive(process, At::Opening(path.to_owned()));
    }

    /// Waits until it is the turn of a process to take a lock that nobody has.
    pub(crate) fn before_lock(&self, process: usize, content: usize) {
        self.arrive(process, At::Locking(content));
    }

    fn arrive(&self, process: usize, at: At) {
        let mut state = self.state();
        let is_done = matches!(at, At::Done);
        state.at[process] = at;
        if !state.is_dead {
            self.decide(&mut state);
        }
        while !is_done && state.turn != Some(process) {
            assert!(!state.is_dead, "they wait for each other: {state:?}");
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if !is_done {
            state.turn = None;
        }
    }

    /// The next operation of a process, if it can do it now.
    fn next(&self, at: &At) -> Option<Operation> {
        match at {
            At::Waiting(operation) => Some(operation.clone()),
            At::Looking(path) => Some(look(&self.disk, path)),
            At::Opening(path) if self.disk.is_there(path) => Some(Operation::reads([Thing::Name(path.clone())])),
            At::Opening(path) => Some(Operation::writes([Thing::Name(path.clone())])),
            At::Locking(content) if !self.disk.is_locked(*content) => Some(Operation::writes([Thing::Lock(*content)])),
            At::Locking(_) | At::Running | At::Done => None,
        }
    }

    /// Gives the turn to one of the processes, once none of them runs.
    fn decide(&self, state: &mut State) {
        if state.at.iter().any(|at| matches!(at, At::Running)) {
            return;
        }
        let next = [0, 1].map(|process| self.next(&state.at[process]));
        let can: Vec<usize> = (0..2).filter(|process| next[*process].is_some()).collect();
        if can.is_empty() {
            state.is_dead = !state.at.iter().all(|at| matches!(at, At::Done));
            self.changed.notify_all();
            return;
        }
        let awake: Vec<usize> = can.iter().copied().filter(|process| state.asleep != Some(*process)).collect();
        state.is_seen |= awake.is_empty();
        let chosen = match awake.as_slice() {
            _ if state.is_seen => can[0],
            [one] => *one,
            _ => {
                let taken = state.plan.get(state.trail.len()).copied().unwrap_or(0);
                state.trail.push(taken);
                if taken == 1 {
                    state.asleep = Some(awake[0]);
                }
                awake[taken]
            }
        };
        if let (Some(asleep), Some(operation)) = (state.asleep, &next[chosen])
            && (asleep == chosen || next[asleep].as_ref().is_none_or(|next| next.meets(operation)))
        {
            state.asleep = None;
        }
        state.at[chosen] = At::Running;
        state.turn = Some(chosen);
        self.changed.notify_all();
    }
}

/// Tells that a process is done, however it ends.
struct Ends(Arc<Turns>, usize);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.arrive(self.1, At::Done);
    }
}

/// Runs two processes in every order that can make a difference, each time on a new disk, and hands on what came
/// of each; returns how many orders there were.
pub(crate) fn every_order<T: Send>(
    make_disk: impl Fn() -> MemoryDisk,
    run: impl Fn(usize, &MemoryDisk, &Arc<Turns>) -> T + Sync,
    mut check: impl FnMut(&MemoryDisk, [T; 2]),
) -> usize {
    let (mut plan, mut orders) = (Vec::new(), 0);
    loop {
        let disk = make_disk();
        let turns = Arc::new(Turns::new(&disk, plan));
        let process = |process: usize| {
            let _ends = Ends(Arc::clone(&turns), process);
            run(process, &disk, &turns)
        };
        let came = std::thread::scope(|scope| {
            let other = scope.spawn(|| process(1));
            let one = process(0);
            [one, other.join().unwrap()]
        });
        let state = turns.state();
        if !state.is_seen {
            orders += 1;
            check(&disk, came);
        }
        // The last point at which the first was taken: next, the other goes on there.
        let Some(last) = state.trail.iter().rposition(|taken| *taken == 0) else { return orders };
        plan = [&state.trail[..last], &[1]].concat();
    }
}

/// What looking at a path looks at: its name, what stands in it where it is a folder, and how long the file is.
fn look(disk: &MemoryDisk, path: &Path) -> Operation {
    let content = disk.look(path).ok().flatten().and_then(|found| found.file);
    let content = content.map(|(_, content)| Thing::Content(usize::try_from(content).unwrap()));
    Operation::reads([Thing::Folder(path.to_owned()), Thing::Name(path.to_owned())].into_iter().chain(content))
}
