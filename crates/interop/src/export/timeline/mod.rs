//! Tracks over time as a picture: SVG, or a page of HTML around it, for print and for eyes that see colours otherwise.
//!
//! Each track has a lane, with its name to the left of it. A bar shows its status over time, by colour (the Okabe–Ito
//! palette) and by pattern; where it is known only roughly since when, the bar begins pale, with a dashed edge. Below
//! stand the meetings, each phase with its own shape; a date that is no single day is a line over all that it can
//! mean. What is denied has a mark.
//!
//! There is no script, no link and nothing from elsewhere in it, and the same events give the same bytes.

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
use self::names::Column;
#[cfg(feature = "png")]
pub use self::png::{PIXELS_MAX, PngError};

/// How a picture is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Its width in pixels, at least [`WIDTH_MIN`].
    pub width: u32,
    /// Where its time begins; where there is none, with the first event or meeting.
    pub from: Option<Instant>,
    /// Where its time ends; where there is none, with the last meeting, or on the day on which it is judged.
    pub to: Option<Instant>,
    /// Whether a second bar shows what the journal said at the time.
    pub known: bool,
}

/// The least width of a picture, in pixels: narrower ones are drawn so wide.
pub const WIDTH_MIN: u32 = 320;

/// The greatest width of a picture, in pixels: wider ones are drawn so wide.
pub const WIDTH_MAX: u32 = 20_000;

impl Options {
    /// The width in pixels, within its bounds.
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
    names: Column,
    axis: Axis,
    today: Option<Instant>,
}

impl Timeline {
    /// Lays out the chosen tracks of a fold, a lane each, sorted by track.
    ///
    /// With the feature `parallel` of `demarche-projection` it does so on the threads of the current pool of `rayon`.
    ///
    /// # Errors
    ///
    /// [`LogChanged`] where somebody has written over a line.
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
        let names = Column::of(&lanes, options.width());
        let axis = Axis::over(&lanes, today, names.width, options);
        Ok(Self { lanes, names, axis, today })
    }

    /// The day on which it is judged, and where it stands, if it is shown.
    fn today(&self) -> Option<(Instant, f64)> {
        self.today.filter(|today| self.axis.shows(*today)).map(|today| (today, self.axis.x(today)))
    }

    /// Draws it as SVG 1.1.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::of(self, true)
    }

    /// Draws it as PNG, in the letters of a font that comes along: the same bytes on every machine.
    ///
    /// # Errors
    ///
    /// [`PngError::TooLarge`] if it has more than [`PIXELS_MAX`] pixels; [`PngError::Unfit`] if it can't be drawn so.
    #[cfg(feature = "png")]
    pub fn png(&self) -> Result<Vec<u8>, PngError> {
        png::of(&self.svg())
    }

    /// Draws it as a page of HTML: the picture, and the same in words for those who cannot see it.
    #[must_use]
    pub fn html(&self) -> String {
        html::of(self)
    }
}
