//! Tests on mapped files that are cut, and on faults outside them.

use std::fs::File;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};

use super::*;

/// More than one page, on any machine.
const LENGTH: u64 = 1 << 20;

/// A file for one test, removed at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("demarche-map-{name}-{}", std::process::id()));
        std::fs::write(&path, vec![b'x'; usize::try_from(LENGTH).unwrap()]).unwrap();
        Self(path)
    }

    fn cut(&self, length: u64) {
        File::options().write(true).open(&self.0).unwrap().set_len(length).unwrap();
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn zeros(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == 0).count() as u64
}

#[test]
fn behind_a_cut_zeros_are_read_and_the_cut_is_told() {
    let scratch = Scratch::new("cut");
    let log = Mapped::open(&scratch.0).unwrap();
    assert_eq!(zeros(log.bytes()), 0);
    assert!(!log.is_cut());
    scratch.cut(100_000);
    assert_eq!(zeros(log.bytes()), LENGTH - 100_000);
    assert!(log.is_cut());
}

#[test]
fn what_was_read_as_zeros_stays_doubtful_once_the_file_is_whole_again() {
    let scratch = Scratch::new("whole-again");
    let log = Mapped::open(&scratch.0).unwrap();
    scratch.cut(100_000);
    assert_eq!(zeros(log.bytes()), LENGTH - 100_000);
    scratch.cut(LENGTH);
    assert!(log.is_cut());
    assert!(!Mapped::open(&scratch.0).unwrap().is_cut());
}

#[test]
fn a_cut_within_the_last_page_is_told_though_nothing_faults() {
    let scratch = Scratch::new("last-page");
    let log = Mapped::open(&scratch.0).unwrap();
    scratch.cut(LENGTH - 1);
    assert_eq!(zeros(log.bytes()), 1);
    assert!(log.is_cut());
}

#[test]
fn growing_is_no_change() {
    use std::io::Write as _;
    let scratch = Scratch::new("grow");
    let log = Mapped::open(&scratch.0).unwrap();
    File::options().append(true).open(&scratch.0).unwrap().write_all(b"more").unwrap();
    assert_eq!(log.change(), None);
}

#[test]
fn rewriting_is_a_change() {
    let scratch = Scratch::new("rewrite");
    let log = Mapped::open(&scratch.0).unwrap();
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(1);
    File::options().write(true).open(&scratch.0).unwrap().set_modified(later).unwrap();
    assert_eq!(log.change(), Some(FileChange::Rewritten));
}

#[test]
fn a_replaced_file_leaves_the_mapped_one_as_it_was() {
    let (scratch, other) = (Scratch::new("replaced"), Scratch::new("replacing"));
    let log = Mapped::open(&scratch.0).unwrap();
    other.cut(0);
    std::fs::rename(&other.0, &scratch.0).unwrap();
    assert_eq!((zeros(log.bytes()), log.change()), (0, None));
}

#[test]
fn many_mappings_are_guarded_at_once_and_one_after_another() {
    let scratches: Vec<Scratch> = (0..20).map(|number| Scratch::new(&format!("many-{number}"))).collect();
    for _ in 0..3 {
        scratches.iter().for_each(|scratch| scratch.cut(LENGTH));
        let logs: Vec<Mapped> = scratches.iter().map(|scratch| Mapped::open(&scratch.0).unwrap()).collect();
        scratches.iter().step_by(2).for_each(|scratch| scratch.cut(0));
        std::thread::scope(|threads| {
            for log in &logs {
                threads.spawn(|| std::hint::black_box(zeros(log.bytes())));
                threads.spawn(|| std::hint::black_box(zeros(log.bytes())));
            }
        });
        for (number, log) in logs.iter().enumerate() {
            assert_eq!(log.map.as_ref().unwrap().guard.was_hit(), number % 2 == 0, "{number}");
        }
    }
}

/// Runs a test of this file again in a separate process, where it does what must end that process.
fn ended(test: &str) -> ExitStatus {
    let program = std::env::current_exe().unwrap();
    let mut command = Command::new(program);
    command.args(["--exact", &format!("map::tests::{test}"), "--nocapture"]).env(ALONE, "1");
    command.output().unwrap().status
}

const ALONE: &str = "DEMARCHE_TEST_ALONE";

fn is_alone() -> bool {
    std::env::var_os(ALONE).is_some()
}

/// Reads a file that was cut, through an unguarded mapping.
fn fault() {
    let scratch = Scratch::new("unguarded");
    // SAFETY: that this faults is the purpose.
    let map = unsafe { Mmap::map(&File::open(&scratch.0).unwrap()).unwrap() };
    scratch.cut(0);
    let _ = std::fs::remove_file(&scratch.0);
    std::hint::black_box(zeros(&map));
}

#[test]
fn a_fault_elsewhere_still_kills() {
    if is_alone() {
        let scratch = Scratch::new("elsewhere");
        let log = Mapped::open(&scratch.0).unwrap();
        let _ = std::fs::remove_file(&scratch.0);
        fault();
        drop(log);
        return;
    }
    assert_eq!(ended("a_fault_elsewhere_still_kills").signal(), Some(libc::SIGBUS));
}

#[test]
fn a_fault_elsewhere_goes_to_the_handler_that_was_there() {
    extern "C" fn leave(_: libc::c_int) {
        // SAFETY: made for signal handlers.
        unsafe { libc::_exit(42) };
    }
    if is_alone() {
        let handler: extern "C" fn(libc::c_int) = leave;
        // SAFETY: the handler only leaves.
        unsafe { libc::signal(libc::SIGBUS, handler as usize) };
        let scratch = Scratch::new("handler");
        let log = Mapped::open(&scratch.0).unwrap();
        scratch.cut(0);
        assert_eq!(zeros(log.bytes()), LENGTH, "its own faults stay its own");
        let _ = std::fs::remove_file(&scratch.0);
        fault();
        return;
    }
    assert_eq!(ended("a_fault_elsewhere_goes_to_the_handler_that_was_there").code(), Some(42));
}

#[test]
fn a_signal_that_somebody_sends_still_kills() {
    if is_alone() {
        // SAFETY: plain calls of the system.
        unsafe { libc::signal(libc::SIGBUS, libc::SIG_DFL) };
        let scratch = Scratch::new("sent");
        let log = Mapped::open(&scratch.0).unwrap();
        let _ = std::fs::remove_file(&scratch.0);
        // SAFETY: as above.
        unsafe { libc::raise(libc::SIGBUS) };
        drop(log);
        return;
    }
    assert_eq!(ended("a_signal_that_somebody_sends_still_kills").signal(), Some(libc::SIGBUS));
}
