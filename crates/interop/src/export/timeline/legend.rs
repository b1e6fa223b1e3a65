//! The legend of colours, patterns, shapes and lines; also defines the patterns.

use demarche_projection::state::Status;

use super::Timeline;
use super::draw::{Canvas, TextStyle};
use super::rows::LABEL_SIZE;
use super::style::{DISPUTE, INK, PALE_INK, PHASES, paint, text_width};
use super::svg::{DayCertainty, draw_phase};

const LINE: f64 = 17.0;

/// The style that gives text a pale outline.
const RIM: &str = ".rim{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}";

/// Returns the definitions of the patterns, one for each status.
pub(super) fn patterns(with_style: bool) -> String {
    let pattern = |status: Status| {
        let paint = paint(status);
        let lines = if paint.lines.is_empty() {
            String::new()
        } else {
            format!("<path d=\"{}\" stroke=\"#000000\" stroke-opacity=\"0.45\" fill=\"none\"/>", paint.lines)
        };
        format!(
            "<pattern id=\"{status}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">\
             <rect width=\"8\" height=\"8\" fill=\"{}\"/>{lines}</pattern>\n",
            paint.ground
        )
    };
    let style = if with_style { format!("<style>{RIM}</style>\n") } else { String::new() };
    format!("<defs>\n{style}{}</defs>\n", Status::ALL.map(pattern).concat())
}

/// Draws the sign of a dispute above a bar.
pub(super) fn dispute_sign(canvas: &mut Canvas, (x, y): (f64, f64)) {
    let style = format!("fill=\"#ffffff\" stroke=\"{DISPUTE}\" stroke-width=\"1.6\" stroke-linejoin=\"round\"");
    canvas.shape("M0 6L-6 -5H6Z", (x, y), &style);
    canvas.text((x - 1.6, y + 3.0), "!", TextStyle::of(8.0, DISPUTE).bold().on_colour());
}

/// The position of the next entry in the legend.
struct Pen {
    x: f64,
    y: f64,
    left: f64,
    right: f64,
}

impl Pen {
    /// Reserves space for a sign and its words, on the next line if this one is full.
    fn entry(&mut self, canvas: &mut Canvas, sign: f64, words: &str) -> (f64, f64) {
        let width = sign + 6.0 + text_width(words, LABEL_SIZE) + 14.0;
        if self.x > self.left && self.x + width > self.right {
            self.x = self.left;
            self.y += LINE;
        }
        let at = (self.x, self.y);
        canvas.text((at.0 + sign + 6.0, at.1 + 3.5), words, TextStyle::of(LABEL_SIZE, INK));
        self.x += width;
        at
    }

    fn next_line(&mut self) {
        if self.x > self.left {
            self.x = self.left;
            self.y += LINE;
        }
    }
}

/// Draws the legend of everything that occurs, from `top` downwards, and returns the height of the whole picture.
pub(super) fn draw(canvas: &mut Canvas, timeline: &Timeline, top: f64) -> f64 {
    let (left, right) = timeline.axis.page();
    canvas.line((left, top), (right, top), &format!("stroke=\"{PALE_INK}\" stroke-width=\"0.5\""));
    let mut pen = Pen { x: left, y: top + 16.0, left, right };
    let lanes = &timeline.lanes;
    let spans = || lanes.iter().flat_map(|lane| lane.spans.iter().chain(&lane.known));
    for status in Status::ALL.into_iter().filter(|status| spans().any(|span| span.status == *status)) {
        let (x, y) = pen.entry(canvas, 22.0, status.as_str());
        canvas.rect((x, y - 6.0), (22.0, 12.0), &format!("fill=\"url(#{status})\""));
    }
    if spans().any(|span| span.sure > span.start) {
        let (x, y) = pen.entry(canvas, 22.0, "began some time in here");
        let style = format!("fill=\"#e4e4e4\" fill-opacity=\"0.5\" stroke=\"{PALE_INK}\" stroke-dasharray=\"2 2\"");
        canvas.rect((x, y - 6.0), (22.0, 12.0), &style);
    }
    if lanes.iter().any(|lane| !lane.known.is_empty()) {
        let (x, y) = pen.entry(canvas, 22.0, "lower bar: what the journal said at the time");
        canvas.rect((x, y - 3.0), (22.0, 6.0), "fill=\"#888888\"");
    }
    meetings(canvas, timeline, &mut pen);
    pen.next_line();
    pen.y
}

fn meetings(canvas: &mut Canvas, timeline: &Timeline, pen: &mut Pen) {
    let marks = || timeline.lanes.iter().flat_map(|lane| &lane.marks);
    for phase in PHASES.into_iter().filter(|phase| marks().any(|mark| mark.phase() == Some(*phase))) {
        let (x, y) = pen.entry(canvas, 12.0, &format!("meeting {phase}"));
        draw_phase(canvas, phase, (x + 6.0, y), DayCertainty::Given);
    }
    if let Some(phase) = marks().filter(|mark| mark.is_dated && mark.is_doubtful).find_map(|mark| mark.phase()) {
        let (x, y) = pen.entry(canvas, 12.0, "grey within: the date is doubted");
        draw_phase(canvas, phase, (x + 6.0, y), DayCertainty::Doubted);
    }
    let is_meeting = |mark: &&super::lane::Mark| mark.phase().is_some();
    let line = |canvas: &mut Canvas, pen: &mut Pen, dashes: &str, words: &str| {
        let (x, y) = pen.entry(canvas, 24.0, words);
        let style = format!("stroke=\"{INK}\" stroke-width=\"1.2\" stroke-dasharray=\"{dashes}\"");
        canvas.line((x, y), (x + 24.0, y), &style);
        (x + 12.0, y)
    };
    if marks().filter(is_meeting).any(|mark| mark.is_dated && !mark.is_one_day()) {
        line(canvas, pen, "4 2", "some day in here, or all of it");
    }
    if let Some(phase) = marks().filter(|mark| !mark.is_dated).find_map(|mark| mark.phase()) {
        let at = line(canvas, pen, "1 2.5", "no date: where it was spoken of");
        draw_phase(canvas, phase, at, DayCertainty::None);
    }
    if marks().any(|mark| mark.phase().is_none()) {
        let (x, y) = pen.entry(canvas, 14.0, "somebody denies, or objects");
        dispute_sign(canvas, (x + 7.0, y));
    }
}
