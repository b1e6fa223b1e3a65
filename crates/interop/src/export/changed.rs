//! What changed in a line for people: with actors by what they are called, and meetings by their titles.

use demarche_core::{ActorId, Event};
use demarche_projection::narrate::actor_in_words;
use demarche_projection::{ChangeKind, Dispute, Dossier};

/// Returns the change in a line; none where the headline or the list of events tells it.
pub(super) fn in_words(kind: &ChangeKind<'_>, dossier: Option<&Dossier>) -> Option<String> {
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
            let meeting = dossier.and_then(|dossier| dossier.meetings.iter().find(|meeting| meeting.name == **name));
            let named = format!("meeting {name}");
            let title = meeting.and_then(|meeting| meeting.title.as_deref());
            let (Some(title), Some(rest)) = (title, line.strip_prefix(&named)) else { return Some(line) };
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
