//! Names that differ from a known one by a slip of the hand.

use std::collections::BTreeSet;

use demarche_core::{Event, EventType};
use demarche_projection::Fold;

/// Names shorter than this differ by one letter too often.
const SHORTEST: usize = 4;

/// Says of each name of an event that nobody has used before, but for one letter: did you mean that one?
pub(crate) fn slips(fold: &Fold, event: &Event) -> Vec<String> {
    let mut slips = Vec::new();
    let tracks = fold.set().tracks().into_iter().map(|track| track.as_str()).collect();
    slips.extend(slip("track", event.track.as_str(), &tracks));
    let actors = fold.events().flat_map(|event| [Some(&event.source.who), event.source.via.as_ref()]);
    let actors = actors.flatten().map(|actor| actor.as_str()).collect();
    slips.extend(slip("actor", event.source.who.as_str(), &actors));
    let on_track = || fold.events().filter(|other| other.track == event.track);
    if let Some(meeting) = event.data.meeting() {
        let known = on_track().filter_map(|other| other.data.meeting()).map(|meeting| meeting.as_str()).collect();
        slips.extend(slip("meeting", meeting.as_str(), &known));
    }
    if let Some(proposal) = event.data.proposal() {
        let known = on_track().filter_map(|other| other.data.proposal()).map(|proposal| proposal.as_str()).collect();
        slips.extend(slip("proposal", proposal.as_str(), &known));
    }
    if let Some(agreement) = event.data.agreement() {
        let known = on_track().filter_map(|other| other.data.agreement()).map(|agreement| agreement.as_str()).collect();
        slips.extend(slip("agreement", agreement.as_str(), &known));
    }
    // Who opens a track means a new one.
    if event.event_type() == EventType::TrackOpened { Vec::new() } else { slips }
}

fn slip(what: &str, name: &str, known: &BTreeSet<&str>) -> Option<String> {
    if known.contains(name) || name.len() < SHORTEST {
        return None;
    }
    let near = known.iter().find(|known| strsim::damerau_levenshtein(known, name) == 1)?;
    // `round-2` and `round-3` are two rounds.
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    (digits(near) == digits(name)).then(|| format!("the {what} {name} is new: did you mean {near}?"))
}
