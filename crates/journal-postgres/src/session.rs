//! One connection to the server: how it is made, what is true of it, and when it is given up.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use demarche_journal::Bell;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls, Socket};

use crate::address::{Address, Tls};
use crate::error::PostgresError;
use crate::login::Login;
use crate::options::Options;
use crate::tls;
use crate::worker::{TooLate, Worker};

/// How long an answer may be late before the connection is given up: the server itself gives a statement up before.
const GRACE: Duration = Duration::from_secs(2);

/// How long a writer that has stopped in the middle of an append keeps others away: the server ends its connection.
const IDLE_MAX: Duration = Duration::from_secs(5);

/// When a silent connection is asked whether it is there, and how long it may take to say so.
const PROBE_AFTER: Duration = Duration::from_secs(3);
const PROBES: u32 = 3;

/// How a connection is made.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) address: Address,
    pub(crate) login: Login,
    pub(crate) options: Options,
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Session {
    worker: Worker,
    client: Arc<Client>,
    address: String,
    answer: Duration,
}

impl Session {
    /// Connects, and makes the session what a journal needs. The bell is rung at every notification, and when the
    /// connection ends.
    pub(crate) fn open(target: &Target, bell: &Bell) -> Result<Self, PostgresError> {
        let address = target.address.to_string();
        let unreachable = |reason: String| PostgresError::Unreachable { address: address.clone(), reason };
        let worker = Worker::start().map_err(|error| unreachable(error.to_string()))?;
        let configs = configs(target)?;
        let tls = match target.address.tls {
            Tls::Disable => None,
            Tls::VerifyFull => Some(tls::connector(&target.address)?),
        };
        let (bell, wait, settings) = (bell.clone(), target.options.wait, settings(target));
        let answered = worker.run(wait + GRACE, async move {
            let mut failed = None;
            for config in configs {
                let connected = match tls.clone() {
                    Some(tls) => connect(&config, tls, &bell).await,
                    None => connect(&config, NoTls, &bell).await,
                };
                let made = match connected {
                    Ok(client) => client.batch_execute(&settings).await.map(|()| client),
                    Err(error) => Err(error),
                };
                match made {
                    Ok(client) => return Ok(client),
                    Err(error) => failed = Some(error),
                }
            }
            Err(failed)
        });
        match answered {
            Ok(Ok(client)) => Ok(Self { worker, client: Arc::new(client), address, answer: target.options.answer }),
            Ok(Err(Some(error))) => Err(PostgresError::of(&address, &error)),
            Ok(Err(None)) => Err(unreachable("it has no host".to_owned())),
            Err(TooLate) => Err(PostgresError::NoAnswer { address, waited: wait + GRACE }),
        }
    }

    /// Asks the server something, and waits for the answer.
    pub(crate) fn ask<T, F>(&self, ask: impl FnOnce(Arc<Client>) -> F) -> Result<T, PostgresError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, tokio_postgres::Error>> + Send + 'static,
    {
        let most = self.answer + GRACE;
        match self.worker.run(most, ask(Arc::clone(&self.client))) {
            Ok(answer) => answer.map_err(|error| PostgresError::of(&self.address, &error)),
            Err(TooLate) => Err(PostgresError::NoAnswer { address: self.address.clone(), waited: most }),
        }
    }

    /// Lets something run by itself, on the connection.
    pub(crate) fn spawn<F: Future<Output = ()> + Send + 'static>(&self, act: impl FnOnce(Arc<Client>) -> F) {
        self.worker.spawn(act(Arc::clone(&self.client)));
    }

    /// Tells whether the connection has ended.
    pub(crate) fn is_lost(&self) -> bool {
        self.client.is_closed()
    }
}

/// Returns how each host is connected to, in order.
fn configs(target: &Target) -> Result<Vec<Config>, PostgresError> {
    let Target { address, login, options } = target;
    let user = login.user(address)?;
    let of_host = |host| {
        let mut config = Config::new();
        config
            .user(user)
            .dbname(&address.database)
            .application_name("demarche")
            .port(host_port(host))
            .connect_timeout(options.wait)
            .tcp_user_timeout(PROBE_AFTER * (PROBES + 1))
            .keepalives_idle(PROBE_AFTER)
            .keepalives_interval(Duration::from_secs(1))
            .keepalives_retries(PROBES)
            .ssl_mode(match address.tls {
                Tls::Disable => SslMode::Disable,
                Tls::VerifyFull => SslMode::Require,
            });
        config.host(&host.name);
        if address.hosts.len() > 1 {
            config.target_session_attrs(tokio_postgres::config::TargetSessionAttrs::ReadWrite);
        }
        if let Some(password) = login.password(address, host, user)? {
            config.password(password);
        }
        Ok(config)
    };
    address.hosts.iter().map(of_host).collect()
}

const fn host_port(host: &crate::address::Host) -> u16 {
    host.port
}

/// Connects, and lets the connection be driven until it ends.
async fn connect<T>(config: &Config, tls: T, bell: &Bell) -> Result<Client, tokio_postgres::Error>
where
    T: MakeTlsConnect<Socket>,
    Connection<Socket, T::Stream>: Send + 'static,
    T::Stream: Send + 'static,
{
    let (client, mut connection) = config.connect(tls).await?;
    let bell = bell.clone();
    tokio::spawn(async move {
        while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
            match message {
                Ok(AsyncMessage::Notification(_)) => bell.ring(),
                Ok(_) => {}
                Err(_) => break,
            }
        }
        // A reader looks, and finds out.
        bell.ring();
    });
    Ok(client)
}

/// The settings of a session: what it acknowledges is durable, small questions are not compiled, and nothing waits for
/// ever. The server, too, finds out
/// that this process is gone, and lets other writers go on.
fn settings(target: &Target) -> String {
    let Options { wait, answer } = target.options;
    let schema = target.address.schema();
    format!(
        "SET search_path = \"{schema}\", pg_temp;
         SELECT set_config('synchronous_commit', 'on', false)
           WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply');
         SET default_transaction_isolation = 'read committed';
         SET jit = off;
         SET statement_timeout = {};
         SET lock_timeout = {};
         SET idle_in_transaction_session_timeout = {};
         SET tcp_keepalives_idle = 5;
         SET tcp_keepalives_interval = 2;
         SET tcp_keepalives_count = 3;
         SET client_connection_check_interval = '2s';",
        answer.as_millis(),
        wait.as_millis().max(1),
        IDLE_MAX.as_millis(),
    )
}
