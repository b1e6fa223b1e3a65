//! The disputes of a track, and which of them bear on its status. They are taken from all live events under any
//! reading, so that dissent is never hidden.

use std::cell::LazyCell;
use std::collections::BTreeMap;

use demarche_core::{ActorId, EventType, Instant, Stance};

use super::case::Case;
use super::days;
use super::fact_ref::FactRef;
use super::matter::{Matter, MatterKind};
use super::meetings::{MeetingFacts, date_given};
use super::parties::{Parties, with_those_above};
use super::rules::{self, Decision};
use crate::query::{Query, Reading};
use crate::standing::{Record, Standing, Standings, says_the_same};
use crate::state::{Because, Phase};

/// A claim that somebody denies, or an objection to a meeting.
pub(crate) struct Denied<'f> {
    /// The place of the claim in the record.
    pub(crate) at: usize,
    pub(crate) claim: FactRef<'f>,
    /// The denials that have neither lapsed nor been withdrawn, sorted by id.
    pub(crate) denials: Vec<FactRef<'f>>,
    /// Whether prudent weighing sets the claim aside.
    pub(crate) set_aside: bool,
    /// Why it bears on the status, or `None` if it does not.
    pub(crate) because: Option<Because>,
}

/// The disputes of a track and the objections to its meeting.
pub(crate) struct Disputes<'f> {
    /// In the order of the claims.
    pub(crate) list: Vec<Denied<'f>>,
    /// The instant after which time alone may change the open picture, where anything is held against that.
    pub(crate) due: Option<Instant>,
}

/// Returns the disputes of a track and the objections to its meeting. `prudent` says how all live events stand under
/// the prudent reading.
pub(crate) fn of<'f>(
    case: &Case<'_, 'f>,
    decision: &Decision,
    prudent: &Standings,
    parties: &[ActorId],
) -> Disputes<'f> {
    let (mut all, mut due) = (disputed(&case.record, prudent), None);
    let basis = Basis::new(case, decision);
    for denied in &mut all {
        denied.because = basis.bears(prudent, denied.at);
    }
    let may_decide = |denied: &Denied<'_>| denied.because.is_none() && is_set_aside(case, denied);
    if all.iter().any(may_decide)
        && let Some(open) = OpenPicture::of(case, decision, prudent, parties)
    {
        due = open.case.status_due();
        for denied in all.iter_mut().filter(|denied| may_decide(denied)) {
            denied.because = open.is_decided_by(case, prudent, denied).then_some(Because::Decisive);
        }
    }
    if let Some(basis) = basis.in_question(decision) {
        for (at, claim) in basis.objections(prudent, parties) {
            match all.binary_search_by_key(&at, |denied| denied.at) {
                Ok(known) => {
                    if let Some(denied) = all.get_mut(known) {
                        denied.because = denied.because.or(Some(Because::Objection));
                    }
                }
                Err(place) => all.insert(place, objection(at, claim)),
            }
        }
    }
    Disputes { list: all, due }
}

fn objection(at: usize, claim: FactRef<'_>) -> Denied<'_> {
    Denied { at, claim, denials: Vec::new(), set_aside: false, because: Some(Because::Objection) }
}

/// Returns the disputed claims of a record that their source has not taken back, in order.
pub(crate) fn disputed<'f>(record: &Record<'f>, prudent: &Standings) -> Vec<Denied<'f>> {
    let is_open = |at: &usize| prudent.get(*at) != Some(&Standing::Withdrawn);
    let dispute = |at: usize| {
        let claim = record.events.get(at).copied().filter(|claim| !claim.is_housekeeping())?;
        let mut denials: Vec<FactRef<'f>> = record.denials(at, prudent).collect();
        denials.sort_unstable_by_key(|denial| denial.id());
        let set_aside = record.is_outweighed(at, prudent);
        (!denials.is_empty()).then_some(Denied { at, claim, denials, set_aside, because: None })
    };
    record.targets().filter(is_open).filter_map(dispute).collect()
}

/// Tells whether a claim is set aside, by prudent weighing or by the reading.
fn is_set_aside(case: &Case<'_, '_>, denied: &Denied<'_>) -> bool {
    denied.set_aside || case.standings.get(denied.at) == Some(&Standing::SetAside)
}

/// The basis of a status.
struct Basis<'c, 'q, 'f> {
    case: &'c Case<'q, 'f>,
    decision: &'c Decision,
    meeting: Option<&'c MeetingFacts<'f>>,
    /// The first event of the run.
    first: usize,
    /// The number of the name of its subject.
    name: Option<u32>,
}

impl<'c, 'q, 'f> Basis<'c, 'q, 'f> {
    fn new(case: &'c Case<'q, 'f>, decision: &'c Decision) -> Self {
        let first = decision.run.first().copied().unwrap_or_default();
        let meeting = decision.meeting.and_then(|place| case.meetings.at(place));
        let is_on_it = |event: &FactRef<'f>| event.event_type() != EventType::StatementMade;
        let name = case.event_at(first).filter(is_on_it).and_then(|event| event.fact().subject());
        Self { case, decision, meeting, first, name }
    }

    /// Returns why a disputed claim bears on the status.
    fn bears(&self, prudent: &Standings, at: usize) -> Option<Because> {
        let claim = self.case.event_at(at)?;
        let supports = self.is_about_it(at, claim)
            || match self.meeting {
                Some(meeting) => is_said_by(meeting, claim),
                None => self.decision.run.contains(&at),
            };
        if supports {
            return Some(Because::Supports);
        }
        let is_rival = self.meeting.is_some_and(|meeting| self.contradicts(meeting, claim))
            && !self.is_superseded(prudent, at, claim);
        is_rival.then_some(Because::Rival)
    }

    /// Tells whether an event is a statement about the subject, and not older than the run.
    fn is_about_it(&self, at: usize, event: FactRef<'_>) -> bool {
        event.event_type() == EventType::StatementMade
            && at >= self.first
            && self.name.is_some()
            && event.fact().subject() == self.name
    }

    /// Tells whether a claim says otherwise about the meeting.
    fn contradicts(&self, meeting: &MeetingFacts<'f>, claim: FactRef<'f>) -> bool {
        if claim.meeting().is_none() || claim.meeting() != meeting.first.meeting() {
            return false;
        }
        let phase = Phase::of(claim.event_type());
        if matches!(phase, Some(Phase::Proposed | Phase::Scheduled)) && self.names_another_day_ahead(meeting, claim) {
            return true;
        }
        let is_ahead = matches!(meeting.phase, Phase::Proposed | Phase::Scheduled);
        let another_venue = names_another_venue(meeting, claim);
        let off = matches!(phase, Some(Phase::Postponed | Phase::Cancelled | Phase::Declined));
        is_ahead && (another_venue || off)
    }

    fn names_another_day_ahead(&self, meeting: &MeetingFacts<'f>, claim: FactRef<'f>) -> bool {
        date_given(claim).is_some_and(|date| {
            !days::in_common(Some(date), meeting.date()) && date.1.is_none_or(|latest| latest > self.case.today)
        })
    }

    /// Tells whether the party of a claim on a meeting has since said or confirmed anything different about it.
    fn is_superseded(&self, prudent: &Standings, at: usize, claim: FactRef<'f>) -> bool {
        let differs = |word: FactRef<'f>| word.meeting() == claim.meeting() && !says_the_same(word, claim);
        let later = self.case.record.events.iter().copied().enumerate().skip(at + 1);
        let mut own = later.filter(|(at, word)| {
            word.party() == claim.party() && prudent.get(*at).is_some_and(|standing| *standing != Standing::Withdrawn)
        });
        own.any(|(at, word)| {
            if word.event_type() == EventType::ClaimConfirmed {
                self.case.record.named_by(at).any(|(_, named)| differs(named))
            } else {
                differs(word)
            }
        })
    }

    /// Returns this basis if a meeting lies ahead that can still be objected to.
    fn in_question(self, decision: &Decision) -> Option<Self> {
        let is_overdue = decision.rule.status() == crate::state::Status::Overdue;
        let meeting = self.meeting.filter(|_| !is_overdue)?;
        matches!(meeting.phase, Phase::Proposed | Phase::Scheduled).then_some(self)
    }

    /// Returns the words of the track's parties against the meeting, in order, each with its place.
    fn objections(&self, prudent: &Standings, parties: &[ActorId]) -> Vec<(usize, FactRef<'f>)> {
        let Some(meeting) = self.meeting else { return Vec::new() };
        let live = || {
            let all = self.case.record.events.iter().copied().enumerate();
            all.filter(|(at, _)| prudent.get(*at) != Some(&Standing::Withdrawn))
        };
        // The place of the last word on the meeting of each actor and those beneath it.
        let last: LazyCell<BTreeMap<&str, usize>, _> = LazyCell::new(|| {
            let on_it = live().filter(|(_, event)| event.meeting() == meeting.first.meeting());
            on_it.flat_map(|(at, event)| with_those_above(event.who().as_str()).map(move |actor| (actor, at))).collect()
        });
        let parties = Parties::of(parties);
        let objects = |(at, event): &(usize, FactRef<'f>)| {
            parties.of_actor(event.who().as_str()).any(|party| {
                self.is_objection(meeting, (*at, *event), party) && last.get(party).is_none_or(|last| last <= at)
            })
        };
        live().filter(objects).collect()
    }

    /// Tells whether an event is a word of a party against the meeting.
    fn is_objection(&self, meeting: &MeetingFacts<'f>, (at, event): (usize, FactRef<'f>), party: &str) -> bool {
        let is_on_it = event.meeting().is_some() && event.meeting() == meeting.first.meeting();
        #[allow(clippy::wildcard_enum_match_arm, reason = "no other type objects to a meeting")]
        match event.event_type() {
            EventType::StatementMade => {
                self.is_about_it(at, event)
                    && match event.stance() {
                        Some(Stance::Opposed) => true,
                        Some(Stance::Noncommittal) => self.speaks_in_the_run(party),
                        _ => false,
                    }
            }
            EventType::TrackStalled => at >= self.first,
            EventType::MeetingDeclined => is_on_it,
            EventType::MeetingProposed
            | EventType::MeetingScheduled
            | EventType::MeetingRescheduled
            | EventType::MeetingRelocated => {
                let another_venue = at >= self.first && names_another_venue(meeting, event);
                is_on_it
                    && meeting.phase == Phase::Scheduled
                    && (another_venue || self.names_another_day_ahead(meeting, event))
            }
            _ => false,
        }
    }

    fn speaks_in_the_run(&self, party: &str) -> bool {
        let mut run = self.decision.run.iter().filter_map(|at| self.case.event_at(*at));
        run.any(|event| with_those_above(event.who().as_str()).any(|actor| actor == party))
    }
}

/// Tells whether an event names a venue other than the one that stands. If none stands, none differs.
fn names_another_venue(meeting: &MeetingFacts<'_>, event: FactRef<'_>) -> bool {
    let named = event.details().venue;
    meeting.venue().is_some_and(|stands| named.is_some_and(|named| named != stands))
}

/// Tells whether a claim says the same about a meeting as its state.
fn is_said_by(meeting: &MeetingFacts<'_>, claim: FactRef<'_>) -> bool {
    if claim.meeting().is_none() || claim.meeting() != meeting.first.meeting() {
        return false;
    }
    let shares_a_day = || days::in_common(date_given(claim), meeting.date());
    match Phase::of(claim.event_type()) {
        Some(phase) if phase == meeting.phase => shares_a_day(),
        Some(Phase::Proposed | Phase::Scheduled) => {
            matches!(meeting.phase, Phase::Postponed | Phase::Cancelled | Phase::Declined) && shares_a_day()
        }
        Some(_) => false,
        None => meeting.phase != Phase::Held && meeting.venue().is_some() && claim.details().venue == meeting.venue(),
    }
}

/// The state that all live events give if no denial is weighed and no reading drops anything.
struct OpenPicture<'q, 'f> {
    case: Case<'q, 'f>,
    decision: Decision,
    /// Whether it has another status, or another basis.
    differs: bool,
}

/// The query of the open picture; the record is already limited to the bounds.
static OPEN: std::sync::LazyLock<Query> =
    std::sync::LazyLock::new(|| Query { reading: Reading::Latest, ..Query::default() });

impl<'f> OpenPicture<'static, 'f> {
    fn of(case: &Case<'_, 'f>, decision: &Decision, prudent: &Standings, parties: &[ActorId]) -> Option<Self> {
        let mut open = Case::standing(case.record.clone(), prudent.unweighed(), &OPEN, case.today, parties)?;
        open.patience_days = case.patience_days;
        let open_decision = rules::decide(&open)?;
        let subject = |case: &Case<'_, 'f>, decision: &Decision| case.event_at(decision.by).map(subject_of);
        let differs = open_decision.rule.status() != decision.rule.status()
            || subject(&open, &open_decision) != subject(case, decision);
        Some(Self { case: open, decision: open_decision, differs })
    }

    /// Tells whether a claim that is set aside would bear on the open picture, and so says otherwise.
    fn is_decided_by(&self, case: &Case<'_, 'f>, prudent: &Standings, denied: &Denied<'f>) -> bool {
        let is_aside = |at: usize| {
            case.standings.get(at) == Some(&Standing::SetAside) || prudent.get(at) == Some(&Standing::SetAside)
        };
        (self.differs || self.decision.run.last().is_some_and(|last| is_aside(*last)))
            && Basis::new(&self.case, &self.decision).bears(prudent, denied.at).is_some()
    }
}

/// Returns what an event is about, if that is the track or something negotiated on it: a measure is taken beside the
/// talks.
fn subject_of(event: FactRef<'_>) -> Option<Matter> {
    Matter::of(event).filter(|matter| !matches!(matter, Matter::Of(MatterKind::Measure, _)))
}
