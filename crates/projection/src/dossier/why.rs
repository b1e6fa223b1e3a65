//! Why a track stands where it does, as JSON: what `why --format json` prints.

use demarche_core::{Event, EventId, TrackId};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Dossier, event_json};
use crate::narrate::Names;
use crate::state::{Because, Dispute, Standing, Status};

/// Why a track stands where it does, as JSON: the rule, and the events whole, in order.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct WhyView<'a> {
    track: &'a TrackId,
    status: Status,
    since: &'a str,
    sentence: String,
    rule: &'static str,
    evidence: Vec<Box<RawValue>>,
    contested: Vec<DisputeInFull>,
    disputes: Vec<DisputeInFull>,
    set_aside: Vec<Box<RawValue>>,
    withdrawn: Vec<Box<RawValue>>,
    dropped: Vec<Box<RawValue>>,
}

/// A dispute with its events whole.
#[derive(Debug, Serialize)]
struct DisputeInFull {
    claim: Box<RawValue>,
    denied_by: Vec<Box<RawValue>>,
    set_aside: bool,
    because: Option<Because>,
}

impl Dossier {
    /// Returns why the track stands where it does, in the form of the JSON contract.
    #[must_use]
    pub fn why(&self, names: &Names) -> WhyView<'_> {
        let state = &self.state;
        let with = |standing| self.with_standing(standing).map(event_json).collect();
        WhyView {
            track: &state.track,
            status: state.status,
            since: state.since.as_str(),
            sentence: self.sentence(names),
            rule: state.rule.explanation(),
            evidence: self.evidence().map(event_json).collect(),
            contested: state.contested.iter().filter_map(|dispute| DisputeInFull::of(dispute, self)).collect(),
            disputes: state.disputes.iter().filter_map(|dispute| DisputeInFull::of(dispute, self)).collect(),
            set_aside: with(Standing::SetAside),
            withdrawn: with(Standing::Withdrawn),
            dropped: with(Standing::Dropped),
        }
    }

    /// Returns the events that have a standing, in order.
    pub fn with_standing(&self, wanted: Standing) -> impl Iterator<Item = &Event> {
        self.timeline.iter().filter(move |(_, standing)| *standing == wanted).map(|(event, _)| &**event)
    }
}

impl DisputeInFull {
    fn of(dispute: &Dispute, dossier: &Dossier) -> Option<Self> {
        let whole = |id: &EventId| dossier.event(*id).map(event_json);
        Some(Self {
            claim: whole(&dispute.claim)?,
            denied_by: dispute.denied_by.iter().filter_map(whole).collect(),
            set_aside: dispute.set_aside,
            because: dispute.because,
        })
    }
}
