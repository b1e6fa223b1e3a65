//! Four times as much of anything takes about four times the work, whatever is asked: it fails where work grows with the
//! square.
//!
//! Work is what the processor does, in instructions ([`count`]), less what the same question takes of a log with one of
//! the thing, which is starting up. Four times the work is linear, sixteen times is quadratic.
//!
//! It must be run in a build that is optimized, and under Valgrind, so `cargo test` passes it over and
//! `benches/growth.sh`, a step of `test.sh`, runs it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test that fails must say so, and this one tells every count"
)]

mod count;
mod questions;
mod shapes;
#[path = "../it/support.rs"]
#[allow(dead_code, reason = "it is shared with the other tests")]
mod support;

use std::path::{Path, PathBuf};

use count::Counter;
use demarche_cli::Terminal;
use questions::QUESTIONS;
use shapes::{IMPORTS, Shape, rows, shapes};
use support::{Folder, Outcome, run, run_with};

/// How many there are of what a log has many of, before they are made four times as many.
const MANY: u32 = 100;

/// How many times the work four times as much may take: 4 where each takes the same, 5.3 where all are sorted or tables
/// grow, and 6.2 was seen for logs in a folder. What grows with the square is found once it takes about a fifth of the
/// work of a hundred things.
const LIMIT: f64 = 6.4;

/// The same for what grows with the square, and must not grow with the cube.
const LIMIT_OF_SQUARES: f64 = 17.6;

/// What takes fewer instructions is not judged: a table that grows by leaps would decide.
const LEAST: u64 = 500_000;

/// A log on the disk, with what is made of it.
struct Log {
    path: PathBuf,
    lines: String,
    cloudevents: String,
    seal: PathBuf,
    /// The moment at which half of its events have occurred.
    half: String,
}

/// The folder of the test, with a key.
struct Desk {
    folder: Folder,
    key: String,
    vkey: String,
}

impl Desk {
    fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        let key = format!("{}/desk.key", folder.path());
        let vkey = done(&run(&["seal", "--new-key", &key, "--origin", "example.org/desk"]), "a key").trim().to_owned();
        Self { folder, key, vkey }
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(self.folder.path()).join(name)
    }

    /// Writes a log of one file, or of a folder of them, in place of that which there was.
    fn write(&self, shape: &Shape, many: u32) -> Log {
        let files = (shape.files)(many);
        let path = self.path(if files.len() == 1 { "log.jsonl" } else { "log" });
        write(&path, &files);
        let seal = self.path("seal");
        let _ = std::fs::remove_file(&seal);
        let at = |path: &Path| path.to_str().unwrap().to_owned();
        let sealed = run(&["seal", &at(&path), "--key", &self.key, "-o", &at(&seal), "--no-hashes"]);
        done(&sealed, "a checkpoint");
        let cloudevents = done(&run(&["export", "cloudevents", &at(&path)]), "CloudEvents").to_owned();
        Log { path, lines: files.concat(), cloudevents, seal, half: shapes::occurred(many / 2) }
    }

    /// Counts what an answer takes.
    fn count(&self, question: &str, log: &Log, counter: &mut Counter) -> Result<u64, String> {
        let (words, stdin) = match question.split_once(" < ") {
            Some((words, "LOG")) => (words, &*log.lines),
            Some((words, _)) => (words, &*log.cloudevents),
            None => (question, ""),
        };
        let copy = self.path(if log.path.is_dir() { "copy" } else { "copy.jsonl" });
        let new = self.path("new.jsonl");
        remove(&copy);
        remove(&new);
        remove(&self.path("new.jsonl.html"));
        remove(&self.path("new.jsonl.hashes"));
        copy_all(&log.path, &copy);
        let stand_in = |word: &str| match word {
            "LOG" => log.path.to_str().unwrap().to_owned(),
            "COPY" => copy.to_str().unwrap().to_owned(),
            "SEAL" => log.seal.to_str().unwrap().to_owned(),
            "HALF" => log.half.clone(),
            "FIRST" => shapes::id(1),
            "KEY" => self.key.clone(),
            "VKEY" => self.vkey.clone(),
            _ => word.replace("NEW", new.to_str().unwrap()),
        };
        let words: Vec<String> = words.split(' ').map(stand_in).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut outcome = None;
        let terminal = Terminal { columns: Some(80), ..Terminal::default() };
        let taken = counter.count(|| outcome = Some(run_with(&words, stdin.as_bytes(), terminal)));
        let outcome = outcome.unwrap();
        let is_answered = outcome.code == 0 || question.starts_with("check");
        is_answered.then_some(taken).ok_or_else(|| outcome.stderr.chars().take(500).collect())
    }
}

fn done<'o>(outcome: &'o Outcome, what: &str) -> &'o str {
    assert_eq!(outcome.code, 0, "{what}: {}", outcome.stderr);
    &outcome.stdout
}

fn write(path: &Path, files: &[String]) {
    remove(path);
    if let [file] = files {
        return std::fs::write(path, file).unwrap();
    }
    std::fs::create_dir(path).unwrap();
    for (number, file) in files.iter().enumerate() {
        std::fs::write(path.join(format!("{number:06}.jsonl")), file).unwrap();
    }
}

fn remove(path: &Path) {
    let _ = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
}

fn copy_all(from: &Path, to: &Path) {
    if !from.is_dir() {
        std::fs::copy(from, to).unwrap();
        return;
    }
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// What was found, and how it is judged.
#[derive(Default)]
struct Verdicts {
    broken: Vec<String>,
}

impl Verdicts {
    fn judge(&mut self, shape: &str, question: &str, start: u64, few: u64, many: u64) {
        let (few, many) = (few.saturating_sub(start), many.saturating_sub(start));
        let grown = many as f64 / few.max(1) as f64;
        println!("{grown:8.2} {many:>12} {shape}: {question}");
        if many > LEAST && grown > limit(shape, question) {
            self.broken.push(format!("{shape}: {question}: {grown:.2} times the work"));
        }
    }
}

/// Returns how many times the work four times as much of a shape may take.
fn limit(shape: &str, question: &str) -> f64 {
    let tells_statuses_over_time = ["timeline", "history"].iter().any(|asked| question.starts_with(asked));
    // A denial of many claims is printed with each of them, and names them all.
    let answer_is_a_square =
        shape == "entries of one list" && question.starts_with("why") && question.ends_with("json");
    // A track is judged anew at each of its events by the questions that tell its statuses over time.
    if tells_statuses_over_time || answer_is_a_square { LIMIT_OF_SQUARES } else { LIMIT }
}

/// Which part of the shapes this process looks at, of how many.
fn part() -> (usize, usize) {
    let part = std::env::var("GROWTH_PART").unwrap_or_else(|_| "1/1".to_owned());
    let (part, parts) = part.split_once('/').unwrap();
    (part.parse::<usize>().unwrap() - 1, parts.parse().unwrap())
}

#[test]
#[ignore = "benches/growth.sh runs it, under Valgrind"]
fn four_times_as_much_of_anything_takes_less_than_6_4_times_the_work() {
    let (desk, mut counter, mut verdicts) = (Desk::new("growth"), Counter::new(), Verdicts::default());
    let (part, parts) = part();
    for shape in shapes().skip(part).step_by(parts) {
        ask(shape, &desk, &mut counter, &mut verdicts);
    }
    if part == 0 {
        import(&desk, &mut counter, &mut verdicts);
    }
    assert!(verdicts.broken.is_empty(), "what grows too fast, or is not answered:\n{}", verdicts.broken.join("\n"));
}

fn ask(shape: &Shape, desk: &Desk, counter: &mut Counter, verdicts: &mut Verdicts) {
    let counts = [1, MANY, 4 * MANY].map(|many| {
        let log = desk.write(shape, many);
        QUESTIONS.map(|question| {
            // What is followed is one file.
            let is_asked = !(log.path.is_dir() && question.starts_with("watch"));
            if is_asked { desk.count(question, &log, counter) } else { Ok(0) }
        })
    });
    for (number, question) in QUESTIONS.iter().enumerate() {
        match [0, 1, 2].map(|size: usize| counts[size][number].as_ref()) {
            [Ok(start), Ok(few), Ok(many)] => verdicts.judge(shape.name, question, *start, *few, *many),
            [Err(why), ..] | [_, Err(why), _] | [.., Err(why)] => {
                verdicts.broken.push(format!("{}: {question}: {why}", shape.name));
            }
        }
    }
}

fn import(desk: &Desk, counter: &mut Counter, verdicts: &mut Verdicts) {
    let mapping = desk.folder.write("mapping", done(&run(&["import", "csv", "--template"]), "a mapping"));
    for (format, fixture, head) in IMPORTS {
        let text = std::fs::read_to_string(support::fixture(&format!("import/{fixture}"))).unwrap();
        let [start, few, many] = [1, MANY, 4 * MANY].map(|many| {
            let file = desk.folder.write("rows", rows(&text, head, many));
            let mut words = vec!["import", format, &file, "--on-error", "skip"];
            if format == "csv" {
                words.extend(["--mapping", &mapping]);
            }
            counter.count(|| assert!(run(&words).code <= 1, "{words:?}"))
        });
        verdicts.judge("rows", format, start, few, many);
    }
}
