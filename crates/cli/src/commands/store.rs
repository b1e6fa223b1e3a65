//! `demarche store`: the journal in a database: made, brought up to date, looked at, opened to roles.

use std::path::PathBuf;

use clap::ValueEnum;
use demarche_journal_postgres::{Access, Options, SCHEMA_VERSION, check, grant, init, migrate};

use crate::failure::Failure;
use crate::input::{Database, database_failure};
use crate::output::text::{counted, printable};
use crate::session::Session;

/// Makes a journal in PostgreSQL, brings it up to date, looks whether all is well, and lets others use it
///
/// The role that makes the journal owns it; let the programs that write use another, which can only read and append.
/// The password comes from PGPASSWORD or a password file (PGPASSFILE, ~/.pgpass). docs/scaling.md has more.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche store init postgres://owner@db.example.org/news\n  \
    demarche store grant postgres://owner@db.example.org/news desk --append\n  \
    demarche store check postgres://desk@db.example.org/news")]
pub(crate) struct Args {
    /// What to do
    #[arg(value_enum, value_name = "ACTION")]
    action: Action,

    /// The journal, as `postgres://USER@HOST/DATABASE`
    #[arg(value_name = "STORE", env = "DEMARCHE_JOURNAL", hide_env_values = true)]
    store: PathBuf,

    /// Which role to let in
    #[arg(value_name = "ROLE", required_if_eq("action", "grant"))]
    role: Option<String>,

    /// Let the role append, too
    #[arg(long, requires = "role")]
    append: bool,
}

/// What to do with the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Action {
    /// Make the journal, unless it is there
    Init,
    /// Bring its tables up to what this program needs
    Migrate,
    /// Say whether all is well with it and its server
    Check,
    /// Let a role read, or append
    Grant,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let Database { address, login } = Database::at(&args.store)?;
    if args.role.is_some() && args.action != Action::Grant {
        return Err(Failure::usage("only `grant` takes a role", "leave it out"));
    }
    let options = Options::default();
    match (args.action, &args.role) {
        (Action::Init, _) => {
            let version = init(&address, &login, options).map_err(database_failure)?;
            writeln!(session.stdout, "{address}: the journal is there, by version {version} of its schema")?;
        }
        (Action::Migrate, _) => match migrate(&address, &login, options).map_err(database_failure)? {
            SCHEMA_VERSION => writeln!(session.stdout, "{address}: there was nothing to do")?,
            before => writeln!(session.stdout, "{address}: from version {before} to version {SCHEMA_VERSION}")?,
        },
        (Action::Check, _) => {
            let found = check(&address, &login, options).map_err(database_failure)?;
            let events = counted(usize::try_from(found.events).unwrap_or(usize::MAX), "event");
            writeln!(session.stdout, "{address}: {events}, version {} of the schema", found.version)?;
            for finding in &found.findings {
                writeln!(session.stdout, "error: {}", printable(finding))?;
            }
            return Ok(u8::from(!found.findings.is_empty()));
        }
        (Action::Grant, role) => {
            let role = role.as_deref().unwrap_or_default();
            let access = if args.append { Access::Append } else { Access::Read };
            grant(&address, &login, options, role, access).map_err(database_failure)?;
            let may = if args.append { "read and append" } else { "read" };
            writeln!(session.stdout, "{address}: {} may {may}", printable(role))?;
        }
    }
    Ok(0)
}
