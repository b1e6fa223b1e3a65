//! What changed between two moments, as a page that stands by itself: to read, to print, to send.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{NaiveTime, TimeDelta};
use demarche_core::Instant;
use demarche_interop::export::digest::Digest;
use demarche_projection::Sides;
use demarche_projection::narrate::period_in_words;
use demarche_projection::state::Dossier;

use super::Subscription;
use crate::api::{Answer, DIGEST, is_unbounded, period};
use crate::desk::Desk;
use crate::problem::Problem;
use crate::server::Server;

/// What the page may do: it has its style within, and nothing else.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");

pub(crate) async fn show(
    State(server): State<Server>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asked = Subscription::of(&DIGEST, &server, query.as_deref(), &headers)?;
    is_unbounded(&asked.parameters)?;
    let from = asked.parameters.one("from").map_or_else(|| yesterday(&server.desk), str::to_owned);
    let moments = period(&asked.parameters.with("from", &from), &asked.question.query)?;
    let page = server.desk.blocking(move |desk| {
        let picture = desk.picture();
        let ends = moments.each_ref().map(|moment| moment.known_at.or(moment.as_of));
        let title = match ends {
            [Some(from), to] => format!("What changed {}", period_in_words(from, to)),
            [None, _] => "What changed".to_owned(),
        };
        // What has no end lasts until now.
        let moments = moments.map(|query| match (query.known_at, query.as_of, query.today) {
            (None, None, None) => {
                let last = picture.fold().last_recorded();
                crate::question::Question { query, is_now: true }.at(desk.now(), last)
            }
            _ => query,
        });
        let admits = |side: &Dossier| asked.choice.admits(&side.state.track, side.state.status);
        let mut sides: Vec<Sides> = picture.fold().differing(&moments)?;
        sides.retain(|(before, after)| before.iter().chain(after).any(admits));
        let digest = Digest::new(&title, sides.into_iter().map(Ok), &desk.names)?;
        Ok(Answer::of(DIGEST.answer.0, digest.html().into_bytes(), &asked.known))
    });
    let mut response = page.await?.into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    Ok(response)
}

/// Returns the day before today: what changed since is what changed today.
fn yesterday(desk: &Desk) -> String {
    let today = desk.now().date().and_time(NaiveTime::MIN).and_utc();
    Instant::new(today - TimeDelta::microseconds(1)).unwrap_or(Instant::MIN).date().to_string()
}
