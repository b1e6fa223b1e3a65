//! One track in full.

use axum::extract::Path;
use demarche_core::{Event, EventId, TrackId};
use demarche_interop::export::timeline::{Options, Timeline};
use demarche_projection::narrate::{date_in_words, slug_in_words};
use demarche_projection::query::Query;
use demarche_projection::state::{Dated, Dossier, Meeting, Standing, Tense};
use maud::{Markup, PreEscaped, html};

use super::pieces::{actors, date, entry, status, text, title, track_link};
use super::{View, Visit, frame};
use crate::descendants::beneath;
use crate::desk::{Desk, DeskError, Picture};
use crate::problem::Problem;

/// What a view of a track is made of.
struct Shown {
    dossier: Dossier,
    picture: String,
    beneath: Vec<demarche_projection::state::TrackState>,
    query: Query,
}

impl Shown {
    /// Returns `None` where the track has entries, and none of them counts under the question.
    fn of(
        desk: &Desk,
        picture: &Picture,
        visit: &Visit,
        track: &TrackId,
    ) -> Result<Result<Option<Self>, Problem>, DeskError> {
        let fold = picture.fold();
        let query = visit.question.at(desk.now(), fold.last_recorded());
        let Some(dossier) = fold.dossier(track, &query)? else {
            let is_known = fold.facts().track_number(track).is_some();
            return Ok(if is_known { Ok(None) } else { Err(crate::api::nothing_of(track, fold)) });
        };
        let options = Options::default();
        let timeline = Timeline::new(fold, &query, |other| other == track, &desk.names, &options)?;
        let states = desk.answers.states(picture, &visit.question, desk.now())?;
        let beneath = beneath(&dossier.state, &states).to_vec();
        Ok(Ok(Some(Self { dossier, picture: timeline.figure("/entries/"), beneath, query })))
    }
}

pub(super) async fn show(visit: Visit, Path(path): Path<String>) -> View {
    visit.parameters.only(&[])?;
    let track: TrackId = path.parse().map_err(|error| Problem::bad_request(format!("track: {error}")))?;
    let (asked, of) = (visit.clone(), track.clone());
    let shown = visit.server.desk.blocking(move |desk| Shown::of(desk, &desk.picture(), &asked, &of)).await??;
    let Some(shown) = shown else { return Ok(nothing(&visit, &track)) };
    let Shown { dossier, picture, beneath, query } = &shown;
    let state = &dossier.state;
    let name = title(state);
    let main = html! {
        (crumbs(&visit, &state.track))
        h1 { (name) " " (status(state.status)) }
        p.sentence { (text(&dossier.sentence(&visit.server.desk.names))) }
        (frame::judged(&visit, Some(query.judged_at(None).unwrap_or(state.today))))
        (actions(&visit, &state.track))
        (facts(&visit, dossier))
        (why(&visit, dossier))
        (disputes(&visit, dossier))
        (ahead(dossier))
        (meetings(&visit, dossier))
        (matters(&visit, dossier))
        section #timeline aria-label="Timeline" {
            h2 { "Timeline" }
            div.picture tabindex="0" { (PreEscaped(picture)) }
        }
        (children(&visit, &state.track, beneath))
        section #entries {
            h2 { "Every entry" }
            ol.entries {
                @for (event, standing) in dossier.timeline.iter().rev() {
                    (entry(&visit, event, &dossier.said(event, &visit.server.desk.names), Some(*standing)))
                }
            }
        }
    };
    Ok(frame::page(&visit, &name, &main))
}

/// A track of which nothing counts: the head is there, so that another moment or reading can be asked for.
fn nothing(visit: &Visit, track: &TrackId) -> Markup {
    let main = html! {
        (crumbs(visit, track))
        h1 { (track) }
        (frame::judged(visit, visit.question.query.judged_at(None)))
        p.nothing {
            "No entry on this track counts here: the journal had none by then, or its entries were retracted, or the \
             reading passes over them."
        }
    };
    frame::page(visit, track.as_str(), &main)
}

/// The tracks above this one.
fn crumbs(visit: &Visit, track: &TrackId) -> Markup {
    let above = track.as_str().match_indices('/').filter_map(|(at, _)| track.as_str().get(..at));
    html! {
        nav.crumbs aria-label="Tracks above" {
            a href=(visit.to("/")) { "Tracks" }
            @for above in above {
                " / " a href=(visit.to(&format!("/tracks/{above}"))) {
                    (slug_in_words(above.rsplit('/').next().unwrap_or(above)))
                }
            }
            " / " span.path { (track) }
        }
    }
}

fn actions(visit: &Visit, track: &TrackId) -> Markup {
    html! {
        p.actions {
            a href="#why" { "Why?" }
            a href="#entries" { "Every entry" }
            a href={ "/calendar.ics?track=" (track) } { "Calendar" }
            a href=(visit.to(&format!("/api/v1/tracks/{track}"))) { "JSON" }
            @if visit.viewer.may_record() {
                a.record href={ "/record?track=" (track) } { "Record on this track" }
            }
        }
    }
}

fn facts(visit: &Visit, dossier: &Dossier) -> Markup {
    let (state, names) = (&dossier.state, &visit.server.desk.names);
    html! {
        dl.facts {
            @if let Some(kind) = state.kind { div { dt { "Kind" } dd { (kind.to_string().replace('_', " ")) } } }
            @if !state.parties.is_empty() { div { dt { "Parties" } dd { (actors(&state.parties, names)) } } }
            @if !state.mediators.is_empty() { div { dt { "Mediators" } dd { (actors(&state.mediators, names)) } } }
            div { dt { "Since" } dd { (date(&state.since)) } }
            @if let Some(next) = &state.next {
                div {
                    dt { "Next" }
                    dd {
                        (slug_in_words(next.meeting.as_str()))
                        @if let Some(when) = &next.when { ", " (date(when)) }
                        @if let Some(venue) = &next.venue { ", " (text(venue)) }
                    }
                }
            }
            @if !state.said_by.is_empty() { div { dt { "Says so" } dd { (actors(&state.said_by, names)) } } }
            @if !state.otherwise.is_empty() { div { dt { "Says otherwise" } dd { (actors(&state.otherwise, names)) } } }
            @if !state.silent.is_empty() { div { dt { "Silent" } dd { (actors(&state.silent, names)) } } }
            div { dt { "Last activity" } dd { (date(&state.last_activity)) } }
            div { dt { "Meetings held" } dd { (state.meetings_held) } }
            div {
                dt { "Entries" } dd {
                    (state.events) " by " (state.sources) @if state.sources == 1 { " speaker" } @else { " speakers" }
                }
            }
        }
    }
}

fn list<'e>(visit: &Visit, dossier: &Dossier, events: impl Iterator<Item = &'e Event>) -> Markup {
    let names = &visit.server.desk.names;
    html! { ol.entries { @for event in events { (entry_unnamed(visit, event, &dossier.said(event, names))) } } }
}

/// An entry that stands on the page a second time, and so without an anchor.
fn entry_unnamed(visit: &Visit, event: &Event, said: &str) -> Markup {
    let names = &visit.server.desk.names;
    html! {
        li.entry {
            p.said { a href=(visit.to(&format!("/entries/{}", event.id))) { (text(said)) } }
            p.about {
                (date_in_words(event.occurred.date())) " · " (text(&names.source(&event.source)))
                @if let Some(grade) = event.source.grade { " · grade " (grade) }
            }
        }
    }
}

fn why(visit: &Visit, dossier: &Dossier) -> Markup {
    html! {
        section #why {
            h2 { "Why" }
            p { "The rule: " (dossier.state.rule.explanation()) "." }
            p { "It rests on:" }
            (list(visit, dossier, dossier.evidence()))
        }
    }
}

fn disputes(visit: &Visit, dossier: &Dossier) -> Markup {
    let names = &visit.server.desk.names;
    let told = dossier.disputes().filter_map(|dispute| Some((dispute, dossier.dispute_in_words(dispute, names)?)));
    let told: Vec<_> = told.collect();
    let other = |standing, title: &str| {
        let events: Vec<&Event> = dossier.with_standing(standing).collect();
        html! { @if !events.is_empty() { h3 { (title) } (list(visit, dossier, events.into_iter())) } }
    };
    html! {
        section #disputes {
            @if !told.is_empty() {
                h2 { "Who says otherwise" }
                ul.disputes {
                    @for (dispute, words) in &told {
                        li {
                            @if dispute.because.is_some() { span.star title="It bears on the status" { "★ " } }
                            (text(words)) " "
                            a href=(entry_address(visit, dispute.claim)) { "The claim" }
                            @for denial in &dispute.denied_by {
                                ", " a href=(entry_address(visit, *denial)) { "a denial" }
                            }
                        }
                    }
                }
            }
            (other(Standing::Withdrawn, "Withdrawn by its own source"))
            (other(Standing::Dropped, "Dropped by the reading"))
        }
    }
}

fn entry_address(visit: &Visit, id: EventId) -> String {
    visit.to(&format!("/entries/{id}"))
}

fn ahead(dossier: &Dossier) -> Markup {
    let of = |tense| dossier.dates.iter().filter(move |dated| dated.tense == tense).collect::<Vec<&Dated>>();
    let part = |title: &str, dates: Vec<&Dated>| {
        html! {
            @if !dates.is_empty() {
                h3 { (title) }
                ul { @for dated in dates { li {
                    (date(&dated.on)) " · " (what_of(dated)) " " b { (slug_in_words(&dated.name)) }
                    @if let Some(venue) = &dated.venue { ", " (text(venue)) }
                } } }
            }
        }
    };
    let (ahead, overdue) = (of(Tense::Ahead), of(Tense::Overdue));
    html! {
        @if !ahead.is_empty() || !overdue.is_empty() {
            section #ahead { h2 { "What is ahead" } (part("Ahead", ahead)) (part("Overdue", overdue)) }
        }
    }
}

/// What has a date.
pub(super) const fn what_of(dated: &Dated) -> &'static str {
    use demarche_projection::state::AheadKind;
    match dated.what {
        AheadKind::Meeting => "meeting",
        AheadKind::Deadline => "answer due",
        AheadKind::Measure => "measure",
        AheadKind::Agreement => "agreement ends",
    }
}

fn meetings(visit: &Visit, dossier: &Dossier) -> Markup {
    html! {
        @if !dossier.meetings.is_empty() {
            section #meetings {
                h2 { "Meetings" }
                @for meeting in &dossier.meetings { (one_meeting(visit, dossier, meeting)) }
            }
        }
    }
}

fn one_meeting(visit: &Visit, dossier: &Dossier, meeting: &Meeting) -> Markup {
    let names = &visit.server.desk.names;
    let name = meeting.title.as_deref().filter(|title| !title.trim().is_empty());
    let name = name.map_or_else(|| slug_in_words(meeting.name.as_str()), |title| text(title).into_owned());
    html! {
        details.matter {
            summary {
                b { (name) } " · " (meeting.phase)
                @if let Some(when) = &meeting.when { " · " (date(when)) }
                @if let Some(venue) = &meeting.venue { ", " (text(venue)) }
                @if let Some(until) = &meeting.until { " · until " (date(until)) }
            }
            ol.entries {
                @for step in &meeting.history {
                    li.entry {
                        p.said {
                            a href=(entry_address(visit, step.event.id)) { (text(&dossier.said(&step.event, names))) }
                        }
                        p.about {
                            (date_in_words(step.event.occurred.date()))
                            @match (step.phase, step.standing) {
                                (Some(phase), _) => { " · " b { (phase) } },
                                (None, Standing::Counting) => "",
                                (None, standing) => { " · " (standing.as_str().replace('_', " ")) },
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Proposals, agreements, issues, exchanges and measures.
fn matters(visit: &Visit, dossier: &Dossier) -> Markup {
    let history = |events: &[std::sync::Arc<Event>]| list(visit, dossier, events.iter().map(|event| &**event));
    let names = &visit.server.desk.names;
    html! {
        @if !dossier.proposals.is_empty() {
            section { h2 { "Proposals" } @for proposal in &dossier.proposals { details.matter {
                summary {
                    b { (slug_in_words(proposal.name.as_str())) } " · "
                    @if proposal.open { "awaits an answer" } @else { "answered" }
                    @if let Some(by) = &proposal.by { " · by " (text(names.short(by))) }
                    @if let Some(deadline) = &proposal.deadline { " · due " (date(deadline)) }
                }
                @if let Some(summary) = &proposal.summary { p { (text(summary)) } }
                (history(&proposal.history))
            } } }
        }
        @if !dossier.agreements.is_empty() {
            section { h2 { "Agreements" } @for agreement in &dossier.agreements { details.matter {
                summary {
                    b { (slug_in_words(agreement.name.as_str())) }
                    @if let Some(stage) = agreement.stage { " · " (stage.to_string().replace('_', " ")) }
                    @if let Some(ended) = agreement.ended { " · " (ended.to_string().replace('_', " ")) }
                    @if let Some(until) = &agreement.until { " · until " (date(until)) }
                }
                @if let Some(summary) = &agreement.summary { p { (text(summary)) } }
                (history(&agreement.history))
            } } }
        }
        @if !dossier.issues.is_empty() {
            section { h2 { "Issues" } @for issue in &dossier.issues { details.matter {
                summary {
                    b {
                        @match issue.title.as_deref() {
                            Some(title) => (text(title)), None => (slug_in_words(issue.name.as_str()))
                        }
                    }
                    " · " @match issue.resolved {
                        Some(extent) => { "resolved: " (extent.to_string().replace('_', " ")) }, None => "unresolved"
                    }
                }
                (history(&issue.history))
            } } }
        }
        @if !dossier.exchanges.is_empty() { section { h2 { "Exchanges" } (history(&dossier.exchanges)) } }
        @if !dossier.measures.is_empty() { section { h2 { "Measures" } (history(&dossier.measures)) } }
    }
}

fn children(visit: &Visit, track: &TrackId, beneath: &[demarche_projection::state::TrackState]) -> Markup {
    html! {
        @if !beneath.is_empty() {
            section #beneath {
                h2 { "Tracks beneath" }
                ul {
                    @for state in beneath.iter().take(200) {
                        li {
                            (track_link(visit, &state.track, &title(state))) " " (status(state.status)) " since "
                            (date(&state.since))
                        }
                    }
                }
                @if beneath.len() > 200 {
                    p { a href=(visit.to_with("/", "track", &format!("{track}/**"))) { "All " (beneath.len()) } }
                }
            }
        }
    }
}
