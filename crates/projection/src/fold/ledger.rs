//! What a track has: its meetings, proposals, agreements and issues, as the counting events tell.

use std::collections::BTreeMap;

use demarche_core::{ActorId, Edtf, Event, MeetingFormat, MeetingLevel, Payload};

use super::meetings::{Course, Meetings};
use super::proposals::Proposals;
use crate::Phase;
use crate::state::{Agreement, Issue, Meeting, Proposal};

/// The subjects of a track, each in the order of the first event on it.
#[derive(Default)]
pub(crate) struct Ledger<'e> {
    pub(crate) meetings: Vec<Meeting<'e>>,
    pub(crate) proposals: Subjects<'e, Proposal<'e>>,
    pub(crate) agreements: Subjects<'e, Agreement<'e>>,
    pub(crate) issues: Subjects<'e, Issue<'e>>,
    pub(crate) exchanges: Vec<&'e Event>,
    pub(crate) measures: Vec<&'e Event>,
}

/// Things by name, in the order in which they came up.
pub(crate) struct Subjects<'e, T> {
    places: BTreeMap<&'e str, usize>,
    list: Vec<T>,
}

impl<T> Default for Subjects<'_, T> {
    fn default() -> Self {
        Self { places: BTreeMap::new(), list: Vec::new() }
    }
}

impl<'e, T> Subjects<'e, T> {
    pub(crate) fn into_list(self) -> Vec<T> {
        self.list
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.list.iter()
    }

    /// Changes the thing of a name, or makes a new one.
    fn change(&mut self, name: &'e str, new: impl FnOnce() -> T, change: impl FnOnce(&mut T)) {
        let place = *self.places.entry(name).or_insert(self.list.len());
        if place == self.list.len() {
            self.list.push(new());
        }
        if let Some(thing) = self.list.get_mut(place) {
            change(thing);
        }
    }
}

impl<'e> Ledger<'e> {
    /// Enters the counting events, which come in order.
    pub(crate) fn of(counting: impl Iterator<Item = &'e Event> + Clone) -> Self {
        let mut meetings = Meetings::new();
        counting.clone().for_each(|event| meetings.enter(event));
        Self::with(&meetings, counting)
    }

    /// Enters the counting events, which come in order, and of which it is known what they make of the meetings.
    pub(crate) fn with(meetings: &Meetings<&'e Event>, counting: impl Iterator<Item = &'e Event> + Clone) -> Self {
        let mut ledger = Self { meetings: meetings.iter().filter_map(Meeting::of).collect(), ..Self::default() };
        for (place, event, phase) in meetings.steps() {
            if let Some(meeting) = ledger.meetings.get_mut(place) {
                meeting.enter(event, phase);
            }
        }
        let pending = Proposals::of(counting.clone());
        for event in counting {
            ledger.enter(event, &pending);
        }
        ledger
    }

    fn enter(&mut self, event: &'e Event, pending: &Proposals<&'e Event>) {
        match &event.data {
            Payload::ProposalMade(_) | Payload::ProposalAnswered(_) => self.enter_proposal(event, pending),
            Payload::AgreementReached(_) | Payload::AgreementEnded(_) => self.enter_agreement(event),
            Payload::IssueRaised(_) | Payload::IssueResolved(_) => self.enter_issue(event),
            Payload::ExchangeCompleted(_) => self.exchanges.push(event),
            Payload::MeasureTaken(_) => self.measures.push(event),
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

    fn enter_proposal(&mut self, event: &'e Event, pending: &Proposals<&'e Event>) {
        let Some(name) = event.data.proposal() else { return };
        let (made, open) = pending.get(name.as_str()).map_or((None, false), |pending| (pending.made, pending.open));
        let new =
            || Proposal { name, made, open, by: None, to: &[], summary: None, deadline: None, history: Vec::new() };
        self.proposals.change(name.as_str(), new, |proposal| {
            proposal.history.push(event);
            if let Payload::ProposalMade(made) = &event.data {
                proposal.by = Some(&made.by);
                proposal.summary = Some(&made.summary);
                give_list(&mut proposal.to, &made.to);
                give(&mut proposal.deadline, made.deadline.as_ref());
            }
        });
    }

    fn enter_agreement(&mut self, event: &'e Event) {
        let Some(name) = event.data.agreement() else { return };
        let new = || Agreement { name, stage: None, ended: None, summary: None, until: None, history: Vec::new() };
        self.agreements.change(name.as_str(), new, |agreement| {
            agreement.history.push(event);
            if let Payload::AgreementReached(reached) = &event.data {
                agreement.stage = Some(reached.stage);
                agreement.ended = None;
                give(&mut agreement.summary, reached.summary.as_deref());
                give(&mut agreement.until, reached.until.as_ref());
            } else if let Payload::AgreementEnded(ended) = &event.data {
                agreement.ended = Some(ended.how);
            }
        });
    }

    fn enter_issue(&mut self, event: &'e Event) {
        let (name, title, resolved) = if let Payload::IssueRaised(raised) = &event.data {
            (&raised.issue, raised.title.as_deref(), None)
        } else if let Payload::IssueResolved(resolved) = &event.data {
            (&resolved.issue, None, Some(resolved.extent))
        } else {
            return;
        };
        let new = || Issue { name, title: None, resolved: None, history: Vec::new() };
        self.issues.change(name.as_str(), new, |issue| {
            issue.history.push(event);
            issue.resolved = resolved;
            give(&mut issue.title, title);
        });
    }
}

/// What may be said of a meeting; what an event does not say stays as it was.
#[derive(Default)]
pub(crate) struct Details<'e> {
    title: Option<&'e str>,
    pub(crate) when: Option<&'e Edtf>,
    pub(crate) venue: Option<&'e str>,
    format: Option<MeetingFormat>,
    level: Option<MeetingLevel>,
    parties: &'e [ActorId],
}

/// The three types that tell all there is to tell of a meeting.
macro_rules! full_details {
    ($payload:expr, $when:expr) => {
        Details {
            title: $payload.title.as_deref(),
            when: $when,
            venue: $payload.venue.as_deref(),
            format: $payload.format,
            level: $payload.level,
            parties: &$payload.parties,
        }
    };
}

impl<'e> Details<'e> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "every other type tells no detail of a meeting")]
    pub(crate) fn of(event: &'e Event) -> Self {
        match &event.data {
            Payload::MeetingProposed(p) => full_details!(p, p.when.as_ref()),
            Payload::MeetingScheduled(p) => full_details!(p, Some(&p.when)),
            Payload::MeetingHeld(p) => full_details!(p, Some(p.when.as_ref().unwrap_or(event.occurred.date()))),
            Payload::MeetingRescheduled(p) => Self { when: Some(&p.when), ..Self::default() },
            Payload::MeetingRelocated(p) => Self { venue: Some(&p.venue), ..Self::default() },
            _ => Self::default(),
        }
    }
}

impl<'e> Meeting<'e> {
    /// A meeting of which it is known how far it has come, and nothing else yet.
    fn of(course: &Course<&'e Event>) -> Option<Self> {
        Some(Self {
            name: course.first.data.meeting()?,
            phase: course.phase,
            set_by: course.set_by,
            when: None,
            venue: None,
            title: None,
            format: None,
            level: None,
            parties: &[],
            history: Vec::new(),
        })
    }

    fn enter(&mut self, event: &'e Event, phase: Option<Phase>) {
        self.history.push((event, phase));
        let said = Details::of(event);
        give(&mut self.title, said.title);
        give(&mut self.when, said.when);
        give(&mut self.venue, said.venue);
        give(&mut self.format, said.format);
        give(&mut self.level, said.level);
        give_list(&mut self.parties, said.parties);
    }
}

/// Takes what is given, and keeps what there is where nothing is.
fn give<T>(kept: &mut Option<T>, given: Option<T>) {
    if given.is_some() {
        *kept = given;
    }
}

fn give_list<'e, T>(kept: &mut &'e [T], given: &'e [T]) {
    if !given.is_empty() {
        *kept = given;
    }
}
