//! Counts the lines of a mapped log on so many threads: the limit for whatever reads every byte.
//!
//! ```console
//! $ scan log.jsonl 2
//! ```

use std::fs::File;
use std::io;
use std::thread;

fn main() -> io::Result<()> {
    let file = File::open(demarche_compare::log_argument()?)?;
    let threads = std::env::args().nth(2).and_then(|threads| threads.parse().ok()).unwrap_or(1);
    // SAFETY: the comparison made the file, and nothing writes to it while it runs.
    let bytes = unsafe { memmap2::Mmap::map(&file)? };
    let part = bytes.len().div_ceil(threads).max(1);
    let lines: usize = thread::scope(|scope| {
        let workers: Vec<_> = bytes.chunks(part).map(|part| scope.spawn(|| count(part))).collect();
        workers.into_iter().map(|worker| worker.join().expect("counting does not panic")).sum()
    });
    println!("{lines}");
    Ok(())
}

fn count(part: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', part).count()
}
