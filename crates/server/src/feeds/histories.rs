//! The changes of status of all tracks, kept for those who ask for them from time to time.
//!
//! The history of a track follows from its events, and from the day until which it is told. So after an event only the
//! history of its track is made anew, and after some time only those on which the time alone may change something.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use demarche_core::{Instant, TrackId};
use demarche_projection::query::Query;
use demarche_projection::state::{Spell, Status};
use demarche_projection::{Along, Fold, LogChanged};

use crate::desk::{Desk, DeskError, Picture, lock};
use crate::question::Question;

/// How many questions are kept. Each holds the last changes of all tracks.
const KEPT: usize = 4;

/// How many changes are kept of a track: no feed has more.
pub(super) const CHANGES_MAX: usize = 100;

/// How many histories are made while the picture is held: nobody who enters an event waits for more.
const TRACKS_AT_ONCE: usize = 16;

/// The histories by question, the one that was asked last at the end.
#[derive(Debug, Default)]
pub(crate) struct Histories(Mutex<Vec<(Question, Recent)>>);

/// A change of status: the status of a track before, and the period that began.
#[derive(Debug, Clone, Copy)]
pub(super) struct StatusChange {
    pub(super) before: Option<Status>,
    pub(super) spell: Spell,
}

/// The last changes of each track under one question.
#[derive(Debug, Default)]
pub(super) struct Recent {
    /// The epoch of the store, and how many of its events are known.
    known: (u64, u32),
    of_track: BTreeMap<TrackId, OfTrack>,
    /// The tracks whose histories are to be made anew.
    stale: BTreeSet<TrackId>,
}

#[derive(Debug)]
struct OfTrack {
    changes: Vec<StatusChange>,
    /// The instant from which the time alone may change the status.
    due: Option<Instant>,
}

impl Histories {
    /// Brings the changes of all tracks up to date, and makes an answer of them.
    pub(super) fn ask<T>(
        &self,
        desk: &Desk,
        question: &Question,
        make: impl FnOnce(&Picture, &Query, &Recent) -> Result<T, DeskError>,
    ) -> Result<T, DeskError> {
        let mut kept = lock(&self.0);
        let at = kept.iter().position(|(other, _)| other == question);
        let mut recent = at.map_or_else(Recent::default, |at| kept.remove(at).1);
        recent.note_due(desk.now());
        let answer = loop {
            let picture = desk.picture();
            let query = question.at(desk.now(), picture.fold().last_recorded());
            recent.note_new(&picture);
            recent.make_anew(picture.fold(), &query)?;
            if recent.stale.is_empty() {
                break make(&picture, &query, &recent);
            }
        };
        if kept.len() >= KEPT {
            kept.remove(0);
        }
        kept.push((question.clone(), recent));
        answer
    }
}

impl Recent {
    /// Returns the last changes of the tracks that pass a filter, the newest first.
    pub(super) fn newest(&self, admits: impl Fn(&TrackId) -> bool) -> Vec<(&TrackId, StatusChange)> {
        let chosen = self.of_track.iter().filter(|(track, _)| admits(track));
        let mut newest: Vec<(&TrackId, StatusChange)> =
            chosen.flat_map(|(track, of)| of.changes.iter().map(move |change| (track, *change))).collect();
        newest.sort_by(|(one, one_change), (other, other_change)| {
            other_change.spell.from.cmp(&one_change.spell.from).then_with(|| one.cmp(other))
        });
        newest.truncate(CHANGES_MAX);
        newest
    }

    /// Notes the histories that the time that has passed may have changed.
    fn note_due(&mut self, now: Instant) {
        let due = self.of_track.iter().filter(|(_, of)| of.due.is_some_and(|due| due <= now));
        self.stale.extend(due.map(|(track, _)| track.clone()));
    }

    /// Notes the histories that new events may have changed.
    fn note_new(&mut self, picture: &Picture) {
        let (facts, epoch) = (picture.fold().facts(), picture.position.epoch);
        if self.known.0 != epoch || facts.end() < self.known.1 {
            *self = Self { known: (epoch, 0), ..Self::default() };
        }
        let new = (self.known.1..facts.end()).filter_map(|number| facts.track(facts.spot(number)?.track));
        self.stale.extend(new.cloned());
        self.known.1 = facts.end();
    }

    /// Makes some of the stale histories anew.
    fn make_anew(&mut self, fold: &Fold, query: &Query) -> Result<(), LogChanged> {
        for _ in 0..TRACKS_AT_ONCE {
            let Some(track) = self.stale.first().cloned() else { break };
            let due = fold.state(&track, query)?.and_then(|state| state.due);
            let mut before = None;
            let mut changes = Vec::new();
            for spell in fold.history(&track, query, Along::Recorded)? {
                changes.push(StatusChange { before, spell });
                before = Some(spell.status);
            }
            changes.drain(..changes.len().saturating_sub(CHANGES_MAX));
            self.stale.remove(&track);
            self.of_track.insert(track, OfTrack { changes, due });
        }
        Ok(())
    }
}
