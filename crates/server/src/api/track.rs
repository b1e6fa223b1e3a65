//! One track: in full, or the events from which its status follows.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Uri};
use demarche_core::TrackId;
use demarche_projection::Fold;

use super::operation::{TRACK_IN_FULL, WHY};
use super::reply::{Answer, Asked, in_path, line};
use crate::problem::Problem;
use crate::server::Server;

/// Shows one track in full, or with `/why` behind its name the events from which its status follows.
///
/// The slashes of a name may stand as they are, or as `%2F`. So of a track whose last name is `why`, which is
/// `us-ru%2Fwhy`, the last slash has to be written so.
pub(super) async fn show(
    State(server): State<Server>,
    path: Result<Path<String>, PathRejection>,
    address: Uri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Answer, Problem> {
    let path = in_path(path, "track")?;
    let (operation, name) = match path.strip_suffix("/why").filter(|_| address.path().ends_with("/why")) {
        Some(name) => (&WHY, name),
        None => (&TRACK_IN_FULL, path.as_str()),
    };
    let asked = Asked::of(operation, &server, query.as_deref(), &headers)?;
    let is_why = operation.id == WHY.id;
    let track: TrackId =
        name.parse().map_err(|error| Problem::bad_request(format!("track: {error}")).about("track"))?;
    let found = server.desk.blocking(move |desk| {
        let picture = desk.picture();
        let version = picture.version(&track);
        let query = asked.question.at(desk.now(), picture.fold().last_recorded());
        if asked.known.is_current(picture.position) {
            return Ok(Ok(Answer::json(None, picture.position, &asked.known).of_version(version)));
        }
        let body = match picture.fold().dossier(&track, &query)? {
            None => return Ok(Err(nothing_of(&track, picture.fold()))),
            Some(dossier) if is_why => line(&dossier.why(&desk.names)),
            Some(dossier) => line(&dossier.view(&desk.names)),
        };
        Ok(Ok(Answer::json(Some(body), picture.position, &asked.known).of_version(version)))
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
