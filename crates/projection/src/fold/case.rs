//! One track under one query: everything that the rules need.

use demarche_core::{ActorId, EventType, Instant};

use super::fact_ref::FactRef;
use super::meetings::{MeetingFacts, Meetings, Viewpoint};
use super::opening::Opening;
use super::words::{LogChanged, Words};
use crate::query::Query;
use crate::standing::{Record, Standing, Standings};
use crate::state::Phase;
use crate::status;

/// A track's live events with how they stand, and how far its meetings have come.
pub(crate) struct Case<'q, 'f> {
    pub(crate) query: &'q Query,
    pub(crate) today: Instant,
    pub(crate) record: Record<'f>,
    pub(crate) standings: Standings,
    pub(crate) meetings: Meetings<'f>,
    /// The place of the last move: the last thing that the parties did with each other.
    pub(crate) last_move: Option<usize>,
    /// Whether only agreements and exchanges followed the last meeting held: then a next round is merely wanted.
    has_just_met: bool,
    /// The last sign of progress.
    sign: Option<Sign>,
    /// The last event that opened the track, in bounds and not void, with its place. What a track is called is not a
    /// claim, so no reading drops it.
    pub(crate) opened: Option<(usize, FactRef<'f>)>,
    /// The words of that event, if they were read already.
    pub(crate) opening: Option<Opening>,
    pub(crate) patience_days: u32,
}

/// A sign of progress. Among the counting progress events, or all considered events if there are none, it is the one
/// that was heard last; of several heard at that instant, the last in order.
#[derive(Clone, Copy)]
struct Sign {
    is_progress: bool,
    heard: Instant,
    /// The place of the event.
    at: usize,
}

impl<'q, 'f> Case<'q, 'f> {
    /// Opens the case of a track from its events in order; returns `None` if none of them is considered.
    pub(crate) fn open(
        in_order: &[FactRef<'f>],
        query: &'q Query,
        today: Instant,
        words: Words<'f>,
    ) -> Result<Option<Self>, LogChanged> {
        let record = Record::new(in_order, &query.bounds());
        let opening = match opening(&record) {
            // Only a refusal depends on who says it.
            Some((_, opened)) if record.events.iter().any(|event| is_refusal(*event)) => {
                Some(Opening::read(opened, words)?)
            }
            _ => None,
        };
        let parties = opening.as_ref().map_or(&[][..], |opening| &opening.parties);
        Ok(Self::of(record, query, today, parties).map(|case| Self { opening, ..case }))
    }

    /// Opens the case of a record, given the parties of its track.
    pub(crate) fn of(record: Record<'f>, query: &'q Query, today: Instant, parties: &[ActorId]) -> Option<Self> {
        let standings = record.standings(&query.reading);
        Self::standing(record, standings, query, today, parties)
    }

    /// Opens the case of a record, given how its events stand.
    pub(crate) fn standing(
        record: Record<'f>,
        standings: Standings,
        query: &'q Query,
        today: Instant,
        parties: &[ActorId],
    ) -> Option<Self> {
        if !standings.iter().any(|standing| standing.is_considered()) {
            return None;
        }
        let opened = opening(&record);
        let patience_days = query.patience.for_kind(opened.and_then(|(_, event)| event.kind()));
        let (events, voices) = (record.events.len(), Viewpoint::new(parties, &query.reading));
        let mut case = Self {
            query,
            today,
            record,
            standings,
            meetings: Meetings::new(),
            last_move: None,
            has_just_met: false,
            sign: None,
            opened,
            opening: None,
            patience_days,
        };
        for at in 0..events {
            if let (Some(event), Some(standing)) = (case.event_at(at), case.standings.get(at).copied()) {
                case.enter(at, event, standing, voices);
            }
        }
        Some(case)
    }

    /// Enters an event that comes after all others, that no claim acts on, and that acts on none.
    pub(crate) fn push(&mut self, event: FactRef<'f>, voices: Viewpoint<'_>) {
        let standing = self.record.push(event, &mut self.standings, &self.query.reading);
        self.enter(self.record.events.len() - 1, event, standing, voices);
    }

    /// Enters the standing of an event that comes after those already entered.
    #[inline(always)]
    fn enter(&mut self, at: usize, event: FactRef<'f>, standing: Standing, voices: Viewpoint<'_>) {
        if !standing.is_considered() {
            return;
        }
        let counts = standing == Standing::Counting;
        let is_progress = counts && status::is_progress(event.event_type());
        // Once there is progress, nothing else counts as a sign of it.
        if is_progress || self.sign.is_none_or(|sign| !sign.is_progress) {
            let heard = event.heard();
            if self.sign.is_none_or(|sign| (sign.is_progress, sign.heard) <= (is_progress, heard)) {
                self.sign = Some(Sign { is_progress, heard, at });
            }
        }
        if counts && self.is_move(event, voices) {
            self.last_move = Some(at);
        }
    }

    /// Enters a counting event with the meetings, and tells whether the event is a move.
    #[inline]
    fn is_move(&mut self, event: FactRef<'f>, voices: Viewpoint<'_>) -> bool {
        let moved = self.meetings.enter(event, voices);
        #[allow(clippy::wildcard_enum_match_arm, reason = "every other type is a move only on a meeting")]
        match event.event_type() {
            EventType::AgreementReached | EventType::ExchangeCompleted => true,
            EventType::TrackResumed
            | EventType::ProposalMade
            | EventType::ProposalAnswered
            | EventType::AgreementEnded => {
                self.has_just_met = false;
                true
            }
            _ if moved.is_some() && !(self.has_just_met && is_wish(event)) => {
                self.has_just_met = moved == Some(Phase::Held);
                true
            }
            _ => false,
        }
    }

    /// Returns the event at a place.
    pub(crate) fn event_at(&self, at: usize) -> Option<FactRef<'f>> {
        self.record.events.get(at).copied()
    }

    /// Returns the counting events in order, each with its place.
    pub(crate) fn counting(&self) -> impl DoubleEndedIterator<Item = (usize, FactRef<'f>)> + Clone {
        with_standing(&self.record, &self.standings, |standing| standing == Standing::Counting)
    }

    /// Returns the considered events in order, each with its place.
    pub(crate) fn considered(&self) -> impl DoubleEndedIterator<Item = (usize, FactRef<'f>)> + Clone {
        with_standing(&self.record, &self.standings, Standing::is_considered)
    }

    /// Returns the counting progress events in order, each with its place.
    pub(crate) fn progress(&self) -> impl DoubleEndedIterator<Item = (usize, FactRef<'f>)> + Clone {
        self.counting().filter(|(_, event)| status::is_progress(event.event_type()))
    }

    /// Returns the last sign of progress, with its place.
    pub(crate) fn last_sign(&self) -> Option<(usize, FactRef<'f>)> {
        let at = self.sign?.at;
        Some((at, self.event_at(at)?))
    }

    /// Returns when the patience with silence runs out, or `None` if it never does. Silence does not count before the
    /// day that was set.
    pub(crate) fn patience_ends(&self) -> Option<Instant> {
        let mut since = self.sign?.heard;
        for meeting in self.meetings.iter() {
            let set = if meeting.phase == Phase::Scheduled { meeting.date() } else { meeting.until() };
            if let Some((_, latest)) = set {
                since = since.max(latest?);
            }
        }
        Some(since.plus_days(self.patience_days))
    }

    /// Returns the instant after which time alone may change the status: a day that was set passes, or the patience
    /// with silence runs out.
    pub(crate) fn status_due(&self) -> Option<Instant> {
        let day = |meeting: &MeetingFacts<'f>| {
            if meeting.phase == Phase::Scheduled { meeting.latest() } else { meeting.until()?.1 }
        };
        let days = self.meetings.iter().filter_map(day);
        let deadline = self.last_move.and_then(|at| self.event_at(at)?.details().date?.1);
        days.chain(deadline).chain(self.patience_ends()).filter(|instant| *instant >= self.today).min()
    }

    /// Returns the place of an event of this track in the record.
    pub(crate) fn place_of(&self, event: FactRef<'f>) -> Option<usize> {
        self.record.place_of(event)
    }

    /// Returns how many different speakers the considered events have.
    pub(crate) fn sources(&self) -> usize {
        let mut speakers: Vec<u32> = self.considered().map(|(_, event)| event.speaker()).collect();
        speakers.sort_unstable();
        speakers.dedup();
        speakers.len()
    }
}

/// Returns the last event that opened the track.
fn opening<'f>(record: &Record<'f>) -> Option<(usize, FactRef<'f>)> {
    record.events.iter().copied().enumerate().rev().find(|(_, event)| event.kind().is_some())
}

fn is_refusal(event: FactRef<'_>) -> bool {
    event.event_type() == EventType::MeetingDeclined
}

/// Tells whether an event is a wish: it proposes a meeting without a date or a venue.
pub(crate) fn is_wish(event: FactRef<'_>) -> bool {
    let details = event.details();
    event.event_type() == EventType::MeetingProposed && details.date.is_none() && details.venue.is_none()
}

fn with_standing<'f>(
    record: &Record<'f>,
    standings: &[Standing],
    wanted: fn(Standing) -> bool,
) -> impl DoubleEndedIterator<Item = (usize, FactRef<'f>)> + Clone {
    let all = record.events.iter().zip(standings).enumerate();
    all.filter(move |(_, (_, standing))| wanted(**standing)).map(|(at, (event, _))| (at, *event))
}
