//! The dates of the journal as a calendar, for programs that subscribe to one.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use demarche_interop::export::ics;

use super::Subscription;
use crate::api::{Answer, CALENDAR};
use crate::problem::Problem;
use crate::server::Server;

pub(crate) async fn show(
    State(server): State<Server>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Answer, Problem> {
    let asked = Subscription::of(&CALENDAR, &server, query.as_deref(), &headers)?;
    let body = server.desk.blocking(move |desk| {
        let picture = desk.picture();
        let query = asked.question.at(desk.now(), picture.fold().last_recorded());
        let dossiers = picture.fold().batches(&query).only(|track| asked.choice.admits_track(track));
        let dossiers = dossiers.all(|track, chosen| {
            if track.status().is_some_and(|status| asked.choice.admits(track.name(), status)) {
                chosen.extend(track.dossier()?);
            }
            Ok(())
        })?;
        let mut body = Vec::new();
        let written = ics::write(picture.fold(), &query, dossiers.iter().map(Ok), &desk.names, &mut body);
        Ok(written.map(|_| Answer::of(CALENDAR.answer.0, body, &asked.known)))
    });
    body.await?.map_err(|error| Problem::unwritten(&error))
}
