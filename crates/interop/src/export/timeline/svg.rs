//! The picture as SVG.

use demarche_core::{Edtf, EventId, Instant};
use demarche_projection::narrate::date_in_words;
use demarche_projection::state::Phase;

use super::draw::{Canvas, TextStyle, px};
use super::lane::{Lane, LaneMeeting, Mark, MarkKind, StatusSpan};
use super::names::{LaneName, TITLE_SIZE};
use super::rows::{self, Density, LABEL_SIZE, PlacedMark, RowSpace};
use super::style::{BOLD, DISPUTE, DOUBTED, INK, PALE_INK, RULE, fitted, paint, shape, text_width};
use super::words::{self, WordPlace};
use super::{Timeline, legend};
use crate::escape::{markup_in_line, printable};

/// The font size of the heading, in pixels.
const HEADING_SIZE: f64 = 16.0;
/// The top of the time axis beneath a heading, or without one, in pixels.
const TOP: f64 = 62.0;
const TOP_BARE: f64 = 30.0;
/// The height from which ticks are repeated beneath the lanes, in pixels.
const TALL: f64 = 500.0;
const BAR: f64 = 15.0;
const KNOWN_BAR: f64 = 8.0;
const ROW: f64 = 14.0;
const GAP: f64 = 8.0;
const FONTS: &str = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

/// Where a picture stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting<'a> {
    /// Alone, with a heading.
    Alone,
    /// Under a heading.
    UnderHeading,
    /// On a page that has the heading and the style. Its marks lead to the entries, at this address with an id behind
    /// it.
    OnPage(&'a str),
}

/// Draws the picture.
pub(super) fn of(timeline: &Timeline, setting: Setting<'_>) -> String {
    let with_heading = setting == Setting::Alone;
    let axis = &timeline.axis;
    let top = if with_heading { TOP } else { TOP_BARE };
    let mut lanes = Canvas::default();
    let mut y = top;
    for (at, lane) in timeline.lanes.iter().enumerate() {
        if at > 0 {
            let (left, right) = axis.page();
            lanes.line((left, y - GAP / 2.0), (right, y - GAP / 2.0), &format!("stroke=\"{RULE}\""));
        }
        y = draw_lane(&mut lanes, timeline, setting, lane, timeline.names.names.get(at), y) + GAP;
    }
    let bottom = y - GAP / 2.0;
    let mut over = Canvas::default();
    let height = legend::draw(&mut over, timeline, bottom + 22.0);
    let mut under = Canvas::default();
    under.rect((0.0, 0.0), (axis.width, height), "fill=\"#ffffff\"");
    if with_heading {
        head(&mut under, timeline);
    }
    grid(&mut under, timeline, top, bottom);
    let (width, height) = (px(axis.width), px(height));
    // What has links in it is no image.
    let role = if matches!(setting, Setting::OnPage(_)) { "group" } else { "img" };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{FONTS}\" role=\"{role}\" aria-labelledby=\"title desc\">\n\
         <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n{}{}{}{}</svg>\n",
        markup_in_line(&title(timeline)),
        description(timeline),
        legend::patterns(!matches!(setting, Setting::OnPage(_))),
        under.into_body(),
        lanes.into_body(),
        over.into_body()
    )
}

pub(super) fn title(timeline: &Timeline) -> String {
    match timeline.lanes.as_slice() {
        [] => "No tracks".to_owned(),
        [lane] => lane.title.clone(),
        lanes => format!("{} tracks over time", lanes.len()),
    }
}

/// Describes the lanes in words, one line each.
fn description(timeline: &Timeline) -> String {
    let line = |lane: &Lane| markup_in_line(&format!("{} ({}): {}", lane.title, lane.track, lane.sentence));
    timeline.lanes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Formats a day in words.
pub(super) fn day(instant: Instant) -> String {
    Edtf::day(instant.date()).map_or_else(String::new, |day| date_in_words(&day))
}

/// Draws the heading: for a single lane its title, followed by the path of the track.
fn head(canvas: &mut Canvas, timeline: &Timeline) {
    let (left, right) = timeline.axis.page();
    let path = match timeline.lanes.as_slice() {
        [lane] => lane.track.as_str(),
        _ => "",
    };
    let room = right - left - 10.0;
    let beside = text_width(path, LABEL_SIZE).min(room * 0.3);
    let title = fitted(&printable(&title(timeline)), HEADING_SIZE, (room - beside) / BOLD).unwrap_or_default();
    let room = room - text_width(&title, HEADING_SIZE) * BOLD;
    let path = fitted(path, LABEL_SIZE, room).unwrap_or_default();
    canvas.heading((left, 22.0), (&title, HEADING_SIZE), (&path, LABEL_SIZE));
}

/// Draws the ticks, their lines, and the line at `today`, whose label stays clear of the ticks' labels.
fn grid(canvas: &mut Canvas, timeline: &Timeline, top: f64, bottom: f64) {
    let axis = &timeline.axis;
    let ticks = axis.ticks();
    for tick in &ticks {
        canvas.line((tick.x, top - 8.0), (tick.x, bottom), &format!("stroke=\"{RULE}\""));
    }
    let as_of = timeline.today().map(|(today, x)| {
        let label = format!("as of {}", day(today));
        let half = text_width(&label, LABEL_SIZE) / 2.0;
        let (left, right) = axis.page();
        (label, x, x.clamp(left + half, right - half), half)
    });
    if let Some((_, x, ..)) = as_of {
        canvas.line((x, top - 4.0), (x, bottom), &format!("stroke=\"{INK}\" stroke-dasharray=\"5 3\""));
    }
    let is_tall = bottom - top > TALL;
    for tick in &ticks {
        canvas.text((tick.x, top - 12.0), &tick.label, TextStyle::of(LABEL_SIZE, PALE_INK));
        let width = text_width(&tick.label, LABEL_SIZE);
        let is_clear = as_of
            .as_ref()
            .is_none_or(|(.., middle, half)| tick.x + width + 8.0 < middle - half || middle + half + 8.0 < tick.x);
        if is_tall && is_clear {
            canvas.text((tick.x, bottom + 12.0), &tick.label, TextStyle::of(LABEL_SIZE, PALE_INK));
        }
    }
    if let Some((label, _, middle, _)) = &as_of {
        let kind = TextStyle { anchor: "middle", ..TextStyle::of(LABEL_SIZE, INK) };
        canvas.text((*middle, bottom + 12.0), label, kind);
    }
}

/// Draws a lane, and returns its bottom edge.
fn draw_lane(
    canvas: &mut Canvas,
    timeline: &Timeline,
    setting: Setting<'_>,
    lane: &Lane,
    name: Option<&LaneName>,
    top: f64,
) -> f64 {
    let axis = &timeline.axis;
    let today = timeline.today().map(|(_, x)| x);
    let density = Density::of(timeline.lanes.len());
    let mut rows = RowSpace::new(density);
    let (words, placed) = if density.is_dense() {
        let mut placed = rows::set(&lane.marks, axis, today, &mut rows);
        let mut words = words::set(&lane.spans, axis, today, &mut rows);
        words::set_rest(&lane.spans, &mut words, axis, today, &mut rows);
        rows::label_rest(&mut placed, axis, today, &mut rows);
        (words, placed)
    } else {
        // Words go next to their bars; marks go beneath them.
        let mut words = words::set(&lane.spans, axis, today, &mut rows);
        words::set_rest(&lane.spans, &mut words, axis, today, &mut rows);
        (words, rows::set(&lane.marks, axis, today, &mut rows))
    };
    let mut y = top + BAR;
    let known_top = y + 2.0;
    if !lane.known.is_empty() {
        y = known_top + KNOWN_BAR;
    }
    canvas.group(&lane.sentence);
    if let Some(name) = name {
        draw_name(canvas, name, (axis.page().0, top));
    }
    for span in &lane.spans {
        draw_span(canvas, timeline, span, top, BAR);
    }
    for (span, place) in lane.spans.iter().zip(words) {
        if let Some(place) = place {
            draw_word(canvas, span, place, top, middle_of(y, 0), axis.x(span.start));
        }
    }
    for mark in &lane.marks {
        draw_dispute(canvas, timeline, setting, mark, top);
    }
    canvas.end_group();
    if !lane.known.is_empty() {
        canvas.group("What the journal said at the time");
        for span in &lane.known {
            draw_span(canvas, timeline, span, known_top, KNOWN_BAR);
        }
        canvas.end_group();
    }
    for placed in &placed {
        draw_meeting(canvas, setting, placed, middle_of(y, placed.row.unwrap_or(rows.len())));
    }
    let strokes = placed.iter().any(|placed| placed.row.is_none());
    let bottom = middle_of(y, rows.len() + usize::from(strokes)) - ROW / 2.0;
    bottom.max(top + name.map_or(0.0, LaneName::height))
}

/// Returns the middle of a row beneath the bars. Rows are few, so their number fits into a byte.
fn middle_of(bars: f64, row: usize) -> f64 {
    bars + 2.0 + ROW / 2.0 + ROW * f64::from(u8::try_from(row).unwrap_or(u8::MAX))
}

fn draw_name(canvas: &mut Canvas, name: &LaneName, (left, top): (f64, f64)) {
    for (y, line, is_title) in name.lines() {
        let kind = match (is_title, name.is_shared) {
            (true, _) => TextStyle::of(TITLE_SIZE, INK).bold(),
            (false, true) => TextStyle::of(LABEL_SIZE, INK).bold(),
            (false, false) => TextStyle::of(LABEL_SIZE, PALE_INK),
        };
        canvas.text((left + name.indent, top + y), line, kind);
    }
}

fn draw_span(canvas: &mut Canvas, timeline: &Timeline, span: &StatusSpan, y: f64, height: f64) {
    let axis = &timeline.axis;
    let (start, sure, end) = (axis.x(span.start), axis.x(span.sure), axis.x(span.end));
    if !axis.shows_span(span) {
        return;
    }
    let fill = format!("url(#{})", span.status);
    canvas.group(&format!("{} from {}", span.status, day(span.start)));
    if sure - start >= 1.0 {
        let style = format!("fill=\"{fill}\" fill-opacity=\"0.5\" stroke=\"{PALE_INK}\" stroke-dasharray=\"2 2\"");
        canvas.rect((start, y + 0.5), (sure - start, height - 1.0), &style);
    }
    canvas.rect((sure, y), ((end - sure).max(1.5), height), &format!("fill=\"{fill}\""));
    canvas.line((start, y), (start, y + height), "stroke=\"#ffffff\"");
    canvas.end_group();
}

/// Writes the status at its place: on a bar with its own background, so that no pattern runs through it; or beneath a
/// bar, with a line that leads there.
fn draw_word(canvas: &mut Canvas, span: &StatusSpan, place: WordPlace, y: f64, first_row: f64, start: f64) {
    let (word, width, paint) = (span.status.as_str(), words::width(span), paint(span.status));
    let mut upon = |x: f64, ground: &str, ink| {
        canvas.rect((x, y + 2.0), (width, BAR - 4.0), &format!("fill=\"{ground}\" rx=\"2\""));
        canvas.text((x + 3.0, y + 11.0), word, TextStyle::of(LABEL_SIZE, ink).on_colour());
    };
    match place {
        WordPlace::OnBar(x) => upon(x, paint.ground, paint.text),
        WordPlace::OnPale(x) => upon(x, "#ffffff", INK),
        WordPlace::Beside(x) => canvas.text((x + 3.0, y + 11.0), word, TextStyle::of(LABEL_SIZE, INK)),
        WordPlace::Beneath(x, row) => {
            let middle = first_row + ROW * f64::from(u8::try_from(row).unwrap_or(u8::MAX));
            let at = start.max(x);
            canvas.line((at, y + BAR), (at, middle + 3.5), &format!("stroke=\"{PALE_INK}\" stroke-width=\"0.8\""));
            canvas.text((at.min(x) + 3.0, middle + 3.5), word, TextStyle::of(LABEL_SIZE, PALE_INK));
        }
    }
}

fn draw_dispute(canvas: &mut Canvas, timeline: &Timeline, setting: Setting<'_>, mark: &Mark, y: f64) {
    let MarkKind::Dispute { in_words, claim } = &mark.what else { return };
    let Some(earliest) = mark.earliest.filter(|earliest| timeline.axis.shows(*earliest)) else { return };
    let x = timeline.axis.x(earliest);
    setting.entry(canvas, *claim, &format!("Disputed: {in_words}"), |canvas| legend::dispute_sign(canvas, (x, y)));
}

fn draw_meeting(canvas: &mut Canvas, setting: Setting<'_>, placed: &PlacedMark<'_>, y: f64) {
    let MarkKind::Meeting(meeting) = &placed.mark.what else { return };
    let LaneMeeting { name, phase, is_disputed, .. } = &**meeting;
    let no_date = || format!("no date; spoken of {}", date_in_words(&meeting.spoken_of));
    let when = meeting.when.as_ref().map_or_else(no_date, date_in_words);
    let disputed = if *is_disputed { ", disputed" } else { "" };
    let title = format!("{name}: {phase}{disputed}, {when}");
    setting.entry(canvas, meeting.set_by, &title, |canvas| draw_mark(canvas, meeting, placed, y));
}

/// Draws the mark of a meeting and its label.
fn draw_mark(canvas: &mut Canvas, meeting: &LaneMeeting, placed: &PlacedMark<'_>, y: f64) {
    let mark = placed.mark;
    if placed.row.is_none() {
        let style = format!("stroke=\"{INK}\" stroke-width=\"1.5\"");
        canvas.line((placed.x, y - 5.0), (placed.x, y + 5.0), &style);
        return;
    }
    if !mark.is_one_day() {
        draw_range(canvas, placed, y);
    }
    draw_phase(canvas, meeting.phase, (placed.x, y), DayCertainty::of(mark));
    if meeting.is_disputed {
        canvas.text((placed.x + 4.0, y - 2.0), "!", TextStyle::of(11.0, DISPUTE).bold());
    }
    if let Some(label) = &placed.label {
        let kind = TextStyle::of(LABEL_SIZE, INK);
        if label.x < placed.right && !label.is_left {
            let size = (text_width(&label.text, LABEL_SIZE) + 4.0, 10.0);
            canvas.rect((label.x - 2.0, y - 5.0), size, "fill=\"#ffffff\"");
        }
        canvas.text((label.x, y + 3.5), &label.text, if label.is_left { kind.ending() } else { kind });
    }
}

impl Setting<'_> {
    /// Draws what stands for an entry, as a group with a title, and where entries have addresses, as a link.
    fn entry(self, canvas: &mut Canvas, id: EventId, title: &str, draw: impl FnOnce(&mut Canvas)) {
        if let Self::OnPage(entries) = self {
            canvas.link(&format!("{entries}{id}"));
        }
        canvas.group(title);
        draw(canvas);
        canvas.end_group();
        if matches!(self, Self::OnPage(_)) {
            canvas.end_link();
        }
    }
}

/// Draws a line over all that a date can mean, with ticks where it ends: dashed, or dotted if the meeting has no date
/// of its own.
fn draw_range(canvas: &mut Canvas, placed: &PlacedMark<'_>, y: f64) {
    let dashes = if placed.mark.is_dated { "4 2" } else { "1 2.5" };
    let style = format!("stroke=\"{INK}\" stroke-width=\"1.2\" stroke-dasharray=\"{dashes}\"");
    canvas.line((placed.left, y), (placed.right, y), &style);
    let end = format!("stroke=\"{INK}\" stroke-width=\"1.2\"");
    for (x, bound) in [(placed.left, placed.mark.earliest), (placed.right, placed.mark.latest)] {
        if bound.is_some() && placed.right - placed.left > 4.0 {
            canvas.line((x, y - 3.5), (x, y + 3.5), &end);
        }
    }
}

/// What is known about the day of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayCertainty {
    Given,
    /// The date is marked as uncertain or approximate.
    Doubted,
    None,
}

impl DayCertainty {
    const fn of(mark: &Mark) -> Self {
        match (mark.is_dated, mark.is_doubtful) {
            (false, _) => Self::None,
            (true, true) => Self::Doubted,
            (true, false) => Self::Given,
        }
    }
}

/// Draws the shape of a phase: grey if the meeting has no date, filled with grey if its date is doubted.
pub(super) fn draw_phase(canvas: &mut Canvas, phase: Phase, at: (f64, f64), day: DayCertainty) {
    let (path, is_filled) = shape(phase);
    let ink = if day == DayCertainty::None { PALE_INK } else { INK };
    let fill = match (is_filled, day) {
        (false, DayCertainty::Given | DayCertainty::None) => "#ffffff",
        (true | false, DayCertainty::Doubted) => DOUBTED,
        (true, DayCertainty::Given | DayCertainty::None) => ink,
    };
    let width = if matches!(phase, Phase::Cancelled | Phase::Declined) { "2.2" } else { "1.6" };
    canvas.shape(path, at, &format!("fill=\"{fill}\" stroke=\"{ink}\" stroke-width=\"{width}\""));
}
