//! The file of users: who may use a server, with which role, and the secret that signs their sessions.
//!
//! It is JSON, `{"version": 1, "secret": …, "users": [{"name", "role", "password", "tokens"}]}`. Passwords are hashed
//! with Argon2id, tokens with SHA-256; only its owner may read it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{fmt, io};

use demarche_core::{ActorId, Instant};
use demarche_journal::{JournalError, ReplaceError};
use serde::{Deserialize, Serialize};

use super::password::{self, PasswordError};
use super::secret::{Secret, hash_of_token, is_same};
use crate::viewer::{Role, Viewer};

/// The version of the file that this program reads and writes.
const VERSION: u32 = 1;

/// What a token begins with, so that searches for secrets find it.
const TOKEN_PREFIX: &str = "demarche_";

/// The users of a server.
#[derive(Debug, Clone)]
pub struct Users {
    pub(super) secret: Secret,
    users: Vec<User>,
}

/// A user of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Who it is at the desk: what `entered_by` of entries says.
    pub name: ActorId,
    /// What the user may do.
    pub role: Role,
    /// The hash of the password; none if the user comes through a proxy, or is a program.
    pub(super) password: Option<String>,
    /// The tokens of the user's programs.
    pub tokens: Vec<Token>,
}

/// A token of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// What it is for.
    pub label: String,
    /// What its holder may do, if the user may do it.
    pub role: Role,
    /// When it was made.
    pub made: String,
    sha256: String,
}

/// The file as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    secret: String,
    users: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tokens: Vec<Token>,
}

/// Says why the file of users cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum UsersError {
    /// The system reports an error.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error.
        error: io::Error,
    },
    /// Others than its owner may read or change the file.
    #[error("{} may be read or changed by others than its owner: run `chmod 600 {}`", path.display(), path.display())]
    Open {
        /// The file.
        path: PathBuf,
    },
    /// The file is not one of users.
    #[error("{} is no file of users: {problem}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The file cannot be created.
    #[error("cannot write {}: {error}", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// The error.
        error: io::Error,
    },
    /// The file cannot be locked.
    #[error(transparent)]
    Lock(#[from] JournalError),
    /// The file cannot be replaced.
    #[error(transparent)]
    Replace(#[from] ReplaceError),
}

/// Says why a user was not added, changed or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// There is one already.
    #[error("there is a user {0} already")]
    Known(ActorId),
    /// There is none.
    #[error("there is no user {0}")]
    Unknown(ActorId),
    /// The user has a token with this label.
    #[error("{name} has a token {label:?} already")]
    KnownToken {
        /// The user.
        name: ActorId,
        /// The label.
        label: String,
    },
    /// The user has no token with this label.
    #[error("{name} has no token {label:?}")]
    UnknownToken {
        /// The user.
        name: ActorId,
        /// The label.
        label: String,
    },
    /// The password is not taken.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The operating system has no random bytes.
    #[error("no random bytes: {0}")]
    Random(String),
}

impl Users {
    /// Makes an empty file of users, with a new secret.
    ///
    /// # Errors
    ///
    /// [`ChangeError::Random`] if the operating system has no random bytes.
    pub fn new() -> Result<Self, ChangeError> {
        let secret = Secret::new().map_err(|error| ChangeError::Random(error.to_string()))?;
        Ok(Self { secret, users: Vec::new() })
    }

    /// Returns the users, by name.
    #[must_use]
    pub fn all(&self) -> &[User] {
        &self.users
    }

    /// Adds a user. Without a password nobody can log in as that user: programs come with tokens, and people through a
    /// proxy that says who they are.
    ///
    /// # Errors
    ///
    /// A [`ChangeError`] if the name is taken, or the password is not taken.
    pub fn add(&mut self, name: ActorId, role: Role, password: Option<&str>) -> Result<(), ChangeError> {
        if self.users.iter().any(|user| user.name == name) {
            return Err(ChangeError::Known(name));
        }
        let password = password.map(password::hash).transpose()?;
        self.users.push(User { name, role, password, tokens: Vec::new() });
        self.users.sort_by(|one, other| one.name.as_str().cmp(other.name.as_str()));
        Ok(())
    }

    /// Sets the password of a user, which ends all sessions of that user.
    ///
    /// # Errors
    ///
    /// A [`ChangeError`] if there is no such user, or the password is not taken.
    pub fn set_password(&mut self, name: &ActorId, password: &str) -> Result<(), ChangeError> {
        let hash = password::hash(password)?;
        self.user(name)?.password = Some(hash);
        Ok(())
    }

    /// Sets the role of a user.
    ///
    /// # Errors
    ///
    /// A [`ChangeError`] if there is no such user.
    pub fn set_role(&mut self, name: &ActorId, role: Role) -> Result<(), ChangeError> {
        self.user(name)?.role = role;
        Ok(())
    }

    /// Removes a user, with sessions and tokens.
    ///
    /// # Errors
    ///
    /// A [`ChangeError`] if there is no such user.
    pub fn remove(&mut self, name: &ActorId) -> Result<(), ChangeError> {
        self.user(name)?;
        self.users.retain(|user| user.name != *name);
        Ok(())
    }

    /// Makes a token for a program of a user, and returns it: only its hash is kept.
    ///
    /// # Errors
    ///
    /// A [`ChangeError`] if there is no such user, or a token of that label.
    pub fn add_token(&mut self, name: &ActorId, label: &str, role: Role, made: Instant) -> Result<String, ChangeError> {
        let user = self.user(name)?;
        if user.tokens.iter().any(|token| token.label == label) {
            return Err(ChangeError::KnownToken { name: name.clone(), label: label.to_owned() });
        }
        let secret = Secret::new().map_err(|error| ChangeError::Random(error.to_string()))?;
        let text = format!("{TOKEN_PREFIX}{}", secret.text());
        let (label, made, sha256) = (label.to_owned(), made.to_string(), hash_of_token(&text));
        user.tokens.push(Token { label, role, made, sha256 });
        Ok(text)
    }

    /// Removes a token.
    ///
    /// # Errors
    ///
    /// A [`ChangeError`] if there is no such user, or no token of that label.
    pub fn remove_token(&mut self, name: &ActorId, label: &str) -> Result<(), ChangeError> {
        let user = self.user(name)?;
        let before = user.tokens.len();
        user.tokens.retain(|token| token.label != label);
        if user.tokens.len() == before {
            return Err(ChangeError::UnknownToken { name: name.clone(), label: label.to_owned() });
        }
        Ok(())
    }

    fn user(&mut self, name: &ActorId) -> Result<&mut User, ChangeError> {
        let found = self.users.iter_mut().find(|user| user.name == *name);
        found.ok_or_else(|| ChangeError::Unknown(name.clone()))
    }

    /// Returns the user of a name.
    pub(super) fn named(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name.as_str() == name)
    }

    /// Returns who holds a token. Every token is compared, so that the time tells nothing.
    pub(super) fn holder(&self, token: &str) -> Option<Viewer> {
        let hash = hash_of_token(token);
        let all = self.users.iter().flat_map(|user| user.tokens.iter().map(move |token| (user, token)));
        all.fold(None, |found, (user, token)| {
            let is_it = is_same(token.sha256.as_bytes(), hash.as_bytes());
            found.or_else(|| is_it.then(|| user.viewer(token.role.min(user.role))))
        })
    }

    /// Reads the text of a file.
    pub(super) fn of_text(text: &str) -> Result<Self, String> {
        let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if document.version != VERSION {
            return Err(format!("it has version {}, and this program reads version {VERSION}", document.version));
        }
        let secret = Secret::of_text(&document.secret).ok_or("its secret is not 32 bytes as base64url")?;
        let mut names = BTreeSet::new();
        let mut users = Vec::new();
        for entry in document.users {
            let name: ActorId = entry.name.parse().map_err(|error| format!("{error}"))?;
            if !names.insert(entry.name) {
                return Err(format!("{name} stands there twice"));
            }
            if entry.password.as_deref().is_some_and(|hash| !password::is_hash(hash)) {
                return Err(format!("the password of {name} is not hashed with Argon2id"));
            }
            users.push(User { name, role: entry.role, password: entry.password, tokens: entry.tokens });
        }
        Ok(Self { secret, users })
    }

    /// Writes the text of a file.
    pub(super) fn text(&self) -> String {
        let users = self.users.iter().map(|user| Entry {
            name: user.name.to_string(),
            role: user.role,
            password: user.password.clone(),
            tokens: user.tokens.clone(),
        });
        let document = Document { version: VERSION, secret: self.secret.text(), users: users.collect() };
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl User {
    /// Tells whether the user has a password to log in with.
    #[must_use]
    pub const fn has_password(&self) -> bool {
        self.password.is_some()
    }

    pub(super) fn viewer(&self, role: Role) -> Viewer {
        Viewer { name: Some(self.name.clone()), role }
    }
}

impl fmt::Display for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.role)
    }
}
