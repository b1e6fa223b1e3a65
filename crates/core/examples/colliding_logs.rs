//! Writes small logs whose events collide, the same for the same count: they tie, contradict, deny and retract each
//! other. Other implementations, and bindings, are compared over them.
//!
//! ```console
//! $ cargo run -p demarche-core --features proptest --example colliding_logs -- logs/ 200
//! ```

use std::error::Error;
use std::fs::{self, File};
use std::path::Path;

use demarche_core::codec::Writer;
use demarche_core::strategy;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, count] = &arguments[..] else { return Err("usage: colliding_logs <folder> <count>".into()) };
    let folder = Path::new(folder);
    fs::create_dir_all(folder)?;
    let mut runner = TestRunner::deterministic();
    for number in 1..=count.parse::<u32>()? {
        let mut writer = Writer::new(File::create(folder.join(format!("{number:03}.jsonl")))?);
        let log = strategy::log().new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
        log.iter().try_for_each(|event| writer.write(event))?;
        writer.into_inner();
    }
    Ok(())
}
