//! Who asks, and what that person may do.

use std::fmt;
use std::str::FromStr;

use demarche_core::ActorId;
use serde::{Deserialize, Serialize};

/// What somebody may do; each role may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// May read everything.
    Reader,
    /// May enter events.
    Recorder,
    /// May see who uses the server.
    Admin,
}

impl Role {
    /// Every role, from the least to the most powerful.
    pub const ALL: [Self; 3] = [Self::Reader, Self::Recorder, Self::Admin];

    /// Returns the name of the role.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Recorder => "recorder",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not one of: reader, recorder, admin")]
pub struct RoleError(String);

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| RoleError(text.to_owned()))
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Viewer {
    /// Who it is at the desk, kept as `entered_by`; `None` for who holds the one-time address on this machine.
    pub(crate) name: Option<ActorId>,
    pub(crate) role: Role,
}

impl Viewer {
    /// Returns somebody without a name.
    pub(crate) const fn unnamed(role: Role) -> Self {
        Self { name: None, role }
    }

    pub(crate) fn may_record(&self) -> bool {
        self.role >= Role::Recorder
    }
}
