//! Questions: where tracks stand, what changed, what lies ahead, what is strange.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use demarche_core::{Instant, TrackId};
use demarche_projection::diff::Change;
use demarche_projection::findings::Finding;
use demarche_projection::query::{Query, Reading, moment};
use demarche_projection::state::{AgendaItem, Dossier, TrackState};
use demarche_projection::stats::Stats;
use demarche_projection::{Along, Fold};

use super::operation::{AGENDA, COMPARE, DIFF, FINDINGS, STATS, TRACKS};
use super::reply::{Answer, Asked, Page, answer, array, json, line};
use crate::descendants::with_descendants;
use crate::desk::DeskError;
use crate::problem::Problem;
use crate::question::{Parameters, track_choice};
use crate::server::Server;

type Reply = Result<Answer, Problem>;

pub(super) async fn tracks(State(server): State<Server>, RawQuery(query): RawQuery, headers: HeaderMap) -> Reply {
    let asked = Asked::of(&TRACKS, &server, query.as_deref(), &headers)?;
    let (choice, page) = (track_choice(&asked.parameters)?, Page::of(&asked.parameters)?);
    answer(&server, asked, move |desk, picture, asked| {
        let states = desk.answers.states(picture, &asked.question, desk.now())?;
        let chosen = states
            .iter()
            .filter(|state| choice.admits(&state.track, state.status) && page.is_behind(state.track.as_str()));
        let (part, next) = asked.part(chosen, &page, |state| state.track.to_string());
        let write = |state: &&TrackState, out: &mut Vec<u8>| with_descendants(state, &states).write_json(out);
        Ok((array(part, write), next))
    })
    .await
}

/// The two moments between which something changed.
pub(crate) fn period(parameters: &Parameters, question: &Query) -> Result<[Query; 2], Problem> {
    let along = parameters.read("along", |text| match text {
        "recorded" => Ok(Along::Recorded),
        "occurred" => Ok(Along::Occurred),
        _ => Err(format!("{text:?} is neither recorded nor occurred")),
    })?;
    let end = |name: &str| parameters.read(name, moment).map(Option::flatten);
    let bound = |moment: Option<Instant>| match along.unwrap_or(Along::Recorded) {
        Along::Recorded => Query { known_at: moment.or(question.known_at), ..question.clone() },
        Along::Occurred => Query { as_of: moment.or(question.as_of), ..question.clone() },
    };
    let Some(from) = end("from")? else {
        return Err(Problem::bad_request("from is missing: the moment from which on changes are told").about("from"));
    };
    let to = end("to")?;
    if to.is_some_and(|to| to < from) {
        return Err(Problem::bad_request("from is later than to: nothing can change backwards").about("from"));
    }
    Ok([bound(Some(from)), bound(to)])
}

/// Refuses a bound of the time along which the two moments lie, as the command line does.
pub(crate) fn is_unbounded(parameters: &Parameters) -> Result<(), Problem> {
    let bound = if parameters.one("along") == Some("occurred") { "as_of" } else { "known_at" };
    match parameters.one(bound) {
        None => Ok(()),
        Some(_) => Err(Problem::bad_request(format!(
            "{bound} bounds the time along which from and to go: leave {bound} out, or compare along the other time \
             (along)"
        ))
        .about(bound)),
    }
}

pub(super) async fn diff(State(server): State<Server>, RawQuery(query): RawQuery, headers: HeaderMap) -> Reply {
    let asked = Asked::of(&DIFF, &server, query.as_deref(), &headers)?;
    let (choice, page) = (track_choice(&asked.parameters)?, Page::of(&asked.parameters)?);
    is_unbounded(&asked.parameters)?;
    let moments = period(&asked.parameters, &asked.question.query)?;
    answer(&server, asked, move |desk, picture, asked| {
        let last = picture.fold().last_recorded();
        let moments = moments.map(|query| asked.question.with(query).at(desk.now(), last));
        let admits = |side: &Option<Dossier>| {
            side.as_ref().is_some_and(|side| choice.admits(&side.state.track, side.state.status))
        };
        let sides = picture.fold().differing(&moments)?;
        let changes = sides.iter().filter(|(before, after)| admits(before) || admits(after));
        let changes = changes.filter_map(|(before, after)| Change::between(before.as_ref(), after.as_ref()));
        let changes = changes.filter(|change| page.is_behind(change.track.as_str()));
        let (part, next) = asked.part(changes, &page, |change: &Change<'_>| change.track.to_string());
        Ok((array(part, |change, out| json(&change.view(), out)), next))
    })
    .await
}

pub(super) async fn compare(State(server): State<Server>, RawQuery(query): RawQuery, headers: HeaderMap) -> Reply {
    let asked = Asked::of(&COMPARE, &server, query.as_deref(), &headers)?;
    let (choice, page) = (track_choice(&asked.parameters)?, Page::of(&asked.parameters)?);
    let readings = asked.parameters.read_all("reading", str::parse::<Reading>)?;
    if readings.len() < 2 {
        return Err(
            Problem::bad_request("one reading compares with nothing: give reading at least twice").about("reading")
        );
    }
    let only_different = asked.parameters.flag("only_different")?;
    answer(&server, asked, move |desk, picture, asked| {
        let query = asked.question.at(desk.now(), picture.fold().last_recorded());
        let of = |reading: &Reading| Query { reading: reading.clone(), ..query.clone() };
        let queries: Vec<Query> = readings.iter().map(of).collect();
        let admits = |track: &TrackId| choice.admits_track(track) && page.is_behind(track.as_str());
        let all = picture.fold().comparisons(&queries, admits)?;
        let chosen = all.iter().filter(|one| {
            one.states.iter().flatten().any(|state| choice.admits(&state.track, state.status))
                && (!only_different || one.differs())
        });
        let (part, next) = asked.part(chosen, &page, |one| one.track.to_string());
        Ok((array(part, |one, out| json(&one.view(&queries), out)), next))
    })
    .await
}

pub(super) async fn agenda(State(server): State<Server>, RawQuery(query): RawQuery, headers: HeaderMap) -> Reply {
    let asked = Asked::of(&AGENDA, &server, query.as_deref(), &headers)?;
    let (choice, page) = (track_choice(&asked.parameters)?, Page::of(&asked.parameters)?);
    let (until, skipped) = (asked.parameters.read("until", moment)?.flatten(), page.skipped()?);
    answer(&server, asked, move |desk, picture, asked| {
        let query = asked.question.at(desk.now(), picture.fold().last_recorded());
        let agenda = picture.fold().agenda(&query, until, |track| choice.admits_track(track))?;
        let numbered = (1..).zip(agenda).skip(skipped);
        let (part, next) = asked.part(numbered, &page, |(number, _): &(usize, AgendaItem)| number.to_string());
        Ok((array(part, |(_, item), out| json(&item.view(), out)), next))
    })
    .await
}

/// Returns what is strange, the gravest first, and of one severity by track; judged by a clock, if one is given, what
/// was recorded ahead of it, too.
pub(crate) fn findings_in_order(fold: &Fold, query: &Query, clock: Option<Instant>) -> Result<Vec<Finding>, DeskError> {
    let mut findings = fold.findings(query)?;
    findings.extend(clock.map(|clock| fold.recorded_ahead_of(clock)).into_iter().flatten());
    // Stable, so that those of one severity keep their order.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.code.severity()));
    Ok(findings)
}

pub(super) async fn findings(State(server): State<Server>, RawQuery(query): RawQuery, headers: HeaderMap) -> Reply {
    let asked = Asked::of(&FINDINGS, &server, query.as_deref(), &headers)?;
    let (choice, page) = (track_choice(&asked.parameters)?, Page::of(&asked.parameters)?);
    let skipped = page.skipped()?;
    answer(&server, asked, move |desk, picture, asked| {
        let query = asked.question.at(desk.now(), picture.fold().last_recorded());
        let clock = asked.question.is_now.then(|| desk.now());
        let findings = findings_in_order(picture.fold(), &query, clock)?.into_iter();
        let chosen = findings.filter(|finding| choice.admits_track(&finding.track));
        let numbered = (1..).zip(chosen).skip(skipped);
        let (part, next) = asked.part(numbered, &page, |(number, _): &(usize, Finding)| number.to_string());
        Ok((array(part, |(_, finding), out| json(&finding.view(), out)), next))
    })
    .await
}

pub(super) async fn stats(State(server): State<Server>, RawQuery(query): RawQuery, headers: HeaderMap) -> Reply {
    let asked = Asked::of(&STATS, &server, query.as_deref(), &headers)?;
    answer(&server, asked, move |_, picture, _| Ok((line(&Stats::of(picture.fold().facts())), None))).await
}
