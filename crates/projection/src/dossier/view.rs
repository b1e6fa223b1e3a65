//! A dossier as JSON: what `show --format json` prints.

use std::sync::Arc;

use demarche_core::codec::encode;
use demarche_core::{
    ActorId, AgreementEnd, AgreementStage, Edtf, Event, EventId, Extent, MeetingFormat, MeetingLevel, MeetingMode,
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Agreement, Dossier, Issue, Meeting, MeetingEntry, Proposal};
use crate::narrate::Names;
use crate::state::{Phase, Standing, TrackState};

/// A dossier as JSON: the keys of [`TrackState`], and those below.
#[derive(Debug, Serialize)]
pub struct DossierView<'a> {
    #[serde(flatten)]
    state: &'a TrackState,
    sentence: String,
    meetings: Vec<MeetingInFull<'a>>,
    proposals: Vec<ProposalView<'a>>,
    agreements: Vec<AgreementView<'a>>,
    issues: Vec<IssueView<'a>>,
    exchanges: Vec<EventId>,
    measures: Vec<EventId>,
    timeline: Vec<TimelineView>,
}

#[derive(Debug, Serialize)]
struct MeetingInFull<'a> {
    meeting: &'a str,
    phase: Phase,
    set_by: EventId,
    run: &'a [EventId],
    when: Option<&'a Edtf>,
    venue: Option<&'a str>,
    until: Option<&'a Edtf>,
    title: Option<&'a str>,
    format: Option<MeetingFormat>,
    mode: Option<MeetingMode>,
    level: Option<MeetingLevel>,
    parties: &'a [ActorId],
    history: Vec<StepView>,
}

/// An event on a meeting, with the phase that it set and how it stands.
#[derive(Debug, Serialize)]
struct StepView {
    event: EventId,
    phase: Option<Phase>,
    standing: Standing,
}

#[derive(Debug, Serialize)]
struct ProposalView<'a> {
    proposal: &'a str,
    open: bool,
    by: Option<&'a ActorId>,
    to: &'a [ActorId],
    summary: Option<&'a str>,
    deadline: Option<&'a Edtf>,
    age_days: Option<i64>,
    history: Vec<EventId>,
}

#[derive(Debug, Serialize)]
struct AgreementView<'a> {
    agreement: &'a str,
    stage: Option<AgreementStage>,
    ended: Option<AgreementEnd>,
    summary: Option<&'a str>,
    until: Option<&'a Edtf>,
    history: Vec<EventId>,
}

#[derive(Debug, Serialize)]
struct IssueView<'a> {
    issue: &'a str,
    title: Option<&'a str>,
    resolved: Option<Extent>,
    history: Vec<EventId>,
}

/// A whole event, with its standing under the reading.
#[derive(Debug, Serialize)]
struct TimelineView {
    standing: Standing,
    event: Box<RawValue>,
}

/// Returns an event as JSON, in its canonical form.
#[must_use]
#[allow(clippy::expect_used, clippy::missing_panics_doc, reason = "what the codec writes is JSON")]
pub fn event_json(event: &Event) -> Box<RawValue> {
    RawValue::from_string(encode(event)).expect("invariant: a canonical line is JSON")
}

fn ids(events: &[Arc<Event>]) -> Vec<EventId> {
    events.iter().map(|event| event.id).collect()
}

impl Dossier {
    /// Returns the dossier in the form of the JSON contract.
    #[must_use]
    pub fn view(&self, names: &Names) -> DossierView<'_> {
        let timeline = self.timeline.iter();
        DossierView {
            state: &self.state,
            sentence: self.sentence(names),
            meetings: self.meetings.iter().map(MeetingInFull::of).collect(),
            proposals: self.proposals.iter().map(|proposal| ProposalView::of(proposal, &self.state)).collect(),
            agreements: self.agreements.iter().map(AgreementView::of).collect(),
            issues: self.issues.iter().map(IssueView::of).collect(),
            exchanges: ids(&self.exchanges),
            measures: ids(&self.measures),
            timeline: timeline
                .map(|(event, standing)| TimelineView { standing: *standing, event: event_json(event) })
                .collect(),
        }
    }
}

impl<'a> MeetingInFull<'a> {
    fn of(meeting: &'a Meeting) -> Self {
        let step =
            |entry: &MeetingEntry| StepView { event: entry.event.id, phase: entry.phase, standing: entry.standing };
        Self {
            meeting: meeting.name.as_str(),
            phase: meeting.phase,
            set_by: meeting.set_by.id,
            run: &meeting.run,
            when: meeting.when.as_ref(),
            venue: meeting.venue.as_deref(),
            until: meeting.until.as_ref(),
            title: meeting.title.as_deref(),
            format: meeting.format,
            mode: meeting.mode,
            level: meeting.level,
            parties: &meeting.parties,
            history: meeting.history.iter().map(step).collect(),
        }
    }
}

impl<'a> ProposalView<'a> {
    fn of(proposal: &'a Proposal, state: &TrackState) -> Self {
        Self {
            proposal: proposal.name.as_str(),
            open: proposal.open,
            by: proposal.by.as_ref(),
            to: &proposal.to,
            summary: proposal.summary.as_deref(),
            deadline: proposal.deadline.as_ref(),
            age_days: proposal.age_days(state.today),
            history: ids(&proposal.history),
        }
    }
}

impl<'a> AgreementView<'a> {
    fn of(agreement: &'a Agreement) -> Self {
        Self {
            agreement: agreement.name.as_str(),
            stage: agreement.stage,
            ended: agreement.ended,
            summary: agreement.summary.as_deref(),
            until: agreement.until.as_ref(),
            history: ids(&agreement.history),
        }
    }
}

impl<'a> IssueView<'a> {
    fn of(issue: &'a Issue) -> Self {
        Self {
            issue: issue.name.as_str(),
            title: issue.title.as_deref(),
            resolved: issue.resolved,
            history: ids(&issue.history),
        }
    }
}
