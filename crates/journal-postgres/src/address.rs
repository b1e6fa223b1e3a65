//! Where a journal is: an address without a secret in it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use percent_encoding::percent_decode_str;

/// The port of PostgreSQL.
const PORT: u16 = 5432;

/// The name of the schema that a journal is in, unless the address names another.
const SCHEMA: &str = "demarche";

/// Channels of notifications have the name of the schema, and must be short.
const SCHEMA_MAX_BYTES: usize = 63;

/// The address of a journal in PostgreSQL: `postgres://USER@HOST:PORT/DATABASE?schema=NAME&sslmode=MODE`.
///
/// It never has a password, so it can be printed, logged, and given as an argument: see [`Login`](crate::Login).
///
/// * `HOST` may be several, separated by commas, of which the first that takes writes is used; the folder of a Unix
///   socket is given as `postgres:///DATABASE?host=/run/postgresql`.
/// * `schema` is that of the journal, `demarche` by default. One database can have several journals.
/// * `sslmode` is `verify-full` by default, `disable` for a socket and for this machine. `require` is the same as
///   `verify-full`: a connection that is encrypted, but not known to be to that server, is not offered.
/// * `sslrootcert` is a file of the certificates to trust, in PEM, instead of the system's.
///
/// ```
/// use demarche_journal_postgres::Address;
///
/// let address: Address = "postgres://desk@db.example.org/news?schema=caucasus".parse()?;
/// assert_eq!(address.schema(), "caucasus");
/// assert_eq!(address.to_string(), "postgres://desk@db.example.org:5432/news?schema=caucasus&sslmode=verify-full");
/// assert!("postgres://desk:secret@db.example.org/news".parse::<Address>().is_err());
/// # Ok::<(), demarche_journal_postgres::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub(crate) hosts: Vec<Host>,
    pub(crate) user: Option<String>,
    pub(crate) database: String,
    pub(crate) schema: String,
    pub(crate) tls: Tls,
    pub(crate) root_certificates: Option<PathBuf>,
}

/// A server, by name or by the folder of its socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host {
    pub(crate) name: String,
    pub(crate) port: u16,
}

/// Whether a connection is encrypted, and to whom it is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tls {
    Disable,
    VerifyFull,
}

/// Says why a text is no address. It never repeats the text, which may have a password in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// It begins in another way.
    #[error("a journal in PostgreSQL has an address such as postgres://USER@HOST/DATABASE")]
    Scheme,
    /// It has a password.
    #[error(
        "the address has a password in it, which others on this machine may see: take it out, and put it into \
         PGPASSWORD or a password file (~/.pgpass); if others may have seen it, change it"
    )]
    Password,
    /// It names no database.
    #[error("the address names no database: it goes behind the host, as in postgres://USER@HOST/DATABASE")]
    NoDatabase,
    /// It names no host.
    #[error(
        "the address names no host: as in postgres://USER@HOST/DATABASE, or postgres:///DATABASE?host=/run/postgresql"
    )]
    NoHost,
    /// A parameter is not known.
    #[error("the address has a parameter that is not known: known are host, port, schema, sslmode, sslrootcert, user")]
    Parameter,
    /// A parameter has a value that is not possible.
    #[error("the address has an unusable {name}: {expected}")]
    Value {
        /// The name of the parameter.
        name: &'static str,
        /// What is expected.
        expected: &'static str,
    },
}

const fn unusable(name: &'static str, expected: &'static str) -> AddressError {
    AddressError::Value { name, expected }
}

impl Address {
    /// Tells whether a text is meant as an address, right or wrong: whether it begins like one.
    ///
    /// ```
    /// use demarche_journal_postgres::Address;
    ///
    /// assert!(Address::is_meant_by("postgresql://db/news"));
    /// assert!(!Address::is_meant_by("desk.jsonl"));
    /// ```
    #[must_use]
    pub fn is_meant_by(text: &str) -> bool {
        rest_of(text).is_some()
    }

    /// Returns the schema of the journal.
    #[must_use]
    pub fn schema(&self) -> &str {
        &self.schema
    }
}

fn rest_of(text: &str) -> Option<&str> {
    text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))
}

fn decoded(text: &str, name: &'static str) -> Result<String, AddressError> {
    let text = percent_decode_str(text).decode_utf8().map_err(|_| unusable(name, "it is to be UTF-8"))?;
    match text.contains(|c: char| c.is_control()) {
        true => Err(unusable(name, "it has control characters")),
        false => Ok(text.into_owned()),
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let rest = rest_of(text).ok_or(AddressError::Scheme)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        // A password may have an @ in it.
        let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
        if user.contains([':', '@']) {
            return Err(AddressError::Password);
        }
        let mut address = Self {
            hosts: hosts_of(hosts)?,
            user: Some(decoded(user, "user")?).filter(|user| !user.is_empty()),
            database: decoded(database, "database")?,
            schema: SCHEMA.to_owned(),
            tls: Tls::Disable,
            root_certificates: None,
        };
        let (mut tls, mut port) = (None, None);
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match name {
                "password" | "sslpassword" => return Err(AddressError::Password),
                "host" => address.hosts = hosts_of(&decoded(value, "host")?)?,
                "port" => port = Some(port_of(value)?),
                "user" => address.user = Some(decoded(value, "user")?).filter(|user| !user.is_empty()),
                "schema" => address.schema = schema_of(value)?,
                "sslmode" => tls = Some(tls_of(value)?),
                "sslrootcert" => address.root_certificates = Some(decoded(value, "sslrootcert")?.into()),
                _ => return Err(AddressError::Parameter),
            }
        }
        if let Some(port) = port {
            address.hosts.iter_mut().for_each(|host| host.port = port);
        }
        if address.hosts.is_empty() {
            return Err(AddressError::NoHost);
        }
        if address.database.is_empty() {
            return Err(AddressError::NoDatabase);
        }
        address.tls = match tls {
            Some(tls) => tls,
            None if address.hosts.iter().all(Host::is_here) => Tls::Disable,
            None => Tls::VerifyFull,
        };
        Ok(address)
    }
}

fn hosts_of(text: &str) -> Result<Vec<Host>, AddressError> {
    text.split(',').filter(|host| !host.is_empty()).map(host_of).collect()
}

fn host_of(text: &str) -> Result<Host, AddressError> {
    let text = decoded(text, "host")?;
    let (name, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, rest)) => (name.to_owned(), rest.strip_prefix(':')),
        None if text.starts_with('/') => (text.clone(), None),
        None => match text.split_once(':') {
            Some((name, port)) => (name.to_owned(), Some(port)),
            None => (text.clone(), None),
        },
    };
    let port = port.map_or(Ok(PORT), port_of)?;
    Ok(Host { name, port })
}

/// Reads a port. What stands in its place may be a password, and is not repeated.
fn port_of(text: &str) -> Result<u16, AddressError> {
    let port: Option<u16> = text.parse().ok().filter(|port| *port > 0);
    port.ok_or(unusable("port", "it is a number from 1 to 65535, behind the host and a colon"))
}

fn schema_of(text: &str) -> Result<String, AddressError> {
    let is_name = |name: &str| {
        name.len() <= SCHEMA_MAX_BYTES
            && name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && !name.starts_with("pg_")
    };
    Some(text.to_owned()).filter(|name| is_name(name)).ok_or_else(|| {
        unusable("schema", "a name has the letters a to z, digits and _, begins with a letter, and not with pg_")
    })
}

fn tls_of(text: &str) -> Result<Tls, AddressError> {
    match text {
        "disable" => Ok(Tls::Disable),
        "require" | "verify-full" => Ok(Tls::VerifyFull),
        "allow" | "prefer" => Err(unusable(
            "sslmode",
            "allow and prefer let anybody on the way decide whether to encrypt: say verify-full or disable",
        )),
        "verify-ca" => Err(unusable("sslmode", "verify-ca lets any server of that authority in: say verify-full")),
        _ => Err(unusable("sslmode", "it is verify-full or disable")),
    }
}

impl Host {
    /// Tells whether it is a folder of a socket.
    pub(crate) fn is_socket(&self) -> bool {
        self.name.starts_with('/')
    }

    /// Tells whether it is this machine.
    fn is_here(&self) -> bool {
        self.is_socket() || ["localhost", "127.0.0.1", "::1"].contains(&self.name.as_str())
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.contains(':') {
            true => write!(f, "[{}]:{}", self.name, self.port),
            false => write!(f, "{}:{}", self.name, self.port),
        }
    }
}

/// Writes the whole address, with what it left out.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        let (sockets, hosts): (Vec<&Host>, Vec<&Host>) = self.hosts.iter().partition(|host| host.is_socket());
        let hosts: Vec<String> = hosts.into_iter().map(ToString::to_string).collect();
        write!(f, "{}/{}?schema={}", hosts.join(","), self.database, self.schema)?;
        for socket in sockets {
            write!(f, "&host={}", socket.name)?;
            if socket.port != PORT {
                write!(f, "&port={}", socket.port)?;
            }
        }
        if !self.hosts.iter().all(Host::is_socket) {
            f.write_str(match self.tls {
                Tls::Disable => "&sslmode=disable",
                Tls::VerifyFull => "&sslmode=verify-full",
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(text: &str) -> AddressError {
        text.parse::<Address>().unwrap_err()
    }

    #[test]
    fn a_password_is_refused_wherever_it_is_and_never_repeated() {
        for text in [
            "postgres://desk:s3cret@db/news",
            "postgres://desk:s3c@ret@db/news",
            "postgres://desk@s3cret@db/news",
            "postgres://:s3cret@db/news",
            "postgres://desk@db/news?password=s3cret",
            "postgresql://desk@db/news?schema=a&password=s3cret",
        ] {
            assert_eq!(error_of(text), AddressError::Password, "{text}");
        }
        for text in ["postgres://desk:s3cret", "postgres://db:s3cret/news", "postgres://db/news?s3cret=1"] {
            let error = error_of(text);
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{text}");
        }
    }

    #[test]
    fn what_an_address_leaves_out_is_the_safe_choice() {
        for (text, whole) in [
            ("postgres://db.example/news", "postgres://db.example:5432/news?schema=demarche&sslmode=verify-full"),
            ("postgres://a@db:1/n?sslmode=require", "postgres://a@db:1/n?schema=demarche&sslmode=verify-full"),
            ("postgres://[::1]:7/n", "postgres://[::1]:7/n?schema=demarche&sslmode=disable"),
            ("postgres://localhost/n", "postgres://localhost:5432/n?schema=demarche&sslmode=disable"),
            ("postgres://one,two:7/n", "postgres://one:5432,two:7/n?schema=demarche&sslmode=verify-full"),
            ("postgres:///n?host=/run/postgresql", "postgres:///n?schema=demarche&host=/run/postgresql"),
            ("postgres://%2Frun/n?schema=a_1", "postgres:///n?schema=a_1&host=/run"),
            ("postgres://a@/n?port=7&host=/run", "postgres://a@/n?schema=demarche&host=/run&port=7"),
        ] {
            let address: Address = text.parse().unwrap();
            assert_eq!(address.to_string(), whole);
            assert_eq!(whole.parse::<Address>().unwrap(), address);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_a_reason() {
        assert_eq!(error_of("desk.jsonl"), AddressError::Scheme);
        assert_eq!(error_of("postgres://db"), AddressError::NoDatabase);
        assert_eq!(error_of("postgres:///news"), AddressError::NoHost);
        assert_eq!(error_of("postgres://db/news?color=red"), AddressError::Parameter);
        let long = format!("postgres://db/n?schema={}", "a".repeat(64));
        let schemas = ["A", "", "pg_x", "a-b", "a\"b", "1a"].map(|name| format!("postgres://db/n?schema={name}"));
        for text in schemas.iter().chain([&long]) {
            assert!(matches!(error_of(text), AddressError::Value { name: "schema", .. }), "{text}");
        }
        for mode in ["prefer", "allow", "verify-ca", "on", ""] {
            let error = error_of(&format!("postgres://db/n?sslmode={mode}"));
            assert!(matches!(error, AddressError::Value { name: "sslmode", .. }), "{mode}");
        }
        for host in ["db:0", "db:x", "db:70000"] {
            let error = error_of(&format!("postgres://{host}/n"));
            assert!(matches!(error, AddressError::Value { name: "port", .. }), "{host}");
        }
    }
}
