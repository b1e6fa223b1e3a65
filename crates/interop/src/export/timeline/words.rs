//! Places the word of each status: on its bar, or beside or beneath it if the bar is too short.

use super::axis::Axis;
use super::lane::StatusSpan;
use super::rows::{LABEL_SIZE, RowSpace};
use super::style::text_width;

/// The minimum width of a bar that stays visible beside its word: enough to show the pattern.
const BESIDE: f64 = 12.0;

/// The maximum number of words beneath the bars of a lane. If more need a place, none of them gets one.
const WORDS_MAX: usize = 12;

/// The place of a word; each holds its left edge, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum WordPlace {
    /// On the part of the bar that is certain.
    OnBar(f64),
    /// On the pale part, in which the status may have begun.
    OnPale(f64),
    /// Beside the bar, at the same height.
    Beside(f64),
    /// In a row beneath the bar.
    Beneath(f64, usize),
}

/// Returns the width of a span's word, in pixels.
pub(super) fn width(span: &StatusSpan) -> f64 {
    text_width(span.status.as_str(), LABEL_SIZE) + 6.0
}

/// Places the words that fit on their bars, and the last word, which is the current status.
pub(super) fn set(
    spans: &[StatusSpan],
    axis: &Axis,
    today: Option<f64>,
    rows: &mut RowSpace,
) -> Vec<Option<WordPlace>> {
    let mut places: Vec<Option<WordPlace>> = spans.iter().map(|span| on_bar(span, axis)).collect();
    let last = spans.iter().rposition(|span| axis.shows_span(span));
    if let Some((at, span)) = last.and_then(|at| Some((at, spans.get(at)?)))
        && let Some(place) = places.get_mut(at).filter(|place| place.is_none())
    {
        *place = beside(span, at == 0, true, axis).or_else(|| {
            let (from, to) = beneath(span, axis, today);
            Some(WordPlace::Beneath(from, rows.take_surely(from - 2.0, to)))
        });
    }
    places
}

/// Places the other words where there is room.
pub(super) fn set_rest(
    spans: &[StatusSpan],
    places: &mut [Option<WordPlace>],
    axis: &Axis,
    today: Option<f64>,
    rows: &mut RowSpace,
) {
    let missing = |(span, place): &(&StatusSpan, &mut Option<WordPlace>)| place.is_none() && axis.shows_span(span);
    if spans.iter().zip(&mut *places).filter(missing).count() > WORDS_MAX {
        return;
    }
    for (at, (span, place)) in spans.iter().zip(places).enumerate().rev() {
        if missing(&(span, place)) {
            *place = beside(span, at == 0, false, axis).or_else(|| {
                let (from, to) = beneath(span, axis, today);
                rows.take(from - 2.0, to).map(|row| WordPlace::Beneath(from, row))
            });
        }
    }
}

fn on_bar(span: &StatusSpan, axis: &Axis) -> Option<WordPlace> {
    let (start, sure, end) = (axis.x(span.start), axis.x(span.sure), axis.x(span.end));
    let needed = width(span) + BESIDE;
    match (end - sure >= needed, end - start >= needed) {
        (true, _) => Some(WordPlace::OnBar(sure + 2.0)),
        (false, true) => Some(WordPlace::OnPale(start + 2.0)),
        (false, false) => None,
    }
}

/// Places a word after the last bar or before the first, where that height is free.
fn beside(span: &StatusSpan, is_first: bool, is_last: bool, axis: &Axis) -> Option<WordPlace> {
    let (begin, end) = axis.edges();
    let (from, to) = (axis.x(span.start) - 4.0 - width(span), axis.x(span.end) + 4.0);
    if is_last && to + width(span) <= end {
        return Some(WordPlace::Beside(to));
    }
    (is_first && from >= begin).then_some(WordPlace::Beside(from))
}

/// Places a word beneath its bar, shifted to the left if the picture ends there or the line at `today` would run
/// through it.
fn beneath(span: &StatusSpan, axis: &Axis, today: Option<f64>) -> (f64, f64) {
    let (begin, end) = axis.edges();
    let width = width(span);
    let from = axis.x(span.start).min(end - width);
    let crossed = today.filter(|today| from < *today && *today < from + width);
    let from = crossed.map_or(from, |today| today - width).max(begin);
    (from, from + width)
}
