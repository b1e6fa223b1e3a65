//! The evidence: the events from which a status follows, and no others.
//!
//! The evidence suffices (`docs/model.md` §5, law 8): folding it alone, with the same `today`, patience and reading,
//! gives the same status and `since`. This is not taken on trust: the rules judge the gathered events before they are
//! returned, and more are added until the answer is the same.
//!
//! The run on which the status rests comes first. If the status rests on the last move, the opening is added if
//! patience depends on kinds, and the last sign of progress if the track would otherwise seem silent. Each event comes
//! with the claims about it that act, so that it stands in the evidence as it stands in the log.

use std::collections::BTreeSet;

use demarche_core::{ActorId, EventType, Instant};

use super::case::Case;
use super::fact_ref::FactRef;
use super::rules::{self, Decision, Since};
use crate::query::Reading;
use crate::standing::{Record, Standing};
use crate::state::{Phase, Rule};

/// What a status follows from.
pub(crate) struct Gathered {
    /// Places in the record, the deciding event first, the others in order.
    pub(crate) places: Vec<usize>,
    /// The instant after which time alone may change which events suffice: some alone would look silent sooner than the
    /// whole track.
    pub(crate) due: Option<Instant>,
}

/// Gathers the evidence.
pub(crate) fn gather(case: &Case<'_, '_>, decision: &Decision, parties: &[ActorId]) -> Gathered {
    let mut places: BTreeSet<usize> = decision.run.iter().copied().collect();
    if !case.query.patience.by_kind.is_empty() && depends_on_silence(decision.rule) {
        places.extend(case.opened.map(|(at, _)| at));
    }
    let mut evidence = Evidence { case, decision, parties, places };
    evidence.complete();
    let mut due = None;
    for widen in [Evidence::add_signs, Evidence::add_subjects, Evidence::add_counting, Evidence::add_all] {
        let alone = evidence.alone();
        due = due.into_iter().chain(alone.due).min();
        if alone.suffices {
            break;
        }
        widen(&mut evidence);
        evidence.complete();
    }
    let mut places = evidence.places;
    places.remove(&decision.by);
    Gathered { places: std::iter::once(decision.by).chain(places).collect(), due }
}

/// Tells whether a rule applies only where the track has not gone silent, or because it has.
const fn depends_on_silence(rule: Rule) -> bool {
    !matches!(rule, Rule::Concluded | Rule::MeetingAhead | Rule::DeclaredStall)
}

struct Evidence<'c, 'q, 'f> {
    case: &'c Case<'q, 'f>,
    decision: &'c Decision,
    parties: &'c [ActorId],
    places: BTreeSet<usize>,
}

/// What the rules say of some events alone.
struct Alone {
    /// Whether it is what they say of all events.
    suffices: bool,
    /// The instant after which time alone may change it.
    due: Option<Instant>,
}

impl<'f> Evidence<'_, '_, 'f> {
    /// Judges these events alone.
    fn alone(&self) -> Alone {
        let events: Vec<FactRef<'f>> = self.places.iter().filter_map(|at| self.case.event_at(*at)).collect();
        let is_opened = events.iter().any(|event| event.kind().is_some());
        let parties = if is_opened { self.parties } else { &[] };
        let alone = Case::of(Record::of_live(events), self.case.query, self.case.today, parties);
        let Some(alone) = alone else { return Alone { suffices: false, due: None } };
        let suffices = rules::decide(&alone).is_some_and(|decided| self.is_same(&alone, &decided));
        Alone { suffices, due: alone.status_due() }
    }

    /// Tells whether a decision on these events alone is that on all of them.
    fn is_same(&self, alone: &Case<'_, 'f>, decided: &Decision) -> bool {
        let since = |case: &Case<'_, 'f>, since: Since| match since {
            Since::Occurred(at) => (case.event_at(at).map(FactRef::number), None),
            Since::TheDayOf(instant) => (None, Some(instant.date())),
        };
        let decision = self.decision;
        decided.rule.status() == decision.rule.status()
            && since(alone, decided.since) == since(self.case, decision.since)
            && alone.event_at(decided.by).map(FactRef::number) == self.case.event_at(decision.by).map(FactRef::number)
    }

    /// Adds the last sign of progress, and the meetings that are still awaited: silence does not count before the day
    /// that was set.
    fn add_signs(&mut self) {
        self.places.extend(self.case.last_sign().map(|(at, _)| at));
        let awaited = self.case.meetings.iter().filter(|meeting| {
            meeting.phase == Phase::Scheduled || meeting.phase == Phase::Postponed && meeting.until().is_some()
        });
        let last = awaited.max_by_key(|meeting| {
            if meeting.phase == Phase::Scheduled { meeting.date() } else { meeting.until() }.map(|(_, latest)| latest)
        });
        if let Some(last) = last {
            let run = self.case.meetings.run(last);
            self.places.extend(run.filter_map(|event| self.case.place_of(event)));
        }
    }

    /// Adds the opening, and all counting events on the subjects of the events so far.
    fn add_subjects(&mut self) {
        self.places.extend(self.case.opened.map(|(at, _)| at));
        let subjects: BTreeSet<u32> =
            self.places.iter().filter_map(|at| self.case.event_at(*at)?.fact().subject()).collect();
        let on_them = |event: FactRef<'f>| event.fact().subject().is_some_and(|subject| subjects.contains(&subject));
        self.places.extend(self.case.counting().filter(|(_, event)| on_them(*event)).map(|(at, _)| at));
    }

    /// Adds all counting events.
    fn add_counting(&mut self) {
        self.places.extend(self.case.counting().map(|(at, _)| at));
    }

    /// Adds all events that are in bounds and not void.
    fn add_all(&mut self) {
        self.places.extend(0..self.case.record.events.len());
    }

    /// Adds the claims without which the events would stand differently.
    fn complete(&mut self) {
        if !self.case.record.has_claims() {
            return;
        }
        let mut open: Vec<usize> = self.places.iter().copied().collect();
        while let Some(at) = open.pop() {
            for claim in acting_claims(self.case, at) {
                if self.places.insert(claim) {
                    open.push(claim);
                }
            }
        }
    }
}

/// Returns the claims that decide how an event stands; for an event that is not weighed, only the withdrawals.
fn acting_claims<'c, 'f>(case: &'c Case<'_, 'f>, at: usize) -> impl Iterator<Item = usize> + use<'c, 'f> {
    let event = case.event_at(at);
    // Without weighing, denials and confirmations do not affect how an event stands.
    let is_unweighed =
        case.query.reading == Reading::Latest || event.is_some_and(|event| event.event_type().is_about_claims());
    let acts = move |(claim, by): &(usize, FactRef<'f>)| {
        if by.event_type() == EventType::ClaimWithdrawn {
            case.standings.get(*claim) == Some(&Standing::Counting)
                && event.is_some_and(|event| event.speaker() == by.speaker())
        } else {
            case.standings.act(at, *claim) && !is_unweighed
        }
    };
    case.record.claims_on(at).filter(acts).map(|(claim, _)| claim)
}
