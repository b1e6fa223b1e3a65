//! Marks set in rows, so that none hides another: with their labels where there is room, else without.

use super::axis::Axis;
use super::lane::{Mark, What};
use super::style::{fitted, text_width};
use crate::harmless::printable;

/// The most rows of a lane; what finds no place in them is drawn as a stroke.
const ROWS_MAX: usize = 6;

/// The most meetings of a lane that are named beside their marks: more names hide what they name.
const NAMED_MAX: usize = 20;

/// The size of labels, in pixels.
pub(super) const LABEL_SIZE: f64 = 10.0;

/// Half the width of a mark, in pixels.
const HALF: f64 = 6.0;

/// The longest label, in pixels.
const LABEL_MAX: f64 = 240.0;

/// A mark with its place.
#[derive(Debug)]
pub(super) struct Placed<'m> {
    pub(super) mark: &'m Mark,
    /// Where the shape stands.
    pub(super) x: f64,
    /// From where to where its date stretches.
    pub(super) left: f64,
    pub(super) right: f64,
    /// The row; `None` if there was no place left.
    pub(super) row: Option<usize>,
    pub(super) label: Option<Label>,
}

/// What is written beside a mark.
#[derive(Debug)]
pub(super) struct Label {
    pub(super) text: String,
    /// Where it begins, or ends where it stands to the left.
    pub(super) x: f64,
    pub(super) is_left: bool,
}

/// Sets the meetings of a lane in rows.
pub(super) fn set<'m>(marks: &'m [Mark], axis: &Axis) -> Vec<Placed<'m>> {
    let (begin, end) = axis.edges();
    let shown = marks.iter().filter(|mark| {
        mark.earliest.is_none_or(|earliest| axis.x(earliest) < end || axis.shows(earliest))
            && mark.latest.is_none_or(|latest| axis.x(latest) > begin || axis.shows(latest))
    });
    let meetings: Vec<_> = shown.filter(|mark| matches!(mark.what, What::Meeting(_))).collect();
    let mut taken: Vec<Vec<(f64, f64)>> = Vec::new();
    let is_named = meetings.len() <= NAMED_MAX;
    meetings.into_iter().map(|mark| place(mark, axis, is_named, &mut taken)).collect()
}

fn place<'m>(mark: &'m Mark, axis: &Axis, is_named: bool, taken: &mut Vec<Vec<(f64, f64)>>) -> Placed<'m> {
    let (begin, end) = axis.edges();
    let left = mark.earliest.map_or(begin, |earliest| axis.x(earliest));
    let right = mark.latest.map_or(end, |latest| axis.x(latest));
    let x = f64::midpoint(left, right).clamp(begin + HALF, end - HALF);
    let (own_left, own_right) = (left.min(x - HALF), right.max(x + HALF));
    let label = if is_named { label(mark, x, (own_left, own_right), axis) } else { None };
    let with_label = label.and_then(|label| {
        let width = text_width(&label.text, LABEL_SIZE) + 6.0;
        let (from, to) =
            if label.is_left { (label.x - width, own_right) } else { (own_left, own_right.max(label.x + width)) };
        take(taken, from, to).map(|row| (row, label))
    });
    let (row, label) = match with_label {
        Some((row, label)) => (Some(row), Some(label)),
        None => (take(taken, own_left, own_right), None),
    };
    Placed { mark, x, left, right, row, label }
}

/// The label to the right; to the left where the picture ends there; upon the line where neither has room for it.
fn label(mark: &Mark, x: f64, (left, right): (f64, f64), axis: &Axis) -> Option<Label> {
    let What::Meeting(meeting) = &mark.what else { return None };
    let name = printable(&meeting.name).into_owned();
    let (begin, end) = axis.edges();
    let room = (end - right - 6.0).min(LABEL_MAX);
    let whole = text_width(&name, LABEL_SIZE).min(LABEL_MAX);
    let room_left = (left - begin - 6.0).min(LABEL_MAX);
    if room.max(room_left) < whole && right - x > whole + 2.0 * HALF {
        return fitted(&name, LABEL_SIZE, LABEL_MAX).map(|text| Label { text, x: x + HALF + 3.0, is_left: false });
    }
    if room < whole && room_left > room {
        return fitted(&name, LABEL_SIZE, room_left).map(|text| Label { text, x: left - 3.0, is_left: true });
    }
    fitted(&name, LABEL_SIZE, room).map(|text| Label { text, x: right + 3.0, is_left: false })
}

/// Takes the first row in which a stretch is free.
fn take(taken: &mut Vec<Vec<(f64, f64)>>, from: f64, to: f64) -> Option<usize> {
    let is_free = |row: &Vec<(f64, f64)>| row.iter().all(|(left, right)| *right <= from || *left >= to);
    let row = match taken.iter().position(is_free) {
        Some(row) => row,
        None if taken.len() < ROWS_MAX => {
            taken.push(Vec::new());
            taken.len() - 1
        }
        None => return None,
    };
    taken.get_mut(row)?.push((from, to));
    Some(row)
}
