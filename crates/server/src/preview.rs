//! What events would change, told before they are entered.

use demarche_core::Event;
use demarche_journal::{Dating, Draft};
use demarche_projection::diff::{ChangeView, Preview};
use demarche_projection::findings::{Finding, FindingView, KnownNames, Slip};
use demarche_projection::query::Query;
use demarche_projection::state::event_json;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::desk::{Desk, DeskError};

/// Drafts as they would be entered, and what that would bring.
#[derive(Debug)]
pub(crate) struct Previewed {
    /// The events, dated as if they were entered now.
    pub(crate) events: Vec<Event>,
    pub(crate) preview: Preview,
    /// New names that differ from known ones by a slip of the hand.
    pub(crate) slips: Vec<Slip>,
    /// What there is to say of how they would be dated.
    pub(crate) warnings: Vec<String>,
}

impl Previewed {
    pub(crate) fn of(desk: &Desk, drafts: Vec<Draft>) -> Result<Self, DeskError> {
        let picture = desk.picture();
        let fold = picture.fold();
        let mut dating = Dating::behind(fold.facts(), &drafts, desk.now());
        let events = dating.date(drafts, fold.last_recorded())?;
        let mut names = KnownNames::of(fold)?;
        let mut slips = Vec::new();
        for event in &events {
            slips.extend(names.slips(event));
            names.enter(event);
        }
        let mut after = fold.clone();
        for event in &events {
            after.apply(event)?;
        }
        // Both pictures are of the same day, or else what silence says would change, too.
        let query = Query { today: after.last_recorded().max(Some(desk.now())), ..Query::default() };
        let preview = Preview::of(fold, &after, &events, &query)?;
        Ok(Self { events, preview, slips, warnings: dating.warnings().to_vec() })
    }

    pub(crate) fn view(&self) -> PreviewView<'_> {
        PreviewView {
            events: self.events.iter().map(event_json).collect(),
            changes: self.preview.changes().map(|change| change.view()).collect(),
            findings: self.preview.findings.iter().map(Finding::view).collect(),
            did_you_mean: self.slips.iter().map(ToString::to_string).collect(),
            warnings: &self.warnings,
        }
    }
}

/// What events would change, as JSON.
#[derive(Serialize)]
pub(crate) struct PreviewView<'a> {
    events: Vec<Box<RawValue>>,
    changes: Vec<ChangeView<'a>>,
    findings: Vec<FindingView<'a>>,
    did_you_mean: Vec<String>,
    warnings: &'a [String],
}
