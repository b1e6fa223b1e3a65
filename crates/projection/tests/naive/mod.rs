//! The oracle: the rules of `docs/model.md`, written down once more, slowly and obviously.
//!
//! It knows nothing of the fold. Each rule is one small function under the section that it comes from; nothing is
//! remembered between them, so each asks again for what it needs, and loops over all events to get it. What the fold
//! says in a fraction of the time must be the same to the letter.

mod dispute;
mod meeting;
mod standing;
mod status;

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{ActorId, Event, EventType, Grade, Instant, Payload, TrackOpened};
use serde_json::{Value, json};

/// What is asked: the inputs of §4, besides the events.
#[derive(Debug, Clone)]
pub(crate) struct NaiveQuery {
    pub(crate) as_of: Option<Instant>,
    pub(crate) known_at: Option<Instant>,
    pub(crate) today: Option<Instant>,
    pub(crate) reading: NaiveReading,
    pub(crate) patience_days: u32,
    /// By the word for the kind, as in `summit`.
    pub(crate) patience_by_kind: BTreeMap<String, u32>,
}

/// The readings of §3.
#[derive(Debug, Clone)]
pub(crate) enum NaiveReading {
    Prudent,
    Latest,
    OnRecord,
    Grade(Grade),
    Who(ActorId),
    Side(ActorId),
}

/// One track as one query sees it: the events of each step of §3, all in order.
struct Track<'a> {
    query: &'a NaiveQuery,
    today: Instant,
    /// Steps 1 and 2: in bounds and not void.
    live: Vec<&'a Event>,
    /// Step 3.
    considered: Vec<&'a Event>,
    /// Step 4.
    counting: Vec<&'a Event>,
}

/// Says where every track stands: the objects of the JSON contract, less `evidence`, by track.
pub(crate) fn states(events: &[Event], query: &NaiveQuery) -> BTreeMap<String, Value> {
    let log = each_once(events);
    let mut states = BTreeMap::new();
    let Some(today) = today(&log, query) else { return states };
    for name in log.iter().map(|e| e.track.as_str()).collect::<BTreeSet<_>>() {
        let track = Track::new(&log, name, query, today);
        // §4: "A track with at least one considered event has a status."
        if !track.considered.is_empty() {
            states.insert(name.to_owned(), track.state(name));
        }
    }
    states
}

/// §5.2: "Duplicating lines changes nothing." §2: "The order of events is (occurred.earliest, recorded, id)."
fn each_once(events: &[Event]) -> Vec<&Event> {
    let mut once: Vec<&Event> = Vec::new();
    for event in events {
        if once.iter().all(|other| other.id != event.id) {
            once.push(event);
        }
    }
    once.sort_by_key(|e| (e.occurred.earliest(), e.recorded, e.id));
    once
}

/// §4: "`today` defaults to `as_of`, else `known_at`, else the last `recorded` in the whole log." None without events.
fn today(log: &[&Event], query: &NaiveQuery) -> Option<Instant> {
    let last_recorded = log.iter().map(|e| e.recorded).max();
    query.today.or(query.as_of).or(query.known_at).or(last_recorded)
}

impl<'a> Track<'a> {
    /// §3: "The track is the unit of consistency"; then its steps 1 to 4.
    fn new(log: &[&'a Event], name: &str, query: &'a NaiveQuery, today: Instant) -> Self {
        let events: Vec<&Event> = log.iter().copied().filter(|e| e.track.as_str() == name).collect();
        let live = standing::not_void(&standing::in_bounds(&events, query));
        let considered = standing::considered(&live, &query.reading);
        let counting = standing::counting(&considered, &query.reading);
        Self { query, today, live, considered, counting }
    }

    fn state(&self, name: &str) -> Value {
        let verdict = status::verdict(self);
        let said_by: Vec<_> = dispute::said_by(self, &verdict).into_iter().collect();
        let silent: Vec<_> = dispute::silent(self, &verdict).into_iter().collect();
        json!({
            "track": name,
            "title": self.opened().map(|o| o.title.to_string()),
            "kind": self.kind(),
            "parties": texts(&self.parties()),
            "status": verdict.status,
            "since": verdict.since,
            "decided_by": verdict.decided_by.id.to_string(),
            "next": self.next(),
            "meetings_held": meeting::held(&self.counting).len(),
            "last_held": meeting::last_held(&self.counting),
            "open_proposals": self.open_proposals(),
            "last_activity": self.considered.last().map(|e| e.occurred.as_str()),
            "last_progress": self.last_progress(),
            "sources": self.sources(),
            "events": self.considered.len(),
            "said_by": texts(&said_by),
            "silent": texts(&silent),
            "contested": dispute::contested(self, verdict.decided_by),
        })
    }

    /// §4: "as last opened by any event in bounds and not void".
    fn opened(&self) -> Option<&'a TrackOpened> {
        self.live
            .iter()
            .rev()
            .find_map(|e| if let Payload::TrackOpened(opened) = &e.data { Some(opened) } else { None })
    }

    fn kind(&self) -> Option<&'static str> {
        self.opened().map(|o| o.kind.as_str())
    }

    /// In the order in which they were given, each once.
    fn parties(&self) -> Vec<&'a ActorId> {
        let mut parties = Vec::new();
        for party in self.opened().map_or(&[][..], |o| &o.parties) {
            if !parties.contains(&party) {
                parties.push(party);
            }
        }
        parties
    }

    /// §4: "the patience (days of silence that count as a stall: 90 by default, settable per kind)".
    fn patience_days(&self) -> u32 {
        let of_kind = self.kind().and_then(|kind| self.query.patience_by_kind.get(kind));
        of_kind.copied().unwrap_or(self.query.patience_days)
    }

    /// §3.3: "`sources` (distinct `who`)".
    fn sources(&self) -> usize {
        self.considered.iter().map(|e| &e.source.who).collect::<BTreeSet<_>>().len()
    }

    fn last_progress(&self) -> Option<&'a str> {
        self.counting.iter().rfind(|e| status::is_progress(e)).map(|e| e.occurred.as_str())
    }

    /// §4: "the next is the one with the smallest (`when.earliest`, `when.latest`, slug)".
    fn next(&self) -> Option<Value> {
        let next = meeting::next(&self.counting, self.today)?;
        let when = next.when.map(|when| when.text.to_owned());
        Some(json!({ "meeting": next.slug, "when": when, "venue": next.venue }))
    }

    /// §4: "`proposal_made` not yet answered; deferred keeps it open".
    fn open_proposals(&self) -> BTreeSet<&'a str> {
        let mut open = BTreeSet::new();
        for event in &self.counting {
            match &event.data {
                Payload::ProposalMade(made) => {
                    open.insert(made.proposal.as_str());
                }
                Payload::ProposalAnswered(answered) if answered.answer.as_str() != "deferred" => {
                    open.remove(answered.proposal.as_str());
                }
                _ => {}
            }
        }
        open
    }
}

fn texts(actors: &[&ActorId]) -> Vec<String> {
    actors.iter().map(ToString::to_string).collect()
}

fn is(event: &Event, kind: EventType) -> bool {
    event.event_type() == kind
}
