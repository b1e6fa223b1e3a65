//! The dossier of a track, from its case and its events as they were read: what the counting events make of its
//! meetings, proposals, agreements and issues.

use std::collections::BTreeMap;
use std::sync::Arc;

use demarche_core::{Event, Payload};

use super::FactRef;
use super::case::Case;
use super::details::Details;
use super::proposals::Proposals;
use super::words::{LogChanged, Words};
use crate::dossier::{Agreement, Issue, Meeting, Proposal};
use crate::{Phase, Standing};

/// The subjects of a track, each in the order of the first event on it.
#[derive(Default)]
pub(super) struct Ledger {
    pub(super) meetings: Vec<Meeting>,
    pub(super) proposals: Subjects<Proposal>,
    pub(super) agreements: Subjects<Agreement>,
    pub(super) issues: Subjects<Issue>,
    pub(super) exchanges: Vec<Arc<Event>>,
    pub(super) measures: Vec<Arc<Event>>,
}

/// Things by the numbers of their names, in the order in which they came up.
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

    /// Returns the thing of a name, which is made where it came up for the first time.
    fn of(&mut self, name: u32, new: impl FnOnce() -> T) -> Option<&mut T> {
        let place = *self.places.entry(name).or_insert(self.list.len());
        if place == self.list.len() {
            self.list.push(new());
        }
        self.list.get_mut(place)
    }
}

/// Reads the live events of a case, in order. Those that were read already, in the same order, are shared.
pub(super) fn read(
    case: &Case<'_, '_>,
    words: Words<'_>,
    known: &[(Arc<Event>, Standing)],
) -> Result<Vec<Arc<Event>>, LogChanged> {
    let mut known = known.iter().map(|(event, _)| event).peekable();
    let event = |fact: &FactRef<'_>| {
        while known.next_if(|known| known.order() < fact.order()).is_some() {}
        match known.next_if(|known| known.id == fact.id()) {
            Some(known) => Ok(known.clone()),
            None => words.event(*fact).map(Arc::new),
        }
    };
    case.record.events.iter().map(event).collect()
}

impl Ledger {
    /// Enters the counting events of a case; its events are given as they were read, in order.
    pub(super) fn of(case: &Case<'_, '_>, events: &[Arc<Event>]) -> Self {
        let mut ledger = Self { meetings: meetings(case, events), ..Self::default() };
        let proposals = Proposals::of(case.counting().map(|(_, event)| event));
        for (at, fact) in case.counting() {
            let (Some(event), Some(name)) = (events.get(at), fact.fact().subject()) else { continue };
            let pending = proposals.get(name);
            let made = pending.and_then(|pending| events.get(case.place_of(pending.made?)?));
            ledger.enter(event, name, pending.is_some_and(|pending| pending.open), made);
        }
        ledger
    }

    /// Enters an event on something of that name; where it is a proposal, with what is known of that.
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
            | Payload::MeetingHeld(_)
            | Payload::StatementMade(_)
            | Payload::ClaimConfirmed(_)
            | Payload::ClaimDenied(_)
            | Payload::ClaimWithdrawn(_)
            | Payload::EventRetracted(_) => {}
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

/// The meetings of a case, with all that was last said of each.
fn meetings(case: &Case<'_, '_>, events: &[Arc<Event>]) -> Vec<Meeting> {
    let set_by = |meeting: &super::meetings::MeetingFacts<'_>| events.get(case.place_of(meeting.set_by)?);
    let begin = |meeting: &super::meetings::MeetingFacts<'_>| {
        let set_by = set_by(meeting)?.clone();
        Some(Meeting {
            name: set_by.data.meeting()?.clone(),
            phase: meeting.phase,
            set_by,
            when: None,
            venue: None,
            title: None,
            format: None,
            level: None,
            parties: Vec::new(),
            history: Vec::new(),
        })
    };
    let mut meetings: Vec<Meeting> = case.meetings.iter().filter_map(begin).collect();
    // The steps are the counting events on meetings, in their order.
    let on_meetings = case.counting().filter(|(_, event)| event.meeting().is_some());
    for ((at, _), (place, _, phase)) in on_meetings.zip(case.meetings.steps()) {
        if let (Some(meeting), Some(event)) = (meetings.get_mut(place), events.get(at)) {
            meeting.enter(event, phase);
        }
    }
    meetings
}

impl Meeting {
    fn enter(&mut self, event: &Arc<Event>, phase: Option<Phase>) {
        self.history.push((event.clone(), phase));
        let said = Details::of(event);
        give(&mut self.title, said.title.map(Into::into).as_ref());
        give(&mut self.when, said.when);
        give(&mut self.venue, said.venue.map(Into::into).as_ref());
        give(&mut self.format, said.format.as_ref());
        give(&mut self.level, said.level.as_ref());
        give_list(&mut self.parties, said.parties);
    }
}

/// Takes what is given, and keeps what there is where nothing is.
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

/// The events of a case with their standings, in order.
pub(super) fn timeline(case: &Case<'_, '_>, events: Vec<Arc<Event>>) -> Vec<(Arc<Event>, Standing)> {
    events.into_iter().zip(case.standings.iter().copied()).collect()
}
