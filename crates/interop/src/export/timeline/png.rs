//! The picture as PNG: the SVG drawn with embedded fonts, so that text appears even on a machine without fonts.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// Fonts for Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic; the licence is in `data/fonts/LICENSE`.
const FONTS: [&[u8]; 2] =
    [include_bytes!("../../../data/fonts/DejaVuSans.ttf"), include_bytes!("../../../data/fonts/DejaVuSans-Bold.ttf")];
const FAMILY: &str = "DejaVu Sans";

/// The maximum number of pixels in a PNG; drawing that many takes some 256 MB.
pub const PIXELS_MAX: u64 = 64_000_000;

/// Why a picture was not drawn as PNG.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PngError {
    /// It has too many pixels.
    #[error("the picture has {width} × {height} pixels, and a PNG at the most {PIXELS_MAX} in all")]
    TooLarge {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
    },
    /// The picture cannot be drawn or encoded.
    #[error("the picture does not fit into a PNG: {0}")]
    Unfit(String),
}

pub(super) fn of(svg: &str) -> Result<Vec<u8>, PngError> {
    let mut options = Options { font_family: FAMILY.to_owned(), ..Options::default() };
    let fonts = options.fontdb_mut();
    FONTS.iter().for_each(|font| fonts.load_font_data(font.to_vec()));
    fonts.set_sans_serif_family(FAMILY);
    let tree = Tree::from_str(svg, &options).map_err(|error| PngError::Unfit(error.to_string()))?;
    let size = tree.size().to_int_size();
    let (width, height) = (size.width(), size.height());
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(PngError::TooLarge { width, height });
    }
    let mut pixels = Pixmap::new(width, height).ok_or_else(|| PngError::Unfit(format!("{width} × {height} pixels")))?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| PngError::Unfit(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(text: &str, width: u32) -> Result<Pixmap, PngError> {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"100\" \
             font-family=\"Helvetica, sans-serif\">\
             <rect width=\"{width}\" height=\"100\" fill=\"#ffffff\"/>\
             <text y=\"50\" font-size=\"20\">{text}</text></svg>"
        );
        of(&svg).map(|png| Pixmap::decode_png(&png).expect("it is a PNG"))
    }

    #[test]
    fn text_is_drawn_without_system_fonts() {
        let blank = picture("", 200).unwrap();
        // The placeholder that is drawn for a letter missing from the font.
        let missing = picture("\u{E000}", 200).unwrap();
        for text in ["Talks", "Переговоры", "Συνομιλίες", "שיחות", "مذاکرات"] {
            let drawn = picture(text, 200).unwrap();
            assert!(drawn != blank && drawn != missing, "{text}");
        }
        assert_ne!(picture("ab", 200).unwrap(), picture("cd", 200).unwrap());
    }

    #[test]
    fn a_picture_too_large_for_memory_is_refused() {
        assert_eq!(picture("", 700_000).unwrap_err(), PngError::TooLarge { width: 700_000, height: 100 });
    }
}
