//! Running the command line in memory.

use std::cell::Cell;
use std::ffi::OsString;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use demarche_cli::{Session, Terminal, exec};

/// The commands, in the order of the help.
pub(crate) const COMMANDS: [&str; 32] = [
    "replay",
    "show",
    "why",
    "events",
    "diff",
    "history",
    "agenda",
    "compare",
    "check",
    "stats",
    "record",
    "retract",
    "deny",
    "confirm",
    "withdraw",
    "erase",
    "watch",
    "serve",
    "user",
    "import",
    "export",
    "timeline",
    "schema",
    "merge",
    "copy",
    "store",
    "fmt",
    "seal",
    "verify",
    "prove",
    "completions",
    "man",
];

/// What a command line printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: u8,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The folder of the whole project.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The path of a fixture.
pub(crate) fn fixture(name: &str) -> String {
    root().join("fixtures").join(name).to_str().unwrap().to_owned()
}

/// The clock of every test.
pub(crate) fn pinned() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap()
}

/// Runs a command line without standard input.
pub(crate) fn run(args: &[&str]) -> Outcome {
    run_with(args, b"", Terminal { columns: Some(80), ..Terminal::default() })
}

/// Runs a command line with standard input, on some terminal.
pub(crate) fn run_with(args: &[&str], stdin: &[u8], terminal: Terminal) -> Outcome {
    let mut stdout = Vec::new();
    let (code, stderr) = run_into(args, stdin, terminal, &mut stdout);
    Outcome { code, stdout: String::from_utf8(stdout).unwrap(), stderr }
}

/// Runs a command line without standard input, by another clock.
pub(crate) fn run_by(now: fn() -> DateTime<Utc>, args: &[&str]) -> Outcome {
    let mut stdout = Vec::new();
    let terminal = Terminal { columns: Some(80), ..Terminal::default() };
    let (code, stderr) = run_into_by(now, args, b"", terminal, &mut stdout);
    Outcome { code, stdout: String::from_utf8(stdout).unwrap(), stderr }
}

/// Runs a command line that prints on a writer; its exit code, and what it said on standard error.
pub(crate) fn run_into(args: &[&str], stdin: &[u8], terminal: Terminal, stdout: &mut dyn Write) -> (u8, String) {
    run_into_by(pinned, args, stdin, terminal, stdout)
}

fn run_into_by(
    now: fn() -> DateTime<Utc>,
    args: &[&str],
    stdin: &[u8],
    terminal: Terminal,
    stdout: &mut dyn Write,
) -> (u8, String) {
    let mut stderr = Vec::new();
    let mut session = Session { stdin: &mut BufReader::new(stdin), stdout, stderr: &mut stderr, terminal, now, random };
    let args = std::iter::once("demarche").chain(args.iter().copied()).map(OsString::from);
    let code = exec(args, &mut session);
    (code, String::from_utf8(stderr).unwrap())
}

/// Bytes that are other ones each time, and the same in each run of a test.
pub(crate) fn random() -> [u8; 10] {
    thread_local!(static GIVEN: Cell<u8> = const { Cell::new(6) });
    GIVEN.set(GIVEN.get().wrapping_add(1));
    [GIVEN.get(); 10]
}

/// A new folder for a test, removed at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("demarche-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes a file in it, and returns its path.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A line of a log: a meeting that was scheduled, of the given id and title.
pub(crate) fn line(number: u32, track: &str, title: &str) -> String {
    let title = serde_json::to_string(title).unwrap();
    format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":3,\"type\":\"track_opened\",\"track\":\"{track}\",\
         \"occurred\":\"2025-10-{:02}\",\"recorded\":\"2025-10-23T08:00:{:02}Z\",\
         \"source\":{{\"who\":\"us/embassy\",\"attribution\":\"on_record\",\"grade\":\"B2\"}},\
         \"data\":{{\"title\":{title},\"kind\":\"summit\",\"parties\":[\"us\",\"ru\"]}}}}\n",
        number % 28 + 1,
        number % 60
    )
}
