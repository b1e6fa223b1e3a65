//! The pieces of which views are made.

use std::borrow::Cow;

use demarche_core::{ActorId, Edtf, Event, TrackId};
use demarche_interop::escape::{printable, web_address};
use demarche_projection::narrate::{Names, date_in_words, short_date, slug_in_words};
use demarche_projection::state::{Standing, Status, TrackState};
use maud::{Markup, html};

use super::Visit;

/// Text of an event. Markup is escaped where it is put in; here, what a browser acts on is made visible.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    printable(text)
}

/// The sign of a status: whatever its colour says, its shape says, too.
const fn sign(status: Status) -> &'static str {
    match status {
        Status::Concluded => "■",
        Status::Scheduled => "◆",
        Status::Stalled => "▬",
        Status::Overdue => "▲",
        Status::Postponed => "▷",
        Status::Cancelled => "✕",
        Status::Proposed => "◇",
        Status::Rejected => "⊘",
        Status::Active => "●",
        Status::Open => "○",
    }
}

/// A status in its colour, with its sign.
pub(super) fn status(status: Status) -> Markup {
    html! { span class={ "status s-" (status) } { span.sign aria-hidden="true" { (sign(status)) } (status) } }
}

/// A date, short, with its words beside it.
pub(super) fn date(date: &Edtf) -> Markup {
    html! { time title=(date_in_words(date)) { (short_date(date.as_str())) } }
}

/// What a track is called: its title, else the last part of its name.
pub(super) fn title(state: &TrackState) -> Cow<'_, str> {
    match state.title.as_deref().filter(|title| !title.trim().is_empty()) {
        Some(title) => text(title),
        None => own_name(&state.track).into(),
    }
}

/// The name of a field, a word or a type of events, as people write it: `meeting_held` is “Meeting held”.
pub(super) fn in_words(word: &str) -> String {
    let words = word.replace('_', " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The last part of the name of a track, as words.
pub(super) fn own_name(track: &TrackId) -> String {
    slug_in_words(track.as_str().rsplit('/').next().unwrap_or_default())
}

/// A link to a track.
pub(super) fn track_link(visit: &Visit, track: &TrackId, name: &str) -> Markup {
    html! { a href=(visit.to(&format!("/tracks/{track}"))) { (name) } }
}

/// Actors by their short names, one after the other.
pub(super) fn actors(actors: &[ActorId], names: &Names) -> Markup {
    html! {
        @for (at, actor) in actors.iter().enumerate() {
            @if at > 0 { ", " }
            span title=(actor) { (text(names.short(actor))) }
        }
    }
}

/// Where an event can be read: a link only to the web.
fn citation(cite: &str) -> Markup {
    let address = cite.rsplit(' ').next().and_then(web_address);
    html! {
        @match address {
            Some(address) => a.cite href=(address) rel="noopener noreferrer external" { (text(cite)) },
            None => span.cite { (text(cite)) },
        }
    }
}

/// What the standing of an event means, where it does not simply count.
const fn remark(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Counting => None,
        Standing::SetAside => Some("outweighed by a denial"),
        Standing::Withdrawn => Some("withdrawn by its own source"),
        Standing::Dropped => Some("dropped by the reading"),
        Standing::Housekeeping => Some("correction"),
    }
}

/// An entry: what was said, by whom, when it occurred and when it was recorded, where it can be read.
pub(super) fn entry(visit: &Visit, event: &Event, said: &str, standing: Option<Standing>) -> Markup {
    let names = &visit.server.desk.names;
    let source = &event.source;
    let address = visit.to(&format!("/entries/{}", event.id));
    html! {
        li.entry id={ "e-" (event.id) } {
            p.said { a href=(address) { (text(said)) } }
            p.about {
                span.when title="when it happened or was said" { "of " time { (date_in_words(event.occurred.date())) } }
                " · "
                span.when title="when the desk recorded it" {
                    "recorded " time datetime=(event.recorded) { (instant(event.recorded)) }
                }
                " · "
                span title=(source.who) { (text(&names.source(source))) }
                @if let Some(via) = &source.via { " via " span title=(via) { (text(&names.actor(via))) } }
                ", " (source.attribution.to_string().replace('_', " "))
                @match source.grade {
                    Some(grade) => { " · grade " span.grade title=(grade_in_words(grade)) { (grade) } },
                    None => " · ungraded",
                }
                @if let Some(remark) = standing.and_then(remark) { " · " span.standing { (remark) } }
            }
            @if let Some(cite) = &event.cite { p.about { "Source: " (citation(cite)) } }
            @if let Some(note) = &event.note { p.note { "Note: " (text(note)) } }
        }
    }
}

/// A grade, as the Admiralty code means it.
fn grade_in_words(grade: demarche_core::Grade) -> String {
    let text = grade.to_string();
    let mut chars = text.chars();
    let source = match chars.next() {
        Some('A') => "reliable source",
        Some('B') => "usually reliable source",
        Some('C') => "fairly reliable source",
        Some('D') => "source that is not usually reliable",
        Some('E') => "unreliable source",
        _ => "source that cannot be judged",
    };
    let claim = match chars.next() {
        Some('1') => "confirmed",
        Some('2') => "probably true",
        Some('3') => "possibly true",
        Some('4') => "doubtful",
        Some('5') => "improbable",
        _ => "cannot be judged",
    };
    format!("{source}; {claim}")
}

/// An instant, to the minute, in UTC.
pub(super) fn instant(instant: demarche_core::Instant) -> String {
    instant.date_time().format("%-d %B %Y, %H:%M UTC").to_string()
}

/// The question of a visit as hidden fields, for a form that asks for something else.
pub(super) fn question_fields(visit: &Visit) -> Markup {
    html! {
        @for (name, value) in visit.parameters.of_question().pairs() { input type="hidden" name=(name) value=(value); }
    }
}
