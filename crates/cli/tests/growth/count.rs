//! Counting instructions: unlike time, they are the same on a busy machine.
//!
//! Valgrind counts them (`callgrind`), since not every machine lets a program read the counters of its processor. It
//! sets its count to nought where [`counted`] begins, and writes it to a file where that ends. So one process counts
//! thousands of pieces of work, and starts up once.

use std::path::PathBuf;

/// The counts that the Valgrind writes which runs this process.
pub(crate) struct Counter {
    /// What the names of its files begin with; behind it stands the number of the file.
    dumps: PathBuf,
    written: u32,
}

impl Counter {
    pub(crate) fn new() -> Self {
        let dumps = std::env::var_os("GROWTH_DUMPS").expect("run this by benches/growth.sh, under Valgrind");
        Self { dumps: dumps.into(), written: 0 }
    }

    /// Returns how many instructions a piece of work took, on all threads.
    pub(crate) fn count(&mut self, mut work: impl FnMut()) -> u64 {
        counted(&mut work);
        self.written += 1;
        let mut dump = self.dumps.clone().into_os_string();
        dump.push(format!(".{}", self.written));
        let text = std::fs::read_to_string(&dump).expect("Valgrind has written its count");
        std::fs::remove_file(&dump).unwrap();
        let total =
            text.lines().find_map(|line| line.strip_prefix("totals: ")).expect("a count of Valgrind has a total");
        total.trim().parse().unwrap()
    }
}

/// The function by whose name Valgrind knows what to count.
#[inline(never)]
fn counted(work: &mut dyn FnMut()) {
    work();
    // Were the call the last thing here, it might become a jump, and this function would never end.
    std::hint::black_box(());
}
