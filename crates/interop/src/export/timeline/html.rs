//! The picture on an HTML page, with a description in words beneath it.

use demarche_projection::narrate::date_in_words;

use super::Timeline;
use super::lane::Lane;
use super::svg::{self, Setting, title};
use crate::escape::markup;
use crate::export::page;

pub(super) fn of(timeline: &Timeline) -> String {
    let mut page = page::head(&title(timeline), timeline.axis.width);
    let path = match timeline.lanes.as_slice() {
        [lane] => format!(" {}", small(lane)),
        _ => String::new(),
    };
    let heading = markup(&title(timeline));
    page.push_str(&format!(
        "<h1><bdi>{heading}</bdi>{path}</h1>\n<figure>\n{}</figure>\n",
        svg::of(timeline, Setting::UnderHeading)
    ));
    for lane in &timeline.lanes {
        if timeline.lanes.len() > 1 {
            page.push_str(&format!("<h2><bdi>{}</bdi> {}</h2>\n", markup(&lane.title), small(lane)));
        }
        in_words(lane, &mut page);
    }
    page.push_str(page::END);
    page
}

fn small(lane: &Lane) -> String {
    format!("<small>{}</small>", markup(lane.track.as_str()))
}

fn in_words(lane: &Lane, page: &mut String) {
    page.push_str(&format!("<p dir=\"auto\">{}</p>\n", markup(&lane.sentence)));
    if lane.meetings.is_empty() {
        return;
    }
    page.push_str("<table>\n<tr><th>meeting</th><th>phase</th><th>when</th><th>where</th></tr>\n");
    for meeting in &lane.meetings {
        let when = meeting.when.as_ref().map_or_else(|| "no date".to_owned(), date_in_words);
        let cells = [&*meeting.name, meeting.phase.as_str(), &when, meeting.venue.as_deref().unwrap_or_default()];
        let cells: String = cells.iter().map(|cell| format!("<td dir=\"auto\">{}</td>", markup(cell))).collect();
        page.push_str(&format!("<tr>{cells}</tr>\n"));
    }
    page.push_str("</table>\n");
}
