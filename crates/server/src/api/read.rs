//! Questions: where tracks stand, why, what changed, what lies ahead, what is strange.

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use demarche_core::{ActorId, Event, EventId, EventType, Instant, TrackId};
use demarche_projection::diff::Change;
use demarche_projection::findings::Finding;
use demarche_projection::query::{Query, Reading, moment};
use demarche_projection::state::{Dossier, TrackState, event_json};
use demarche_projection::stats::Stats;
use demarche_projection::{Along, Fold};

use super::reply::{Answer, Known, Page, array, json};
use crate::descendants::with_descendants;
use crate::desk::{Desk, DeskError, Picture};
use crate::problem::Problem;
use crate::question::{Choice, JudgedAt, Parameters, Question, beginning};
use crate::server::Server;

type Reply = Result<Answer, Problem>;

/// What is asked, beside what a list has of its own.
struct Asked {
    parameters: Parameters,
    question: Question,
    known: Known,
}

impl Asked {
    fn of(query: Option<&str>, headers: &HeaderMap, also: &[&str]) -> Result<Self, Problem> {
        let parameters = Parameters::of(query);
        parameters.only(also)?;
        let question = Question::of(&parameters, JudgedAt::LastEntry)?;
        let known = Known::of(headers, !question.is_now);
        Ok(Self { parameters, question, known })
    }
}

/// Answers from the picture, on a thread that may be busy; not at all if the client knows the answer.
async fn answer(
    server: &Server,
    known: Known,
    make: impl FnOnce(&Desk, &Picture) -> Result<(Vec<u8>, Option<String>), DeskError> + Send + 'static,
) -> Reply {
    let answer = server.desk.blocking(move |desk| {
        let picture = desk.picture();
        if known.is_current(picture.position) {
            return Ok(Answer::new(None, picture.position, &known));
        }
        let (body, next) = make(desk, &picture)?;
        Ok(Answer::new(Some(body), picture.position, &known).followed_by(next))
    });
    Ok(answer.await?)
}

/// Returns the part of a list that is asked for, and where the next part is.
fn part<T>(
    list: impl Iterator<Item = T>,
    page: &Page,
    asked: (&Parameters, &str),
    name: impl Fn(&T) -> String,
) -> (Vec<T>, Option<String>) {
    let mut list = list.peekable();
    let part: Vec<T> = list.by_ref().take(page.limit).collect();
    let last = part.last().filter(|_| list.peek().is_some());
    let next = last.map(|last| asked.0.with("after", &name(last)).at(&format!("/api/v1/{}", asked.1)));
    (part, next)
}

pub(super) async fn tracks(State(server): State<Server>, RawQuery(query): RawQuery, headers: HeaderMap) -> Reply {
    let asked = Asked::of(query.as_deref(), &headers, &["track", "status", "limit", "after"])?;
    let (choice, page) = (Choice::of(&asked.parameters)?, Page::of(&asked.parameters)?);
    answer(&server, asked.known, move |desk, picture| {
        let states = desk.answers.states(picture, &asked.question, desk.now())?;
        let after = page.after.as_deref();
        let chosen = states.iter().filter(|state| {
            choice.admits(&state.track, state.status) && after.is_none_or(|after| state.track.as_str() > after)
        });
        let (part, next) = part(chosen, &page, (&asked.parameters, "tracks"), |state| state.track.to_string());
        let write = |state: &&TrackState, out: &mut Vec<u8>| with_descendants(state, &states).write_json(out);
        Ok((array(part, write), next))
    })
    .await
}

/// One track in full, or with `/why` behind its name the events from which its status follows.
pub(super) async fn track(
    State(server): State<Server>,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Reply {
    let asked = Asked::of(query.as_deref(), &headers, &[])?;
    let (name, is_why) = match path.strip_suffix("/why") {
        Some(name) => (name, true),
        None => (path.as_str(), false),
    };
    let track: TrackId =
        name.parse().map_err(|error| Problem::bad_request(format!("track: {error}")).about("track"))?;
    let found = server.desk.blocking(move |desk| {
        let version = desk.version(&track);
        let picture = desk.picture();
        if asked.known.is_current(picture.position) {
            return Ok(Ok(Answer::new(None, picture.position, &asked.known).of_version(version)));
        }
        let query = asked.question.at(desk.now(), picture.fold().last_recorded());
        let mut body = Vec::new();
        match picture.fold().dossier(&track, &query)? {
            None => return Ok(Err(nothing_of(&track, picture.fold()))),
            Some(dossier) if is_why => json(&dossier.why(&desk.names), &mut body),
            Some(dossier) => json(&dossier.view(&desk.names), &mut body),
        }
        body.push(b'\n');
        Ok(Ok(Answer::new(Some(body), picture.position, &asked.known).of_version(version)))
    });
    found.await?
}

/// The problem of a track of which there is nothing to say.
pub(crate) fn nothing_of(track: &TrackId, fold: &Fold) -> Problem {
    if fold.facts().track_number(track).is_some() {
        return Problem::not_found(format!(
            "there is nothing to say of {track}: no event on it is in bounds, not void, and considered"
        ));
    }
    let nearest = fold.nearest_track(track).map_or_else(String::new, |nearest| format!(": did you mean {nearest}?"));
    Problem::not_found(format!("there is no event on the track {track}{nearest}"))
}

/// Which events are chosen.
struct EventChoice {
    tracks: Choice,
    types: Vec<EventType>,
    who: Vec<ActorId>,
    from: Option<Instant>,
    text: Option<String>,
}

pub(super) async fn events(State(server): State<Server>, RawQuery(query): RawQuery, headers: HeaderMap) -> Reply {
    let also = ["track", "type", "who", "from", "text", "limit", "after"];
    let asked = Asked::of(query.as_deref(), &headers, &also)?;
    let parameters = &asked.parameters;
    let page = Page::of(parameters)?;
    let choice = EventChoice {
        tracks: Choice::of(parameters)?,
        types: parameters.read_all("type", str::parse)?,
        who: parameters.read_all("who", str::parse)?,
        from: parameters.read("from", beginning)?.flatten(),
        text: parameters.one("text").map(str::to_lowercase),
    };
    let after = parameters.read("after", str::parse::<EventId>)?;
    answer(&server, asked.known, move |_, picture| {
        let events = choice.among(picture.fold(), &asked.question.query, after, page.limit + 1)?;
        let (part, next) =
            part(events.into_iter(), &page, (&asked.parameters, "events"), |event: &Event| event.id.to_string());
        Ok((array(part, |event, out| json(&event_json(event), out)), next))
    })
    .await
}

impl EventChoice {
    /// Returns the first events in order, behind one of them.
    fn among(&self, fold: &Fold, query: &Query, after: Option<EventId>, most: usize) -> Result<Vec<Event>, DeskError> {
        let facts = fold.facts();
        let behind = after.and_then(|id| fold.number_of(id)).and_then(|number| facts.fact(number));
        let ends_by = |end: Option<Instant>, instant| end.is_none_or(|end| instant <= end);
        let mut chosen: Vec<_> = facts
            .iter()
            .filter(|(_, fact, spot)| {
                facts.track(spot.track).is_some_and(|track| self.tracks.admits_track(track))
                    && (self.who.is_empty()
                        || facts.actor(fact.who).is_some_and(|who| self.who.iter().any(|by| who.is_within(by))))
                    && (self.types.is_empty() || self.types.contains(&fact.event_type))
                    && self.from.is_none_or(|from| from <= fact.earliest)
                    && ends_by(query.as_of, fact.earliest)
                    && ends_by(query.known_at, fact.recorded)
                    && behind.is_none_or(|behind| behind.cmp_order(fact).is_lt())
            })
            .collect();
        chosen.sort_unstable_by(|(_, one, _), (_, other, _)| one.cmp_order(other));
        let mut events = Vec::new();
        for (number, ..) in chosen {
            if events.len() >= most {
                break;
            }
            let Some(event) = fold.event(number)? else { continue };
            let has_text = |text: &String| event_json(&event).get().to_lowercase().contains(text);
            if self.text.as_ref().is_none_or(has_text) {
                events.push(event);
            }
        }
        Ok(events)
    }
}

pub(super) async fn event(
    State(server): State<Server>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Reply {
    let asked = Asked::of(query.as_deref(), &headers, &[])?;
    let id: EventId = id.parse().map_err(|error| Problem::bad_request(format!("id: {error}")).about("id"))?;
    let found = server.desk.blocking(move |desk| {
        let picture = desk.picture();
        let Some(event) = picture.fold().get(id)? else { return Ok(None) };
        let mut body = Vec::new();
        json(&event_json(&event), &mut body);
        body.push(b'\n');
        Ok(Some(Answer::new(Some(body), picture.position, &asked.known)))
    });
    found.await?.ok_or_else(|| Problem::not_found(format!("there is no event {id}")))
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
    Ok([bound(Some(from)), bound(end("to")?)])
}

pub(super) async fn diff(State(server): State<Server>, RawQuery(query): RawQuery, headers: HeaderMap) -> Reply {
    let asked = Asked::of(query.as_deref(), &headers, &["from", "to", "along", "track", "status", "limit", "after"])?;
    let (choice, page) = (Choice::of(&asked.parameters)?, Page::of(&asked.parameters)?);
    let moments = period(&asked.parameters, &asked.question.query)?;
    answer(&server, asked.known, move |_, picture| {
        let admits = |side: &Option<Dossier>| {
            side.as_ref().is_some_and(|side| choice.admits(&side.state.track, side.state.status))
        };
        let sides = picture.fold().differing(&moments)?;
        let after = page.after.as_deref();
        let changes = sides.iter().filter(|(before, after)| admits(before) || admits(after));
        let changes = changes.filter_map(|(before, after)| Change::between(before.as_ref(), after.as_ref()));
        let changes = changes.filter(|change| after.is_none_or(|after| change.track.as_str() > after));
        let (part, next) =
            part(changes, &page, (&asked.parameters, "diff"), |change: &Change<'_>| change.track.to_string());
        Ok((array(part, |change, out| json(&change.view(), out)), next))
    })
    .await
}

pub(super) async fn compare(State(server): State<Server>, RawQuery(query): RawQuery, headers: HeaderMap) -> Reply {
    let asked = Asked::of(query.as_deref(), &headers, &["track", "status", "only_different", "limit", "after"])?;
    let (choice, page) = (Choice::of(&asked.parameters)?, Page::of(&asked.parameters)?);
    let readings = asked.parameters.read_all("reading", str::parse::<Reading>)?;
    if readings.len() < 2 {
        return Err(
            Problem::bad_request("one reading compares with nothing: give reading at least twice").about("reading")
        );
    }
    let only_different = asked.parameters.one("only_different").is_some_and(|value| value != "false");
    answer(&server, asked.known, move |desk, picture| {
        let query = asked.question.at(desk.now(), picture.fold().last_recorded());
        let of = |reading: &Reading| Query { reading: reading.clone(), ..query.clone() };
        let queries: Vec<Query> = readings.iter().map(of).collect();
        let after = page.after.as_deref();
        let admits = |track: &TrackId| choice.admits_track(track) && after.is_none_or(|after| track.as_str() > after);
        let all = picture.fold().comparisons(&queries, admits)?;
        let chosen = all.iter().filter(|one| {
            one.states.iter().flatten().any(|state| choice.admits(&state.track, state.status))
                && (!only_different || one.differs())
        });
        let (part, next) = part(chosen, &page, (&asked.parameters, "compare"), |one| one.track.to_string());
        Ok((array(part, |one, out| json(&one.view(&queries), out)), next))
    })
    .await
}

pub(super) async fn agenda(State(server): State<Server>, RawQuery(query): RawQuery, headers: HeaderMap) -> Reply {
    let asked = Asked::of(query.as_deref(), &headers, &["track", "until"])?;
    let choice = Choice::of(&asked.parameters)?;
    let until = asked.parameters.read("until", moment)?.flatten();
    answer(&server, asked.known, move |desk, picture| {
        let query = asked.question.at(desk.now(), picture.fold().last_recorded());
        let agenda = picture.fold().agenda(&query, until, |track| choice.admits_track(track))?;
        Ok((array(agenda, |item, out| json(&item.view(), out)), None))
    })
    .await
}

/// Returns what is strange, the gravest first, and of one severity by track.
pub(crate) fn findings_in_order(fold: &Fold, query: &Query) -> Result<Vec<Finding>, DeskError> {
    let mut findings = fold.findings(query)?;
    // Stable, so that those of one severity keep their order.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.code.severity()));
    Ok(findings)
}

pub(super) async fn findings(State(server): State<Server>, RawQuery(query): RawQuery, headers: HeaderMap) -> Reply {
    let asked = Asked::of(query.as_deref(), &headers, &["track"])?;
    let choice = Choice::of(&asked.parameters)?;
    answer(&server, asked.known, move |desk, picture| {
        let query = asked.question.at(desk.now(), picture.fold().last_recorded());
        let findings = findings_in_order(picture.fold(), &query)?.into_iter();
        let chosen = findings.filter(|finding| choice.admits_track(&finding.track));
        Ok((array(chosen, |finding, out| json(&finding.view(), out)), None))
    })
    .await
}

pub(super) async fn stats(State(server): State<Server>, RawQuery(query): RawQuery, headers: HeaderMap) -> Reply {
    let asked = Asked::of(query.as_deref(), &headers, &[])?;
    answer(&server, asked.known, move |_, picture| {
        let mut body = Vec::new();
        json(&Stats::of(picture.fold().facts()), &mut body);
        body.push(b'\n');
        Ok((body, None))
    })
    .await
}
