//! Tracks over time as a picture: SVG, or an HTML page around it, made for print and for colour-blind readers.
//!
//! Each track has a lane, with its name to the left. A bar shows its status over time, by colour (the Okabe–Ito
//! palette) and by pattern; if the start is known only roughly, the bar begins pale, with a dashed edge. The meetings
//! are below, with a shape for each phase; a date that is not a single day is a line over its whole range. Disputed
//! points carry a mark.
//!
//! The picture has no scripts, links or external resources, and the same events give the same bytes.

mod axis;
mod draw;
mod html;
mod lane;
mod legend;
mod names;
#[cfg(feature = "png")]
mod png;
mod rows;
mod style;
mod svg;
mod words;

use demarche_core::{Instant, TrackId};
use demarche_projection::narrate::Names;
use demarche_projection::query::Query;
use demarche_projection::{Fold, LogChanged};

use self::axis::Axis;
use self::lane::Lane;
use self::names::NameColumn;
#[cfg(feature = "png")]
pub use self::png::{PIXELS_MAX, PngError};

/// How a picture is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The width in pixels, clamped to [`WIDTH_MIN`] and [`WIDTH_MAX`].
    pub width: u32,
    /// The start of the period; by default the first event or meeting.
    pub from: Option<Instant>,
    /// The end of the period; by default the last meeting, or the day as of which the tracks are judged.
    pub to: Option<Instant>,
    /// Whether a second bar shows what the journal said at the time.
    pub known: bool,
}

/// The minimum width of a picture, in pixels.
pub const WIDTH_MIN: u32 = 320;

/// The maximum width of a picture, in pixels.
pub const WIDTH_MAX: u32 = 20_000;

impl Options {
    /// Returns the width in pixels, within its limits.
    fn width(&self) -> f64 {
        f64::from(self.width.clamp(WIDTH_MIN, WIDTH_MAX))
    }
}

impl Default for Options {
    fn default() -> Self {
        Self { width: 960, from: None, to: None, known: false }
    }
}

/// Tracks over time.
///
/// ```
/// use demarche_interop::export::timeline::{Options, Timeline};
/// use demarche_projection::narrate::Names;
/// use demarche_projection::Fold;
/// use demarche_projection::query::Query;
///
/// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{"reason":"<script>"}}"#;
/// let fold = Fold::of([demarche_core::codec::decode(line).unwrap()])?;
/// let query = Query::default();
/// let svg = Timeline::new(&fold, &query, |_| true, &Names::default(), &Options::default())?.svg();
/// assert!(svg.starts_with("<svg ") && svg.contains("us-ru") && !svg.contains("<script>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Timeline {
    lanes: Vec<Lane>,
    names: NameColumn,
    axis: Axis,
    today: Option<Instant>,
}

impl Timeline {
    /// Lays out the chosen tracks of a fold, one lane each, sorted by track.
    ///
    /// With the feature `parallel` of `demarche-projection`, it runs on the current `rayon` thread pool.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] if a line of the log was overwritten.
    pub fn new(
        fold: &Fold,
        query: &Query,
        is_chosen: impl Fn(&TrackId) -> bool,
        names: &Names,
        options: &Options,
    ) -> Result<Self, LogChanged> {
        let lanes = fold.batches(query).only(is_chosen).all(|track, lanes| {
            if let Some(dossier) = track.dossier()? {
                lanes.push(Lane::new(fold, query, &dossier, names, options.known)?);
            }
            Ok(())
        })?;
        let today = fold.today(query);
        let names = NameColumn::of(&lanes, options.width());
        let axis = Axis::over(&lanes, today, names.width, options);
        Ok(Self { lanes, names, axis, today })
    }

    /// Returns the day as of which the tracks are judged, and its position, if it is visible.
    fn today(&self) -> Option<(Instant, f64)> {
        self.today.filter(|today| self.axis.shows(*today)).map(|today| (today, self.axis.x(today)))
    }

    /// Draws the picture as SVG 1.1.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::of(self, svg::Setting::Alone)
    }

    /// Draws the picture for a page that has a heading and a style of its own: without these, and with marks that lead
    /// to the entries, at the given address with the id of the event behind it.
    ///
    /// The page sets the text of the class `rim` with a pale outline.
    #[must_use]
    pub fn figure(&self, entries: &str) -> String {
        svg::of(self, svg::Setting::OnPage(entries))
    }

    /// Draws the picture as PNG, with an embedded font: the same bytes on every machine.
    ///
    /// # Errors
    ///
    /// [`PngError::TooLarge`] if it has more than [`PIXELS_MAX`] pixels; [`PngError::Unfit`] if it cannot be drawn.
    #[cfg(feature = "png")]
    pub fn png(&self) -> Result<Vec<u8>, PngError> {
        png::of(&self.svg())
    }

    /// Draws the picture as an HTML page, with a description in words for people who cannot see it.
    #[must_use]
    pub fn html(&self) -> String {
        html::of(self)
    }
}
