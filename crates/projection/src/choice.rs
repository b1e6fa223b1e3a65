//! Which tracks, and which events, are asked for.

use demarche_core::facts::{Fact, Facts, Spot};
use demarche_core::{ActorId, Event, EventType, Instant, TrackId, TrackPattern};

use crate::state::Status;

/// A choice of tracks; by default, all of them.
#[derive(Debug, Clone, Default)]
pub struct TrackChoice {
    /// Those that match one of these; any if there are none.
    pub tracks: Vec<TrackPattern>,
    /// Those with one of these statuses; any status if there are none.
    pub statuses: Vec<Status>,
}

impl TrackChoice {
    /// Tells whether a track of that name may be chosen.
    #[must_use]
    pub fn admits_track(&self, track: &TrackId) -> bool {
        self.tracks.is_empty() || self.tracks.iter().any(|pattern| pattern.matches(track))
    }

    /// Tells whether a track is chosen, given its status.
    #[must_use]
    pub fn admits(&self, track: &TrackId, status: Status) -> bool {
        self.admits_track(track) && (self.statuses.is_empty() || self.statuses.contains(&status))
    }
}

/// A choice of events; by default, all of them.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::Fold;
/// use demarche_projection::query::EventChoice;
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"ru/mfa","attribution":"on_record"},"data":{}}"#;
/// let fold = Fold::of([decode(line).unwrap()])?;
/// let by_russia = EventChoice { who: vec!["ru".parse()?], ..EventChoice::default() };
/// assert_eq!(by_russia.among(fold.facts()).len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct EventChoice {
    /// Those on tracks that match one of these; any track if there are none.
    pub tracks: Vec<TrackPattern>,
    /// Those of one of these types; any type if there are none.
    pub types: Vec<EventType>,
    /// Those by one of these speakers, or by an actor beneath one; any speaker if there are none.
    pub who: Vec<ActorId>,
    /// Those that occurred then or later, at the earliest that they can have.
    pub from: Option<Instant>,
    /// Those that occurred by then, at the earliest that they can have.
    pub as_of: Option<Instant>,
    /// Those that were on record by then.
    pub known_at: Option<Instant>,
}

/// An event that was chosen by its fact: its number, the fact and its spot.
pub type Chosen<'f> = (u32, &'f Fact, &'f Spot);

impl EventChoice {
    /// Returns the chosen facts, in the order in which they were added.
    #[must_use]
    pub fn among<'f>(&self, facts: &'f Facts) -> Vec<Chosen<'f>> {
        let tracks: Vec<bool> = numbered(|number| facts.track(number)).map(|track| self.admits_track(track)).collect();
        let actors: Vec<bool> = numbered(|number| facts.actor(number)).map(|who| self.admits_speaker(who)).collect();
        let admitted = |list: &[bool], number: u32| list.get(number as usize).copied().unwrap_or(false);
        let chosen = facts.iter().filter(|(_, fact, spot)| {
            admitted(&tracks, spot.track)
                && admitted(&actors, fact.who)
                && self.admits_rest(fact.event_type, fact.earliest, fact.recorded)
        });
        chosen.collect()
    }

    /// Tells whether an event is chosen.
    #[must_use]
    pub fn admits(&self, event: &Event) -> bool {
        self.admits_track(&event.track)
            && self.admits_speaker(&event.source.who)
            && self.admits_rest(event.event_type(), event.occurred.earliest(), event.recorded)
    }

    fn admits_track(&self, track: &TrackId) -> bool {
        self.tracks.is_empty() || self.tracks.iter().any(|pattern| pattern.matches(track))
    }

    fn admits_speaker(&self, speaker: &ActorId) -> bool {
        self.who.is_empty() || self.who.iter().any(|who| speaker.is_within(who))
    }

    fn admits_rest(&self, event_type: EventType, occurred: Instant, recorded: Instant) -> bool {
        let ends_by = |end: Option<Instant>, instant| end.is_none_or(|end| instant <= end);
        (self.types.is_empty() || self.types.contains(&event_type))
            && self.from.is_none_or(|from| from <= occurred)
            && ends_by(self.as_of, occurred)
            && ends_by(self.known_at, recorded)
    }
}

/// Yields all names in the order of their numbers.
fn numbered<'f, T: 'f>(name: impl Fn(u32) -> Option<&'f T>) -> impl Iterator<Item = &'f T> {
    (0..).map_while(name)
}
