//! The oracle: the rules of the model, version 2, written down once more, slowly and obviously.
//!
//! It knows nothing of the fold. Each rule is one small function that quotes the sentence it comes from (§ is a section
//! of `docs/model.md`); nothing is remembered between them, so each asks again for what it needs, and loops over all
//! events to get it. What the fold says in a fraction of the time must be the same to the letter.

mod ahead;
mod dispute;
mod meeting;
mod objection;
mod parties;
mod same;
mod standing;
mod status;

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{ActorId, Event, EventId, EventType, Grade, Instant, Payload, TrackOpened};
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

/// One track as one reading sees it: the events of each step of §3, all in order.
struct Track<'a> {
    query: &'a NaiveQuery,
    reading: &'a NaiveReading,
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
        // §3: "The track is the unit of consistency."
        let events: Vec<&Event> = log.iter().copied().filter(|e| e.track.as_str() == name).collect();
        let live = standing::not_void(&standing::in_bounds(&events, query));
        let track = Track::new(live, query, &query.reading, today);
        // §4: "A track with at least one considered event has a **status**."
        if !track.considered.is_empty() {
            states.insert(name.to_owned(), track.state(name));
        }
    }
    states
}

/// §5.2: "Duplicating lines changes nothing." §2: "**The order of events** is `(told, recorded, id)`, a total order."
fn each_once(events: &[Event]) -> Vec<&Event> {
    let mut once: Vec<&Event> = Vec::new();
    for event in events {
        if once.iter().all(|other| other.id != event.id) {
            once.push(event);
        }
    }
    once.sort_by_key(|e| place(e));
    once
}

/// §2: "An event was *told* at its `occurred.earliest`, but not after it was `recorded`: nothing is known before it
/// happened."
fn told(event: &Event) -> Instant {
    event.occurred.earliest().min(event.recorded)
}

/// §2: "`(told, recorded, id)`".
fn place(event: &Event) -> (Instant, Instant, EventId) {
    (told(event), event.recorded, event.id)
}

/// §4: "`today` defaults to `as_of`, else `known_at`, else the last `recorded` in the whole log." None without events.
fn today(log: &[&Event], query: &NaiveQuery) -> Option<Instant> {
    let last_recorded = log.iter().map(|e| e.recorded).max();
    query.today.or(query.as_of).or(query.known_at).or(last_recorded)
}

impl<'a> Track<'a> {
    fn new(live: Vec<&'a Event>, query: &'a NaiveQuery, reading: &'a NaiveReading, today: Instant) -> Self {
        let considered = standing::considered(&live, reading);
        let counting = standing::counting(&considered, reading);
        Self { query, reading, today, live, considered, counting }
    }

    /// §4, `contested`: "the *open picture* …: the state that all live events give when no denial is weighed and no
    /// reading drops anything", which is what the reading `latest` does.
    fn open_picture(&self) -> Self {
        Self::new(self.live.clone(), self.query, &NaiveReading::Latest, self.today)
    }

    /// What no reading drops: all live events but the retractions, "which are the desk's housekeeping".
    fn all(&self) -> Vec<&'a Event> {
        standing::considered(&self.live, &NaiveReading::Prudent)
    }

    fn state(&self, name: &str) -> Value {
        let verdict = status::verdict(self);
        let parties = |named: BTreeSet<&ActorId>| named.into_iter().map(ToString::to_string).collect::<Vec<_>>();
        let last = meeting::last_held(self);
        json!({
            "track": name,
            "title": self.opened().map(|o| o.title.to_string()),
            "kind": self.kind(),
            "parties": texts(&self.parties()),
            "mediators": texts(&self.mediators()),
            "status": verdict.status,
            "since": verdict.since,
            "decided_by": verdict.decided_by.id.to_string(),
            "next": self.next(),
            "meetings_held": meeting::held(self).len(),
            "last_held": last.as_ref().and_then(|m| m.when).map(|when| when.as_str()),
            "last": last.map(|m| json!({
                "meeting": m.slug,
                "when": m.when.map(|when| when.as_str()),
                "format": m.format.map(|format| format.as_str()),
            })),
            "open_proposals": self.open_proposals(),
            "ahead": ahead::ahead(self),
            "last_activity": self.considered.last().map(|e| e.occurred.as_str()),
            "last_progress": self.last_progress(),
            "sources": self.sources(),
            "events": self.considered.len(),
            "said_by": parties(parties::said_by(self, &verdict)),
            "otherwise": parties(parties::otherwise(self, &verdict)),
            "silent": parties(parties::silent(self, &verdict)),
            "contested": dispute::contested(self, &verdict),
            "disputes": dispute::disputes(self, &verdict),
        })
    }

    /// §4: "title, kind, parties, mediators (as last opened by any event in bounds and not void: what a track is called
    /// is no claim, and no reading drops it)".
    fn opened(&self) -> Option<&'a TrackOpened> {
        self.live
            .iter()
            .rev()
            .find_map(|e| if let Payload::TrackOpened(opened) = &e.data { Some(opened) } else { None })
    }

    fn kind(&self) -> Option<&'static str> {
        self.opened().map(|o| o.kind.as_str())
    }

    fn parties(&self) -> Vec<&'a ActorId> {
        self.opened().map_or(Vec::new(), |o| each_actor_once(&o.parties))
    }

    fn mediators(&self) -> Vec<&'a ActorId> {
        self.opened().map_or(Vec::new(), |o| each_actor_once(&o.mediators))
    }

    /// The parties of the track to which an actor belongs: those that it is or is beneath. Most often it is one or
    /// none; a track between `us` and `us/state` is odd, but allowed.
    fn parties_of(&self, actor: &ActorId) -> Vec<&'a ActorId> {
        self.parties().into_iter().filter(|party| is_or_is_beneath(actor, party)).collect()
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

    /// §4: "`last_progress` [is] the `occurred` … of the last counting progress event, in order".
    fn last_progress(&self) -> Option<&'a str> {
        self.counting.iter().rfind(|e| status::is_progress(e)).map(|e| e.occurred.as_str())
    }

    /// §4, the row `scheduled`: "of these the next is the one with the smallest (…)".
    fn next(&self) -> Option<Value> {
        let next = meeting::next(self)?;
        Some(json!({ "meeting": next.slug, "when": next.when.map(|when| when.as_str()), "venue": next.venue }))
    }

    /// §4: "`proposal_made` not yet answered; deferred keeps it open"; "a `deferred` opens no proposal, and
    /// `proposal_made` after an answer opens it again".
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

/// In the order in which they were given.
fn each_actor_once(actors: &[ActorId]) -> Vec<&ActorId> {
    let mut once = Vec::new();
    for actor in actors {
        if !once.contains(&actor) {
            once.push(actor);
        }
    }
    once
}

fn texts(actors: &[&ActorId]) -> Vec<String> {
    actors.iter().map(ToString::to_string).collect()
}

fn is(event: &Event, kind: EventType) -> bool {
    event.event_type() == kind
}

fn is_among(event: &Event, events: &[&Event]) -> bool {
    events.iter().any(|other| other.id == event.id)
}

/// §3: "that actor or by one beneath it (`ru/mfa`)".
fn is_or_is_beneath(who: &ActorId, actor: &ActorId) -> bool {
    who == actor || who.as_str().starts_with(&format!("{actor}/"))
}

/// §1: "An actor slug may be qualified …; its first segment is the party to which it belongs."
fn are_of_one_party(one: &Event, other: &Event) -> bool {
    let party = |event: &Event| event.source.who.as_str().split('/').next().map(str::to_owned);
    party(one) == party(other)
}

/// Whether an event that acts on others acts on this one.
fn names(acting: &Event, event: &Event) -> bool {
    acting.data.targets().contains(&event.id)
}
