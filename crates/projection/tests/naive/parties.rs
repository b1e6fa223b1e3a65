//! §4: which parties say so, which say otherwise, and which have said neither.

use std::collections::BTreeSet;

use demarche_core::{ActorId, Event, EventType};

use super::dispute::{self, Because, is_not_older};
use super::meeting::Meeting;
use super::same::{self, Phase};
use super::standing;
use super::status::Verdict;
use super::{Track, is, is_among, is_or_is_beneath, names};

/// "**`said_by`**: the parties that say so." "All three lists are empty for a stall by silence, and where no parties
/// are known."
pub(super) fn said_by<'a>(track: &Track<'a>, verdict: &Verdict<'a>) -> BTreeSet<&'a ActorId> {
    if verdict.by_silence {
        return BTreeSet::new();
    }
    let says_so = |party: &ActorId| match dispute::meeting_of(track, verdict) {
        Some(meeting) => says_so_of_meeting(party, &meeting, track),
        None => says_so_of_run(party, verdict, track),
    };
    track.parties().into_iter().filter(|party| says_so(party)).collect()
}

/// "**`otherwise`**: the parties that say otherwise: who denies (`supports`), whose claim it is (`rival`, `decisive`;
/// not where that party is itself among the deniers), who objects; less those in `said_by`."
pub(super) fn otherwise<'a>(track: &Track<'a>, verdict: &Verdict<'a>) -> BTreeSet<&'a ActorId> {
    if verdict.by_silence {
        return BTreeSet::new();
    }
    let mut otherwise = BTreeSet::new();
    for claim in dispute::claims(track) {
        let denials = dispute::denials(claim, track);
        let deniers: BTreeSet<_> = denials.iter().flat_map(|denial| track.parties_of(&denial.source.who)).collect();
        let its_own = track.parties_of(&claim.source.who);
        match dispute::because(claim, track, verdict) {
            Some(Because::Supports) => otherwise.extend(deniers),
            Some(Because::Rival | Because::Decisive) => {
                otherwise.extend(its_own.into_iter().filter(|party| !deniers.contains(party)));
            }
            Some(Because::Objection) => otherwise.extend(its_own),
            None => {}
        }
    }
    let said_by = said_by(track, verdict);
    otherwise.into_iter().filter(|party| !said_by.contains(party)).collect()
}

/// "**`silent`**: the parties left."
pub(super) fn silent<'a>(track: &Track<'a>, verdict: &Verdict<'a>) -> BTreeSet<&'a ActorId> {
    if verdict.by_silence {
        return BTreeSet::new();
    }
    let (said_by, otherwise) = (said_by(track, verdict), otherwise(track, verdict));
    track.parties().into_iter().filter(|party| !said_by.contains(party) && !otherwise.contains(party)).collect()
}

/// "Where the status rests on a meeting: the parties whose *last word* on it fits."
fn says_so_of_meeting(party: &ActorId, meeting: &Meeting<'_>, track: &Track<'_>) -> bool {
    match last_word(party, meeting, track) {
        Some(word) => fits(word, meeting),
        None => has_relocated(party, meeting, track),
    }
}

/// "Last in order; a wish counts only where there is nothing else."
fn last_word<'a>(party: &ActorId, meeting: &Meeting<'_>, track: &Track<'a>) -> Option<&'a Event> {
    let words = words(party, meeting, track);
    words.iter().rfind(|word| !same::is_wish(word)).or_else(|| words.last()).copied()
}

/// "A party's words are the considered, not withdrawn events of its own that are about the meeting's phase (set aside
/// or not), and the events that it confirmed by a considered `claim_confirmed` (whatever the reading did with these; in
/// the place of the confirmation)." "Whose word a refusal is, `who` says." Undecided by the vectors: so also where the
/// confirmed claim was withdrawn.
fn words<'a>(party: &ActorId, meeting: &Meeting<'_>, track: &Track<'a>) -> Vec<&'a Event> {
    let is_about_its_phase = |e: &Event| same::is_on(e, meeting.slug) && same::phase(e).is_some();
    let mut words = Vec::new();
    for event in &track.considered {
        let is_its_own = is_or_is_beneath(&event.source.who, party);
        if !is_its_own || standing::is_withdrawn(event, &track.considered) {
            continue;
        }
        if is_about_its_phase(event) {
            words.push(*event);
        }
        if is(event, EventType::ClaimConfirmed) {
            words.extend(track.all().into_iter().filter(|e| names(event, e) && is_about_its_phase(e)));
        }
    }
    words
}

/// "A word fits a meeting scheduled, where it schedules or proposes it on a day in common; one proposed, where it
/// proposes or schedules it, on a day in common if the meeting has a date (a word without a date fits no meeting that
/// has one); otherwise where it has the same effect (of held: a day in common)."
fn fits(word: &Event, meeting: &Meeting<'_>) -> bool {
    let has_the_day = meeting.when.is_none()
        || (same::date(word).is_some() && same::have_a_day_in_common(same::date(word), meeting.when));
    match meeting.phase {
        Phase::Proposed | Phase::Scheduled => same::phase(word).is_some_and(Phase::is_to_come) && has_the_day,
        Phase::Held => same::phase(word) == Some(Phase::Held) && has_the_day,
        Phase::Postponed | Phase::Cancelled | Phase::Declined => same::phase(word) == Some(meeting.phase),
    }
}

/// "A party without a word says so where a counting `meeting_relocated` of its own, not older than the run, gave a
/// meeting proposed or scheduled the venue that stands."
fn has_relocated(party: &ActorId, meeting: &Meeting<'_>, track: &Track<'_>) -> bool {
    let gave_the_venue = |e: &Event| {
        is(e, EventType::MeetingRelocated)
            && same::is_on(e, meeting.slug)
            && is_or_is_beneath(&e.source.who, party)
            && is_not_older(e, &meeting.run)
            && same::venue(e) == meeting.venue
    };
    meeting.phase.is_to_come() && track.counting.iter().any(|e| gave_the_venue(e))
}

/// "Where the status rests on anything else: the parties of whom a counting event of the run is, or a counting
/// `claim_confirmed` that names one."
fn says_so_of_run(party: &ActorId, verdict: &Verdict<'_>, track: &Track<'_>) -> bool {
    let is_said_by_it = |e: &&&Event| is_or_is_beneath(&e.source.who, party);
    track.counting.iter().filter(is_said_by_it).any(|e| {
        is_among(e, &verdict.run)
            || (is(e, EventType::ClaimConfirmed) && verdict.run.iter().any(|of_the_run| names(e, of_the_run)))
    })
}
