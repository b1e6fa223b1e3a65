//! The events in order, filtered.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use demarche_core::{Event, EventId, TrackPattern};
use demarche_projection::Fold;
use demarche_projection::query::{EventChoice, Query, beginning};
use demarche_projection::state::event_json;

use super::operation::EVENTS;
use super::reply::{Answer, Asked, Page, array, json};
use crate::desk::DeskError;
use crate::problem::Problem;
use crate::question::Parameters;
use crate::server::Server;

/// Which events are wanted.
struct Wanted {
    choice: EventChoice,
    text: Option<String>,
}

pub(super) async fn list(
    State(server): State<Server>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Answer, Problem> {
    let asked = Asked::of(&EVENTS, &server, query.as_deref(), &headers)?;
    let wanted = Wanted::of(&asked.parameters, &asked.question.query)?;
    let page = Page::of(&asked.parameters)?;
    let after = asked.parameters.read("after", str::parse::<EventId>)?;
    let found = server.desk.blocking(move |desk| {
        let picture = desk.picture();
        let (fold, position) = (picture.fold(), picture.position);
        if let Some(after) = after.filter(|after| fold.number_of(*after).is_none()) {
            return Ok(Err(Problem::bad_request(format!("after: there is no event {after}")).about("after")));
        }
        if asked.known.is_current(position) {
            return Ok(Ok(Answer::json(None, position, &asked.known)));
        }
        let events = wanted.among(fold, after, page.limit + 1)?;
        let (part, next) = asked.part(events, &page, |event: &Event| event.id.to_string());
        let body = array(part, |event, out| json(&event_json(event), out));
        Ok(Ok(Answer::json(Some(body), position, &asked.known).followed_by(next)))
    });
    found.await?
}

impl Wanted {
    fn of(parameters: &Parameters, query: &Query) -> Result<Self, Problem> {
        Ok(Self {
            choice: EventChoice {
                tracks: parameters.read_all("track", TrackPattern::new)?,
                types: parameters.read_all("type", str::parse)?,
                who: parameters.read_all("who", str::parse)?,
                from: parameters.read("from", beginning)?.flatten(),
                as_of: query.as_of,
                known_at: query.known_at,
            },
            text: parameters.one("text").map(str::to_lowercase),
        })
    }

    /// Returns the first events in order, behind one of them.
    fn among(&self, fold: &Fold, after: Option<EventId>, most: usize) -> Result<Vec<Event>, DeskError> {
        let facts = fold.facts();
        let behind = after.and_then(|id| fold.number_of(id)).and_then(|number| facts.fact(number));
        let mut chosen = self.choice.among(facts);
        chosen.retain(|(_, fact, _)| behind.is_none_or(|behind| behind.cmp_order(fact).is_lt()));
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
