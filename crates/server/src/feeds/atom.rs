//! Changes of status as an Atom feed (RFC 4287), the newest first.
//!
//! There is an entry for each time that the journal began to give a track another status: because somebody entered an
//! event, or because time passed. Its id and its instant stay as they are, whatever is entered later.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Extension, RawQuery, State};
use axum::http::HeaderMap;
use demarche_core::{Instant, TrackId};
use demarche_interop::escape::markup;
use demarche_projection::query::Query;
use demarche_projection::state::Dossier;
use demarche_projection::{Fold, LogChanged};

use super::Subscription;
use super::histories::StatusChange;
use crate::access::Client;
use crate::api::{Answer, FEED};
use crate::desk::Desk;
use crate::problem::Problem;
use crate::question::Parameters;
use crate::server::Server;

pub(crate) async fn show(
    State(server): State<Server>,
    Extension(client): Extension<Client>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Answer, Problem> {
    let asked = Subscription::of(&FEED, &server, query.as_deref(), &headers)?;
    let base = client.base(&headers);
    let histories = Arc::clone(&server.histories);
    let feed = server.desk.blocking(move |desk| {
        histories.ask(desk, &asked.question, |picture, query, recent| {
            let changes = recent.newest(|track| asked.choice.admits_track(track));
            let feed = feed(&changes, query, &base, &asked.parameters, (desk, picture.fold()))?;
            Ok(Answer::of(FEED.answer.0, feed.into_bytes(), &asked.known))
        })
    });
    Ok(feed.await?)
}

fn feed(
    changes: &[(&TrackId, StatusChange)],
    query: &Query,
    base: &str,
    parameters: &Parameters,
    (desk, fold): (&Desk, &Fold),
) -> Result<String, LogChanged> {
    let updated = changes.first().map(|(_, change)| change.spell.from);
    let updated = updated.or(fold.last_recorded()).unwrap_or(Instant::MIN);
    // What an address may have behind its question mark, a URN may have, too.
    let asked = parameters.at("").replacen('?', ":", 1);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    // A reader of feeds shows the entries elsewhere, so their links must not depend on where the feed was.
    let base = markup(base);
    let _ = writeln!(out, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\" xml:base=\"{base}\">");
    element(&mut out, "id", &format!("urn:demarche:statuses{asked}"));
    element(&mut out, "title", "Changes of status");
    element(&mut out, "updated", &updated.to_string());
    out.push_str("<author><name>Demarche</name></author>\n");
    element(&mut out, "generator", "Demarche");
    link(&mut out, "self", &parameters.at(FEED.path));
    link(&mut out, "alternate", &parameters.of_question().at("/"));
    for (track, change) in changes {
        entry(&mut out, (track, change), query, parameters, (desk, fold))?;
    }
    out.push_str("</feed>\n");
    Ok(out)
}

/// Writes an entry: what the journal said when it began to give the status.
fn entry(
    out: &mut String,
    (track, change): (&TrackId, &StatusChange),
    query: &Query,
    parameters: &Parameters,
    (desk, fold): (&Desk, &Fold),
) -> Result<(), LogChanged> {
    let StatusChange { before, spell } = change;
    let then = Query { known_at: Some(spell.from), today: Some(spell.from), ..query.clone() };
    let dossier = fold.dossier(track, &then)?;
    let title = dossier.as_ref().and_then(title).unwrap_or(track.as_str());
    let before = before.map_or_else(|| "new".to_owned(), |before| format!("before: {before}"));
    out.push_str("<entry>\n");
    element(out, "id", &format!("urn:demarche:status:{track}:{}", spell.from));
    element(out, "title", &format!("{title}: {} ({before})", spell.status));
    element(out, "updated", &spell.from.to_string());
    element(out, "published", &spell.from.to_string());
    link(out, "alternate", &parameters.of_question().at(&format!("/tracks/{track}")));
    // Writing to a string cannot fail.
    let _ = writeln!(out, "<category term=\"{}\"/>", spell.status);
    let sentence = dossier.as_ref().map_or_else(String::new, |dossier| dossier.sentence(&desk.names));
    let _ = writeln!(out, "<content type=\"text\">{}</content>", markup(&sentence));
    out.push_str("</entry>\n");
    Ok(())
}

/// Returns the title of a track, unless it is blank.
fn title(dossier: &Dossier) -> Option<&str> {
    dossier.state.title.as_deref().filter(|title| !title.trim().is_empty())
}

fn element(out: &mut String, name: &str, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "<{name}>{}</{name}>", markup(text));
}

fn link(out: &mut String, relation: &str, address: &str) {
    let _ = writeln!(out, "<link rel=\"{relation}\" href=\"{}\"/>", markup(address));
}
