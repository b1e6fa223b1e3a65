//! `demarche compare`.
use crate::failure::Failure;
use crate::options::LogArgs;
use crate::session::Session;

/// To do
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    log: LogArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let loaded = crate::input::load(&args.log, session)?;
    loaded.conclude(session)
}
