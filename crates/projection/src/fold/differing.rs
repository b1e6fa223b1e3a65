//! A track under two queries, limited to what differs, so that a change can be described without reading unrelated
//! events.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use demarche_core::{EventId, TrackId};

use super::meetings::MeetingFacts;
use super::{FactRef, Fold, InOrder, LogChanged, Track};
use crate::dossier::Dossier;
use crate::query::Query;
use crate::state::{Phase, Standing, TrackState};

/// A track before and after; a side is `None` if there was nothing to say about the track.
pub type Sides = (Option<Dossier>, Option<Dossier>);

/// What a change may tell about.
#[derive(Default)]
struct Differing<'f> {
    /// The events that only one side has or considers, the deciding ones, the disputed ones, and those told along with
    /// them.
    events: BTreeSet<EventId>,
    /// The names of things whose counting events differ between the sides. A meeting and a proposal of the same name
    /// are not distinguished, so some events may be read needlessly.
    subjects: BTreeSet<&'f str>,
}

impl Fold {
    /// Returns each track under two queries, limited to what differs ([`Track::differing`]), sorted by track.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn differing(&self, queries: &[Query; 2]) -> Result<Vec<Sides>, LogChanged> {
        let (mut tracks, mut all) = (self.compared(queries), Vec::new());
        let enter = |_: &TrackId, sides: &[Option<Track<'_>>], part: &mut Vec<_>| {
            let side = |at: usize| sides.get(at).and_then(Option::as_ref);
            part.push(Track::differing(side(0), side(1))?);
            Ok(())
        };
        while let Some(parts) = tracks.next_compared(enter)? {
            all.extend(parts.into_iter().flatten());
        }
        Ok(all)
    }
}

impl Fold {
    /// Returns a track under one query without some events, and under another with all events, limited to what differs.
    /// If there is no first query, there was nothing to say about the track.
    pub(crate) fn differing_by(
        &self,
        track: &TrackId,
        without: &BTreeSet<EventId>,
        queries: (Option<&Query>, &Query),
    ) -> Result<Sides, LogChanged> {
        let Some(number) = self.facts.track_number(track) else { return Ok((None, None)) };
        let Some(name) = self.facts.track(number) else { return Ok((None, None)) };
        let mut events = InOrder::default();
        let after = self.facts_of(number, &mut events);
        let before: Vec<FactRef<'_>> = after.iter().copied().filter(|event| !without.contains(&event.id())).collect();
        let before = queries.0.map_or(Ok(None), |query| Track::open(self, name, number, &before, query))?;
        Track::differing(before.as_ref(), Track::open(self, name, number, after, queries.1)?.as_ref())
    }
}

impl<'f> Track<'f> {
    /// Returns the dossiers of a track under two queries to one fold, limited to what differs between them. They have
    /// the same changes ([`Change::between`](crate::diff::Change::between)) and the same sentences as the full
    /// dossiers, and their states are complete. Their timelines, meetings, proposals, agreements and issues are not:
    /// whatever is the same on both sides is left out, and not read from the log.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn differing(before: Option<&Self>, after: Option<&Self>) -> Result<Sides, LogChanged> {
        let state = |side: Option<&Self>| side.map_or(Ok(None), Track::state);
        let (old, new) = (state(before)?, state(after)?);
        let mut differing = Differing::default();
        differing.enter_facts(before, after);
        differing.enter_meetings(before, after);
        differing.enter_meetings(after, before);
        [&old, &new].into_iter().flatten().for_each(|state| differing.enter_state(state));
        [before, after].into_iter().flatten().for_each(|side| differing.enter_wishes(side));
        [before, after].into_iter().flatten().for_each(|side| differing.enter_named(side));
        let is_told = |event: FactRef<'f>| differing.tells(event);
        let old = before.zip(old).map(|(side, state)| side.dossier_of(state, is_told, &[])).transpose()?;
        let known = old.as_ref().map_or(&[][..], |old| &old.timeline);
        let new = after.zip(new).map(|(side, state)| side.dossier_of(state, is_told, known)).transpose()?;
        Ok((old, new))
    }

    /// Returns the live events in order, each with its standing.
    fn standings(&self) -> impl Iterator<Item = (FactRef<'f>, Standing)> {
        self.case.record.events.iter().copied().zip(self.case.standings.iter().copied())
    }
}

impl<'f> Differing<'f> {
    /// Enters the events whose standing differs between the sides. Both sides are in the same order.
    fn enter_facts(&mut self, before: Option<&Track<'f>>, after: Option<&Track<'f>>) {
        let mut old = before.into_iter().flat_map(Track::standings).peekable();
        let mut new = after.into_iter().flat_map(Track::standings).peekable();
        loop {
            let order = match (old.peek(), new.peek()) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((old, _)), Some((new, _))) => old.fact().cmp_order(new.fact()),
            };
            let (from, to) = (old.next_if(|_| order.is_le()), new.next_if(|_| order.is_ge()));
            let standing = |side: Option<(FactRef<'f>, Standing)>| side.map(|(_, standing)| standing);
            if let Some((event, _)) = from.or(to)
                && standing(from) != standing(to)
            {
                self.enter(event, standing(from), standing(to));
            }
        }
    }

    fn enter(&mut self, event: FactRef<'f>, from: Option<Standing>, to: Option<Standing>) {
        let is_considered = |side: Option<Standing>| side.is_some_and(Standing::is_considered);
        if is_considered(from) != is_considered(to) || from.is_some() != to.is_some() {
            self.events.insert(event.id());
        }
        if event.fact().subject().is_some() {
            self.subjects.insert(event.name());
        }
    }

    /// Enters the meetings that differ between the sides although the same events count: which word moves a meeting
    /// depends on the parties and on the reading.
    fn enter_meetings(&mut self, one: Option<&Track<'f>>, other: Option<&Track<'f>>) {
        let stands = |meeting: &MeetingFacts<'f>| {
            let of = |event: Option<FactRef<'f>>| event.map(FactRef::number);
            (meeting.phase, of(meeting.dated_by), of(meeting.placed_by), of(Some(meeting.set_by)))
        };
        for meeting in one.into_iter().flat_map(|one| one.case.meetings.iter()) {
            let there = meeting.first.meeting().and_then(|name| Some(other?.case.meetings.get(name)?.1));
            if there.map(stands) != Some(stands(meeting)) {
                self.subjects.insert(meeting.first.name());
            }
        }
    }

    /// Enters the meetings that are wished for, without a date or a place: the sentence on a meeting that was held
    /// names the one that is to follow.
    fn enter_wishes(&mut self, side: &Track<'f>) {
        let is_wish = |meeting: &&MeetingFacts<'f>| {
            meeting.phase == Phase::Proposed && meeting.dated_by.is_none() && meeting.placed_by.is_none()
        };
        self.subjects.extend(side.case.meetings.iter().filter(is_wish).map(|meeting| meeting.first.name()));
    }

    /// Enters the events that a state names.
    fn enter_state(&mut self, state: &TrackState) {
        self.events.insert(state.decided_by);
        for dispute in state.contested.iter().chain(&state.disputes) {
            self.events.insert(dispute.claim);
            self.events.extend(&dispute.denied_by);
        }
    }

    /// Enters what is told along with the events so far: what went before on the same subject, the claims about all of
    /// that, and the claims that they name.
    fn enter_named(&mut self, side: &Track<'f>) {
        let events = &side.case.record.events;
        let of_told = |event: &&FactRef<'f>| self.events.contains(&event.id()) && event.fact().subject().is_some();
        let subjects: Vec<&str> = events.iter().filter(of_told).map(|event| event.name()).collect();
        self.subjects.extend(subjects);
        if !side.case.record.has_claims() {
            return;
        }
        let told: BTreeSet<EventId> =
            events.iter().filter(|event| self.tells(**event)).map(|event| event.id()).collect();
        let names = |by: &FactRef<'f>| by.targets().iter().map(|claim| (*claim, by.id())).collect::<Vec<_>>();
        let about_claims = events.iter().filter(|event| event.event_type().is_about_claims());
        let pairs = about_claims.flat_map(names).filter(|(claim, by)| told.contains(claim) || told.contains(by));
        self.events.extend(pairs.flat_map(|(claim, by)| [claim, by]));
    }

    fn tells(&self, event: FactRef<'f>) -> bool {
        self.events.contains(&event.id())
            || !self.subjects.is_empty() && event.fact().subject().is_some() && self.subjects.contains(event.name())
    }
}
