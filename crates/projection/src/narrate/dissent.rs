//! Who speaks against the basis of a status, and what they say.

use demarche_core::{Edtf, Event, EventType, Payload, Stance};

use super::dates::date_in_words;
use super::names::{Names, begun, joined};
use super::said::grade;
use crate::dossier::Dossier;
use crate::fold::days;
use crate::fold::details::Details;
use crate::state::{Because, Dispute};

/// The most disputes that are told in a sentence each; of more, only the number is told.
const DISPUTES_TOLD_MAX: usize = 3;

impl Dossier {
    /// Returns a dispute in words: who speaks against what, and why that matters for the status.
    #[must_use]
    pub fn dispute_in_words(&self, dispute: &Dispute, names: &Names) -> Option<String> {
        Some(begun(&self.disputed(dispute, names)?))
    }

    /// Returns a dispute in words, to stand within a sentence.
    pub(super) fn disputed(&self, dispute: &Dispute, names: &Names) -> Option<String> {
        let claim = self.event(dispute.claim)?;
        let weight = if dispute.set_aside { ", which outweighs it" } else { "" };
        Some(match dispute.because {
            Some(Because::Supports) | None => {
                format!("{} {}{weight}", self.denial(dispute, names), self.word_of(claim, names))
            }
            Some(Because::Rival) => {
                format!("{} but {} it{weight}", self.otherwise_says(claim, names), self.denial(dispute, names))
            }
            Some(Because::Decisive) => {
                let weight = if dispute.set_aside { "the denial outweighs it" } else { "this reading sets it aside" };
                format!(
                    "{} {}, which would decide, but {weight}",
                    self.denial(dispute, names),
                    self.word_of(claim, names)
                )
            }
            Some(Because::Objection) => self.objection(claim, names),
        })
    }

    /// Returns who denies the deciding event, and which other disputes bear on it.
    pub(super) fn dissent(&self, decided: &Event, names: &Names) -> Vec<String> {
        let contested = &self.state.contested;
        if contested.is_empty() {
            return vec!["nobody denies it".to_owned()];
        }
        let of_decided = contested.iter().find(|dispute| dispute.claim == decided.id);
        let mut told = Vec::new();
        match of_decided.filter(|dispute| !dispute.denied_by.is_empty()) {
            Some(dispute) => {
                let weight = if dispute.set_aside { "which outweighs it" } else { "which does not outweigh it" };
                told.push(format!("{} it, {weight}", self.denial(dispute, names)));
            }
            // Denying another claim to the same effect amounts to denying this one, and an objection nearly does.
            None if contested
                .iter()
                .any(|other| matches!(other.because, Some(Because::Supports | Because::Objection))) => {}
            None => told.push("nobody denies that".to_owned()),
        }
        let others: Vec<&Dispute> = contested.iter().filter(|dispute| dispute.claim != decided.id).collect();
        // Those who deny both the deciding event and another claim to the same effect are named once.
        let is_told = |dispute: &&Dispute| {
            dispute.because == Some(Because::Supports)
                && of_decided.is_some_and(|first| self.deniers(first, names) == self.deniers(dispute, names))
        };
        let others: Vec<&Dispute> = others.into_iter().filter(|dispute| !is_told(dispute)).collect();
        let lines = others.iter().filter_map(|dispute| self.disputed(dispute, names));
        for line in lines.take(DISPUTES_TOLD_MAX) {
            if !told.contains(&line) {
                told.push(line);
            }
        }
        match others.len().saturating_sub(DISPUTES_TOLD_MAX) {
            0 => {}
            1 => told.push("one more claim on it is disputed".to_owned()),
            more => told.push(format!("{more} more claims on it are disputed")),
        }
        told
    }

    /// Returns who denies a claim, and with which grade: "Peskov (Russia, Kremlin) (B2) denies".
    fn denial(&self, dispute: &Dispute, names: &Names) -> String {
        let denials: Vec<&Event> = dispute.denied_by.iter().filter_map(|id| self.event(*id)).collect();
        let mut deniers: Vec<String> = Vec::new();
        for denial in &denials {
            let denier = format!("{} ({})", names.source(&denial.source), grade(denial.source.grade));
            if !deniers.contains(&denier) {
                deniers.push(denier);
            }
        }
        format!("{} {}", joined(&deniers), if deniers.len() == 1 { "denies" } else { "deny" })
    }

    fn deniers(&self, dispute: &Dispute, names: &Names) -> Vec<String> {
        let denials = dispute.denied_by.iter().filter_map(|id| self.event(*id));
        let mut deniers: Vec<String> = denials.map(|denial| names.source(&denial.source)).collect();
        deniers.sort_unstable();
        deniers.dedup();
        deniers
    }

    fn otherwise_says(&self, claim: &Event, names: &Names) -> String {
        format!(
            "{} ({}) says otherwise, {},",
            names.source(&claim.source),
            grade(claim.source.grade),
            Self::that(claim, names)
        )
    }

    /// Returns what a party says against a meeting.
    fn objection(&self, event: &Event, names: &Names) -> String {
        let (who, grade) = (names.source(&event.source), grade(event.source.grade));
        if let Payload::StatementMade(p) = &event.data {
            let speaks = if p.stance == Some(Stance::Opposed) { "speaks against it" } else { "does not commit to it" };
            return format!("{who} ({grade}) {speaks}: “{}”", p.summary);
        }
        if matches!(event.event_type(), EventType::MeetingDeclined | EventType::TrackStalled) {
            return format!("{who} ({grade}) objects, saying {}", Self::that(event, names));
        }
        format!("{who} ({grade}) {}", self.names_another(event, names))
    }

    /// Returns which other day or place a party names.
    fn names_another(&self, event: &Event, names: &Names) -> String {
        let (own, meeting) = (Details::of(event), self.meeting_of(event));
        let (when, venue) = meeting.map_or((None, None), |meeting| (meeting.when.as_ref(), meeting.venue.as_deref()));
        let is_another = |day: &&Edtf| !days::in_common(Some(day.bounds()), when.map(Edtf::bounds));
        let day = own.when.filter(is_another).map(date_in_words);
        let place = own.venue.filter(|place| venue.is_some_and(|venue| venue != *place));
        match (day, place) {
            (Some(day), Some(place)) => format!("names another day and another place: {day}, {place}"),
            (Some(day), None) => format!("names another day: {day}"),
            (None, Some(place)) => format!("names another place: {place}"),
            (None, None) => format!("says otherwise, {}", Self::that(event, names)),
        }
    }
}
