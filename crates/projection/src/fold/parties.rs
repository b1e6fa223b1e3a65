//! Which actors belong to the parties of a track.

use demarche_core::ActorId;

/// The parties of a track, sorted: both they and the speakers may be many.
pub(super) struct Parties<'p>(Vec<&'p str>);

impl<'p> Parties<'p> {
    pub(super) fn of(parties: &'p [ActorId]) -> Self {
        let mut sorted: Vec<&str> = parties.iter().map(ActorId::as_str).collect();
        sorted.sort_unstable();
        Self(sorted)
    }

    /// Returns the parties for which an actor speaks: those that it is, or is beneath. Most often it is one or none.
    pub(super) fn of_actor<'a>(&self, actor: &'a str) -> impl Iterator<Item = &'a str> {
        with_those_above(actor).filter(|actor| self.0.binary_search(actor).is_ok())
    }
}

/// Returns an actor and all above it: `ru`, `ru/mfa` and `ru/mfa/lavrov`.
pub(super) fn with_those_above(actor: &str) -> impl Iterator<Item = &str> {
    let ends = actor.match_indices('/').map(|(end, _)| end).chain([actor.len()]);
    ends.filter_map(|end| actor.get(..end))
}
