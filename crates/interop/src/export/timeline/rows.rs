//! Places marks in rows so that none hides another, with labels where there is room.

use super::axis::Axis;
use super::lane::{Mark, MarkKind};
use super::style::{fitted, text_width};
use crate::escape::printable;

/// The maximum number of rows in a lane. A mark without a place in them is drawn as a stroke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Density {
    rows_max: usize,
}

impl Density {
    /// More lanes mean lower lanes.
    pub(super) const fn of(lanes: usize) -> Self {
        let rows_max = match lanes {
            0..=8 => 6,
            9..=20 => 4,
            _ => 1,
        };
        Self { rows_max }
    }

    /// Tells whether there is only one row, so that marks take priority over labels.
    pub(super) const fn is_dense(self) -> bool {
        self.rows_max == 1
    }
}

/// The maximum number of meetings in a lane that get labels; more labels would hide the marks.
const NAMED_MAX: usize = 20;

/// The font size of labels, in pixels.
pub(super) const LABEL_SIZE: f64 = 10.0;

/// Half the width of a mark, in pixels.
const HALF: f64 = 6.0;

/// The maximum width of a label, in pixels.
const LABEL_MAX: f64 = 240.0;

/// The distance of a label from the line at `today`, in pixels.
const CLEAR: f64 = 3.0;

/// How far a label may move from its mark to avoid that line, in pixels.
const NEAR: f64 = 20.0;

/// A mark and its position.
#[derive(Debug)]
pub(super) struct PlacedMark<'m> {
    pub(super) mark: &'m Mark,
    /// The position of the shape.
    pub(super) x: f64,
    /// The ends of the line over its date.
    pub(super) left: f64,
    pub(super) right: f64,
    /// The row; `None` if there was no place left.
    pub(super) row: Option<usize>,
    pub(super) label: Option<Label>,
}

/// The label beside a mark.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) text: String,
    /// The start of the text, or its end if it is to the left of the mark.
    pub(super) x: f64,
    pub(super) is_left: bool,
}

/// The occupied stretches of the rows beneath a bar, from left to right.
#[derive(Debug)]
pub(super) struct RowSpace {
    taken: Vec<Vec<(f64, f64)>>,
    density: Density,
}

/// Places the meetings of a lane in rows. Labels avoid the line at `today` if they can.
pub(super) fn set<'m>(marks: &'m [Mark], axis: &Axis, today: Option<f64>, rows: &mut RowSpace) -> Vec<PlacedMark<'m>> {
    let (begin, end) = axis.edges();
    let shown = marks.iter().filter(|mark| {
        mark.earliest.is_none_or(|earliest| axis.x(earliest) < end || axis.shows(earliest))
            && mark.latest.is_none_or(|latest| axis.x(latest) > begin || axis.shows(latest))
    });
    let meetings: Vec<_> = shown.filter(|mark| matches!(mark.what, MarkKind::Meeting(_))).collect();
    let is_named = meetings.len() <= NAMED_MAX;
    if !rows.density.is_dense() {
        return meetings.into_iter().map(|mark| place(mark, axis, is_named, today, rows)).collect();
    }
    meetings.into_iter().map(|mark| place(mark, axis, false, today, rows)).collect()
}

/// Labels the marks of a dense picture, where there is room beside them.
pub(super) fn label_rest(placed: &mut [PlacedMark<'_>], axis: &Axis, today: Option<f64>, rows: &mut RowSpace) {
    if !rows.density.is_dense() || placed.len() > NAMED_MAX {
        return;
    }
    for placed in placed {
        let (left, right) = placed.own();
        let label = label(placed.mark, placed.x, (left, right), axis, today).filter(|label| !label.is_within(right));
        if let (Some(row), Some(label)) = (placed.row, label) {
            let width = text_width(&label.text, LABEL_SIZE) + 6.0;
            let (from, to) = if label.is_left { (label.x - width, left) } else { (right, label.x + width) };
            placed.label = rows.take_in(row, from, to).then_some(label);
        }
    }
}

fn place<'m>(mark: &'m Mark, axis: &Axis, is_named: bool, today: Option<f64>, rows: &mut RowSpace) -> PlacedMark<'m> {
    let (begin, end) = axis.edges();
    let left = mark.earliest.map_or(begin, |earliest| axis.x(earliest));
    let right = mark.latest.map_or(end, |latest| axis.x(latest));
    let x = f64::midpoint(left, right).clamp(begin + HALF, end - HALF);
    let (own_left, own_right) = (left.min(x - HALF), right.max(x + HALF));
    let label = if is_named { label(mark, x, (own_left, own_right), axis, today) } else { None };
    let with_label = label.and_then(|label| {
        let width = text_width(&label.text, LABEL_SIZE) + 6.0;
        let (from, to) =
            if label.is_left { (label.x - width, own_right) } else { (own_left, own_right.max(label.x + width)) };
        rows.take(from, to).map(|row| (row, label))
    });
    let (row, label) = match with_label {
        Some((row, label)) => (Some(row), Some(label)),
        None => (rows.take(own_left, own_right), None),
    };
    PlacedMark { mark, x, left, right, row, label }
}

/// Places a label to the right; to the left if the picture ends there or the line at `today` runs through it; on the
/// mark's own line if neither side has room.
fn label(mark: &Mark, x: f64, (left, right): (f64, f64), axis: &Axis, today: Option<f64>) -> Option<Label> {
    let MarkKind::Meeting(meeting) = &mark.what else { return None };
    let name = printable(&meeting.name).into_owned();
    let (begin, end) = axis.edges();
    let room = (end - right - 6.0).min(LABEL_MAX);
    let whole = text_width(&name, LABEL_SIZE).min(LABEL_MAX);
    let room_left = (left - begin - 6.0).min(LABEL_MAX);
    let is_crossed = |from: f64, to: f64| today.is_some_and(|today| from - CLEAR < today && today < to + CLEAR);
    // To the left, it ends before the mark, or before the line at `today` if that is nearer.
    let to_the_left = || {
        let x = left - 3.0;
        let before = today.filter(|_| is_crossed(x - whole, x)).map_or(x, |today| x.min(today - CLEAR));
        let x = if x - before <= NEAR { before } else { x };
        let room = (x - begin - 3.0).min(LABEL_MAX);
        fitted(&name, LABEL_SIZE, room).map(|text| Label { text, x, is_left: true })
    };
    if is_crossed(right + 3.0, right + 3.0 + whole) && room_left >= whole {
        return to_the_left();
    }
    if room.max(room_left) < whole && right - x > whole + 2.0 * HALF {
        return fitted(&name, LABEL_SIZE, LABEL_MAX).map(|text| Label { text, x: x + HALF + 3.0, is_left: false });
    }
    if room < whole && room_left > room {
        return to_the_left();
    }
    fitted(&name, LABEL_SIZE, room).map(|text| Label { text, x: right + 3.0, is_left: false })
}

impl PlacedMark<'_> {
    /// Returns the stretch that the mark takes without a label.
    fn own(&self) -> (f64, f64) {
        (self.left.min(self.x - HALF), self.right.max(self.x + HALF))
    }
}

impl Label {
    /// Tells whether the label is on its own mark's line, which ends at `right`.
    fn is_within(&self, right: f64) -> bool {
        !self.is_left && self.x < right
    }
}

impl RowSpace {
    /// Makes rows that are all free.
    pub(super) const fn new(density: Density) -> Self {
        Self { taken: Vec::new(), density }
    }

    /// Takes the first row in which a stretch is free, or one row beyond the limit.
    pub(super) fn take_surely(&mut self, from: f64, to: f64) -> usize {
        self.take(from, to).unwrap_or_else(|| {
            self.taken.push(vec![(from, to)]);
            self.taken.len() - 1
        })
    }

    /// Takes the first row in which a stretch is free.
    pub(super) fn take(&mut self, from: f64, to: f64) -> Option<usize> {
        if let Some(row) = (0..self.taken.len()).find(|row| self.take_in(*row, from, to)) {
            return Some(row);
        }
        let is_room = self.taken.len() < self.density.rows_max;
        is_room.then(|| {
            self.taken.push(vec![(from, to)]);
            self.taken.len() - 1
        })
    }

    /// Takes a stretch of a row if it is free.
    fn take_in(&mut self, row: usize, from: f64, to: f64) -> bool {
        let Some(row) = self.taken.get_mut(row) else { return false };
        let is_free = row.iter().all(|(left, right)| *right <= from || *left >= to);
        if is_free {
            row.push((from, to));
        }
        is_free
    }

    /// Returns the number of rows in use.
    pub(super) fn len(&self) -> usize {
        self.taken.len()
    }
}
