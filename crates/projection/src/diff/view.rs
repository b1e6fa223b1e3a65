//! A change as JSON: what `diff --format json` prints.

use demarche_core::{
    ActorId, AgreementEnd, AgreementId, AgreementStage, Answer, Edtf, Event, EventId, Extent, IssueId, MeetingId,
    ProposalId, TrackId, TrackKind,
};
use serde::Serialize;

use super::{Change, ChangeKind};
use crate::dossier::{Agreement, Dossier, Issue};
use crate::state::{AheadKind, Appointment, Because, Dispute, Phase, Status, TrackState};

/// What changed on a track, as JSON.
///
/// | key | value |
/// | --- | --- |
/// | `track` | the track |
/// | `change` | `appeared`, `changed`, `vanished` |
/// | `from`, `to` | `null` or `{ "status", "since", "decided_by", "next" }`, as in the view of a state |
/// | `changes` | array of `{ "what", … }`, in the order of [`ChangeKind`]: see below |
/// | `new_events`, `gone_events` | ids, in order |
///
/// | `what` | further keys |
/// | --- | --- |
/// | `status`, `since`, `decided_by`, `next`, `said_by` | `from`, `to` |
/// | `opening` | `from`, `to`: `{ "title", "kind", "parties", "mediators" }`, as in a state |
/// | `disputed` | `claim`, `from`, `to`: `null` or `{ "denied_by": [ids], "set_aside", "because" }`, as in a state |
/// | `confirmed`, `withdrawn` | `claim`, `by`: the ids of the confirmations or withdrawals that are new |
/// | `meeting` | `meeting`, `from`, `to`: a phase or `null` |
/// | `meeting_date`, `meeting_venue` | `meeting`, `from`, `to`: a text or `null` |
/// | `proposal_opened` | `proposal`, `by`, `deadline` |
/// | `proposal_closed` | `proposal`, `answer`, `answered_by`: a word or `null`, and an event's id or `null` |
/// | `agreement` | `agreement`, `from`, `to`: `null` or `{ "stage", "ended" }` |
/// | `issue` | `issue`, `from`, `to`: `null` or `{ "resolved" }` |
/// | `passed` | `ahead`: `{ "on", "what", "name" }`, as in a state |
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ChangeView<'a> {
    track: &'a TrackId,
    change: &'static str,
    from: Option<HeadView<'a>>,
    to: Option<HeadView<'a>>,
    changes: Vec<KindView<'a>>,
    new_events: Vec<EventId>,
    gone_events: Vec<EventId>,
}

/// Where a track stands, in brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct HeadView<'a> {
    status: Status,
    since: &'a Edtf,
    decided_by: EventId,
    next: Option<&'a Appointment>,
}

/// A change other than the events themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
enum KindView<'a> {
    Status { from: Status, to: Status },
    Since { from: &'a Edtf, to: &'a Edtf },
    DecidedBy { from: EventId, to: EventId },
    Next { from: Option<&'a Appointment>, to: Option<&'a Appointment> },
    SaidBy { from: &'a [ActorId], to: &'a [ActorId] },
    Opening { from: OpeningView<'a>, to: OpeningView<'a> },
    Disputed { claim: EventId, from: Option<DisputeView>, to: Option<DisputeView> },
    Confirmed { claim: EventId, by: Vec<EventId> },
    Withdrawn { claim: EventId, by: Vec<EventId> },
    Meeting { meeting: &'a MeetingId, from: Option<Phase>, to: Option<Phase> },
    MeetingDate { meeting: &'a MeetingId, from: Option<&'a Edtf>, to: Option<&'a Edtf> },
    MeetingVenue { meeting: &'a MeetingId, from: Option<&'a str>, to: Option<&'a str> },
    ProposalOpened { proposal: &'a ProposalId, by: Option<&'a ActorId>, deadline: Option<&'a Edtf> },
    ProposalClosed { proposal: &'a ProposalId, answer: Option<Answer>, answered_by: Option<EventId> },
    Agreement { agreement: &'a AgreementId, from: Option<AgreementView>, to: Option<AgreementView> },
    Issue { issue: &'a IssueId, from: Option<IssueView>, to: Option<IssueView> },
    Passed { ahead: AheadView<'a> },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct OpeningView<'a> {
    title: Option<&'a str>,
    kind: Option<TrackKind>,
    parties: &'a [ActorId],
    mediators: &'a [ActorId],
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct AheadView<'a> {
    on: &'a Edtf,
    what: AheadKind,
    name: &'a str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct DisputeView {
    denied_by: Vec<EventId>,
    set_aside: bool,
    because: Option<Because>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct AgreementView {
    stage: Option<AgreementStage>,
    ended: Option<AgreementEnd>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct IssueView {
    resolved: Option<Extent>,
}

impl<'s> Change<'s> {
    /// Returns the change in the form of the JSON contract.
    ///
    /// ```
    /// # use demarche_projection::Fold;
    /// # use demarche_projection::diff::diff;
    /// # use demarche_projection::query::Query;
    /// # let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
    /// # let fold = Fold::of([demarche_core::codec::decode(line).unwrap()]).unwrap();
    /// let dossiers = fold.dossiers(&Query::default())?;
    /// let json = serde_json::to_value(diff(&[], &dossiers)[0].view())?;
    /// assert_eq!(json["change"], "appeared");
    /// assert_eq!(json["to"]["status"], "stalled");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn view(&self) -> ChangeView<'s> {
        let change = match (self.before, self.after) {
            (None, _) => "appeared",
            (Some(_), Some(_)) => "changed",
            (Some(_), None) => "vanished",
        };
        let (mut new_events, mut gone_events) = (Vec::new(), Vec::new());
        for kind in &self.kinds {
            if let ChangeKind::NewEvents(events) = kind {
                new_events = ids(events);
            } else if let ChangeKind::GoneEvents(events) = kind {
                gone_events = ids(events);
            }
        }
        ChangeView {
            track: self.track,
            change,
            from: self.before.map(HeadView::of),
            to: self.after.map(HeadView::of),
            changes: self.kinds.iter().filter_map(KindView::of).collect(),
            new_events,
            gone_events,
        }
    }
}

fn ids(events: &[&Event]) -> Vec<EventId> {
    events.iter().map(|event| event.id).collect()
}

impl<'a> HeadView<'a> {
    fn of(dossier: &'a Dossier) -> Self {
        let state = &dossier.state;
        Self { status: state.status, since: &state.since, decided_by: state.decided_by, next: state.next.as_ref() }
    }
}

impl<'a> KindView<'a> {
    /// Returns `None` for changes that are reported elsewhere: that the track appeared or vanished, and the events.
    fn of(kind: &ChangeKind<'a>) -> Option<Self> {
        Some(match kind {
            ChangeKind::Appeared | ChangeKind::Vanished | ChangeKind::NewEvents(_) | ChangeKind::GoneEvents(_) => {
                return None;
            }
            ChangeKind::Status { from, to } => Self::Status { from: *from, to: *to },
            ChangeKind::Since { from, to } => Self::Since { from, to },
            ChangeKind::Decided { from, to } => Self::DecidedBy { from: from.id, to: to.id },
            ChangeKind::Next { from, to } => Self::Next { from: *from, to: *to },
            ChangeKind::SaidBy { from, to } => Self::SaidBy { from, to },
            ChangeKind::Opening { from, to } => Self::Opening { from: OpeningView::of(from), to: OpeningView::of(to) },
            ChangeKind::Disputed { claim, from, to } => {
                Self::Disputed { claim: claim.id, from: from.map(DisputeView::of), to: to.map(DisputeView::of) }
            }
            ChangeKind::Confirmed { claim, by } => Self::Confirmed { claim: claim.id, by: ids(by) },
            ChangeKind::Withdrawn { claim, by } => Self::Withdrawn { claim: claim.id, by: ids(by) },
            ChangeKind::Meeting { name, from, to } => Self::Meeting { meeting: name, from: *from, to: *to },
            ChangeKind::MeetingDate { name, from, to } => Self::MeetingDate { meeting: name, from: *from, to: *to },
            ChangeKind::MeetingVenue { name, from, to } => Self::MeetingVenue { meeting: name, from: *from, to: *to },
            ChangeKind::ProposalOpened { proposal } => Self::ProposalOpened {
                proposal: &proposal.name,
                by: proposal.by.as_ref(),
                deadline: proposal.deadline.as_ref(),
            },
            ChangeKind::ProposalClosed { name, answer } => Self::ProposalClosed {
                proposal: name,
                answer: kind.answer(),
                answered_by: answer.map(|event| event.id),
            },
            ChangeKind::Agreement { name, from, to } => {
                Self::Agreement { agreement: name, from: from.map(AgreementView::of), to: to.map(AgreementView::of) }
            }
            ChangeKind::Issue { name, from, to } => {
                Self::Issue { issue: name, from: from.map(IssueView::of), to: to.map(IssueView::of) }
            }
            ChangeKind::Passed { what, name, on } => Self::Passed { ahead: AheadView { on, what: *what, name } },
        })
    }
}

impl<'a> OpeningView<'a> {
    fn of(state: &'a TrackState) -> Self {
        let TrackState { title, kind, parties, mediators, .. } = state;
        Self { title: title.as_deref(), kind: *kind, parties, mediators }
    }
}

impl DisputeView {
    fn of(dispute: &Dispute) -> Self {
        Self { denied_by: dispute.denied_by.clone(), set_aside: dispute.set_aside, because: dispute.because }
    }
}

impl AgreementView {
    fn of(agreement: &Agreement) -> Self {
        Self { stage: agreement.stage, ended: agreement.ended }
    }
}

impl IssueView {
    fn of(issue: &Issue) -> Self {
        Self { resolved: issue.resolved }
    }
}
