//! The summary of an entry, which is all that most calendars show: what happens, between whom, and what it is about.

use demarche_core::{ActorId, Event, MeasureEffect, Payload};
use demarche_projection::narrate::{Names, slug_in_words};
use demarche_projection::state::{AheadKind, Dated, Dossier, Meeting, Phase};

use crate::escape::printable;
use crate::export::titles;

/// Returns the summary of a meeting: "Postponed: US and Russia – Third round".
pub(super) fn of_meeting(dossier: &Dossier, meeting: &Meeting, names: &Names) -> String {
    let happens = match meeting.phase {
        Phase::Proposed => Some("Proposed"),
        Phase::Postponed => Some("Postponed"),
        Phase::Cancelled => Some("Cancelled"),
        Phase::Declined => Some("Declined"),
        Phase::Scheduled | Phase::Held => None,
    };
    let name = titles::of_meeting(meeting);
    // A name alone, such as "Round 3", does not tell which talks it belongs to.
    let is_titled = titles::shown(meeting.title.as_deref()).is_some();
    let what = match titles::shown(dossier.state.title.as_deref()) {
        Some(talks) if !is_titled => format!("{name} ({talks})"),
        Some(_) | None => name,
    };
    summary(happens, &whose(&meeting.parties, dossier, names), &what)
}

/// Returns the summary of a deadline, a measure or the end of an agreement: "Answer due: US – Limits for a year more".
/// `by` is the event that gave the date.
pub(super) fn of_date(dossier: &Dossier, dated: &Dated, by: &Event, names: &Names) -> String {
    let name = &*dated.name;
    let (happens, who, what) = match dated.what {
        AheadKind::Meeting => ("Meeting", &[][..], None),
        AheadKind::Deadline => {
            let proposal = dossier.proposals.iter().find(|proposal| proposal.name.as_str() == name);
            let to = proposal.map_or(&[][..], |proposal| &proposal.to);
            ("Answer due", to, proposal.and_then(|proposal| proposal.summary.as_deref()))
        }
        AheadKind::Agreement => {
            let agreement = dossier.agreements.iter().find(|agreement| agreement.name.as_str() == name);
            let parties = if let Payload::AgreementReached(reached) = &by.data { &reached.parties[..] } else { &[] };
            ("Agreement ends", parties, agreement.and_then(|agreement| agreement.summary.as_deref()))
        }
        AheadKind::Measure => measure(by),
    };
    let what = titles::shown(what).map_or_else(|| slug_in_words(name), str::to_owned);
    summary(Some(happens), &whose(who, dossier, names), &what)
}

/// Describes a measure: what it does, whose it is, and its summary.
fn measure(by: &Event) -> (&'static str, &[ActorId], Option<&str>) {
    let Payload::MeasureTaken(taken) = &by.data else { return ("Measure takes effect", &[], None) };
    let is_threat = taken.effect == MeasureEffect::Threatened;
    let happens = if is_threat { "Threat falls due" } else { "Measure takes effect" };
    (happens, std::slice::from_ref(&taken.by), taken.summary.as_deref())
}

/// Names the given actors, or else the parties of the track.
fn whose(named: &[ActorId], dossier: &Dossier, names: &Names) -> String {
    names.heading(if named.is_empty() { &dossier.state.parties } else { named })
}

fn summary(happens: Option<&str>, who: &str, what: &str) -> String {
    let happens = happens.map_or_else(String::new, |happens| format!("{happens}: "));
    let who = if who.is_empty() { String::new() } else { format!("{who} – ") };
    printable(&format!("{happens}{who}{what}")).into_owned()
}
