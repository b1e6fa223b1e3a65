//! The statuses of a track over time, in one pass.
//!
//! Events come one after the other, and the rules use the same [`Case`] as ever. An event that comes last in order, and
//! cannot change how others stand, is entered into the existing case; for any other event the case is opened anew,
//! which takes time in proportion to the events so far. Along the time of the world, this happens for claims about
//! claims, and for words of a party that has denied something; along the time of the record, also for late news.

use std::collections::BTreeSet;

use demarche_core::{ActorId, EventId, EventType, Instant, TrackId};

use super::case::Case;
use super::meetings::Viewpoint;
use super::rules::{self, Since};
use super::words::{LogChanged, Words};
use super::{Along, FactRef, Fold, InOrder, Opening, Spell};
use crate::query::Query;

impl Fold {
    /// Returns the statuses of a track over time, until the instant at which the query is judged.
    ///
    /// At each moment at which an event in bounds occurred, or was recorded, the status follows from that event and all
    /// before it, judged at that moment; in between, it changes at each instant at which time alone changes it. A
    /// moment at which there is nothing to say about the track does not end a spell. So the spells follow each other
    /// without a gap.
    ///
    /// ```
    /// use demarche_core::codec::decode;
    /// use demarche_projection::{Along, Fold};
    /// use demarche_projection::query::Query;
    /// use demarche_projection::state::Status;
    ///
    /// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_opened","track":"us-ru","occurred":"2025-05-01","recorded":"2025-10-23T08:00:00Z","source":{"who":"desk","attribution":"document"},"data":{"title":"Talks","kind":"consultations","parties":["us","ru"]}}"#;
    /// let fold = Fold::of([decode(line).unwrap()])?;
    /// let history = fold.history(&"us-ru".parse().unwrap(), &Query::default(), Along::Occurred)?;
    /// let statuses: Vec<Status> = history.iter().map(|spell| spell.status).collect();
    /// assert_eq!(statuses, [Status::Open, Status::Stalled]);
    /// assert_eq!(history[0].to().unwrap().to_string(), "2025-07-31T00:00:00Z");
    /// assert_eq!(history[0].days(), 91);
    /// assert!(history[1].lasts);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn history(&self, track: &TrackId, query: &Query, along: Along) -> Result<Vec<Spell>, LogChanged> {
        let (Some(number), Some(today)) = (self.facts.track_number(track), self.today(query)) else {
            return Ok(Vec::new());
        };
        let (mut in_order, bounds) = (InOrder::default(), query.bounds());
        let in_order = self.facts_of(number, &mut in_order);
        let events: Vec<FactRef<'_>> = in_order.iter().copied().filter(|event| bounds.admit(*event)).collect();
        Pass::new(query, self.words()).spells(&events, along, today)
    }
}

/// The events so far, and the case that they make.
struct Pass<'q, 'f> {
    query: &'q Query,
    words: Words<'f>,
    /// The events, in order.
    come: Vec<FactRef<'f>>,
    case: Option<Case<'q, 'f>>,
    /// The parties of the track, if a meeting was declined.
    parties: Vec<ActorId>,
    /// The events that others name.
    named: BTreeSet<EventId>,
    /// The parties that have denied something.
    deniers: BTreeSet<&'f str>,
}

impl<'q, 'f> Pass<'q, 'f> {
    fn new(query: &'q Query, words: Words<'f>) -> Self {
        let (named, deniers) = (BTreeSet::new(), BTreeSet::new());
        Self { query, words, come: Vec::new(), case: None, parties: Vec::new(), named, deniers }
    }

    fn spells(mut self, events: &[FactRef<'f>], along: Along, today: Instant) -> Result<Vec<Spell>, LogChanged> {
        let mut arrivals: Vec<(Instant, FactRef<'f>)> =
            events.iter().map(|event| (arrival(*event, along), *event)).collect();
        // A stable sort keeps the events of one moment in order.
        arrivals.sort_by_key(|(moment, _)| *moment);
        arrivals.retain(|(moment, _)| *moment <= today);
        let mut spells: Vec<Spell> = Vec::new();
        let mut rest = arrivals.chunk_by(|(one, _), (other, _)| one == other).peekable();
        while let Some(arrived) = rest.next() {
            let Some((moment, _)) = arrived.first().copied() else { continue };
            self.enter(arrived.iter().map(|(_, event)| *event), moment)?;
            let next = rest.peek().and_then(|next| next.first()).map(|(moment, _)| *moment);
            let mut now = Some(moment);
            while let (Some(judged), Some(case)) = (now, &mut self.case) {
                case.today = judged;
                let Some(spell) = spell(case) else { break };
                if spells.last().is_none_or(|last| last.status != spell.status) {
                    spells.push(spell);
                }
                // The changes by silence or a passing date, before the next event.
                let due = case.status_due().and_then(|due| due.plus_nanos(1));
                now = due.filter(|due| *due > judged && *due <= today && next.is_none_or(|next| *due < next));
            }
        }
        close(&mut spells, today);
        Ok(spells)
    }

    /// Enters the events of a moment.
    fn enter(&mut self, arrived: impl Iterator<Item = FactRef<'f>>, moment: Instant) -> Result<(), LogChanged> {
        let mut is_anew = false;
        for event in arrived {
            is_anew |= !self.comes_last_and_alone(event);
            self.note(event);
            match self.come.last().is_none_or(|last| last.fact().cmp_order(event.fact()).is_lt()) {
                true => self.come.push(event),
                false => {
                    let place = self.come.partition_point(|other| other.fact().cmp_order(event.fact()).is_lt());
                    self.come.insert(place, event);
                }
            }
            if let (false, Some(case)) = (is_anew, &mut self.case) {
                case.push(event, Viewpoint::new(&self.parties, &self.query.reading));
            }
        }
        if is_anew {
            self.case = Case::open(&self.come, self.query, moment, self.words)?;
            self.parties = match self.case.as_ref().and_then(|case| case.opened) {
                Some((_, opened)) if self.come.iter().any(|event| is_refusal(*event)) => {
                    Opening::read(opened, self.words)?.parties
                }
                _ => Vec::new(),
            };
        }
        Ok(())
    }

    /// Tells whether an event can be entered into the existing case.
    fn comes_last_and_alone(&self, event: FactRef<'f>) -> bool {
        let is_alone = !event.event_type().is_about_claims()
            && !matches!(
                event.event_type(),
                EventType::EventRetracted | EventType::TrackOpened | EventType::MeetingDeclined
            )
            && !self.named.contains(&event.id())
            && !self.deniers.contains(event.party());
        let last = self.come.last();
        is_alone && self.case.is_some() && last.is_some_and(|last| last.fact().cmp_order(event.fact()).is_lt())
    }

    fn note(&mut self, event: FactRef<'f>) {
        self.named.extend(event.targets());
        if event.event_type() == EventType::ClaimDenied {
            self.deniers.insert(event.party());
        }
    }
}

fn is_refusal(event: FactRef<'_>) -> bool {
    event.event_type() == EventType::MeetingDeclined
}

/// Ends each spell at the beginning of the next.
fn close(spells: &mut [Spell], today: Instant) {
    let mut end = today;
    for spell in spells.iter_mut().rev() {
        (spell.end, end) = (end, spell.from);
    }
    if let Some(last) = spells.last_mut() {
        last.lasts = true;
    }
}

/// Returns where a track stands, as the beginning of a spell.
fn spell(case: &Case<'_, '_>) -> Option<Spell> {
    let decision = rules::decide(case)?;
    let since = match decision.since {
        Since::Occurred(at) => case.event_at(at)?.occurred(),
        Since::TheDayOf(instant) => {
            let day = rules::day_of(instant);
            (day.earliest(), day.latest())
        }
    };
    let (status, decided_by) = (decision.rule.status(), case.event_at(decision.by)?.id());
    Some(Spell { from: case.today, end: case.today, lasts: false, status, rule: decision.rule, decided_by, since })
}

/// Returns when an event comes into a history. Retractions are about entries, whenever they occurred (`docs/model.md`
/// §2), so along the time of the world they are there from the beginning.
fn arrival(event: FactRef<'_>, along: Along) -> Instant {
    match along {
        Along::Recorded => event.recorded(),
        Along::Occurred if event.event_type() == EventType::EventRetracted => Instant::MIN,
        Along::Occurred => event.told(),
    }
}
