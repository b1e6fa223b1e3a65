//! Lapsed denials: the denying party changes its mind later, and says the same as the denied claim or confirms it.

use demarche_core::EventType;

use super::{Record, Standing};
use crate::fold::{FactRef, date_given, days};
use crate::state::Phase;

/// What a word is about, and what it does: words that differ in this never say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Effect {
    subject: Option<u32>,
    of: EffectKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum EffectKind {
    /// It sets a phase of a meeting.
    Sets(Phase),
    /// It gives a meeting a venue, and may do more.
    Places(u32),
    /// It is of this type.
    Is(EventType),
}

/// A word by what it does and who spoke it.
type Word<'f> = (Effect, &'f str, usize);

/// The words of a track.
struct SpokenWords<'f> {
    /// The words, sorted by what they do and who spoke them.
    spoken: Vec<Word<'f>>,
    /// The claims that are confirmed, each with the confirming party and the place of the confirmation; sorted.
    confirmed: Vec<(usize, &'f str, usize)>,
}

/// Finds the denials that have lapsed: pairs of the places of a claim and of a denial of it, sorted. The standings must
/// already say which events are considered and not withdrawn.
pub(super) fn find(record: &Record<'_>, standings: &[Standing]) -> Vec<(usize, usize)> {
    let stands = |at: usize| standings.get(at) == Some(&Standing::Counting);
    let denials = record.claims.iter().copied().filter(|(_, by)| {
        stands(*by) && record.events.get(*by).is_some_and(|by| by.event_type() == EventType::ClaimDenied)
    });
    let denials: Vec<(usize, usize)> = denials.collect();
    if denials.is_empty() {
        return Vec::new();
    }
    let words = SpokenWords::of(record, standings, &denials);
    denials.into_iter().filter(|(claim, denial)| comes_round(record, &words, *claim, *denial)).collect()
}

fn comes_round(record: &Record<'_>, words: &SpokenWords<'_>, claim: usize, denial: usize) -> bool {
    let (Some(claimed), Some(denied)) = (record.events.get(claim), record.events.get(denial)) else { return false };
    let is_own = claimed.party() == denied.party() && claim > denial;
    is_own
        || words.say_the_same_after(record, *claimed, denied.party(), denial)
        || words.confirm_after(claim, denied.party(), denial)
}

impl<'f> SpokenWords<'f> {
    /// Returns the words by which any of the denials may lapse.
    fn of(record: &Record<'f>, standings: &[Standing], denials: &[(usize, usize)]) -> Self {
        let denied = denials.iter().filter_map(|(claim, _)| record.events.get(*claim));
        let mut subjects: Vec<Option<u32>> = denied.map(|claim| claim.fact().subject()).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let is_sought = |event: FactRef<'_>| subjects.binary_search(&event.fact().subject()).is_ok();
        // Words before the first denial can't make one lapse.
        let first = denials.iter().map(|(_, denial)| *denial).min().unwrap_or_default();
        let mut spoken = Vec::new();
        for (at, event) in record.events.iter().enumerate().skip(first) {
            if standings.get(at) == Some(&Standing::Counting) && is_sought(*event) {
                spoken.extend(effects(*event).map(|effect| (effect, event.party(), at)));
            }
        }
        spoken.sort_unstable();
        let confirmations = record.claims.iter().filter(|(_, by)| standings.get(*by) == Some(&Standing::Counting));
        let confirmed = confirmations.filter_map(|(claim, by)| {
            let event = record.events.get(*by).filter(|by| by.event_type() == EventType::ClaimConfirmed)?;
            Some((*claim, event.party(), *by))
        });
        let mut confirmed: Vec<_> = confirmed.collect();
        confirmed.sort_unstable();
        Self { spoken, confirmed }
    }

    /// Tells whether a party confirms a claim after a place.
    fn confirm_after(&self, claim: usize, party: &str, after: usize) -> bool {
        let next = self.confirmed.partition_point(|confirmed| *confirmed <= (claim, party, after));
        self.confirmed.get(next).is_some_and(|(of, by, _)| (*of, *by) == (claim, party))
    }

    /// Tells whether a party says the same as a claim after a place.
    fn say_the_same_after(&self, record: &Record<'f>, claim: FactRef<'_>, party: &str, after: usize) -> bool {
        let Some(effect) = sought(claim) else { return false };
        let start = self.spoken.partition_point(|word| *word <= (effect, party, after));
        let theirs = self.spoken.get(start..).unwrap_or_default().iter();
        let mut theirs = theirs.take_while(|(of, by, _)| *of == effect && *by == party);
        theirs.any(|(.., at)| record.events.get(*at).is_some_and(|word| days::in_common(date(*word), date(claim))))
    }
}

/// Returns what a word must do to say the same as a claim, or `None` if no word can.
fn sought(claim: FactRef<'_>) -> Option<Effect> {
    let event_type = claim.event_type();
    let of = match Phase::of(event_type) {
        Some(phase) => EffectKind::Sets(phase),
        None if event_type == EventType::MeetingRelocated => EffectKind::Places(claim.details().venue?),
        None if is_said_once(event_type) => return None,
        None => EffectKind::Is(event_type),
    };
    Some(Effect { subject: claim.fact().subject(), of })
}

/// Returns what a word does: a claim on a meeting may both set its phase and give it a venue.
fn effects(word: FactRef<'_>) -> impl Iterator<Item = Effect> {
    let subject = word.fact().subject();
    let venue = word.details().venue.filter(|_| word.meeting().is_some()).map(EffectKind::Places);
    let own = sought(word).map(|effect| effect.of).filter(|of| !matches!(of, EffectKind::Places(_)));
    own.into_iter().chain(venue).map(move |of| Effect { subject, of })
}

/// Tells whether a word says the same as a claim: it is on the same subject, has the same effect, and its date can mean
/// the same day.
pub(crate) fn says_the_same(word: FactRef<'_>, claim: FactRef<'_>) -> bool {
    sought(claim).is_some_and(|sought| effects(word).any(|effect| effect == sought))
        && days::in_common(date(word), date(claim))
}

/// Tells whether no word can repeat an event of a type: words on the track as a whole, statements, measures, and claims
/// about claims.
const fn is_said_once(event_type: EventType) -> bool {
    event_type.is_about_claims()
        || matches!(
            event_type,
            EventType::TrackOpened
                | EventType::TrackStalled
                | EventType::TrackResumed
                | EventType::TrackConcluded
                | EventType::StatementMade
                | EventType::MeasureTaken
                | EventType::EventRetracted
                | EventType::EventRedacted
        )
}

/// Returns the date that a repetition of a claim must fit. A new venue may be repeated on any day.
fn date(word: FactRef<'_>) -> Option<demarche_core::DateBounds> {
    if word.event_type() == EventType::MeetingRelocated { None } else { date_given(word) }
}
