//! The dossier of a track, made from its case and its events: the state of its meetings, proposals, agreements and
//! issues after the counting events.

use std::collections::BTreeMap;
use std::sync::Arc;

use demarche_core::{Event, Payload};

use super::FactRef;
use super::case::Case;
use super::details::Details;
use super::meetings::MeetingFacts;
use super::proposals::Proposals;
use super::words::{LogChanged, Words};
use crate::dossier::{Agreement, Issue, Meeting, MeetingEntry, Proposal};
use crate::state::{Phase, Standing};

/// The subjects of a track, each list in the order of the first event on each subject.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) meetings: Vec<Meeting>,
    pub(super) proposals: Subjects<Proposal>,
    pub(super) agreements: Subjects<Agreement>,
    pub(super) issues: Subjects<Issue>,
    pub(super) exchanges: Vec<Arc<Event>>,
    pub(super) measures: Vec<Arc<Event>>,
}

/// Things by the numbers of their names, in the order in which they were first seen.
pub(super) struct Subjects<T> {
    places: BTreeMap<u32, usize>,
    list: Vec<T>,
}

impl<T> Default for Subjects<T> {
    fn default() -> Self {
        Self { places: BTreeMap::new(), list: Vec::new() }
    }
}

impl<T> Subjects<T> {
    pub(super) fn into_list(self) -> Vec<T> {
        self.list
    }

    /// Returns the thing of a name, which is made if the name is new.
    fn of(&mut self, name: u32, new: impl FnOnce() -> T) -> Option<&mut T> {
        let place = *self.places.entry(name).or_insert(self.list.len());
        if place == self.list.len() {
            self.list.push(new());
        }
        self.list.get_mut(place)
    }
}

/// Reads the wanted live events of a case, and returns them at their places in the record. Events in `known`, which
/// have the same order, are not read again.
pub(super) fn read<'f>(
    case: &Case<'_, 'f>,
    words: Words<'_>,
    is_wanted: impl Fn(FactRef<'f>) -> bool,
    known: &[(Arc<Event>, Standing)],
) -> Result<Vec<Option<Arc<Event>>>, LogChanged> {
    let mut known = known.iter().map(|(event, _)| event).peekable();
    let event = |fact: &FactRef<'f>| {
        if !is_wanted(*fact) {
            return Ok(None);
        }
        while known.next_if(|known| known.order() < fact.order()).is_some() {}
        match known.next_if(|known| known.id == fact.id()) {
            Some(known) => Ok(Some(known.clone())),
            None => words.event(*fact).map(|event| Some(Arc::new(event))),
        }
    };
    case.record.events.iter().map(event).collect()
}

impl Ledger {
    /// Enters the counting events of a case that were read; they are at their places in the record.
    pub(super) fn of(case: &Case<'_, '_>, events: &[Option<Arc<Event>>]) -> Self {
        let mut ledger = Self { meetings: meetings(case, events), ..Self::default() };
        let proposals = Proposals::of(case.counting().map(|(_, event)| event));
        for (at, fact) in case.counting() {
            let (Some(event), Some(name)) = (read_at(events, at), fact.fact().subject()) else { continue };
            let pending = proposals.get(name);
            let made = pending.and_then(|pending| read_at(events, case.place_of(pending.made?)?));
            ledger.enter(event, name, pending.is_some_and(|pending| pending.open), made);
        }
        ledger
    }

    /// Enters an event on the thing of a name; for a proposal, together with its state.
    fn enter(&mut self, event: &Arc<Event>, name: u32, open: bool, made: Option<&Arc<Event>>) {
        match &event.data {
            Payload::ProposalMade(_) | Payload::ProposalAnswered(_) => self.enter_proposal(event, name, open, made),
            Payload::AgreementReached(_) | Payload::AgreementEnded(_) => self.enter_agreement(event, name),
            Payload::IssueRaised(_) | Payload::IssueResolved(_) => self.enter_issue(event, name),
            Payload::ExchangeCompleted(_) => self.exchanges.push(event.clone()),
            Payload::MeasureTaken(_) => self.measures.push(event.clone()),
            Payload::TrackOpened(_)
            | Payload::TrackStalled(_)
            | Payload::TrackResumed(_)
            | Payload::TrackConcluded(_)
            | Payload::MeetingProposed(_)
            | Payload::MeetingScheduled(_)
            | Payload::MeetingRescheduled(_)
            | Payload::MeetingRelocated(_)
            | Payload::MeetingPostponed(_)
            | Payload::MeetingCancelled(_)
            | Payload::MeetingDeclined(_)
            | Payload::MeetingHeld(_)
            | Payload::StatementMade(_)
            | Payload::ClaimConfirmed(_)
            | Payload::ClaimDenied(_)
            | Payload::ClaimWithdrawn(_)
            | Payload::EventRetracted(_)
            | Payload::EventRedacted(_) => {}
        }
    }

    fn enter_proposal(&mut self, event: &Arc<Event>, number: u32, open: bool, made: Option<&Arc<Event>>) {
        let Some(name) = event.data.proposal() else { return };
        let new = || Proposal {
            name: name.clone(),
            made: made.cloned(),
            open,
            by: None,
            to: Vec::new(),
            summary: None,
            deadline: None,
            history: Vec::new(),
        };
        let Some(proposal) = self.proposals.of(number, new) else { return };
        proposal.history.push(event.clone());
        if let Payload::ProposalMade(made) = &event.data {
            proposal.by = Some(made.by.clone());
            proposal.summary = Some(made.summary.clone());
            give_list(&mut proposal.to, &made.to);
            give(&mut proposal.deadline, made.deadline.as_ref());
        }
    }

    fn enter_agreement(&mut self, event: &Arc<Event>, number: u32) {
        let Some(name) = event.data.agreement() else { return };
        let new = || Agreement {
            name: name.clone(),
            stage: None,
            ended: None,
            summary: None,
            until: None,
            history: Vec::new(),
        };
        let Some(agreement) = self.agreements.of(number, new) else { return };
        agreement.history.push(event.clone());
        if let Payload::AgreementReached(reached) = &event.data {
            agreement.stage = Some(reached.stage);
            agreement.ended = None;
            give(&mut agreement.summary, reached.summary.as_ref());
            give(&mut agreement.until, reached.until.as_ref());
        } else if let Payload::AgreementEnded(ended) = &event.data {
            agreement.ended = Some(ended.how);
        }
    }

    fn enter_issue(&mut self, event: &Arc<Event>, number: u32) {
        let (name, title, resolved) = if let Payload::IssueRaised(raised) = &event.data {
            (&raised.issue, raised.title.as_ref(), None)
        } else if let Payload::IssueResolved(resolved) = &event.data {
            (&resolved.issue, None, Some(resolved.extent))
        } else {
            return;
        };
        let new = || Issue { name: name.clone(), title: None, resolved: None, history: Vec::new() };
        let Some(issue) = self.issues.of(number, new) else { return };
        issue.history.push(event.clone());
        issue.resolved = resolved;
        give(&mut issue.title, title);
    }
}

/// Returns the event at a place of the record, if it was read.
fn read_at(events: &[Option<Arc<Event>>], at: usize) -> Option<&Arc<Event>> {
    events.get(at)?.as_ref()
}

/// Returns the meetings of a case whose events were read, with everything that was last said about each.
fn meetings(case: &Case<'_, '_>, events: &[Option<Arc<Event>>]) -> Vec<Meeting> {
    let event_of = |fact: FactRef<'_>| read_at(events, case.place_of(fact)?);
    let begin = |meeting: &MeetingFacts<'_>| {
        let set_by = event_of(meeting.set_by)?.clone();
        let dated_by = meeting.dated_by.and_then(event_of);
        let placed_by = meeting.placed_by.and_then(event_of);
        let until_by = meeting.until_by.filter(|_| meeting.phase == Phase::Postponed).and_then(event_of);
        Some(Meeting {
            name: set_by.data.meeting()?.clone(),
            phase: meeting.phase,
            when: dated_by.and_then(|event| Details::of(event).when.cloned()),
            venue: placed_by.and_then(|event| Details::of(event).venue.map(Into::into)),
            until: until_by.and_then(|event| Details::of(event).until.cloned()),
            run: Vec::new(),
            set_by,
            title: None,
            format: None,
            mode: None,
            level: None,
            parties: Vec::new(),
            history: Vec::new(),
        })
    };
    let mut meetings: Vec<Option<Meeting>> = case.meetings.iter().map(begin).collect();
    let mut steps = case.meetings.steps().peekable();
    // The history of a meeting includes claims that were set aside.
    for (at, fact) in case.considered() {
        let Some(name) = fact.meeting() else { continue };
        let step = steps.next_if(|step| step.event.number() == fact.number());
        let Some(event) = read_at(events, at) else { continue };
        let place = step.map(|step| step.meeting).or_else(|| Some(case.meetings.get(name)?.0));
        let Some(Some(meeting)) = place.and_then(|place| meetings.get_mut(place)) else { continue };
        let standing = case.standings.get(at).copied().unwrap_or(Standing::Dropped);
        let phase = step.and_then(|step| step.phase);
        meeting.history.push(MeetingEntry { event: event.clone(), phase, standing });
        if phase.is_some() {
            meeting.take(event);
        }
    }
    for (meeting, facts) in meetings.iter_mut().zip(case.meetings.iter()) {
        let Some(meeting) = meeting else { continue };
        // Each history is read once; looking for the runs among the steps of all meetings would read all steps for each
        // meeting.
        let first = case.meetings.run(facts).next().map(FactRef::id);
        let run = meeting.history.iter().skip_while(|entry| Some(entry.event.id) != first);
        meeting.run = run.filter(|entry| entry.phase.is_some()).map(|entry| entry.event.id).collect();
    }
    meetings.into_iter().flatten().collect()
}

impl Meeting {
    /// Takes over what is said by an event that moved the meeting.
    fn take(&mut self, event: &Arc<Event>) {
        let said = Details::of(event);
        give(&mut self.title, said.title.map(Into::into).as_ref());
        give(&mut self.format, said.format.as_ref());
        give(&mut self.mode, said.mode.as_ref());
        give(&mut self.level, said.level.as_ref());
        give_list(&mut self.parties, said.parties);
    }
}

/// Takes over a given value, and keeps the old one if there is none.
fn give<T: Clone>(kept: &mut Option<T>, given: Option<&T>) {
    if given.is_some() {
        *kept = given.cloned();
    }
}

fn give_list<T: Clone>(kept: &mut Vec<T>, given: &[T]) {
    if !given.is_empty() {
        *kept = given.to_vec();
    }
}

/// Returns the events of a case that were read, with their standings, in order.
pub(super) fn timeline(case: &Case<'_, '_>, events: Vec<Option<Arc<Event>>>) -> Vec<(Arc<Event>, Standing)> {
    events
        .into_iter()
        .zip(case.standings.iter().copied())
        .filter_map(|(event, standing)| Some((event?, standing)))
        .collect()
}
