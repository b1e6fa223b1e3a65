//! Recording: a form for each type of events, made of the schema; what it would change, before it is entered.

mod fields;
mod given;

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use demarche_core::codec::encode;
use demarche_core::{Event, EventType, TrackId};
use demarche_projection::narrate::clause;
use maud::{Markup, html};

use super::pieces::{in_words, text};
use super::{PageProblem, View, Visit, frame};
use crate::preview::Previewed;
use crate::problem::Problem;
use given::Given;

/// How many tracks are offered by name.
const TRACKS_OFFERED: usize = 1000;

/// The types by what they are about.
const GROUPS: [(&str, &[EventType]); 5] = [
    ("Tracks", &[EventType::TrackOpened, EventType::TrackStalled, EventType::TrackResumed, EventType::TrackConcluded]),
    (
        "Meetings",
        &[
            EventType::MeetingProposed,
            EventType::MeetingScheduled,
            EventType::MeetingRescheduled,
            EventType::MeetingRelocated,
            EventType::MeetingPostponed,
            EventType::MeetingCancelled,
            EventType::MeetingDeclined,
            EventType::MeetingHeld,
        ],
    ),
    (
        "Proposals and agreements",
        &[EventType::ProposalMade, EventType::ProposalAnswered, EventType::AgreementReached, EventType::AgreementEnded],
    ),
    (
        "Issues, exchanges, measures, statements",
        &[
            EventType::IssueRaised,
            EventType::IssueResolved,
            EventType::ExchangeCompleted,
            EventType::MeasureTaken,
            EventType::StatementMade,
        ],
    ),
    (
        "About earlier entries",
        &[EventType::ClaimConfirmed, EventType::ClaimDenied, EventType::ClaimWithdrawn, EventType::EventRetracted],
    ),
];

/// What a type of events is called.
fn name_of(event_type: EventType) -> String {
    in_words(event_type.as_str())
}

/// The types, from which one is chosen.
pub(super) async fn choose(visit: Visit) -> View {
    visit.parameters.only(&["track", "like"])?;
    visit.server.may_record(&visit.viewer)?;
    let address = |event_type: EventType| visit.parameters.at(&format!("/record/{event_type}"));
    let main = html! {
        h1 { "Record" }
        p { "What happened, or what did somebody say?" }
        @for (group, types) in GROUPS {
            section {
                h2 { (group) }
                ul.types {
                    @for event_type in types { li { a href=(address(*event_type)) { (name_of(*event_type)) } } }
                }
            }
        }
    };
    Ok(frame::page(&visit, "Record", &main))
}

fn type_of(word: &str) -> Result<EventType, Problem> {
    let event_type: EventType =
        word.replace('-', "_").parse().map_err(|error| Problem::not_found(format!("{error}")))?;
    if event_type.is_signed() {
        return Err(Problem::not_found(format!(
            "no form makes an {event_type}, which is signed: run `demarche erase`"
        )));
    }
    Ok(event_type)
}

/// The form of a type, filled with what the address gives.
pub(super) async fn form(visit: Visit, Path(word): Path<String>) -> View {
    let event_type = type_of(&word)?;
    let names: Vec<&str> = fields::names(event_type).chain(["like", "id"]).collect();
    visit.parameters.only(&names)?;
    visit.server.may_record(&visit.viewer)?;
    let asked = visit.clone();
    let (given, tracks) = visit
        .server
        .desk
        .blocking(move |desk| {
            let picture = desk.picture();
            let given = Given::of_address(&asked.parameters, event_type, picture.fold(), || desk.new_id())?;
            Ok((given, offered(picture.fold())))
        })
        .await?;
    Ok(frame::page(&visit, &name_of(event_type), &view(&visit, event_type, &given, &tracks, None, &html! {})))
}

fn offered(fold: &demarche_projection::Fold) -> Vec<TrackId> {
    fold.tracks().into_iter().take(TRACKS_OFFERED).cloned().collect()
}

/// Takes a form: shows what it would change, or enters it.
pub(super) async fn submit(visit: Visit, Path(word): Path<String>, body: Bytes) -> Result<Response, PageProblem> {
    let event_type = type_of(&word)?;
    visit.server.may_record(&visit.viewer)?;
    let given = Given::of_form(&body);
    let is_entered = given.value("action") == "enter";
    let (asked, line) = (visit.clone(), given.line(event_type));
    let sent = given.clone();
    let done = visit
        .server
        .desk
        .blocking(move |desk| {
            let tracks = offered(desk.picture().fold());
            let made = crate::api::drafts_of(line.as_bytes(), desk, &asked.viewer);
            let made = made.and_then(|drafts| {
                let rests_on = sent.rests_on(&drafts, desk.picture().fold())?;
                Ok((drafts, rests_on))
            });
            let (drafts, rests_on) = match made {
                Ok(made) => made,
                Err(problem) => return Ok((tracks, Outcome::Refused(problem))),
            };
            if !is_entered {
                return Ok((tracks, Outcome::Shown(Box::new(Previewed::of(desk, drafts)?))));
            }
            Ok(match desk.enter(drafts, &[], &rests_on) {
                Ok(entered) => (tracks, Outcome::Entered(entered.events.into_iter().map(|(event, _)| event).collect())),
                Err(error) => (tracks, Outcome::Refused(error.into())),
            })
        })
        .await?;
    let (tracks, outcome) = done;
    let page = |problem: Option<&Problem>, shown: &Markup| {
        frame::page(&visit, &name_of(event_type), &view(&visit, event_type, &given, &tracks, problem, shown))
    };
    Ok(match outcome {
        Outcome::Refused(problem) => (problem.status, page(Some(&problem), &html! {})).into_response(),
        Outcome::Shown(previewed) => page(None, &would_change(&visit, &previewed)).into_response(),
        Outcome::Entered(events) => match events.first() {
            Some(event) => Redirect::to(&format!("/entries/{}?entered=1", event.id)).into_response(),
            None => Redirect::to("/").into_response(),
        },
    })
}

/// What became of a form.
enum Outcome {
    Refused(Problem),
    Shown(Box<Previewed>),
    Entered(Vec<Event>),
}

fn view(
    visit: &Visit,
    event_type: EventType,
    given: &Given,
    tracks: &[TrackId],
    problem: Option<&Problem>,
    shown: &Markup,
) -> Markup {
    html! {
        nav.crumbs { a href=(visit.parameters.at("/record")) { "Record" } " / " (event_type) }
        h1 { (name_of(event_type)) }
        @if let Some(problem) = problem {
            div.problem role="alert" tabindex="-1" autofocus {
                p { b { (problem.title) } ". " (text(&problem.detail)) }
                p { "Nothing was written; everything that you typed is still here." }
            }
        }
        (shown)
        form.recording method="post" action={ "/record/" (event_type) } data-draft={ (event_type) } {
            input type="hidden" name="id" value=(given.value("id"));
            (fields::all(event_type, given, tracks, problem))
            p.ask {
                button type="submit" name="action" value="show" { "Show what it would change" }
                button.primary type="submit" name="action" value="enter" { "Enter" }
            }
        }
    }
}

/// What a draft would change.
fn would_change(visit: &Visit, previewed: &Previewed) -> Markup {
    let names = &visit.server.desk.names;
    let changes: Vec<_> = previewed.preview.changes().collect();
    html! {
        section.preview role="status" aria-label="What it would change" {
            h2 { "Nothing is entered yet" }
            @for event in &previewed.events {
                p { "It would be entered that " b { (text(&clause(event, names))) } "." }
                details { summary { "As JSON" } pre.line tabindex="0" { (text(&encode(event))) } }
            }
            @if changes.is_empty() { p { "It would change no track." } }
            @for change in &changes {
                p { b { (text(&change.headline())) } }
                @let lines = change.lines(names);
                @if !lines.is_empty() { ul { @for line in &lines { li { (text(line)) } } } }
            }
            @for slip in &previewed.slips { p.warning { (text(&slip.to_string())) } }
            @for finding in &previewed.preview.findings {
                p.warning {
                    span class={ "severity v-" (finding.code.severity()) } { (finding.code.severity()) } " "
                    (text(&finding.message))
                }
            }
            @for warning in &previewed.warnings { p.warning { (text(warning)) } }
        }
    }
}
