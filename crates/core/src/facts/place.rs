//! Where a line stands, in which of several texts.

/// The place of a line: the number of its text, and the byte at which it begins there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The upper half holds the number of the text in 16 bits, then the first 16 of the 48 bits of the byte.
    upper: u32,
    lower: u32,
}

impl Place {
    /// Makes a place. A text has less than 2^48 bytes, and there are fewer than 2^16 of them.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, reason = "the halves of a number")]
    pub const fn new(text: u16, byte: u64) -> Self {
        Self { upper: (text as u32) << 16 | (byte >> 32) as u32 & 0xFFFF, lower: byte as u32 }
    }

    /// Returns the number of the text.
    #[must_use]
    pub const fn text(self) -> usize {
        (self.upper >> 16) as usize
    }

    /// Returns the beginning of its text.
    const fn start_of_text(self) -> Self {
        Self { upper: self.upper & !0xFFFF, lower: 0 }
    }

    /// Returns the byte at which the line begins.
    #[must_use]
    pub const fn byte(self) -> u64 {
        ((self.upper & 0xFFFF) as u64) << 32 | self.lower as u64
    }
}

/// The texts of several logs, as they stand.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'t> {
    texts: &'t [&'t [u8]],
}

impl<'t> Texts<'t> {
    /// Makes it of texts, which are numbered from 0.
    #[must_use]
    pub const fn new(texts: &'t [&'t [u8]]) -> Self {
        Self { texts }
    }

    /// Returns the text from a place on; empty where there is none.
    #[must_use]
    pub fn from(&self, place: Place) -> &'t [u8] {
        let text = self.texts.get(place.text()).copied().unwrap_or_default();
        usize::try_from(place.byte()).ok().and_then(|byte| text.get(byte..)).unwrap_or_default()
    }

    /// Returns what tells the number of the line at a place.
    #[must_use]
    pub const fn line_numbers(self) -> LineNumbers<'t> {
        LineNumbers { texts: self, counted: Place::new(0, 0), lines: 0 }
    }

    /// Returns the line at a place, without its line end; empty where there is none.
    #[must_use]
    pub fn line(&self, place: Place) -> &'t [u8] {
        let rest = self.from(place);
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or_default();
        line.strip_suffix(b"\r").unwrap_or(line)
    }
}

/// Tells the numbers of lines by their places; quickly, where these come in order.
///
/// ```
/// use demarche_core::facts::{Place, Texts};
///
/// let texts: [&[u8]; 2] = [b"one\ntwo\nthree\n", b"one\ntwo\n"];
/// let mut numbers = Texts::new(&texts).line_numbers();
/// assert_eq!(numbers.at(Place::new(0, 4)), 2);
/// assert_eq!(numbers.at(Place::new(0, 8)), 3);
/// assert_eq!(numbers.at(Place::new(1, 0)), 1);
/// ```
#[derive(Debug, Clone)]
pub struct LineNumbers<'t> {
    texts: Texts<'t>,
    /// The place up to which lines were counted.
    counted: Place,
    /// How many line ends come before it in its text.
    lines: u64,
}

impl LineNumbers<'_> {
    /// Returns the number of the line at a place, from 1.
    pub fn at(&mut self, place: Place) -> u64 {
        if place.text() != self.counted.text() || place.byte() < self.counted.byte() {
            (self.counted, self.lines) = (place.start_of_text(), 0);
        }
        let rest = self.texts.from(self.counted);
        let between = usize::try_from(place.byte() - self.counted.byte()).ok().and_then(|length| rest.get(..length));
        self.lines += memchr::memchr_iter(b'\n', between.unwrap_or(rest)).count() as u64;
        self.counted = place;
        self.lines + 1
    }
}
