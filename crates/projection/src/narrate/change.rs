//! What changed, in words: a headline for a track, a line for each change.

use demarche_core::{ActorId, Edtf, Event};

use super::dates::{date_in_words, short_date};
use crate::dossier::Dossier;
use crate::state::{Appointment, Dispute};
use crate::{Change, ChangeKind, Phase};

impl<'s> Change<'s> {
    /// Returns the events that came, and those that went, in order.
    #[must_use]
    pub fn events(&self) -> (Vec<&'s Event>, Vec<&'s Event>) {
        let (mut new, mut gone) = (Vec::new(), Vec::new());
        for kind in &self.kinds {
            if let ChangeKind::NewEvents(events) = kind {
                new.extend(events);
            } else if let ChangeKind::GoneEvents(events) = kind {
                gone.extend(events);
            }
        }
        (new, gone)
    }

    /// Returns where the track stands and stood, in a line.
    #[must_use]
    pub fn headline(&self) -> String {
        let stands = |side: &Dossier| format!("{} since {}", side.state.status, date_in_words(&side.state.since));
        let track = self.track;
        match (self.before, self.after) {
            (None, Some(after)) => format!("{track}: new, {}", stands(after)),
            (Some(before), None) => {
                format!("{track}: was {}, and there is nothing to say of it any more", before.state.status)
            }
            (Some(before), Some(after)) if before.state.status != after.state.status => {
                format!("{track}: was {}, now {}", before.state.status, stands(after))
            }
            (_, Some(after)) => format!("{track}: still {}", stands(after)),
            (None, None) => track.to_string(),
        }
    }
}

impl ChangeKind<'_> {
    /// Returns the change in a line; none where the headline or the list of events tells it.
    #[must_use]
    pub fn in_words(&self) -> Option<String> {
        Some(match self {
            Self::Appeared | Self::Vanished | Self::Status { .. } | Self::NewEvents(_) | Self::GoneEvents(_) => {
                return None;
            }
            Self::Since { from, .. } => format!("before, it was said to be so since {}", date_in_words(from)),
            Self::Decided { from, to } => {
                format!("decided by {} now, before by {}", to.source.who, from.source.who)
            }
            Self::Next { from, to } => format!("next: {}, before {}", next(*to), next(*from)),
            Self::SaidBy { from, to } => format!("said by {}, before by {}", names(to), names(from)),
            Self::Contested { claim, denials, from, to } => contested(claim, denials, *from, *to)?,
            Self::Meeting { name, from, to } => {
                let word = |phase: &Option<Phase>| phase.map_or("unheard of", |phase| phase.as_str());
                format!("meeting {name}: {}, before {}", word(to), word(from))
            }
            Self::MeetingDate { name, from, to } => {
                let date =
                    |date: &Option<&Edtf>| date.map_or_else(|| "no date".to_owned(), |date| short_date(date.as_str()));
                format!("meeting {name}: {}, before {}", date(to), date(from))
            }
            Self::MeetingVenue { name, from, to } => {
                format!(
                    "meeting {name}: in {}, before {}",
                    to.unwrap_or("no known place"),
                    from.unwrap_or("no known place")
                )
            }
            Self::ProposalOpened { proposal } => format!("proposal {} awaits an answer", proposal.name),
            Self::ProposalClosed { name, .. } => match self.answer() {
                Some(answer) => format!("proposal {name}: {answer}"),
                None => format!("proposal {name}: taken back"),
            },
            Self::Agreement { name, to, .. } => {
                let stage = to.and_then(|agreement| agreement.stage).map(|stage| stage.as_str().replace('_', " "));
                let ended = to.and_then(|agreement| agreement.ended).map(|ended| ended.to_string());
                format!("agreement {name}: {}", ended.or(stage).unwrap_or_else(|| "unheard of".to_owned()))
            }
            Self::Issue { name, to, .. } => {
                let resolved = to.and_then(|issue| issue.resolved);
                match (to, resolved) {
                    (_, Some(extent)) => format!("issue {name}: {extent} resolved"),
                    (Some(_), None) => format!("issue {name}: on the agenda"),
                    (None, None) => format!("issue {name}: unheard of"),
                }
            }
        })
    }
}

fn next(meeting: Option<&Appointment>) -> String {
    meeting.map_or_else(
        || "none".to_owned(),
        |meeting| {
            let when = meeting.when.as_ref().map_or_else(String::new, |when| format!(" {}", short_date(when.as_str())));
            let venue = meeting.venue.as_ref().map_or_else(String::new, |venue| format!(" in {venue}"));
            format!("{}{when}{venue}", meeting.meeting)
        },
    )
}

fn names(actors: &[ActorId]) -> String {
    if actors.is_empty() {
        return "none of the parties".to_owned();
    }
    actors.iter().map(|actor| actor.as_str()).collect::<Vec<_>>().join(", ")
}

fn contested(claim: &Event, denials: &[&Event], from: Option<&Dispute>, to: Option<&Dispute>) -> Option<String> {
    let by = &claim.source.who;
    Some(match (from, to) {
        (None, None) => return None,
        (None, Some(_)) => {
            let deniers: Vec<&str> = denials.iter().map(|denial| denial.source.who.as_str()).collect();
            format!("what {by} said is denied now, by {}", deniers.join(", "))
        }
        (Some(_), None) => format!("what {by} said is no longer disputed here"),
        (_, Some(dispute)) if dispute.set_aside => format!("what {by} said is outweighed now"),
        _ => format!("what {by} said is no longer outweighed"),
    })
}
