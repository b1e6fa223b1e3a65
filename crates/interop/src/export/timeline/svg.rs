//! The picture as SVG.

use demarche_core::{Edtf, Instant};
use demarche_projection::narrate::date_in_words;
use demarche_projection::state::{Phase, Status};

use super::Timeline;
use super::draw::{Canvas, Type, px};
use super::lane::{Lane, Mark, Meeting, Span, What};
use super::legend;
use super::rows::{self, LABEL_SIZE, Placed};
use super::style::{DISPUTE, DOUBTED, INK, PALE_INK, RULE, fitted, paint, shape, text_width};
use crate::harmless::markup;

const TOP: f64 = 64.0;
const BAR: f64 = 16.0;
const KNOWN_BAR: f64 = 8.0;
const ROW: f64 = 15.0;
const GAP: f64 = 18.0;
/// How much of a bar is seen beside what is written upon it, at the least: as much as shows its pattern.
const BESIDE: f64 = 12.0;
/// How much wider bold type is.
const BOLD: f64 = 1.15;
const FONTS: &str = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

pub(super) fn of(timeline: &Timeline) -> String {
    let axis = &timeline.axis;
    let mut lanes = Canvas::default();
    let mut y = TOP;
    for lane in &timeline.lanes {
        y = draw_lane(&mut lanes, timeline, lane, y) + GAP;
    }
    let bottom = y;
    let mut over = Canvas::default();
    let height = legend::draw(&mut over, timeline, bottom + 34.0);
    let mut under = Canvas::default();
    under.rect((0.0, 0.0), (axis.width, height), "fill=\"#ffffff\"");
    head(&mut under, timeline);
    grid(&mut under, timeline, bottom);
    let (width, height) = (px(axis.width), px(height));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{FONTS}\" role=\"img\" aria-labelledby=\"title desc\">\n\
         <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n{}{}{}{}</svg>\n",
        markup(&title(timeline)),
        markup(&description(timeline)),
        legend::patterns(),
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

fn description(timeline: &Timeline) -> String {
    let sentences = timeline.lanes.iter().map(|lane| format!("{}: {}", lane.title, lane.sentence));
    sentences.collect::<Vec<_>>().join("\n")
}

/// A day in words.
pub(super) fn day(instant: Instant) -> String {
    Edtf::day(instant.date()).map_or_else(String::new, |day| date_in_words(&day))
}

fn head(canvas: &mut Canvas, timeline: &Timeline) {
    let (left, right) = timeline.axis.edges();
    let title = fitted(&title(timeline), 16.0, right - left).unwrap_or_default();
    canvas.text((left, 24.0), &title, Type::of(16.0, INK).bold());
}

/// The ticks above and below, the lines between them, and the day on which it is judged.
fn grid(canvas: &mut Canvas, timeline: &Timeline, bottom: f64) {
    let axis = &timeline.axis;
    let ticks = axis.ticks();
    for tick in &ticks {
        canvas.line((tick.x, TOP - 12.0), (tick.x, bottom), &format!("stroke=\"{RULE}\""));
    }
    let today = timeline.today.filter(|today| axis.shows(*today)).map(|today| (today, axis.x(today)));
    if let Some((_, x)) = today {
        let style = format!("stroke=\"{INK}\" stroke-dasharray=\"5 3\"");
        canvas.line((x, TOP - 12.0), (x, bottom + 14.0), &style);
    }
    // Labels stand upon the lines.
    for tick in &ticks {
        for y in [TOP - 16.0, bottom + 12.0] {
            canvas.text((tick.x, y), &tick.label, Type::of(LABEL_SIZE, PALE_INK));
        }
    }
    let Some((today, x)) = today else { return };
    let label = format!("as of {}", day(today));
    let (left, right) = axis.edges();
    let half = text_width(&label, LABEL_SIZE) / 2.0 + 8.0;
    let kind = Type { anchor: "middle", ..Type::of(LABEL_SIZE, INK) };
    canvas.text((x.clamp(left + half, right - half), bottom + 25.0), &label, kind);
}

/// Draws a lane, and returns where it ends.
fn draw_lane(canvas: &mut Canvas, timeline: &Timeline, lane: &Lane, top: f64) -> f64 {
    let axis = &timeline.axis;
    let (left, right) = axis.edges();
    canvas.group(&lane.sentence);
    let title = fitted(&lane.title, 12.0, (right - left) / BOLD).unwrap_or_default();
    let room = right - left - text_width(&title, 12.0) * BOLD - 10.0;
    let name = fitted(lane.track.as_str(), LABEL_SIZE, room).unwrap_or_default();
    canvas.heading((left, top + 11.0), (&title, 12.0), (&name, LABEL_SIZE));
    let mut y = top + 17.0;
    for span in &lane.spans {
        draw_span(canvas, timeline, span, y, BAR);
    }
    for mark in &lane.marks {
        draw_dispute(canvas, timeline, mark, y);
    }
    canvas.end_group();
    y += BAR;
    if !lane.known.is_empty() {
        y += 2.0;
        canvas.group("What the journal said at the time");
        for span in &lane.known {
            draw_span(canvas, timeline, span, y, KNOWN_BAR);
        }
        canvas.end_group();
        y += KNOWN_BAR;
    }
    let placed = rows::set(&lane.marks, axis);
    let rows = placed.iter().filter_map(|placed| placed.row).max().map_or(0, |last| last + 1);
    let strokes = placed.iter().any(|placed| placed.row.is_none());
    for placed in &placed {
        // Rows are few.
        let row = placed.row.unwrap_or(rows);
        let middle = y + 10.0 + ROW * f64::from(u8::try_from(row).unwrap_or(u8::MAX));
        draw_meeting(canvas, placed, middle);
    }
    y + ROW * f64::from(u8::try_from(rows + usize::from(strokes)).unwrap_or(u8::MAX)) + 3.0
}

fn draw_span(canvas: &mut Canvas, timeline: &Timeline, span: &Span, y: f64, height: f64) {
    let axis = &timeline.axis;
    let (start, sure, end) = (axis.x(span.start), axis.x(span.sure), axis.x(span.end));
    if !(axis.shows(span.start) || axis.shows(span.end) || start < end) {
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
    label_span(canvas, span.status, (start, sure, end), (y, height));
    canvas.end_group();
}

/// Writes the status upon its bar where there is room, on a ground of its own so that no pattern runs through it.
fn label_span(canvas: &mut Canvas, status: Status, (start, sure, end): (f64, f64, f64), (y, height): (f64, f64)) {
    let width = text_width(status.as_str(), LABEL_SIZE) + 6.0;
    let is_pale = end - sure < width + BESIDE;
    let at = if is_pale { start } else { sure };
    if end - at < width + BESIDE || height < 12.0 {
        return;
    }
    let paint = paint(status);
    let (ground, ink) = if is_pale { ("#ffffff", INK) } else { (paint.ground, paint.text) };
    canvas.rect((at + 2.0, y + 2.0), (width, height - 4.0), &format!("fill=\"{ground}\" rx=\"2\""));
    canvas.text((at + 5.0, y + 11.5), status.as_str(), Type::of(LABEL_SIZE, ink).on_colour());
}

fn draw_dispute(canvas: &mut Canvas, timeline: &Timeline, mark: &Mark, y: f64) {
    let What::Dispute(in_words) = &mark.what else { return };
    let Some(earliest) = mark.earliest.filter(|earliest| timeline.axis.shows(*earliest)) else { return };
    canvas.group(&format!("Disputed: {in_words}"));
    let x = timeline.axis.x(earliest);
    legend::dispute_sign(canvas, (x, y));
    canvas.end_group();
}

fn draw_meeting(canvas: &mut Canvas, placed: &Placed<'_>, y: f64) {
    let mark = placed.mark;
    let What::Meeting(meeting) = &mark.what else { return };
    let Meeting { name, phase, is_disputed, .. } = &**meeting;
    let no_date = || format!("no date; spoken of {}", date_in_words(&meeting.spoken_of));
    let when = meeting.when.as_ref().map_or_else(no_date, date_in_words);
    let disputed = if *is_disputed { ", disputed" } else { "" };
    canvas.group(&format!("{name}: {phase}{disputed}, {when}"));
    if placed.row.is_none() {
        let style = format!("stroke=\"{INK}\" stroke-width=\"1.5\"");
        canvas.line((placed.x, y - 5.0), (placed.x, y + 5.0), &style);
        canvas.end_group();
        return;
    }
    if !mark.is_one_day() {
        draw_range(canvas, placed, y);
    }
    draw_phase(canvas, *phase, (placed.x, y), Day::of(mark));
    if *is_disputed {
        canvas.text((placed.x + 4.0, y - 2.0), "!", Type::of(11.0, DISPUTE).bold());
    }
    if let Some(label) = &placed.label {
        let kind = Type::of(LABEL_SIZE, INK);
        if label.x < placed.right && !label.is_left {
            let size = (text_width(&label.text, LABEL_SIZE) + 4.0, 10.0);
            canvas.rect((label.x - 2.0, y - 5.0), size, "fill=\"#ffffff\"");
        }
        canvas.text((label.x, y + 3.5), &label.text, if label.is_left { kind.ending() } else { kind });
    }
    canvas.end_group();
}

/// A line over all that a date can mean, with an end where it has one: dashed, or dotted where it is no date of the
/// meeting's own.
fn draw_range(canvas: &mut Canvas, placed: &Placed<'_>, y: f64) {
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

/// What is known of the day of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    Given,
    /// It is said to be uncertain or approximate.
    Doubted,
    None,
}

impl Day {
    const fn of(mark: &Mark) -> Self {
        match (mark.is_dated, mark.is_doubtful) {
            (false, _) => Self::None,
            (true, true) => Self::Doubted,
            (true, false) => Self::Given,
        }
    }
}

/// The shape of a phase; grey where the meeting has no date, grey within where its date is doubted.
pub(super) fn draw_phase(canvas: &mut Canvas, phase: Phase, at: (f64, f64), day: Day) {
    let (path, is_filled) = shape(phase);
    let ink = if day == Day::None { PALE_INK } else { INK };
    let fill = match (is_filled, day) {
        (false, Day::Given | Day::None) => "#ffffff",
        (true | false, Day::Doubted) => DOUBTED,
        (true, Day::Given | Day::None) => ink,
    };
    let width = if matches!(phase, Phase::Cancelled | Phase::Declined) { "2.2" } else { "1.6" };
    canvas.shape(path, at, &format!("fill=\"{fill}\" stroke=\"{ink}\" stroke-width=\"{width}\""));
}
