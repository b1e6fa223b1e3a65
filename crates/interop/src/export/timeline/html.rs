//! The picture on a page of HTML, with the same in words beneath it.

use demarche_projection::TrackState;
use demarche_projection::narrate::date_in_words;

use super::Timeline;
use super::svg::{self, title, track_title};
use crate::export::page;
use crate::harmless::markup;

pub(super) fn of(timeline: &Timeline<'_, '_>) -> String {
    let mut body = format!("<h1>{}</h1>\n<figure>\n{}</figure>\n", markup(&title(timeline)), svg::of(timeline));
    for lane in &timeline.lanes {
        in_words(lane.state, &mut body);
    }
    page(&title(timeline), &body)
}

fn in_words(state: &TrackState<'_>, body: &mut String) {
    let (title, name) = (markup(&track_title(state)), markup(state.track.as_str()));
    body.push_str(&format!("<h2>{title} <small>{name}</small></h2>\n<p>{}</p>\n", markup(&state.sentence())));
    if state.meetings.is_empty() {
        return;
    }
    body.push_str("<table>\n<tr><th>meeting</th><th>phase</th><th>when</th><th>where</th></tr>\n");
    for meeting in &state.meetings {
        let name = meeting.title.unwrap_or(meeting.name.as_str());
        let when = meeting.when.map_or_else(|| "no date".to_owned(), date_in_words);
        let cells = [name, meeting.phase.as_str(), &when, meeting.venue.unwrap_or_default()];
        let cells: String = cells.iter().map(|cell| format!("<td>{}</td>", markup(cell))).collect();
        body.push_str(&format!("<tr>{cells}</tr>\n"));
    }
    body.push_str("</table>\n");
}
