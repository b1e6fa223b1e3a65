//! Who may do what: who asks, under which name of the server, from which page.

mod client;
mod guard;
mod hosts;
mod limit;
mod login;
mod origin;
mod password;
mod people;
mod secret;
mod session;
mod user_file;
mod users;

use std::net::IpAddr;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use axum::http::HeaderName;
use tokio::sync::Semaphore;

use crate::viewer::Role;
use client::Proxies;
use hosts::Hosts;
use limit::Limiter;
use secret::Secret;
use session::Ended;
use user_file::UserFile;

pub(crate) use client::Client;
pub(crate) use guard::guard;
pub(crate) use login::routes;
pub use password::PasswordError;
pub use users::{ChangeError, Token, User, Users, UsersError};

/// How many passwords are checked at once: each takes 19 MiB.
const CHECKED_AT_ONCE: usize = 4;

/// Who may do what on a server.
///
/// ```
/// use std::net::Ipv4Addr;
///
/// use demarche_server::Access;
///
/// let access = Access::one_time()?.listening(Ipv4Addr::LOCALHOST.into(), &[]);
/// assert!(access.one_time_path().is_some_and(|path| path.starts_with("/enter?key=")));
/// # Ok::<(), demarche_server::ChangeError>(())
/// ```
#[derive(Debug)]
pub struct Access {
    who: Who,
    hosts: Hosts,
    proxies: Proxies,
    limiter: Limiter,
    ended: Ended,
    checking: Semaphore,
}

/// Who may ask.
#[derive(Debug)]
enum Who {
    /// Everyone, in a role: what asks is checked by somebody else.
    Everyone(Role),
    /// Everyone may read; the one who holds an address that works once may record.
    OneTime(Box<OneTime>),
    /// Those whom a file names.
    Users(UserFile),
}

/// The address that works once, and the secret of the session that it begins.
#[derive(Debug)]
struct OneTime {
    key: Secret,
    is_used: AtomicBool,
    secret: Secret,
}

impl Access {
    /// Lets everyone in, in a role, under every name: for tests, and for servers that are part of another one, which
    /// checks who asks.
    #[must_use]
    pub fn everyone(role: Role) -> Self {
        Self::of(Who::Everyone(role))
    }

    /// Lets everyone read, and whoever opens [`Self::one_time_path`] record: for a server that only this machine
    /// reaches.
    ///
    /// # Errors
    ///
    /// [`ChangeError::Random`] if the operating system has no random bytes.
    pub fn one_time() -> Result<Self, ChangeError> {
        let secret = || Secret::new().map_err(|error| ChangeError::Random(error.to_string()));
        let one_time = OneTime { key: secret()?, is_used: AtomicBool::new(false), secret: secret()? };
        Ok(Self::of(Who::OneTime(Box::new(one_time))))
    }

    /// Lets in those whom a file of users names, as it is at the time.
    ///
    /// # Errors
    ///
    /// A [`UsersError`] if the file cannot be read.
    pub fn users(file: &Path) -> Result<Self, UsersError> {
        Ok(Self::of(Who::Users(UserFile::open(file)?)))
    }

    fn of(who: Who) -> Self {
        let (hosts, proxies, limiter, ended) = Default::default();
        Self { who, hosts, proxies, limiter, ended, checking: Semaphore::new(CHECKED_AT_ONCE) }
    }

    /// Answers only under the address on which the server listens, the names of this machine, and others that are
    /// given.
    #[must_use]
    pub fn listening(mut self, address: IpAddr, names: &[String]) -> Self {
        let names = names.iter().map(|name| name.trim_end_matches('.').to_ascii_lowercase()).collect();
        self.hosts = Hosts { listening: Some(address.to_canonical()), names };
        self
    }

    /// Believes what the proxies at these addresses say of their clients, and in a header, if one is named, who the
    /// user is.
    #[must_use]
    pub fn behind(mut self, proxies: &[IpAddr], user_header: Option<HeaderName>) -> Self {
        let addresses = proxies.iter().map(IpAddr::to_canonical).collect();
        self.proxies = Proxies { addresses, user_header };
        self
    }

    /// Returns the address that lets its holder record, for a server without users. It works once.
    #[must_use]
    pub fn one_time_path(&self) -> Option<String> {
        match &self.who {
            Who::OneTime(one_time) => Some(format!("/enter?key={}", one_time.key.text())),
            Who::Everyone(_) | Who::Users(_) => None,
        }
    }
}
