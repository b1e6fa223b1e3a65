//! Search over titles, summaries, names and sources.

use demarche_core::{Event, TrackId};
use demarche_projection::narrate::clause;
use demarche_projection::state::{TrackState, event_json};
use maud::{Markup, html};

use super::pieces::{entry, question_fields, status, title, track_link};
use super::{View, Visit, frame};
use crate::desk::{Desk, DeskError, Picture};

/// How many tracks and entries are shown.
const SHOWN: usize = 50;

struct Found {
    tracks: Vec<TrackState>,
    events: Vec<Event>,
    is_more: bool,
}

impl Found {
    /// Looks for entries in which every word stands, the youngest first.
    fn of(desk: &Desk, picture: &Picture, visit: &Visit, needle: &str) -> Result<Self, DeskError> {
        let words: Vec<String> = needle.split_whitespace().map(str::to_lowercase).collect();
        let has_all = |text: &str| words.iter().all(|word| text.contains(word));
        let states = desk.answers.states(picture, &visit.question, desk.now())?;
        let names_track = |track: &TrackId, title: Option<&str>| {
            has_all(&format!("{track} {}", title.unwrap_or_default().to_lowercase()))
        };
        let tracks = states.iter().filter(|state| names_track(&state.track, state.title.as_deref()));
        let mut found = Self { tracks: tracks.take(SHOWN).cloned().collect(), events: Vec::new(), is_more: false };
        let fold = picture.fold();
        for number in (0..fold.facts().end()).rev() {
            // The line is looked at before it is read: most have not the first word.
            let line = String::from_utf8_lossy(&fold.line(number)).to_lowercase();
            if line.is_empty() || !words.first().is_some_and(|word| line.contains(word) || line.contains('\\')) {
                continue;
            }
            let Some(event) = fold.event(number)? else { continue };
            if has_all(&event_json(&event).get().to_lowercase()) {
                if found.events.len() == SHOWN {
                    found.is_more = true;
                    break;
                }
                found.events.push(event);
            }
        }
        Ok(found)
    }
}

pub(super) async fn show(visit: Visit) -> View {
    visit.parameters.only(&["q"])?;
    let needle = visit.parameters.one("q").unwrap_or_default().trim().to_owned();
    let found = match needle.is_empty() {
        true => None,
        false => {
            let (asked, needle) = (visit.clone(), needle.clone());
            Some(visit.server.desk.blocking(move |desk| Found::of(desk, &desk.picture(), &asked, &needle)).await?)
        }
    };
    let main = html! {
        h1 { "Search" }
        form.filters role="search" method="get" action="/search" {
            (question_fields(&visit))
            label.field.wide { span { "Words" } input type="search" name="q" value=(needle) autofocus; }
            p.ask { button type="submit" { "Search" } }
        }
        @match found {
            None => p { "Words in titles, summaries, names and sources; an entry must have them all." },
            Some(found) => (results(&visit, &found)),
        }
    };
    Ok(frame::page(&visit, "Search", &main))
}

fn results(visit: &Visit, found: &Found) -> Markup {
    let names = &visit.server.desk.names;
    html! {
        @if found.tracks.is_empty() && found.events.is_empty() { p.nothing { "Nothing was found." } }
        @if !found.tracks.is_empty() {
            h2 { "Tracks" }
            ul { @for state in &found.tracks {
                li {
                    (track_link(visit, &state.track, &title(state))) " " span.path { (state.track) } " "
                    (status(state.status))
                }
            } }
        }
        @if !found.events.is_empty() {
            h2 { "Entries, the youngest first" }
            ol.entries { @for event in &found.events { (entry(visit, event, &clause(event, names), None)) } }
            @if found.is_more { p { "There are more: add a word." } }
        }
    }
}
