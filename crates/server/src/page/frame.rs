//! The frame of every view: the head with its links, the two times, the foot.

use demarche_core::Instant;
use maud::{DOCTYPE, Markup, html};

use super::Visit;
use crate::assets;
use crate::viewer::Role;

/// The views of the head, with what they are called.
const VIEWS: [(&str, &str); 5] =
    [("/", "Tracks"), ("/brief", "Brief"), ("/agenda", "Agenda"), ("/check", "Check"), ("/search", "Search")];

/// A view in its frame.
pub(super) fn page(visit: &Visit, title: &str, main: &Markup) -> Markup {
    let trouble = visit.server.desk.trouble();
    document(
        title,
        &html! {
            a.skip href="#main" { "Skip to the content" }
            header.head {
                p.brand { a href=(visit.to("/")) { "Demarche" } }
                nav aria-label="Views" {
                    @for (path, name) in VIEWS {
                        a href=(visit.to(path)) aria-current=[(visit.path == path).then_some("page")] { (name) }
                    }
                    @if visit.viewer.may_record() && !visit.server.options.read_only {
                        a.record href="/record" aria-current=[visit.path.starts_with("/record").then_some("page")] {
                            "Record"
                        }
                    }
                }
                (who(visit))
            }
            (times(visit))
            div #notice role="status" aria-live="polite" {
                @if let Some(trouble) = trouble {
                    p.trouble {
                        "Cut off from the journal; what you see may be old: " (super::pieces::text(&trouble)) "."
                    }
                }
            }
            main #main tabindex="-1" { (main) }
        },
        Some(visit),
    )
}

/// A view without what depends on the journal: a problem, a log-in.
pub(crate) fn bare(title: &str, main: &Markup) -> Markup {
    document(
        title,
        &html! {
            header.head { p.brand { a href="/" { "Demarche" } } }
            main #main { (main) }
        },
        None,
    )
}

fn document(title: &str, body: &Markup, visit: Option<&Visit>) -> Markup {
    let asset = |name: &str| format!("/assets/{name}?v={}", assets::VERSION);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Demarche" }
                link rel="icon" href=(asset("icon.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(asset("demarche.css"));
                script src=(asset("idiomorph.js")) defer {}
                // Not deferred: it says first whether there are sliders, so that nothing moves.
                script src=(asset("demarche.js")) {}
            }
            body data-position=[visit.map(|visit| visit.server.desk.picture().position.to_string())] { (body) }
        }
    }
}

fn who(visit: &Visit) -> Markup {
    html! {
        @if let Some(name) = &visit.viewer.name {
            form.who method="post" action="/logout" {
                span { (name) }
                @if visit.viewer.role == Role::Admin { a href="/users" { "Users" } }
                button type="submit" { "Log out" }
            }
        }
    }
}

/// The two times, the reading and the patience: what every view is asked with.
fn times(visit: &Visit) -> Markup {
    let given = |name: &str| visit.parameters.one(name).unwrap_or_default().to_owned();
    let others = visit.parameters.pairs().iter();
    let own = ["as_of", "known_at", "reading", "patience", "page"];
    let others = others.filter(|(name, _)| !own.contains(&name.as_str()));
    let is_asked = !visit.parameters.of_question().pairs().is_empty();
    html! {
        details.asked {
            summary { (asked_in_words(visit)) }
        form.times #times method="get" action=(visit.path) aria-label="What is asked" {
            @for (name, value) in others { input type="hidden" name=(name) value=(value); }
            (time_field("as_of", "As of", "the world, by then", &given("as_of")))
            (time_field("known_at", "Known at", "the desk, by then", &given("known_at")))
            label.field {
                span { "Reading" }
                input name="reading" list="readings" value=(given("reading")) placeholder="prudent" size="10"
                    autocomplete="off";
            }
            label.field.narrow {
                span { "Patience" }
                input name="patience" value=(given("patience")) placeholder="90 days" size="7" autocomplete="off"
                    title="Days of silence that count as a stall; summit=30 for one kind of track";
            }
            datalist #readings {
                @for (reading, means) in READINGS { option value=(reading) { (means) } }
            }
            p.ask {
                button type="submit" { "Ask" }
                @if is_asked { a href=(reset(visit)) { "Back to now" } }
            }
        }
        }
    }
}

/// What is asked, in a line, for screens on which the fields are folded away.
fn asked_in_words(visit: &Visit) -> String {
    let given = |name: &str| visit.parameters.one(name).unwrap_or("now").to_owned();
    format!("As of {}, known at {}, {}", given("as_of"), given("known_at"), visit.question.query.reading)
}

/// The readings that are offered, with what they mean.
const READINGS: [(&str, &str); 6] = [
    ("prudent", "a claim is set aside where a denial is as good"),
    ("latest", "denials are noted, not weighed"),
    ("on-record", "only what was said on the record"),
    ("grade:B3", "only what has at least this grade"),
    ("who:", "only what this actor said"),
    ("side:", "as this side sees it"),
];

fn reset(visit: &Visit) -> String {
    let mut parameters = visit.parameters.clone();
    for name in ["as_of", "known_at", "today", "reading", "patience"] {
        parameters = parameters.with(name, "");
    }
    parameters.at(&visit.path)
}

/// A field for one of the two times. The script puts a slider beneath it.
fn time_field(name: &str, label: &str, hint: &str, value: &str) -> Markup {
    let id = format!("f-{name}");
    html! {
        div.field.time data-time=(name) {
            label for=(id) { (label) " " span.hint { (hint) } }
            input id=(id) name=(name) value=(value) placeholder="now" size="12" autocomplete="off"
                title="A date such as 2025-10-23, 2025-10 or an instant";
            input.slider type="range" min="0" max="0" value="0" step="1" aria-label={ (label) ", by day" };
            span.slider-day {}
        }
    }
}

/// Says at which day tracks are judged, where that is not the present.
pub(super) fn judged(visit: &Visit, today: Option<Instant>) -> Markup {
    let Some(today) = today else { return html! {} };
    html! {
        p.judged {
            @if visit.question.is_now { "Judged now, at " } @else { "Judged at " }
            time datetime=(today) { (super::pieces::instant(today)) }
            @if visit.question.query.known_at.is_some() { ", with what was known then" }
            ", by the reading " b { (visit.question.query.reading) } "."
        }
    }
}
