//! The picture on a page of HTML, with the same in words beneath it.

use demarche_projection::narrate::date_in_words;

use super::Timeline;
use super::lane::Lane;
use super::svg::{self, title};
use crate::export::page;
use crate::harmless::markup;

pub(super) fn of(timeline: &Timeline) -> String {
    let mut body = format!("<h1>{}</h1>\n<figure>\n{}</figure>\n", markup(&title(timeline)), svg::of(timeline));
    for lane in &timeline.lanes {
        in_words(lane, &mut body);
    }
    page(&title(timeline), &body)
}

fn in_words(lane: &Lane, body: &mut String) {
    let (title, name) = (markup(&lane.title), markup(lane.track.as_str()));
    body.push_str(&format!("<h2>{title} <small>{name}</small></h2>\n<p>{}</p>\n", markup(&lane.sentence)));
    if lane.meetings.is_empty() {
        return;
    }
    body.push_str("<table>\n<tr><th>meeting</th><th>phase</th><th>when</th><th>where</th></tr>\n");
    for meeting in &lane.meetings {
        let when = meeting.when.as_ref().map_or_else(|| "no date".to_owned(), date_in_words);
        let cells = [&*meeting.name, meeting.phase.as_str(), &when, meeting.venue.as_deref().unwrap_or_default()];
        let cells: String = cells.iter().map(|cell| format!("<td>{}</td>", markup(cell))).collect();
        body.push_str(&format!("<tr>{cells}</tr>\n"));
    }
    body.push_str("</table>\n");
}
