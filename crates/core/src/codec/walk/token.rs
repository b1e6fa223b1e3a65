//! What stands in a line, before anything is made of it.

use std::borrow::Cow;

use crate::edtf::calendar::Dated;
use crate::name::{path_at, slug_at};
use crate::{EventId, EventType, Grade, Instant};

/// A part of a line, and what follows it, so that a look at so many bytes takes no care where it ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'t> {
    /// The text from its first byte on.
    from: &'t [u8],
    length: usize,
}

impl<'t> Token<'t> {
    pub(crate) const fn new(from: &'t [u8], length: usize) -> Self {
        Self { from, length }
    }

    /// Makes it of a whole text.
    pub(crate) const fn of(text: &'t str) -> Self {
        Self::new(text.as_bytes(), text.len())
    }

    pub(crate) const fn len(self) -> usize {
        self.length
    }

    /// Returns so many of its bytes at most, from the first.
    pub(crate) fn cut(self, length: usize) -> Self {
        Self { length: self.length.min(length), ..self }
    }

    /// Returns its bytes.
    #[inline]
    pub(crate) fn bytes(self) -> &'t [u8] {
        self.from.get(..self.length).unwrap_or(self.from)
    }

    /// Returns its bytes as words, with zeros behind them; none where they are more than [`SHORT_BYTES`].
    #[inline(always)]
    pub(crate) fn words(self) -> Option<[u64; WORDS]> {
        let [first, middle, last] = MASKS.get(self.length)?;
        let words = match self.from.first_chunk() {
            Some(chunk) => words_of(chunk),
            None => padded(self.from),
        };
        Some([words[0] & first, words[1] & middle, words[2] & last])
    }

    /// Returns it as a part of the text in which it stands.
    #[inline]
    pub(crate) fn within(self, text: &'t str) -> Option<&'t str> {
        let start = text.len().checked_sub(self.from.len())?;
        text.get(start..start + self.length)
    }

    pub(crate) fn as_str(self) -> Option<&'t str> {
        std::str::from_utf8(self.bytes()).ok()
    }
}

/// How many words of eight bytes a short token has.
const WORDS: usize = 3;

/// How long a short token is at most.
pub(crate) const SHORT_BYTES: usize = WORDS * size_of::<u64>();

/// By the length of a short token, which bits of the first words are its own.
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

/// A name, of which nothing is known but where it ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name<'t>(pub(crate) Token<'t>);

impl<'t> Name<'t> {
    /// Returns its text where that is a path.
    pub(crate) fn path(self) -> Option<&'t str> {
        self.is_path().then(|| self.0.as_str())?
    }

    /// Returns its text where that is a slug.
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

/// A string, whose escapes are not undone yet.
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

    /// Returns what it says, where it stands in that text.
    pub(crate) fn made(self, text: &'t str) -> Option<Cow<'t, str>> {
        let json = self.json.within(text)?;
        if self.is_escaped { serde_json::from_str(&format!("\"{json}\"")).ok() } else { Some(Cow::Borrowed(json)) }
    }
}

/// A date, with what it means.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Date<'t> {
    /// Its text.
    pub(crate) text: Token<'t>,
    /// What it means.
    pub(crate) means: Dated,
}

/// What stands in a field of a payload, for whoever picks what it needs.
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
    /// The place of a word in its vocabulary.
    Word(u8),
}

impl Seen<'_> {
    /// Tells whether a value is such as its type wants it, where that is not known yet.
    #[inline(always)]
    pub(in crate::codec) fn is_valid(self) -> bool {
        match self {
            Self::Path(name) => name.is_path(),
            Self::Slug(name) => name.is_slug(),
            Self::Text(_) | Self::Id(_) | Self::Date(_) | Self::Instant(_) | Self::Grade(_) | Self::Word(_) => true,
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

/// Picks of payloads what it needs.
pub(crate) trait Pick<'t> {
    /// Forgets what was picked: a line is walked anew.
    fn clear(&mut self);

    /// Takes what stands in a field, and tells whether it needs that. A name that is taken is not looked at before: who
    /// takes it does that.
    fn pick(&mut self, field: Field, value: Seen<'t>) -> bool;
}
