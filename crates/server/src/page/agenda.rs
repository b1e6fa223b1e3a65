//! What lies ahead over all tracks, and what is overdue.

use demarche_core::TrackId;
use demarche_projection::narrate::slug_in_words;
use demarche_projection::query::moment;
use demarche_projection::state::AgendaItem;
use maud::{Markup, html};

use super::pieces::{date, question_fields, text, track_link};
use super::track::what_of;
use super::{View, Visit, frame};
use crate::question::track_choice;

pub(super) async fn show(visit: Visit) -> View {
    visit.parameters.only(&["track", "until"])?;
    let choice = track_choice(&visit.parameters)?;
    let until = visit.parameters.read("until", moment)?.flatten();
    let question = visit.question.clone();
    let answered = visit.server.desk.blocking(move |desk| {
        let picture = desk.picture();
        let fold = picture.fold();
        let query = question.at(desk.now(), fold.last_recorded());
        Ok((fold.agenda(&query, until, |track: &TrackId| choice.admits_track(track))?, fold.today(&query)))
    });
    let (agenda, today) = answered.await?;
    let (overdue, ahead): (Vec<&AgendaItem>, Vec<&AgendaItem>) = agenda.iter().partition(|item| item.is_overdue());
    let given = |name: &str| visit.parameters.one(name).unwrap_or_default();
    let main = html! {
        h1 { "Agenda" }
        (frame::judged(&visit, today))
        form.filters method="get" action="/agenda" aria-label="Which dates" {
            (question_fields(&visit))
            label.field {
                span { "Tracks" } input name="track" value=(given("track")) placeholder="us-ru/**" size="14";
            }
            label.field { span { "Until" } input name="until" value=(given("until")) placeholder="2026-12" size="12"; }
            p.ask { button type="submit" { "Show" } a href="/calendar.ics" { "Calendar" } }
        }
        (table(&visit, "Ahead", &ahead, "Nothing lies ahead."))
        (table(&visit, "Overdue", &overdue, "Nothing is overdue."))
    };
    Ok(frame::page(&visit, "Agenda", &main))
}

fn table(visit: &Visit, title: &str, items: &[&AgendaItem], nothing: &str) -> Markup {
    html! {
        section {
            h2 { (title) " (" (items.len()) ")" }
            @if items.is_empty() { p.nothing { (nothing) } } @else {
                div.scroll {
                    table {
                        thead {
                            tr {
                                th scope="col" { "When" }
                                th scope="col" { "What" }
                                th scope="col" { "Name" }
                                th scope="col" { "Venue" }
                                th scope="col" { "Track" }
                            }
                        }
                        tbody {
                            @for item in items {
                                tr {
                                    td data-label="When" { (date(&item.dated.on)) }
                                    td data-label="What" { (what_of(&item.dated)) }
                                    td data-label="Name" {
                                        a href=(visit.to(&format!("/entries/{}", item.dated.set_by))) {
                                            (slug_in_words(&item.dated.name))
                                        }
                                    }
                                    td data-label="Venue" { @if let Some(venue) = &item.dated.venue { (text(venue)) } }
                                    td data-label="Track" { (track_link(visit, &item.track, item.track.as_str())) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
