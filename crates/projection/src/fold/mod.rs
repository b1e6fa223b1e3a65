//! The fold: from a set of events to where every track stands.

mod ahead;
mod answers;
mod assemble;
mod batches;
mod case;
mod corroboration;
pub(crate) mod days;
pub(crate) mod details;
mod differing;
pub(crate) mod disputes;
mod evidence;
mod fact_ref;
mod grouping;
mod history;
mod ids;
mod in_order;
mod ledger;
pub(crate) mod matter;
pub(crate) mod meetings;
mod opening;
mod parties;
pub(crate) mod proposals;
mod rules;
mod spell;
mod words;

use std::borrow::{Borrow, Cow};
use std::sync::OnceLock;

use demarche_core::codec::encode;
use demarche_core::facts::{Fact, Facts, Texts};
use demarche_core::{Event, EventId, Instant, TrackId};

use crate::query::Bounds;
use crate::standing;
use grouping::Grouping;
use ids::Ids;
pub(crate) use in_order::InOrder;

pub use batches::{Batches, Beneath, Track};
pub use differing::Sides;
pub(crate) use fact_ref::FactRef;
pub(crate) use meetings::{Viewpoint, date_given};
pub(crate) use opening::Opening;
pub use spell::{Along, Spell, SpellView};
pub use words::LogChanged;
pub(crate) use words::Words;

/// The fold over a log: events go in one by one or as whole logs, and states come out for any query.
///
/// A fold is a set of events, each kept as a compact fact and its line. So neither the order nor the repetition of
/// events changes an answer. A clone is a snapshot, and shares the lines that are complete.
///
/// ```
/// use demarche_core::codec::decode;
/// use demarche_projection::{Applied, Fold};
/// use demarche_projection::query::Query;
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
/// let event = decode(line).unwrap();
///
/// let mut fold = Fold::new();
/// assert_eq!(fold.apply(&event)?, Applied::New(0));
/// assert_eq!(fold.apply(&event)?, Applied::Duplicate(0));
/// fold.merge(Fold::of([event])?)?;
/// let states = fold.states(&Query::default())?;
/// assert_eq!(states.len(), 1);
/// assert_eq!(states[0].status.as_str(), "stalled");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A log that is in memory as a whole, or mapped, is folded in place ([`Fold::of_log`]); nothing is copied.
#[derive(Debug, Clone, Default)]
pub struct Fold {
    facts: Facts,
    texts: Texts,
    /// When the last event was recorded that the fold was told about without being given it.
    recorded_until: Option<Instant>,
    grouping: OnceLock<Grouping>,
    ids: OnceLock<Ids>,
}

/// The result of adding an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It is new, and has this number.
    New(u32),
    /// It was there already, with this number: nothing changed.
    Duplicate(u32),
}

/// Says that two events have one id, and differ.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("duplicate id {}: another event of that id has different content", event.id)]
pub struct Conflict {
    /// The number of the event that was there.
    pub first: u32,
    /// The event that was refused.
    pub event: Box<Event>,
}

/// Says why an event was not added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// There is another event of the same id.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// Somebody has written over a line of the log that the fold reads from.
    #[error(transparent)]
    LogChanged(#[from] LogChanged),
}

impl Fold {
    /// Makes an empty fold.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a fold over a batch of events.
    ///
    /// # Errors
    ///
    /// The first [`Conflict`]; never [`LogChanged`].
    pub fn of(events: impl IntoIterator<Item = Event>) -> Result<Self, ApplyError> {
        let mut fold = Self::new();
        for event in events {
            fold.apply(event)?;
        }
        Ok(fold)
    }

    /// Makes a fold of the facts of logs, in which no id stands twice, and the texts that hold their lines.
    #[must_use]
    pub fn of_log(facts: Facts, texts: Texts) -> Self {
        Self { facts, texts, ..Self::default() }
    }

    /// Adds an event; the same event again changes nothing.
    ///
    /// # Errors
    ///
    /// A [`Conflict`] if there is another event of the same id, or [`LogChanged`] if the line of that event was
    /// overwritten. In both cases the fold is unchanged.
    pub fn apply(&mut self, event: impl Borrow<Event>) -> Result<Applied, ApplyError> {
        let event: &Event = event.borrow();
        self.apply_with(event, || encode(event).into())
    }

    /// Adds an event as [`Fold::apply`] does, and keeps its line as it is, which may be of an older version.
    ///
    /// # Errors
    ///
    /// As for [`Fold::apply`].
    pub fn apply_line(&mut self, event: &Event, line: &str) -> Result<Applied, ApplyError> {
        self.apply_with(event, || line.into())
    }

    fn apply_with<'l>(&mut self, event: &Event, line: impl FnOnce() -> Cow<'l, str>) -> Result<Applied, ApplyError> {
        if let Some(first) = self.fact_of_id(event.id) {
            return if self.words().event(first)? == *event {
                Ok(Applied::Duplicate(first.number()))
            } else {
                Err(Conflict { first: first.number(), event: Box::new(event.clone()) }.into())
            };
        }
        Ok(Applied::New(self.add(event, &line())))
    }

    #[allow(clippy::expect_used, reason = "memory ends before 16 million texts of a mebibyte; what is written is read")]
    fn add(&mut self, event: &Event, line: &str) -> u32 {
        let (id, place) = (event.id, self.texts.push_line(line.as_bytes()));
        let place = place.expect("invariant: there is room for a line in memory");
        let number = self.facts.push_line(line, place).or_else(|| self.facts.push_line(&encode(event), place));
        let number = number.expect("invariant: the canonical line of an event is walked");
        if let Some(ids) = self.ids.get_mut() {
            ids.enter(&self.facts, id, number);
        }
        if let (Some(grouping), Some(spot)) = (self.grouping.get_mut(), self.facts.spot(number))
            && grouping.add(number, spot.track)
        {
            self.grouping.take();
        }
        number
    }

    /// Adds a fold over another part of the log. Parts may overlap.
    ///
    /// # Errors
    ///
    /// The first [`ApplyError`], also if a line of the other part was overwritten. Events before it have been added.
    pub fn merge(&mut self, other: Self) -> Result<(), ApplyError> {
        self.recorded_until = self.last_recorded().max(other.last_recorded());
        if self.facts.is_empty() {
            *self = Self { recorded_until: self.recorded_until, ..other };
            return Ok(());
        }
        other.events().try_for_each(|event| self.apply(event?).map(|_| ()))
    }

    /// Tells the fold that the log has further events, recorded until an instant, which it is not given.
    ///
    /// A state follows from the events on its track, and from the end of the log, at which it is judged unless the
    /// query names another day. So a fold over the events on some tracks that knows the end answers about these tracks
    /// like a fold over the whole log.
    pub fn recorded_until(&mut self, last: Option<Instant>) {
        self.recorded_until = self.recorded_until.max(last);
    }

    /// Returns when the last event of the whole log was recorded.
    #[must_use]
    pub fn last_recorded(&self) -> Option<Instant> {
        self.facts.last_recorded().max(self.recorded_until)
    }

    /// Returns how many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.facts.len()
    }

    /// Tells whether there are no events.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// Returns the facts of the events.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Returns the texts that hold the lines of the events.
    #[must_use]
    pub const fn texts(&self) -> &Texts {
        &self.texts
    }

    /// Returns the number of the event of an id.
    #[must_use]
    pub fn number_of(&self, id: EventId) -> Option<u32> {
        self.ids.get_or_init(|| Ids::of(&self.facts)).get(&self.facts, id)
    }

    /// Returns the event of an id, or `None` if the fold does not have it.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if its line was overwritten.
    pub fn get(&self, id: EventId) -> Result<Option<Event>, LogChanged> {
        self.fact_of_id(id).map(|fact| self.words().event(fact)).transpose()
    }

    /// Returns the event of a number, or `None` if there is no such number.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if its line was overwritten.
    pub fn event(&self, number: u32) -> Result<Option<Event>, LogChanged> {
        FactRef::new(&self.facts, number).map(|fact| self.words().event(fact)).transpose()
    }

    /// Returns the line of the event of a number, without its line end; an empty one if there is no such number.
    #[must_use]
    pub fn line(&self, number: u32) -> Vec<u8> {
        self.facts.spot(number).map(|spot| self.texts.line(spot.place)).unwrap_or_default()
    }

    /// Returns the events in the order in which they were added. Each is read from its line, and is [`LogChanged`] if
    /// that line was overwritten.
    pub fn events(&self) -> impl Iterator<Item = Result<Event, LogChanged>> {
        self.facts.iter().filter_map(|(number, ..)| self.event(number).transpose())
    }

    /// Returns the tracks that have events, sorted.
    #[must_use]
    pub fn tracks(&self) -> Vec<&TrackId> {
        self.track_numbers().into_iter().filter_map(|number| self.facts.track(number)).collect()
    }

    /// Returns the events of a track in the order that every fold follows.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn in_order(&self, track: &TrackId) -> Result<Vec<Event>, LogChanged> {
        let mut events = InOrder::default();
        let in_order = self.facts.track_number(track).map_or(&[][..], |number| self.facts_of(number, &mut events));
        in_order.iter().map(|event| self.words().event(*event)).collect()
    }

    /// Returns the facts of the events of a track that are in bounds, void ones among them, in order. No line is read.
    #[must_use]
    pub fn facts_on(&self, track: &TrackId, bounds: &Bounds) -> Vec<&Fact> {
        let mut events = InOrder::default();
        let in_order = self.facts.track_number(track).map_or(&[][..], |number| self.facts_of(number, &mut events));
        in_order.iter().filter(|event| bounds.admit(**event)).map(|event| event.fact()).collect()
    }

    /// Returns the events of a track that are in bounds and not void, without the desk's housekeeping, in order.
    ///
    /// Retractions and redactions are housekeeping: once a retraction has acted, nothing is left of it. So anything
    /// computed from these events alone is the same whether an event was retracted or never written.
    ///
    /// ```
    /// # use demarche_core::codec::decode;
    /// # use demarche_projection::Fold;
    /// # use demarche_projection::query::Bounds;
    /// # let stalled = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
    /// # let retracted = br#"{"id":"0199f3c0-5a00-7000-8000-000000000002","v":1,"type":"event_retracted","track":"us-ru","occurred":"2025-10-24","recorded":"2025-10-24T08:00:00Z","source":{"who":"desk","attribution":"document"},"data":{"event":"0199f3c0-5a00-7000-8000-000000000001","reason":"Another track was meant"}}"#;
    /// # let (stalled, retracted) = (decode(stalled).unwrap(), decode(retracted).unwrap());
    /// let fold = Fold::of([stalled.clone(), retracted])?;
    /// assert!(fold.live(&stalled.track, &Bounds::default())?.is_empty());
    /// let the_day_before = Bounds { known_at: Some("2025-10-23T23:59:59Z".parse().unwrap()), ..Bounds::default() };
    /// assert_eq!(fold.live(&stalled.track, &the_day_before)?, [stalled]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn live(&self, track: &TrackId, bounds: &Bounds) -> Result<Vec<Event>, LogChanged> {
        let number = self.facts.track_number(track);
        number.map_or(Ok(Vec::new()), |number| self.live_on(number, bounds))
    }

    fn live_on(&self, track: u32, bounds: &Bounds) -> Result<Vec<Event>, LogChanged> {
        let mut events = InOrder::default();
        let live = standing::live(self.facts_of(track, &mut events), bounds);
        let kept = live.into_iter().filter(|event| !event.is_housekeeping());
        kept.map(|event| self.words().event(event)).collect()
    }

    /// Returns the events of all tracks that are in bounds and not void, without the desk's housekeeping, in
    /// one order.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn all_live(&self, bounds: &Bounds) -> Result<Vec<Event>, LogChanged> {
        let mut all = Vec::new();
        for track in self.track_numbers() {
            all.append(&mut self.live_on(track, bounds)?);
        }
        all.sort_unstable_by_key(Event::order);
        Ok(all)
    }

    /// Returns how many events a track has.
    fn count_of(&self, track: u32) -> usize {
        self.grouping().of_track(track).count()
    }

    pub(crate) fn words(&self) -> Words<'_> {
        Words(&self.texts)
    }

    /// Returns the fact of an id.
    pub(crate) fn fact_of_id(&self, id: EventId) -> Option<FactRef<'_>> {
        FactRef::new(&self.facts, self.number_of(id)?)
    }

    fn grouping(&self) -> &Grouping {
        self.grouping.get_or_init(|| Grouping::of(&self.facts))
    }

    /// Returns the numbers of the tracks, sorted by name.
    pub(crate) fn track_numbers(&self) -> Vec<u32> {
        self.grouping().tracks(&self.facts)
    }

    /// Returns the facts of a track in order.
    pub(crate) fn facts_of<'f, 'o>(&'f self, track: u32, events: &'o mut InOrder<'f>) -> &'o [FactRef<'f>] {
        let numbers = self.grouping().of_track(track);
        events.of(numbers.filter_map(|number| FactRef::new(&self.facts, number)))
    }
}
