//! Logs that change while they are read: a true answer or an error, never a crash, never a mixture.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::support::{Folder, line};

/// Several megabytes.
const LINES: u32 = 12_000;

/// How long a log is cut and restored.
const TIME: Duration = Duration::from_secs(8);

/// Runs the binary, since a crash would take a test in memory along.
fn ask(args: &[&str]) -> (Option<i32>, Vec<u8>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_demarche")).args(args).env_clear().output().unwrap();
    (output.status.code(), output.stdout, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_log_that_is_cut_while_it_is_read_gives_a_true_answer_or_an_error() {
    let folder = Folder::new("cut-while-read");
    let text: String = (0..LINES).map(|number| line(number, &format!("a/b{}", number % 900), "a title")).collect();
    let log = folder.write("log.jsonl", &text);
    let questions: [&[&str]; 9] = [
        &["replay", &log, "--format", "jsonl"],
        &["replay", &log],
        &["events", &log, "--format", "jsonl"],
        &["events", &log, "--text", "title"],
        &["stats", &log, "--format", "json"],
        &["show", &log, "--track", "a/b7"],
        &["history", &log, "--format", "csv"],
        &["agenda", &log, "--format", "json"],
        &["merge", &log],
    ];
    let begun = Instant::now();
    let answers: Vec<Vec<u8>> = questions.iter().map(|question| ask(question).1).collect();
    // So long that some questions are answered undisturbed, on a busy machine too.
    let pause = begun.elapsed() / 2;
    let is_over = AtomicBool::new(false);
    let mut told = 0;
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let mut file = File::options().write(true).open(&log).unwrap();
            for step in 1_u32.. {
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
                // Within a line, so that what is left of the log is never a log by itself.
                let kept = text.len() / 10 * (step as usize % 10) + 50;
                let kept = if text.as_bytes()[kept - 1] == b'\n' { kept + 1 } else { kept };
                file.set_len(kept as u64).unwrap();
                std::thread::sleep(Duration::from_millis(1 + u64::from(step) % 3));
                file.set_len(text.len() as u64).unwrap();
                file.seek(SeekFrom::Start(kept as u64)).unwrap();
                file.write_all(&text.as_bytes()[kept..]).unwrap();
                std::thread::sleep(pause / 20 * (step * 7 % 20));
            }
        });
        let end = Instant::now() + TIME;
        // A failure must not leave the other thread running.
        let seen = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            while Instant::now() < end {
                for (question, answer) in questions.iter().zip(&answers) {
                    let (code, stdout, stderr) = ask(question);
                    match code {
                        Some(0) => {
                            assert!(stdout == *answer, "{question:?} answers something else than the whole log");
                        }
                        Some(1 | 3) => {
                            assert!(stderr.starts_with("error: "), "{question:?}: {stderr}");
                            assert!(!stdout.contains(&0), "{question:?} shows zeros");
                            told += 1;
                        }
                        other => panic!("{question:?} ended with {other:?}: {stderr}"),
                    }
                }
            }
        }));
        is_over.store(true, Ordering::Relaxed);
        seen.unwrap();
    });
    assert!(told > 0, "no question met a cut log: nothing was tested");
    let again: Vec<Vec<u8>> = questions.iter().map(|question| ask(question).1).collect();
    assert!(again == answers, "once nobody cuts the log, every answer is what it was");
}
