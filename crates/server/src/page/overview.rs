//! All tracks: where each stands, since when, what comes next, who says so and who says otherwise.

use std::cmp::Reverse;

use demarche_core::{ActorId, TrackKind};
use demarche_projection::query::TrackChoice;
use demarche_projection::state::{Status, TrackState};
use maud::{Markup, html};

use super::pieces::{actors, date, question_fields, status, text, title, track_link};
use super::{View, Visit, frame};
use crate::answers::States;
use crate::problem::Problem;
use crate::question::{Parameters, track_choice};

/// How many tracks are shown at once.
const TRACKS_A_PAGE: usize = 200;

/// In which order tracks are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// As a tree, by name.
    Tree,
    /// By status.
    Status,
    /// Those first whose status is the youngest.
    Since,
    /// Those first on which something was said last.
    Activity,
}

const ORDERS: [(Order, &str, &str); 4] = [
    (Order::Tree, "", "tree"),
    (Order::Status, "status", "status"),
    (Order::Since, "since", "newest status"),
    (Order::Activity, "activity", "last activity"),
];

/// Which tracks are shown.
struct Filter {
    choice: TrackChoice,
    party: Option<ActorId>,
    kind: Option<TrackKind>,
    text: Option<String>,
    order: Order,
    page: usize,
}

impl Filter {
    fn of(parameters: &Parameters) -> Result<Self, Problem> {
        let order = |text: &str| {
            let found = ORDERS.iter().find(|(_, word, _)| *word == text);
            found.map(|(order, ..)| *order).ok_or_else(|| format!("{text:?} is no order of tracks"))
        };
        let page = |text: &str| text.parse::<usize>().map_err(|_| format!("{text:?} is no number of a page"));
        Ok(Self {
            choice: track_choice(parameters)?,
            party: parameters.read("party", str::parse)?,
            kind: parameters.read("kind", str::parse)?,
            text: parameters.one("q").map(str::to_lowercase),
            order: parameters.read("sort", order)?.unwrap_or(Order::Tree),
            page: parameters.read("page", page)?.unwrap_or(1).max(1),
        })
    }

    fn admits(&self, state: &TrackState) -> bool {
        let has_text = |needle: &String| {
            state.track.as_str().contains(needle.as_str())
                || state.title.as_deref().is_some_and(|title| title.to_lowercase().contains(needle.as_str()))
        };
        self.choice.admits(&state.track, state.status)
            && self.party.as_ref().is_none_or(|party| state.parties.iter().any(|one| one.is_within(party)))
            && self.kind.is_none_or(|kind| state.kind == Some(kind))
            && self.text.as_ref().is_none_or(has_text)
    }

    fn sort(&self, chosen: &mut [&TrackState]) {
        match self.order {
            Order::Tree => {}
            Order::Status => chosen.sort_by_key(|state| state.status),
            Order::Since => chosen.sort_by_key(|state| Reverse(state.since.earliest())),
            Order::Activity => chosen.sort_by_key(|state| Reverse(state.last_activity.earliest())),
        }
    }
}

pub(super) async fn show(visit: Visit) -> View {
    visit.parameters.only(&["track", "status", "party", "kind", "q", "sort", "page"])?;
    let filter = Filter::of(&visit.parameters)?;
    let question = visit.question.clone();
    let answered = visit.server.desk.blocking(move |desk| {
        let picture = desk.picture();
        let now = desk.now();
        let today = question.at(now, picture.fold().last_recorded()).judged_at(picture.fold().last_recorded());
        Ok((desk.answers.states(&picture, &question, now)?, today, picture.fold().is_empty()))
    });
    let (states, today, is_empty) = answered.await?;
    let mut chosen: Vec<&TrackState> = states.iter().filter(|state| filter.admits(state)).collect();
    filter.sort(&mut chosen);
    let shown = chosen.chunks(TRACKS_A_PAGE).nth(filter.page - 1).unwrap_or_default();
    let main = html! {
        h1 { "Tracks" }
        (frame::judged(&visit, today))
        (filters(&visit, &states, &filter))
        (tally(&visit, &chosen, states.len()))
        @if shown.is_empty() {
            (nothing(&visit, is_empty, states.is_empty()))
        } @else {
            (table(&visit, shown, filter.order))
            (pages(&visit, filter.page, chosen.len()))
        }
    };
    Ok(frame::page(&visit, "Tracks", &main))
}

/// Why no track is shown: the journal is empty, none of its entries counts, or the filter admits none.
fn nothing(visit: &Visit, is_empty: bool, is_silent: bool) -> Markup {
    html! {
        p.nothing {
            @if is_empty {
                "There is no track yet."
                @if visit.viewer.may_record() { " " a href="/record/track_opened" { "Open the first one" } "." }
            } @else if is_silent {
                "No entry counts here: the journal had none by then, or the reading passes over all of them."
            } @else {
                "No track is chosen by this filter."
            }
        }
    }
}

fn filters(visit: &Visit, states: &States, filter: &Filter) -> Markup {
    let given = |name: &str| visit.parameters.one(name).unwrap_or_default().to_owned();
    let mut parties: Vec<&str> = states.iter().flat_map(|state| &state.parties).map(ActorId::as_str).collect();
    parties.sort_unstable();
    parties.dedup();
    html! {
        form.filters method="get" action="/" aria-label="Which tracks" {
            (question_fields(visit))
            label.field { span { "Title or name" } input type="search" name="q" value=(given("q")); }
            label.field {
                span { "Status" }
                select name="status" {
                    option value="" { "any" }
                    @for one in Status::ALL {
                        option value=(one) selected[visit.parameters.one("status") == Some(one.as_str())] { (one) }
                    }
                }
            }
            label.field {
                span { "Kind" }
                select name="kind" {
                    option value="" { "any" }
                    @for kind in TrackKind::ALL {
                        option value=(kind) selected[filter.kind == Some(*kind)] {
                            (kind.to_string().replace('_', " "))
                        }
                    }
                }
            }
            label.field { span { "Party" } input name="party" value=(given("party")) list="parties" size="8"; }
            datalist #parties { @for party in parties.iter().take(500) { option value=(party) {} } }
            label.field {
                span { "Order" }
                select name="sort" {
                    @for (order, word, label) in ORDERS {
                        option value=(word) selected[filter.order == order] { (label) }
                    }
                }
            }
            p.ask { button type="submit" { "Show" } }
        }
    }
}

/// How many tracks have each status; each count chooses them.
fn tally(visit: &Visit, chosen: &[&TrackState], all: usize) -> Markup {
    let count = |status: Status| chosen.iter().filter(|state| state.status == status).count();
    html! {
        p.tally {
            (chosen.len()) @if chosen.len() != all { " of " (all) } " tracks"
            @for (one, count) in Status::ALL.into_iter().map(|one| (one, count(one))).filter(|(_, count)| *count > 0) {
                " " a href=(visit.here_with("status", one.as_str())) { (status(one)) " " (count) }
            }
        }
    }
}

fn table(visit: &Visit, shown: &[&TrackState], order: Order) -> Markup {
    html! {
        div.scroll {
            table.tracks {
                thead {
                    tr {
                        th scope="col" { "Track" }
                        th scope="col" { "Status" }
                        th scope="col" { "Since" }
                        th scope="col" { "Next or last" }
                        th scope="col" { "Says so" }
                        th scope="col" { "Says otherwise" }
                        th scope="col" { "Silent" }
                    }
                }
                tbody { @for state in shown { (row(visit, state, order)) } }
            }
        }
    }
}

fn row(visit: &Visit, state: &TrackState, order: Order) -> Markup {
    let names = &visit.server.desk.names;
    let depth = if order == Order::Tree { state.track.as_str().matches('/').count().min(7) } else { 0 };
    let path = format!("/tracks/{}", state.track);
    html! {
        tr id={ "t-" (state.track) } {
            th scope="row" class={ "track d" (depth) } {
                (track_link(visit, &state.track, &title(state)))
                span.path { (state.track) }
            }
            td data-label="Status" {
                a.plain href={ (visit.to(&path)) "#why" } title="Why?" { (status(state.status)) }
                @if !state.contested.is_empty() {
                    " " a.star href={ (visit.to(&path)) "#disputes" } title="Somebody says otherwise: who?"
                        aria-label="Disputed: who says otherwise?" { "★" }
                }
            }
            td data-label="Since" { (date(&state.since)) }
            td data-label="Next or last" { (next_or_last(state)) }
            td data-label="Says so" { (actors(&state.said_by, names)) }
            td data-label="Otherwise" { (actors(&state.otherwise, names)) }
            td data-label="Silent" { (actors(&state.silent, names)) }
        }
    }
}

fn next_or_last(state: &TrackState) -> Markup {
    html! {
        @if let Some(next) = &state.next {
            "next " @match &next.when { Some(when) => (date(when)), None => "undated" }
            @if let Some(venue) = &next.venue { ", " (text(venue)) }
        } @else if let Some(last) = &state.last {
            "last " @match &last.when { Some(when) => (date(when)), None => "undated" }
            ": " (own_name_of(last.meeting.as_str()))
        } @else if let Some(proposal) = state.open_proposals.first() {
            "unanswered: " (own_name_of(proposal.as_str()))
        }
    }
}

fn own_name_of(slug: &str) -> String {
    demarche_projection::narrate::slug_in_words(slug)
}

fn pages(visit: &Visit, page: usize, count: usize) -> Markup {
    let pages = count.div_ceil(TRACKS_A_PAGE);
    html! {
        @if pages > 1 {
            nav.pages aria-label="Pages" {
                @if page > 1 { a rel="prev" href=(visit.here_with("page", &(page - 1).to_string())) { "Previous" } }
                span { "Page " (page) " of " (pages) }
                @if page < pages { a rel="next" href=(visit.here_with("page", &(page + 1).to_string())) { "Next" } }
            }
        }
    }
}
