//! What changed in a line for people: with actors by what they are called, and meetings by their titles.

use std::collections::BTreeMap;

use demarche_core::{ActorId, MeetingId};
use demarche_projection::narrate::actor_in_words;
use demarche_projection::{ChangeKind, Dispute, TrackState};

/// The titles of meetings that have one.
pub(super) type Titles<'e> = BTreeMap<&'e MeetingId, &'e str>;

/// Returns the titles of the meetings of a state.
pub(super) fn titles<'e>(state: &TrackState<'e>) -> Titles<'e> {
    state.meetings.iter().filter_map(|meeting| Some((meeting.name, meeting.title?))).collect()
}

/// Returns the change in a line; `None` where the headline or the list of events tells it.
pub(super) fn in_words(kind: &ChangeKind<'_, '_>, titles: &Titles<'_>) -> Option<String> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other kind of change names neither actor nor meeting")]
    match kind {
        ChangeKind::Decided { from, to } => {
            let [now, before] = [to, from].map(|event| actor_in_words(&event.source.who));
            Some(format!("decided by {now} now, before by {before}"))
        }
        ChangeKind::SaidBy { from, to } => Some(format!("said by {}, before by {}", names(to), names(from))),
        ChangeKind::Contested { from, to } => contested(*from, *to),
        ChangeKind::Meeting { name, .. }
        | ChangeKind::MeetingDate { name, .. }
        | ChangeKind::MeetingVenue { name, .. } => {
            let line = kind.in_words()?;
            let named = format!("meeting {name}");
            let (Some(title), Some(rest)) = (titles.get(*name), line.strip_prefix(&named)) else {
                return Some(line);
            };
            Some(format!("{named} (“{title}”){rest}"))
        }
        other => other.in_words(),
    }
}

fn names(actors: &[&ActorId]) -> String {
    if actors.is_empty() {
        return "none of the parties".to_owned();
    }
    actors.iter().map(|actor| actor_in_words(actor)).collect::<Vec<_>>().join(", ")
}

fn contested(from: Option<&Dispute<'_>>, to: Option<&Dispute<'_>>) -> Option<String> {
    let by = actor_in_words(&to.or(from)?.claim.source.who);
    Some(match (from, to) {
        (None, Some(dispute)) => {
            let deniers: Vec<String> =
                dispute.denials.iter().map(|denial| actor_in_words(&denial.source.who)).collect();
            format!("what {by} said is denied now, by {}", deniers.join(", "))
        }
        (Some(_), None) => format!("what {by} said is no longer disputed here"),
        (_, Some(dispute)) if dispute.set_aside => format!("what {by} said is outweighed now"),
        _ => format!("what {by} said is no longer outweighed"),
    })
}
