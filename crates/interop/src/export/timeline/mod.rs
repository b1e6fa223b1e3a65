//! Tracks over time as a picture: SVG, or a page of HTML around it, for print and for eyes that see colours otherwise.
//!
//! Each track has a lane. A bar shows its status over time, by colour (the Okabe–Ito palette) and by pattern; where it
//! is known only roughly since when, the bar begins pale, with a dashed edge. Below stand the meetings, each phase with
//! a shape of its own; a date that is no single day is a line over all that it can mean. What is denied has a mark.
//!
//! There is no script, no link and nothing from elsewhere in it, and the same events give the same bytes.

mod axis;
mod draw;
mod html;
mod lane;
mod legend;
mod rows;
mod style;
mod svg;

use demarche_core::{Instant, TrackId};
use demarche_projection::narrate::Names;
use demarche_projection::query::Query;
use demarche_projection::{Fold, LogChanged};

use self::axis::Axis;
use self::lane::Lane;

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
        let axis = Axis::over(&lanes, today, options);
        Ok(Self { lanes, axis, today })
    }

    /// Draws it as SVG 1.1.
    #[must_use]
    pub fn svg(&self) -> String {
        svg::of(self)
    }

    /// Draws it as a page of HTML: the picture, and the same in words for those who cannot see it.
    #[must_use]
    pub fn html(&self) -> String {
        html::of(self)
    }
}
