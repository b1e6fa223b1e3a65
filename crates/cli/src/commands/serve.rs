//! `demarche serve`: the page and the HTTP API.

use std::net::SocketAddr;
use std::path::PathBuf;

use demarche_journal::{Journal, Options};
use demarche_server::{Server, World};
use tokio::net::TcpListener;

use crate::failure::Failure;
use crate::output::naming::NamesArgs;
use crate::output::text::printable;
use crate::recording::{journal_failure, must_be_kept};
use crate::session::Session;

/// Answers in a browser, and to programs: where every track stands, live, for several people at once
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche serve desk.jsonl\n  \
    demarche serve desk.jsonl --listen 127.0.0.1:9000 --read-only")]
pub(crate) struct Args {
    /// The journal: a file *.jsonl, which need not be there yet, or a directory
    #[arg(value_name = "JOURNAL", env = "DEMARCHE_JOURNAL", hide_env_values = true)]
    journal: PathBuf,

    /// Where to answer: an address of this machine, and a port; port 0 takes one that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// Let nobody enter anything
    #[arg(long)]
    read_only: bool,

    #[command(flatten)]
    names: NamesArgs,
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    must_be_kept(&args.journal)?;
    let names = args.names.read(std::slice::from_ref(&args.journal))?;
    let journal = Journal::open(&args.journal, Options::default()).map_err(journal_failure)?;
    let world = World { now: session.now, random: session.random };
    let options = demarche_server::Options { names, world, read_only: args.read_only };
    let server = Server::open(Box::new(journal), options).map_err(|error| Failure::File(error.to_string()))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::File(error.to_string()))?;
    runtime.block_on(async {
        let unheard = |error| Failure::File(format!("cannot listen on {}: {error}", args.listen));
        let listener = TcpListener::bind(args.listen).await.map_err(unheard)?;
        let address = listener.local_addr().map_err(unheard)?;
        let journal = args.journal.display().to_string();
        writeln!(session.stdout, "{} is served at http://{address}/ (stop with Ctrl-C)", printable(&journal))?;
        session.stdout.flush()?;
        server.serve(listener, stopped()).await.map_err(unheard)
    })?;
    Ok(0)
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
