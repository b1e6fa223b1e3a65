//! The brief: what changed between two moments, to read, to print, to copy.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{NaiveTime, TimeDelta};
use demarche_core::Instant;
use demarche_interop::export::digest::Digest;
use demarche_projection::Sides;
use demarche_projection::diff::Change;
use demarche_projection::query::{Query, TrackChoice};
use maud::{Markup, html};

use super::pieces::{entry, question_fields, text, track_link};
use super::{PageProblem, View, Visit, frame};
use crate::problem::Problem;
use crate::question::track_choice;

/// The moments between which changes are told, and what is chosen of them.
struct Asked {
    from: String,
    to: String,
    moments: [Query; 2],
    choice: TrackChoice,
}

impl Asked {
    fn of(visit: &Visit) -> Result<Self, Problem> {
        visit.parameters.only(&["from", "to", "along", "track", "status"])?;
        let from = visit.parameters.one("from").map_or_else(|| yesterday(visit), str::to_owned);
        let parameters = visit.parameters.with("from", &from);
        Ok(Self {
            from,
            to: visit.parameters.one("to").unwrap_or_default().to_owned(),
            moments: crate::api::period(&parameters, &visit.question.query)?,
            choice: track_choice(&parameters)?,
        })
    }
}

/// The end of yesterday.
fn yesterday(visit: &Visit) -> String {
    let today = visit.server.desk.now().date().and_time(NaiveTime::MIN).and_utc();
    let yesterday = Instant::new(today - TimeDelta::microseconds(1)).unwrap_or(Instant::MIN);
    yesterday.date().to_string()
}

async fn sides(visit: &Visit, asked: &Asked) -> Result<Vec<Sides>, PageProblem> {
    let (question, choice) = (visit.question.clone(), asked.choice.clone());
    let moments = asked.moments.clone();
    let sides = visit.server.desk.blocking(move |desk| {
        let picture = desk.picture();
        let now = question.at(desk.now(), picture.fold().last_recorded()).today;
        // The later moment is the present, unless a bound is set.
        let moments = moments.map(|query| match (query.known_at, query.as_of) {
            (None, None) => Query { today: now, ..query },
            _ => query,
        });
        let sides = picture.fold().differing(&moments)?;
        Ok(sides
            .into_iter()
            .filter(|(before, after)| {
                let admits =
                    |side: &demarche_projection::state::Dossier| choice.admits(&side.state.track, side.state.status);
                before.iter().chain(after).any(admits)
            })
            .collect())
    });
    Ok(sides.await?)
}

pub(super) async fn show(visit: Visit) -> View {
    let asked = Asked::of(&visit)?;
    let sides = sides(&visit, &asked).await?;
    let changes = sides.iter().filter_map(|(before, after)| Change::between(before.as_ref(), after.as_ref()));
    let changes: Vec<Change<'_>> = changes.collect();
    let along = visit.parameters.one("along").unwrap_or("recorded");
    let until = if asked.to.is_empty() { "now" } else { &asked.to };
    let main = html! {
        h1 { "What changed from " (text(&asked.from)) " to " (text(until)) }
        form.filters method="get" action="/brief" aria-label="Between which moments" {
            (question_fields(&visit))
            label.field { span { "From" } input name="from" value=(asked.from) size="12"; }
            label.field { span { "To" } input name="to" value=(asked.to) placeholder="now" size="12"; }
            label.field {
                span { "Along" }
                select name="along" {
                    option value="recorded" selected[along == "recorded"] { "what the desk knew" }
                    option value="occurred" selected[along == "occurred"] { "what had occurred" }
                }
            }
            p.ask { button type="submit" { "Show" } a #since-visit hidden href="#" { "Since my last visit" } }
        }
        p.actions {
            a href=(visit.parameters.with("from", &asked.from).at("/brief.md")) { "As Markdown" }
            button type="button" data-copy=(visit.parameters.with("from", &asked.from).at("/brief.md")) hidden {
                "Copy as Markdown"
            }
            button type="button" data-print hidden { "Print" }
        }
        @if changes.is_empty() { p.nothing { "Nothing changed." } }
        @else { p { (changes.len()) @if changes.len() == 1 { " track changed." } @else { " tracks changed." } } }
        @for change in &changes { (told(&visit, change)) }
    };
    Ok(frame::page(&visit, "Brief", &main))
}

fn told(visit: &Visit, change: &Change<'_>) -> Markup {
    let names = &visit.server.desk.names;
    let dossier = change.after.or(change.before);
    let (new, gone) = change.events();
    html! {
        article.change {
            h2 {
                @match dossier {
                    Some(dossier) => (track_link(visit, change.track, &super::pieces::title(&dossier.state))),
                    None => (change.track),
                }
            }
            p { b { (text(&change.headline())) } }
            @if let Some(after) = change.after { p.sentence { (text(&after.sentence(names))) } }
            @let lines = change.lines(names);
            @if !lines.is_empty() { ul { @for line in &lines { li { (text(line)) } } } }
            @if let (Some(after), false) = (change.after, new.is_empty()) {
                h3 { "Who says so" }
                ol.entries { @for event in &new { (entry(visit, event, &after.said(event, names), None)) } }
            }
            @if let (Some(before), false) = (change.before, gone.is_empty()) {
                h3 { "No longer on record" }
                ol.entries { @for event in &gone { (entry(visit, event, &before.said(event, names), None)) } }
            }
        }
    }
}

/// The brief as Markdown.
pub(super) async fn markdown(visit: Visit) -> Result<Response, PageProblem> {
    let asked = Asked::of(&visit)?;
    let sides = sides(&visit, &asked).await?;
    let until = if asked.to.is_empty() { "now" } else { &asked.to };
    let title = format!("What changed from {} to {until}", asked.from);
    let digest = Digest::new(&title, sides.into_iter().map(Ok), &visit.server.desk.names)
        .map_err(crate::desk::DeskError::from)?;
    Ok(([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], digest.markdown()).into_response())
}
