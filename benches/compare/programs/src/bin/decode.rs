//! Decodes every event of a log to owned strings, and does nothing with them: the ordinary way, and only half of it.

use std::io;

fn main() -> io::Result<()> {
    let mut count = 0_u64;
    for event in demarche_compare::events(&demarche_compare::log_argument()?)? {
        std::hint::black_box(&event?);
        count += 1;
    }
    println!("{count}");
    Ok(())
}
