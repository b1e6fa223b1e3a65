//! The column of names to the left of the time axis.

use std::collections::{BTreeMap, BTreeSet};

use super::lane::Lane;
use super::rows::{Density, LABEL_SIZE};
use super::style::{BOLD, fitted, text_width};
use crate::escape::printable;

/// The font size of titles, in pixels.
pub(super) const TITLE_SIZE: f64 = 12.0;

/// The height of a line of a title and of a path, in pixels.
const TITLE_LINE: f64 = 14.0;
const PATH_LINE: f64 = 12.0;

/// The indentation of a track beneath another, in pixels, and the maximum depth that is indented.
const STEP: f64 = 12.0;
const STEPS_MAX: usize = 4;

/// The maximum width of the column, as a share of the picture and in pixels.
const SHARE_MAX: f64 = 0.3;
const WIDTH_MAX: f64 = 280.0;

/// The gap between the names and the time axis, in pixels.
const GAP: f64 = 12.0;

/// The maximum number of lines in a title and in a path. With many lanes, titles get a single line, to keep lanes low.
const LINES_MAX: usize = 2;

/// The names of all lanes. A picture of one lane has no such column: its heading is the name.
#[derive(Debug, Default)]
pub(super) struct NameColumn {
    /// The width, including the gap to its right, in pixels.
    pub(super) width: f64,
    pub(super) names: Vec<LaneName>,
}

/// The name of a lane: its title, and the path of the track beneath it.
#[derive(Debug)]
pub(super) struct LaneName {
    pub(super) indent: f64,
    pub(super) title: Vec<String>,
    pub(super) path: Vec<String>,
    /// Whether another lane has the same title, so that only the path tells them apart.
    pub(super) is_shared: bool,
}

impl NameColumn {
    /// Sets the names of lanes in a picture of a given width.
    pub(super) fn of(lanes: &[Lane], picture: f64) -> Self {
        if lanes.len() < 2 {
            return Self::default();
        }
        let tracks: BTreeSet<&str> = lanes.iter().map(|lane| lane.track.as_str()).collect();
        let indent = |lane: &Lane| STEP * depth(lane.track.as_str(), &tracks) as f64;
        let natural = |lane: &Lane| {
            let title = text_width(&printable(&lane.title), TITLE_SIZE) * BOLD;
            indent(lane) + title.max(text_width(lane.track.as_str(), LABEL_SIZE))
        };
        let widest = lanes.iter().map(natural).fold(0.0, f64::max);
        let width = widest.min((picture * SHARE_MAX).min(WIDTH_MAX));
        let lines = if Density::of(lanes.len()).is_dense() { 1 } else { LINES_MAX };
        let title = |lane: &Lane| wrapped(&printable(&lane.title), TITLE_SIZE, (width - indent(lane)) / BOLD, lines);
        // Compare titles as displayed: a difference in the part that is cut off does not tell them apart.
        let mut titles: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        for lane in lanes {
            *titles.entry(title(lane)).or_default() += 1;
        }
        let name = |lane: &Lane| {
            let (indent, title) = (indent(lane), title(lane));
            let is_shared = titles.get(&title).is_some_and(|lanes| *lanes > 1);
            let room = if is_shared { (width - indent) / BOLD } else { width - indent };
            LaneName { indent, title, path: wrapped(lane.track.as_str(), LABEL_SIZE, room, LINES_MAX), is_shared }
        };
        Self { width: width + GAP, names: lanes.iter().map(name).collect() }
    }
}

impl LaneName {
    /// Returns the height of all lines, in pixels.
    pub(super) fn height(&self) -> f64 {
        TITLE_LINE * self.title.len() as f64 + PATH_LINE * self.path.len() as f64
    }

    /// Returns the baselines of title and path, measured from the top of the lane.
    pub(super) fn lines(&self) -> impl Iterator<Item = (f64, &str, bool)> {
        let titles = (0_u8..).zip(&self.title).map(|(at, line)| (11.0 + TITLE_LINE * f64::from(at), &**line, true));
        let top = TITLE_LINE * self.title.len() as f64 + 9.0;
        let paths = (0_u8..).zip(&self.path).map(move |(at, line)| (top + PATH_LINE * f64::from(at), &**line, false));
        titles.chain(paths)
    }
}

/// Counts the ancestors of a track that are shown, too.
fn depth(track: &str, tracks: &BTreeSet<&str>) -> usize {
    let above = track.match_indices('/').filter_map(|(at, _)| track.get(..at));
    above.filter(|above| tracks.contains(above)).count().min(STEPS_MAX)
}

/// Breaks a text into lines at blanks and after slashes, and inside a word that is wider than a line. Text that does
/// not fit into the last line is cut off.
fn wrapped(text: &str, size: f64, width: f64, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && lines.len() + 1 < most && text_width(rest, size) > width {
        let cut = cut(rest, size, width);
        let (line, behind) = rest.split_at(cut);
        lines.push(line.trim_end().to_owned());
        rest = behind.trim_start();
    }
    // Show something even in the narrowest column.
    lines.extend((!rest.is_empty()).then(|| fitted(rest, size, width).unwrap_or_else(|| "…".to_owned())));
    lines
}

/// Finds the last line break that keeps a line narrow enough.
fn cut(text: &str, size: f64, width: f64) -> usize {
    let fits = |at: usize| text.get(..at).is_some_and(|line| text_width(line.trim_end(), size) <= width);
    let breaks = text.match_indices([' ', '/']).map(|(at, found)| at + found.len());
    let chars = text.char_indices().skip(1).map(|(at, _)| at);
    let last = |places: &mut dyn Iterator<Item = usize>| places.take_while(|at| fits(*at)).last();
    last(&mut breaks.into_iter()).or_else(|| last(&mut chars.into_iter())).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_breaks_between_words_or_after_slashes_and_is_cut_off() {
        let lines = |text: &str, width: f64| wrapped(text, 10.0, width, 2);
        assert_eq!(lines("Talks on border", 200.0), ["Talks on border"]);
        assert_eq!(lines("Talks on the border", 62.0), ["Talks on the", "border"]);
        assert_eq!(lines("us-ru/irritants/visas", 80.0), ["us-ru/irritants/", "visas"]);
        assert_eq!(lines("Talks on the border of Ardenia", 62.0), ["Talks on the", "border of…"]);
        assert_eq!(lines("abcdefghijklmnopqrstuvwxyz", 60.0).len(), 2);
        assert_eq!(lines("", 60.0), Vec::<String>::new());
        assert!(!lines("阿拉斯加", 1.0).is_empty());
    }

    #[test]
    fn tracks_are_indented_beneath_ancestors_that_are_shown() {
        let tracks = BTreeSet::from(["a", "a/b", "a/b/c/d", "x/y"]);
        let depths = ["a", "a/b", "a/b/c/d", "x/y"].map(|track| depth(track, &tracks));
        assert_eq!(depths, [0, 1, 2, 0]);
    }
}
