//! Builds the payload of a row from its rule.

use std::fmt::Write as _;

use chrono::{Datelike, NaiveDate};
use demarche_core::{
    ActorId, AgreementEnded, AgreementReached, ExchangeCompleted, MeasureEffect, MeasureOf, MeasureTaken,
    MeetingCancelled, MeetingHeld, MeetingId, MeetingPostponed, MeetingProposed, Payload, ProposalAnswered,
    ProposalMade, StatementMade, TrackResumed, TrackStalled,
};

use super::actors::Actor;
use super::table::{CodedType, Coding};
use crate::names::short_hash;

/// What a row reports, once it is known to be worth an event.
pub(super) struct ReportedRow<'r> {
    pub(super) day: NaiveDate,
    pub(super) label: &'r str,
    pub(super) source: &'r Actor,
    pub(super) target: &'r Actor,
    pub(super) parties: [ActorId; 2],
}

impl ReportedRow<'_> {
    /// Describes the row in a sentence: `Consult: Russia – United States`.
    fn sentence(&self) -> Box<str> {
        let parts = [self.label, ": ", &self.source.title, " – ", &self.target.title];
        parts.concat().into()
    }

    /// Returns a name that all reports of the occurrence share: `visit-2018-06-01`, with a hash if it was not the two
    /// states themselves that met, or if it matters who acted on whom.
    fn name(&self, coding: &Coding) -> String {
        let (source, target) = (self.source.id.as_str(), self.target.id.as_str());
        let date = self.day;
        let mut name = format!("{}-{:04}-{:02}-{:02}", coding.name, date.year(), date.month(), date.day());
        // The same meeting is wanted, whoever proposes it.
        let either_way = coding.mirrored || matches!(coding.kind, CodedType::MeetingProposed(_));
        let are_parties = self.source.id == self.source.party && self.target.id == self.target.party;
        if !(either_way && are_parties) {
            let (first, second) = if either_way && target < source { (target, source) } else { (source, target) };
            let hash = short_hash([first, "\t", second].concat().as_bytes());
            // Writing to a string cannot fail.
            let _ = write!(name, "-{hash:08x}");
        }
        name
    }
}

/// Makes the payload. Returns `None` only if no valid name can be made, which the table's limits rule out.
pub(super) fn payload(coding: &Coding, told: &ReportedRow<'_>) -> Option<Payload> {
    let by = || told.source.id.clone();
    let parties = || told.parties.to_vec();
    let name = || told.name(coding);
    let meeting = || MeetingId::new(&name()).ok();
    let title = told.sentence();
    Some(match coding.kind {
        CodedType::TrackStalled => TrackStalled { reason: Some(title) }.into(),
        CodedType::TrackResumed => TrackResumed { reason: Some(title) }.into(),
        CodedType::MeetingProposed(format) => MeetingProposed {
            meeting: meeting()?,
            title: Some(title),
            by: Some(by()),
            when: None,
            venue: None,
            format,
            mode: None,
            level: coding.level,
            parties: parties(),
        }
        .into(),
        CodedType::MeetingHeld(format) => MeetingHeld {
            meeting: meeting()?,
            title: Some(title),
            when: None,
            venue: None,
            format,
            mode: None,
            level: coding.level,
            parties: parties(),
            outcome: None,
        }
        .into(),
        CodedType::MeetingPostponed => {
            MeetingPostponed { meeting: meeting()?, by: Some(by()), reason: Some(title), until: None }.into()
        }
        CodedType::MeetingCancelled => {
            MeetingCancelled { meeting: meeting()?, by: Some(by()), reason: Some(title) }.into()
        }
        CodedType::ProposalMade => ProposalMade {
            proposal: name().parse().ok()?,
            by: by(),
            summary: title,
            to: vec![told.target.id.clone()],
            deadline: None,
        }
        .into(),
        CodedType::ProposalAnswered(answer) => {
            ProposalAnswered { proposal: name().parse().ok()?, by: by(), answer, summary: Some(title) }.into()
        }
        CodedType::AgreementReached(stage) => AgreementReached {
            agreement: name().parse().ok()?,
            stage,
            summary: Some(title),
            parties: parties(),
            until: None,
        }
        .into(),
        CodedType::AgreementEnded(how) => {
            AgreementEnded { agreement: name().parse().ok()?, how, by: Some(by()), reason: Some(title) }.into()
        }
        CodedType::ExchangeCompleted(of) => {
            ExchangeCompleted { exchange: name().parse().ok()?, of, summary: Some(title), parties: parties() }.into()
        }
        CodedType::MeasureTaken(of, effect) => measure(coding, told, of, effect)?.into(),
        CodedType::StatementMade(stance) => StatementMade { summary: title, stance, about: None }.into(),
    })
}

fn measure(coding: &Coding, told: &ReportedRow<'_>, of: MeasureOf, effect: MeasureEffect) -> Option<MeasureTaken> {
    Some(MeasureTaken {
        measure: told.name(coding).parse().ok()?,
        of,
        effect,
        by: told.source.id.clone(),
        against: vec![told.target.id.clone()],
        effective: None,
        summary: Some(told.sentence()),
    })
}
