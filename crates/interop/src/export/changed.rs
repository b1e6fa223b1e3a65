//! What changed in a line for people: with actors by what they are called, and meetings by their titles.

use std::collections::BTreeMap;

use demarche_core::{ActorId, Event, MeetingId};
use demarche_projection::narrate::actor_in_words;
use demarche_projection::{ChangeKind, Dispute, Dossier};

/// The titles of meetings that have one.
pub(super) type Titles<'d> = BTreeMap<&'d MeetingId, &'d str>;

/// Returns the titles of the meetings of a dossier.
pub(super) fn titles(dossier: &Dossier) -> Titles<'_> {
    dossier.meetings.iter().filter_map(|meeting| Some((&meeting.name, meeting.title.as_deref()?))).collect()
}

/// Returns the change in a line; none where the headline or the list of events tells it.
pub(super) fn in_words(kind: &ChangeKind<'_>, titles: &Titles<'_>) -> Option<String> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other kind of change names neither actor nor meeting")]
    match kind {
        ChangeKind::Decided { from, to } => {
            let [now, before] = [to, from].map(|event| actor_in_words(&event.source.who));
            Some(format!("decided by {now} now, before by {before}"))
        }
        ChangeKind::SaidBy { from, to } => Some(format!("said by {}, before by {}", names(to), names(from))),
        ChangeKind::Contested { claim, denials, from, to } => Some(contested(claim, denials, *from, *to)),
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

fn names(actors: &[ActorId]) -> String {
    if actors.is_empty() {
        return "none of the parties".to_owned();
    }
    actors.iter().map(actor_in_words).collect::<Vec<_>>().join(", ")
}

fn contested(claim: &Event, denials: &[&Event], from: Option<&Dispute>, to: Option<&Dispute>) -> String {
    let by = actor_in_words(&claim.source.who);
    match (from, to) {
        (None, Some(_)) => {
            let deniers: Vec<String> = denials.iter().map(|denial| actor_in_words(&denial.source.who)).collect();
            format!("what {by} said is denied now, by {}", deniers.join(", "))
        }
        (_, None) => format!("what {by} said is no longer disputed here"),
        (Some(_), Some(dispute)) if dispute.set_aside => format!("what {by} said is outweighed now"),
        (Some(_), Some(_)) => format!("what {by} said is no longer outweighed"),
    }
}
