//! Who logs in, and by which password: from the environment and the password file, and never shown.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::PathBuf;

use crate::address::{Address, Host};
use crate::error::PostgresError;

/// What the environment says about who logs in: `PGUSER`, `PGPASSWORD`, and the password file, which is `PGPASSFILE` or
/// `~/.pgpass`.
///
/// The file is read whenever a connection is made, so a password can be changed while a server runs. No error and no
/// `Debug` shows a password.
///
/// ```
/// use demarche_journal_postgres::Login;
///
/// let login = Login::from_environment(&|name| (name == "PGPASSWORD").then(|| "s3cret".into()));
/// assert!(!format!("{login:?}").contains("s3cret"));
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Login {
    user: Option<String>,
    password: Option<String>,
    file: Option<PathBuf>,
    /// Whether the file was asked for, rather than being where it usually is.
    is_named: bool,
}

impl Login {
    /// Reads the variables, as with `Login::from_environment(&|name| std::env::var_os(name))`.
    #[must_use]
    pub fn from_environment(variable: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let text = |name: &str| given(name).and_then(|value| value.into_string().ok());
        let named = given("PGPASSFILE").map(PathBuf::from);
        let at_home = given("HOME").map(|home| PathBuf::from(home).join(".pgpass"));
        Self {
            user: text("PGUSER").or_else(|| text("USER")).or_else(|| text("LOGNAME")),
            password: text("PGPASSWORD"),
            is_named: named.is_some(),
            file: named.or(at_home),
        }
    }

    /// Returns the user whose role is taken.
    pub(crate) fn user<'s>(&'s self, address: &'s Address) -> Result<&'s str, PostgresError> {
        let user = address.user.as_deref().or(self.user.as_deref());
        user.ok_or_else(|| PostgresError::NoUser { address: address.to_string() })
    }

    /// Returns the password for a host, if there is one.
    pub(crate) fn password(&self, address: &Address, host: &Host, user: &str) -> Result<Option<String>, PostgresError> {
        if let Some(password) = &self.password {
            return Ok(Some(password.clone()));
        }
        let Some(path) = &self.file else { return Ok(None) };
        let unreadable = |reason: String| PostgresError::PasswordFile { path: path.clone(), reason };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !self.is_named => return Ok(None),
            Err(error) => return Err(unreadable(error.to_string())),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(unreadable(format!("others may read it: say `chmod 600 {}`", path.display())));
            }
        }
        Ok(password_in(&text, host, &address.database, user))
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let password = self.password.as_ref().map(|_| "(not shown)");
        f.debug_struct("Login")
            .field("user", &self.user)
            .field("password", &password)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// Finds the password in the lines of a password file: `HOST:PORT:DATABASE:USER:PASSWORD`, with `*` for any.
fn password_in(text: &str, host: &Host, database: &str, user: &str) -> Option<String> {
    // The folder of a socket counts as this machine.
    let names: &[&str] = if host.is_socket() { &[&host.name, "localhost"] } else { &[&host.name] };
    let port = host.port.to_string();
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let fields = fields_of(line);
        let [line_host, line_port, line_database, line_user, password] = fields.as_slice() else { return None };
        let fits = |field: &str, value: &str| field == "*" || field == value;
        let is_it = names.iter().any(|name| fits(line_host, name))
            && fits(line_port, &port)
            && fits(line_database, database)
            && fits(line_user, user);
        is_it.then(|| password.clone())
    })
}

/// Splits a line at its first four colons; a backslash takes a colon or a backslash as it is.
fn fields_of(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => fields.last_mut().into_iter().for_each(|field| field.extend(letters.next())),
            ':' if fields.len() < 5 => fields.push(String::new()),
            letter => fields.last_mut().into_iter().for_each(|field| field.push(letter)),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str) -> Host {
        Host { name: name.to_owned(), port: 5432 }
    }

    #[test]
    fn a_password_file_is_read_as_by_other_clients() {
        let file =
            "# a note\nother:5432:news:desk:no\ndb:5432:news:desk:a:b\\\\c\\:d\nlocalhost:*:*:desk:here\n*:*:*:*:any";
        let found = |name: &str, user: &str| password_in(file, &host(name), "news", user);
        assert_eq!(found("db", "desk").unwrap(), "a:b\\c:d");
        assert_eq!(found("/run/postgresql", "desk").unwrap(), "here");
        assert_eq!(found("db", "reader").unwrap(), "any");
        assert_eq!(password_in("db:5432:news:desk", &host("db"), "news", "desk"), None);
    }

    #[test]
    fn a_password_file_that_others_may_read_is_refused_and_one_that_is_named_must_be_there() {
        use std::os::unix::fs::PermissionsExt as _;
        let path = std::env::temp_dir().join(format!("demarche-pgpass-{}", std::process::id()));
        let address: Address = "postgres://desk@db/news".parse().unwrap();
        let login = Login::from_environment(&|name| (name == "PGPASSFILE").then(|| path.clone().into()));
        let password = || login.password(&address, &host("db"), "desk");
        assert!(password().unwrap_err().to_string().contains("cannot read the password file"));
        fs::write(&path, "db:*:*:*:s3cret").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = password().unwrap_err();
        assert!(error.to_string().contains("chmod 600") && !format!("{error} {error:?}").contains("s3cret"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(password().unwrap().unwrap(), "s3cret");
        fs::remove_file(&path).unwrap();
        // The usual file need not be there.
        let login = Login::from_environment(&|name| (name == "HOME").then(|| path.clone().into()));
        assert_eq!(login.password(&address, &host("db"), "desk").unwrap(), None);
    }
}
