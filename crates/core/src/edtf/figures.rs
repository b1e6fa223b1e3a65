//! Digits at fixed places, read eight bytes at a time.

/// The expected form of eight bytes.
pub(super) struct Pattern {
    literal: u64,
    /// For each byte, how much can be added before the highest bit is set.
    room: u64,
}

const HIGHS: u64 = 0x8080_8080_8080_8080;

impl Pattern {
    /// Makes a form from a text in which `0` stands for any digit, and any other character for itself.
    #[allow(clippy::indexing_slicing, reason = "within eight bytes, at compile time")]
    const fn new(text: &[u8; 8]) -> Self {
        let mut room = [0x7F; 8];
        let mut place = 0;
        while place < 8 {
            if text[place] == b'0' {
                room[place] = 0x7F - 9;
            }
            place += 1;
        }
        Self { literal: u64::from_le_bytes(*text), room: u64::from_le_bytes(room) }
    }

    /// Returns, for each place, the number that the two digits there make, or `None` if the bytes have another form.
    #[inline(always)]
    fn read(&self, bytes: [u8; 8]) -> Option<[u8; 8]> {
        // Digits leave their values; fixed characters leave zero.
        let values = u64::from_le_bytes(bytes) ^ self.literal;
        let too_much = values.wrapping_add(self.room) | values;
        (too_much & HIGHS == 0).then(|| (values * 10 + (values >> u8::BITS)).to_le_bytes())
    }
}

/// Reads `0000-00-00`: year, month and day, without checking their ranges.
#[inline(always)]
pub(super) fn date(text: &[u8; 10]) -> Option<(u32, u32, u32)> {
    const YEAR_AND_MONTH: Pattern = Pattern::new(b"0000-00-");
    const THEIR_ENDS_AND_DAY: Pattern = Pattern::new(b"00-00-00");
    let [century, _, year, _, _, month, ..] = YEAR_AND_MONTH.read(*text.first_chunk()?)?.map(u32::from);
    let [.., day, _] = THEIR_ENDS_AND_DAY.read(*text.last_chunk()?)?.map(u32::from);
    Some((century * 100 + year, month, day))
}

/// Reads `00:00:00`: hour, minute and second, without checking their ranges.
#[inline(always)]
pub(super) fn time(text: &[u8; 8]) -> Option<(u32, u32, u32)> {
    const TIME: Pattern = Pattern::new(b"00:00:00");
    let [hour, _, _, minute, _, _, second, _] = TIME.read(*text)?.map(u32::from);
    Some((hour, minute, second))
}

/// Reads `.000000Z`, the form that clocks write: the microseconds.
#[inline(always)]
pub(super) fn micros(text: &[u8; 8]) -> Option<u32> {
    const MICROS: Pattern = Pattern::new(b".000000Z");
    let [_, first, _, middle, _, last, ..] = MICROS.read(*text)?.map(u32::from);
    Some((first * 100 + middle) * 100 + last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_an_id_is_checked() {
        for place in 0..10 {
            for byte in 0..=u8::MAX {
                let mut text = *b"2025-10-23";
                let usual = text[place];
                text[place] = byte;
                let fits = if usual == b'-' { byte == b'-' } else { byte.is_ascii_digit() };
                assert_eq!(date(&text).is_some(), fits, "{}", text.escape_ascii());
            }
        }
        for place in 0..8 {
            for byte in 0..=u8::MAX {
                let (mut clock, mut fraction) = (*b"11:05:59", *b".123456Z");
                clock[place] = byte;
                let fits = if matches!(place, 2 | 5) { byte == b':' } else { byte.is_ascii_digit() };
                assert_eq!(time(&clock).is_some(), fits, "{}", clock.escape_ascii());
                fraction[place] = byte;
                let fits = match place {
                    0 => byte == b'.',
                    7 => byte == b'Z',
                    _ => byte.is_ascii_digit(),
                };
                assert_eq!(micros(&fraction).is_some(), fits, "{}", fraction.escape_ascii());
            }
        }
    }

    #[test]
    fn figures_have_their_values() {
        assert_eq!(date(b"1987-06-54"), Some((1987, 6, 54)));
        assert_eq!(time(b"21:43:65"), Some((21, 43, 65)));
        assert_eq!(micros(b".987654Z"), Some(987_654));
        assert_eq!(micros(b".000001Z"), Some(1));
    }
}
