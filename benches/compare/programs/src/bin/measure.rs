//! Runs a command with its output sent to a file, and prints what it took as JSON: seconds from start to end, and the
//! most memory that it held at once, in KiB.
//!
//! ```console
//! $ measure [--private] /dev/null demarche replay log.jsonl
//! {"seconds":1.25,"peak_kib":10240,"private_kib":null}
//! ```
//!
//! It is a small program of its own, since a process begins with the peak of its parent. `peak_kib` counts the
//! pages of mapped files; `private_kib` does not, but is only sampled, which `--private` asks for.

use std::fs::{self, File};
use std::io;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

fn main() -> io::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let private = arguments.first().is_some_and(|first| first == "--private");
    arguments.drain(..usize::from(private));
    let [output, program, rest @ ..] = arguments.as_slice() else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "usage: measure [--private] <output> <command>..."));
    };
    let output = File::create(output)?;
    let start = Instant::now();
    let mut child = Command::new(program).args(rest).stdout(output).spawn()?;
    let (status, private_kib) = if private { sampled(&mut child)? } else { (child.wait()?, None) };
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() {
        return Err(io::Error::other(format!("{program}: {status}")));
    }
    // There was but one child.
    let peak_kib = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(io::Error::from)?.max_rss();
    println!("{}", serde_json::json!({ "seconds": seconds, "peak_kib": peak_kib, "private_kib": private_kib }));
    Ok(())
}

/// Waits for a child, looking at its private memory on and on.
fn sampled(child: &mut Child) -> io::Result<(ExitStatus, Option<u64>)> {
    let mut most = None;
    loop {
        most = most.max(private_kib(child.id()));
        if let Some(status) = child.try_wait()? {
            return Ok((status, most));
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// The memory of a process that is no page of a file.
fn private_kib(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?.split_whitespace().next()?.parse().ok()
}
