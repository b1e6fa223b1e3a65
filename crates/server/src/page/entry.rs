//! One entry, at its permanent address: what was said, what stands against it, and what can be entered about it.

use axum::extract::Path;
use demarche_core::codec::encode;
use demarche_core::{Event, EventId, EventType, Payload};
use demarche_projection::narrate::clause;
use demarche_projection::state::Dossier;
use maud::{Markup, html};

use super::pieces::{self, own_name, text};
use super::{View, Visit, frame};
use crate::problem::Problem;

/// What can be entered about an entry, with what it means.
const ABOUT: [(EventType, &str, &str); 4] = [
    (EventType::ClaimDenied, "Deny", "somebody says that it is not so"),
    (EventType::ClaimConfirmed, "Confirm", "somebody vouches for it"),
    (EventType::ClaimWithdrawn, "Withdraw", "its own source takes it back"),
    (EventType::EventRetracted, "Retract", "the desk's own mistake"),
];

pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> View {
    visit.parameters.only(&["entered"])?;
    let id: EventId = id.parse().map_err(|error| Problem::bad_request(format!("id: {error}")))?;
    let asked = visit.clone();
    let found = visit.server.desk.blocking(move |desk| {
        let picture = desk.picture();
        let fold = picture.fold();
        let Some(event) = fold.get(id)? else { return Ok(None) };
        let query = asked.question.at(desk.now(), fold.last_recorded());
        let dossier = fold.dossier(&event.track, &query)?;
        Ok(Some((event, dossier)))
    });
    let (event, dossier) = found.await?.ok_or_else(|| Problem::not_found(format!("there is no entry {id}")))?;
    let main = html! {
        nav.crumbs aria-label="Tracks above" {
            a href=(visit.to("/")) { "Tracks" } " / "
            (pieces::track_link(&visit, &event.track, &own_name(&event.track))) " / " span.path { (event.track) }
        }
        @if visit.parameters.one("entered").is_some() {
            p.done { "Entered. It is durable in the journal." }
            p { a.button href=(another(&event)) { "Add another from the same source" } }
        }
        h1 { "Entry" }
        (told(&visit, &event, dossier.as_ref()))
        @if visit.viewer.may_record() { (about(&event)) }
        h2 { "As it stands in the journal" }
        pre.line tabindex="0" { (text(&encode(&event))) }
        p { "Permanent address: " a.path href={ "/entries/" (event.id) } { "/entries/" (event.id) } }
    };
    Ok(frame::page(&visit, "Entry", &main))
}

fn told(visit: &Visit, event: &Event, dossier: Option<&Dossier>) -> Markup {
    let names = &visit.server.desk.names;
    let known = dossier.and_then(|dossier| {
        let (_, standing) = dossier.timeline.iter().find(|(other, _)| other.id == event.id)?;
        Some((dossier, *standing))
    });
    html! {
        @match known {
            Some((dossier, standing)) => {
                ol.entries { (pieces::entry(visit, event, &dossier.said(event, names), Some(standing))) }
                @if dossier.state.evidence.contains(&event.id) {
                    p { "The status of the track rests on it: "
                        a href={ (visit.to(&format!("/tracks/{}", event.track))) "#why" }
                        { (pieces::status(dossier.state.status)) } "." }
                }
                (against(visit, event, dossier))
                (erased(visit, event, dossier))
            },
            None => {
                ol.entries { (pieces::entry(visit, event, &clause(event, names), None)) }
                p.standing { "It is void, or out of the bounds that are asked for." }
            }
        }
    }
}

/// Who denies it.
fn against(visit: &Visit, event: &Event, dossier: &Dossier) -> Markup {
    let names = &visit.server.desk.names;
    let disputes = dossier.disputes().filter(|dispute| dispute.claim == event.id);
    let words: Vec<String> = disputes.filter_map(|dispute| dossier.dispute_in_words(dispute, names)).collect();
    html! {
        @if !words.is_empty() {
            h2 { "Who says otherwise" }
            ul { @for line in &words { li { (text(line)) } } }
        }
    }
}

/// Which of its texts were erased, by whom, when and why.
fn erased(visit: &Visit, event: &Event, dossier: &Dossier) -> Markup {
    let names = &visit.server.desk.names;
    let is_redaction = |other: &Event| matches!(&other.data, Payload::EventRedacted(p) if p.event == event.id);
    let redactions = dossier.timeline.iter().map(|(other, _)| other).filter(|other| is_redaction(other));
    let redactions: Vec<&_> = redactions.collect();
    html! {
        @if !redactions.is_empty() {
            h2 { "What was erased" }
            ul {
                @for other in redactions {
                    li {
                        (other.recorded.date()) ": " (text(&names.source(&other.source))) ", "
                        a href={ "/entries/" (other.id) } { (text(&clause(other, names))) }
                    }
                }
            }
        }
    }
}

/// What can be entered about it.
fn about(event: &Event) -> Markup {
    let field = |event_type: EventType| if event_type == EventType::EventRetracted { "event" } else { "claims" };
    html! {
        p.actions {
            @for (event_type, name, means) in ABOUT {
                a.record title=(means)
                    href={ "/record/" (event_type) "?track=" (event.track) "&" (field(event_type)) "=" (event.id) } {
                        (name)
                    }
            }
            a href=(another(event)) { "Another from the same source" }
        }
    }
}

/// The form for another entry of the same source.
fn another(event: &Event) -> String {
    format!("/record?track={}&like={}", event.track, event.id)
}
