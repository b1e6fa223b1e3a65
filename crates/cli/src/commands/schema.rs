//! `demarche schema`: the JSON Schema of an event.

use demarche_interop::export::schema;

use crate::failure::Failure;
use crate::session::Session;

/// The JSON Schema (2020-12) of a line of a log, made from the types
///
/// docs/coding.md tells how to have a program or a language model write lines against it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche schema > event.schema.json")]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    writeln!(session.stdout, "{:#}", schema::of_event())?;
    Ok(0)
}
