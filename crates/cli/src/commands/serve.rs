//! `demarche serve`: the page and the HTTP API.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use demarche_journal::{Journal, Options, Store};
use demarche_server::{Access, HeaderName, Server, World};
use tokio::net::TcpListener;

use super::user;
use crate::failure::Failure;
use crate::input::{is_store, open_store};
use crate::logging::LogArgs;
use crate::output::naming::NamesArgs;
use crate::output::text::printable;
use crate::recording::{journal_failure, must_be_kept};
use crate::session::Session;

/// How long to wait for a store that does not answer.
const STORE_WAIT: Duration = Duration::from_secs(3);

/// Answers in a browser, and to programs: where every track stands, live, for several people at once
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche serve desk.jsonl\n  \
    demarche serve desk.jsonl --listen 127.0.0.1:9000 --read-only\n  \
    demarche serve desk.jsonl --listen 0.0.0.0:8080 --host desk.example.org")]
pub(crate) struct Args {
    /// The journal: a file *.jsonl, which need not be there yet, a directory, or postgres://…
    #[arg(value_name = "JOURNAL", env = "DEMARCHE_JOURNAL", hide_env_values = true)]
    journal: PathBuf,

    /// Where to answer: an address of this machine, and a port; port 0 takes one that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// Let nobody enter anything
    #[arg(long)]
    read_only: bool,

    #[command(flatten)]
    access: AccessArgs,

    #[command(flatten)]
    log: LogArgs,

    #[command(flatten)]
    names: NamesArgs,
}

/// Who may do what.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Access")]
struct AccessArgs {
    /// The users, as `demarche user` keeps them [default: users.json beside the journal, if it is there]
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,

    /// A name under which to answer, beside those of this machine
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,

    /// The address of a proxy whose X-Forwarded-For and X-Forwarded-Proto are believed
    #[arg(long, value_name = "ADDRESS")]
    trust_proxy: Vec<IpAddr>,

    /// The header in which such a proxy says who the user is
    #[arg(long, value_name = "NAME", requires = "trust_proxy")]
    user_header: Option<HeaderName>,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    must_be_kept(&args.journal)?;
    let access = args.access(&args.journal)?;
    args.log.begin();
    let names = args.names.read(std::slice::from_ref(&args.journal))?;
    let store = open(&args.journal)?;
    let world = World { now: session.now, random: session.random };
    let options = demarche_server::Options { names, world, read_only: args.read_only, access };
    let one_time = options.access.one_time_path().filter(|_| !args.read_only);
    let server = Server::open(store, options).map_err(|error| Failure::File(error.to_string()))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::File(error.to_string()))?;
    runtime.block_on(async {
        let unheard = |error| Failure::File(format!("cannot listen on {}: {error}", args.listen));
        let listener = TcpListener::bind(args.listen).await.map_err(unheard)?;
        let address = listener.local_addr().map_err(unheard)?;
        let journal = args.journal.display().to_string();
        writeln!(session.stdout, "{} is served at http://{address}/ (stop with Ctrl-C)", printable(&journal))?;
        if let Some(path) = &one_time {
            writeln!(session.stdout, "To record, open this address, which works once: http://{address}{path}")?;
        }
        session.stdout.flush()?;
        server.serve(listener, stopped()).await.map_err(unheard)
    })?;
    Ok(0)
}

impl Args {
    /// Says who may do what. Other machines reach this one only if there are users.
    fn access(&self, journal: &Path) -> Result<Access, Failure> {
        let AccessArgs { users, host, trust_proxy, user_header } = &self.access;
        let beside = user::beside(journal);
        // A dangling link counts as present, so that it is an error.
        let file = users.clone().or_else(|| beside.filter(|file| file.symlink_metadata().is_ok()));
        let is_reached = !self.listen.ip().is_loopback() || !host.is_empty() || !trust_proxy.is_empty();
        let access = match file {
            Some(file) => Access::users(&file).map_err(user::users_failure)?,
            None if is_reached => {
                return Err(Failure::usage(
                    "other machines could reach this, and there are no users: everyone could read the journal",
                    format!(
                        "add a user with `demarche user add NAME -j {} --role recorder`; without users, leave out \
                         --listen, --host and --trust-proxy",
                        journal.display()
                    ),
                ));
            }
            None => Access::one_time().map_err(|error| Failure::File(error.to_string()))?,
        };
        Ok(access.listening(self.listen.ip(), host).behind(trust_proxy, user_header.clone()))
    }
}

/// Opens the journal. A server that is cut off from a store says so soon, and goes on: so it waits less than a command.
fn open(journal: &Path) -> Result<Box<dyn Store>, Failure> {
    if is_store(journal) {
        return open_store(journal, STORE_WAIT);
    }
    Ok(Box::new(Journal::open(journal, Options::default()).map_err(journal_failure)?))
}

/// Waits until the process is told to stop.
async fn stopped() {
    let interrupted = async {
        // Where there is no such signal, the process is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminated) = signal(SignalKind::terminate()) else { return interrupted.await };
        tokio::select! { () = interrupted => {}, _ = terminated.recv() => {} }
    }
    #[cfg(not(unix))]
    interrupted.await;
}
