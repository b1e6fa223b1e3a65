//! Measures the path at the beginning of a text: the most frequent check in reading a log.

use super::{PATH_MAX_SEGMENTS, SEGMENT_MAX_BYTES};
use crate::simd;

/// Measures the path at the beginning of a text, up to the first byte that cannot belong to a path. Returns `None` if
/// the text does not begin with a path.
#[inline]
pub(crate) fn path_at(text: &[u8]) -> Option<usize> {
    let (mut length, mut breaks) = (0, 0_u64);
    while let Some(lanes) = simd::at(text, length).filter(|_| length < SEGMENT_MAX_BYTES) {
        let at_break = simd::equal(lanes, b'/') | simd::equal(lanes, b'-');
        let others = simd::within(lanes, b'a', b'z') | simd::within(lanes, b'0', b'9');
        let inside = (at_break | others).to_bitmask().trailing_ones() as usize;
        breaks |= u64::from(at_break.to_bitmask()) << length;
        length += inside;
        if inside < simd::WIDTH {
            breaks &= (1 << length) - 1;
            // No segment is too long, since all of them together are short enough; too many segments need more bytes.
            let is_shallow = length < PATH_MAX_SEGMENTS * 2 || (breaks.count_ones() as usize) < PATH_MAX_SEGMENTS;
            // Two separators side by side are allowed only if both are hyphens.
            if length == 0 || breaks & ends_of(length) != 0 || breaks & breaks << 1 != 0 || !is_shallow {
                break;
            }
            return Some(length);
        }
    }
    path_step_by_step(text)
}

/// Measures the slug at the beginning of a text, as for paths.
#[inline]
pub(crate) fn slug_at(text: &[u8]) -> Option<usize> {
    let (mut length, mut hyphens) = (0, 0_u64);
    while let Some(lanes) = simd::at(text, length).filter(|_| length < SEGMENT_MAX_BYTES) {
        let hyphen = simd::equal(lanes, b'-');
        let others = simd::within(lanes, b'a', b'z') | simd::within(lanes, b'0', b'9');
        let inside = (hyphen | others).to_bitmask().trailing_ones() as usize;
        hyphens |= u64::from(hyphen.to_bitmask()) << length;
        length += inside;
        if inside < simd::WIDTH {
            return (length > 0 && hyphens & ends_of(length) == 0).then_some(length);
        }
    }
    slug_step_by_step(text)
}

/// The bits of the first and the last byte of a list.
const fn ends_of(length: usize) -> u64 {
    1 | 1 << length >> 1
}

/// Measures a path of any length, byte by byte, and decides where the wide check is in doubt.
fn path_step_by_step(text: &[u8]) -> Option<usize> {
    let mut length = 0;
    for _ in 0..PATH_MAX_SEGMENTS {
        let rest = text.get(length..)?;
        length += slug_step_by_step(rest)?;
        if text.get(length) != Some(&b'/') {
            return Some(length);
        }
        length += 1;
    }
    None
}

/// Measures a slug byte by byte.
fn slug_step_by_step(text: &[u8]) -> Option<usize> {
    let is_inside = |byte: &u8| super::is_slug_byte(*byte);
    let length = text.iter().position(|byte| !is_inside(byte)).unwrap_or(text.len());
    let slug = text.get(..length)?;
    let is_slug = length <= SEGMENT_MAX_BYTES && slug.first()? != &b'-' && slug.last()? != &b'-';
    is_slug.then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(text: &[u8]) -> (Option<usize>, Option<usize>) {
        (path_at(text), slug_at(text))
    }

    fn step_by_step(text: &[u8]) -> (Option<usize>, Option<usize>) {
        (path_step_by_step(text), slug_step_by_step(text))
    }

    #[test]
    fn simd_and_byte_by_byte_checks_agree() {
        let alphabet = b"a9-/Z\"";
        for number in 0..6_usize.pow(6) {
            let mut text: Vec<u8> = (0..6).map(|place| alphabet[number / 6_usize.pow(place) % 6]).collect();
            text.extend(b"\"................");
            assert_eq!(both(&text), step_by_step(&text), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn separators_and_ends_are_found_at_every_place() {
        for length in 0..150 {
            let mut text = vec![b'x'; length];
            text.extend(b"\"................");
            assert_eq!(both(&text), step_by_step(&text), "{length}");
            for place in 0..length {
                for (one, two) in [(b'/', b'a'), (b'-', b'/'), (b'/', b'/'), (b'-', b'-'), (b'"', b'/'), (0xC3, b'a')] {
                    let mut text = text.clone();
                    text[place] = one;
                    if place + 1 < length {
                        text[place + 1] = two;
                    }
                    assert_eq!(both(&text), step_by_step(&text), "{}", text.escape_ascii());
                }
            }
        }
        for depth in 1..12 {
            for segment in ["a", "ab", "a-b"] {
                let text = vec![segment; depth].join("/") + "\"................";
                assert_eq!(path_at(text.as_bytes()).is_some(), depth <= PATH_MAX_SEGMENTS, "{text}");
                assert_eq!(both(text.as_bytes()), step_by_step(text.as_bytes()));
            }
        }
    }
}
