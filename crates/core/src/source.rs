//! The source of an event.

use crate::{ActorId, Attribution, Grade};

/// The source of an event: who said it, through which outlet, how it was attributed and how good it is.
///
/// ```
/// use demarche_core::{Attribution, Source};
///
/// let source = Source {
///     who: "us/embassy-moscow".parse().unwrap(),
///     via: Some("izvestia".parse().unwrap()),
///     attribution: Attribution::OnRecord,
///     grade: Some("B2".parse().unwrap()),
/// };
/// assert_eq!(source.who.party().as_str(), "us");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Source {
    /// The speaker.
    pub who: ActorId,
    /// The outlet that carried it.
    pub via: Option<ActorId>,
    /// How the words reached the public.
    pub attribution: Attribution,
    /// How good the source and its information are; no grade ranks below every grade.
    pub grade: Option<Grade>,
}
