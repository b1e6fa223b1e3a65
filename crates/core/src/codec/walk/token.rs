//! Parts of a line, before they are parsed.

use std::borrow::Cow;

use crate::edtf::date_cache::DateMeaning;
use crate::name::{path_at, slug_at};
use crate::{EventId, EventType, Grade, Hash, Instant};

/// A part of a line together with the text after it, so that a wide read need not stop at the end of the part.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'t> {
    /// The text from the first byte of the part onwards.
    from: &'t [u8],
    length: usize,
}

impl<'t> Token<'t> {
    pub(crate) const fn new(from: &'t [u8], length: usize) -> Self {
        Self { from, length }
    }

    /// Makes a part of a whole text.
    pub(crate) const fn of(text: &'t str) -> Self {
        Self::new(text.as_bytes(), text.len())
    }

    pub(crate) const fn len(self) -> usize {
        self.length
    }

    /// Returns the first `length` bytes of it.
    pub(crate) fn cut(self, length: usize) -> Self {
        Self { length: self.length.min(length), ..self }
    }

    /// Returns its bytes.
    #[inline]
    pub(crate) fn bytes(self) -> &'t [u8] {
        self.from.get(..self.length).unwrap_or(self.from)
    }

    /// Returns its bytes as words, padded with zeros, or `None` if there are more than [`SHORT_BYTES`] of them.
    #[inline(always)]
    pub(crate) fn words(self) -> Option<[u64; WORDS]> {
        let [first, middle, last] = MASKS.get(self.length)?;
        let words = match self.from.first_chunk() {
            Some(chunk) => words_of(chunk),
            None => padded(self.from),
        };
        Some([words[0] & first, words[1] & middle, words[2] & last])
    }

    /// Returns it as a slice of the given text, which contains it.
    #[inline]
    pub(crate) fn within(self, text: &'t str) -> Option<&'t str> {
        let start = text.len().checked_sub(self.from.len())?;
        text.get(start..start + self.length)
    }

    pub(crate) fn as_str(self) -> Option<&'t str> {
        std::str::from_utf8(self.bytes()).ok()
    }
}

/// The number of eight-byte words in a short token.
const WORDS: usize = 3;

/// The maximum length of a short token, in bytes.
pub(super) const SHORT_BYTES: usize = WORDS * size_of::<u64>();

/// For each length of a short token, which bits of the first words belong to it.
#[allow(clippy::indexing_slicing, reason = "at compile time")]
const MASKS: [[u64; WORDS]; SHORT_BYTES + 1] = {
    let mut masks = [[0; WORDS]; SHORT_BYTES + 1];
    let mut length = 1;
    while length < masks.len() {
        masks[length] = masks[length - 1];
        masks[length][(length - 1) / 8] |= 0xFF << ((length - 1) % 8 * 8);
        length += 1;
    }
    masks
};

#[inline(always)]
fn words_of(chunk: &[u8; SHORT_BYTES]) -> [u64; WORDS] {
    let [a, b, c, d, e, f, g, h, chunk @ ..] = *chunk;
    let [i, j, k, l, m, n, o, p, last @ ..] = chunk;
    [[a, b, c, d, e, f, g, h], [i, j, k, l, m, n, o, p], last].map(u64::from_le_bytes)
}

#[cold]
#[inline(never)]
fn padded(bytes: &[u8]) -> [u64; WORDS] {
    let mut chunk = [0; SHORT_BYTES];
    chunk.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    words_of(&chunk)
}

/// A name of which only the end is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name<'t>(pub(crate) Token<'t>);

impl<'t> Name<'t> {
    /// Returns its text if that is a path.
    pub(crate) fn path(self) -> Option<&'t str> {
        self.is_path().then(|| self.0.as_str())?
    }

    /// Returns its text if that is a slug.
    pub(crate) fn slug(self) -> Option<&'t str> {
        self.is_slug().then(|| self.0.as_str())?
    }

    #[inline]
    pub(in crate::codec) fn is_path(self) -> bool {
        path_at(self.0.from) == Some(self.0.length)
    }

    #[inline]
    pub(in crate::codec) fn is_slug(self) -> bool {
        slug_at(self.0.from) == Some(self.0.length)
    }
}

/// A string whose escapes are not undone yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'t> {
    json: Token<'t>,
    is_escaped: bool,
}

impl<'t> Text<'t> {
    pub(super) const fn plain(json: Token<'t>) -> Self {
        Self { json, is_escaped: false }
    }

    pub(super) const fn escaped(json: Token<'t>) -> Self {
        Self { json, is_escaped: true }
    }

    /// Returns its content, given the text that contains it.
    pub(crate) fn made(self, text: &'t str) -> Option<Cow<'t, str>> {
        self.undo(self.json.within(text)?)
    }

    /// Returns its content after checking that it is UTF-8.
    pub(crate) fn said(self) -> Option<Cow<'t, str>> {
        self.undo(self.json.as_str()?)
    }

    fn undo(self, json: &'t str) -> Option<Cow<'t, str>> {
        if self.is_escaped { serde_json::from_str(&format!("\"{json}\"")).ok() } else { Some(Cow::Borrowed(json)) }
    }
}

/// A date with its meaning.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Date<'t> {
    /// The text of the date.
    pub(crate) text: Token<'t>,
    /// The meaning of the date.
    pub(crate) means: DateMeaning,
}

/// The value of a payload field, for a picker to choose from.
#[derive(Debug, Clone, Copy)]
#[allow(dead_code, reason = "offered, whether or not it is picked")]
pub(crate) enum Seen<'t> {
    Text(Text<'t>),
    Path(Name<'t>),
    Slug(Name<'t>),
    Id(EventId),
    Date(Date<'t>),
    Instant(Instant),
    Grade(Grade),
    Hash(Hash),
    /// The index of a word in its vocabulary.
    Word(u8),
}

impl Seen<'_> {
    /// Tells whether the value is valid for its type, if that was not checked yet.
    #[inline(always)]
    pub(in crate::codec) fn is_valid(self) -> bool {
        match self {
            Self::Path(name) => name.is_path(),
            Self::Slug(name) => name.is_slug(),
            Self::Text(_)
            | Self::Id(_)
            | Self::Date(_)
            | Self::Instant(_)
            | Self::Grade(_)
            | Self::Hash(_)
            | Self::Word(_) => true,
        }
    }
}

/// A field of a payload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    /// The type of the event.
    #[allow(dead_code, reason = "offered, whether or not it is asked for")]
    pub(crate) event_type: EventType,
    /// The key.
    pub(crate) name: &'static str,
}

/// Picks what it needs from payloads.
pub(crate) trait Pick<'t> {
    /// Forgets what was picked: the line will be walked again.
    fn clear(&mut self);

    /// Takes the value of a field if it is needed, and tells whether it was taken. The walker does not check a name
    /// that is taken; the picker does.
    fn pick(&mut self, field: Field, value: Seen<'t>) -> bool;
}
