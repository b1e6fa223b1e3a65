//! Where all tracks stand, kept for the questions that are asked again, and brought up to date with what has come.
//!
//! A state follows from the events of its track, and from the day on which it is judged. So after an event only its
//! track is asked again, and after some time only the tracks on which the time alone may change something.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use demarche_core::{Instant, TrackId};
use demarche_projection::query::Query;
use demarche_projection::state::TrackState;
use demarche_projection::{Fold, LogChanged};

use crate::desk::{Picture, lock};
use crate::question::Question;

/// How many answers are kept. Each holds the states of all tracks.
const KEPT: usize = 8;

/// Once so many of the tracks have to be asked again, all are asked at once, on all threads.
const ALL_FROM_SHARE: usize = 4;

/// The states of all tracks, sorted by track.
pub(crate) type States = Arc<Vec<TrackState>>;

/// The answers that are kept, the one that was asked for last at the end.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<Vec<(Question, Slot)>>);

/// An answer, or the place where one is being made.
type Slot = Arc<Mutex<Option<Answer>>>;

#[derive(Debug, Clone)]
struct Answer {
    states: States,
    /// How many events it knows.
    events: u32,
    today: Option<Instant>,
}

impl Answers {
    /// Forgets all answers: the journal is another one.
    pub(crate) fn forget(&self) {
        lock(&self.0).clear();
    }

    /// Returns where every track stands. Who asks the same at the same time waits for one answer.
    pub(crate) fn states(&self, picture: &Picture, question: &Question, now: Instant) -> Result<States, LogChanged> {
        let fold = picture.fold();
        let place = self.place_of(question);
        let mut kept = lock(&place);
        // Who waited for the lock may have looked at the clock before who had it.
        let now =
            kept.as_ref().and_then(|answer| answer.today).filter(|_| question.is_now).map_or(now, |at| at.max(now));
        let query = question.at(now, fold.last_recorded());
        let answer = match kept.take() {
            Some(answer) => answer.brought_up_to_date(fold, &query)?,
            None => Answer::of(fold, &query)?,
        };
        Ok(Arc::clone(&kept.insert(answer).states))
    }

    /// Returns where the answer to a question is kept.
    fn place_of(&self, question: &Question) -> Arc<Mutex<Option<Answer>>> {
        let mut answers = lock(&self.0);
        let at = answers.iter().position(|(other, _)| other == question);
        let place = at.map(|at| answers.remove(at).1).unwrap_or_default();
        if answers.len() >= KEPT {
            answers.remove(0);
        }
        answers.push((question.clone(), Arc::clone(&place)));
        place
    }
}

impl Answer {
    fn of(fold: &Fold, query: &Query) -> Result<Self, LogChanged> {
        Ok(Self { states: Arc::new(fold.states(query)?), events: fold.facts().end(), today: fold.today(query) })
    }

    fn brought_up_to_date(mut self, fold: &Fold, query: &Query) -> Result<Self, LogChanged> {
        let (facts, today) = (fold.facts(), fold.today(query));
        if facts.end() < self.events || today < self.today {
            return Self::of(fold, query);
        }
        let new = (self.events..facts.end()).filter_map(|number| facts.track(facts.spot(number)?.track));
        let due = self.states.iter().filter(|state| state.due.is_some_and(|due| Some(due) <= today));
        let tracks: BTreeSet<TrackId> = new.chain(due.map(|state| &state.track)).cloned().collect();
        if tracks.len() > self.states.len() / ALL_FROM_SHARE + 1 {
            return Self::of(fold, query);
        }
        if !tracks.is_empty() {
            let states = Arc::make_mut(&mut self.states);
            for track in tracks {
                let at = states.binary_search_by(|state| state.track.cmp(&track));
                match (at, fold.state(&track, query)?) {
                    (Ok(at), Some(state)) => {
                        if let Some(old) = states.get_mut(at) {
                            *old = state;
                        }
                    }
                    (Ok(at), None) => {
                        states.remove(at);
                    }
                    (Err(at), Some(state)) => states.insert(at, state),
                    (Err(_), None) => {}
                }
            }
        }
        Ok(Self { states: self.states, events: facts.end(), today })
    }
}

#[cfg(test)]
mod tests {
    use demarche_core::strategy;
    use demarche_core::{Event, EventId};
    use demarche_journal::StorePosition;
    use demarche_projection::Watch;
    use proptest::prelude::*;

    use super::*;

    fn picture(events: &[Event]) -> Picture {
        let watch = Watch::new(Fold::of(events.to_vec()).unwrap(), Query::default()).unwrap();
        Picture { watch, position: StorePosition { epoch: 1, events: events.len() as u64 } }
    }

    /// The questions whose answers are kept: at the last entry, at the present, and at a bound.
    fn questions(bound: Instant) -> [Question; 3] {
        let open = Query::default();
        let bounded = Query { known_at: Some(bound), ..Query::default() };
        [
            Question { query: open.clone(), is_now: false },
            Question { query: open, is_now: true },
            Question { query: bounded, is_now: false },
        ]
    }

    proptest! {
        /// As events come one by one and time goes by, what is kept says the same as what is made anew, but for the
        /// instant of the question itself.
        #[test]
        fn a_kept_answer_says_the_same_as_a_new_one(
            log in strategy::log(),
            bound in strategy::small::instant(),
            mut times in proptest::collection::vec(strategy::small::instant(), 1..6),
        ) {
            times.sort();
            let mut events: Vec<Event> = Vec::new();
            for event in log {
                let is_new = |id: EventId| events.iter().all(|other| other.id != id);
                if is_new(event.id) {
                    events.push(event);
                }
            }
            let kept = Answers::default();
            for (step, now) in times.iter().enumerate() {
                let until = events.len() * (step + 1) / times.len();
                let picture = picture(events.get(..until).unwrap());
                for question in questions(bound) {
                    let shown = |states: States| serde_json::to_string(&*states).unwrap();
                    let by_kept = shown(kept.states(&picture, &question, *now).unwrap());
                    let anew = shown(Answers::default().states(&picture, &question, *now).unwrap());
                    prop_assert_eq!(by_kept, anew);
                }
            }
        }
    }
}
