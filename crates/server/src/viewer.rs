//! Who asks, and what that person may do.

use demarche_core::ActorId;

/// What somebody may do; each role may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// May read everything.
    Reader,
    /// May enter events.
    Recorder,
    /// May see who uses the server.
    Admin,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Viewer {
    /// Who it is at the desk, kept as `entered_by`; `None` for who holds the one-time address on this machine.
    pub(crate) name: Option<ActorId>,
    pub(crate) role: Role,
}

impl Viewer {
    pub(crate) fn may_record(&self) -> bool {
        self.role >= Role::Recorder
    }
}
