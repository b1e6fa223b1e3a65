//! Compares sixteen bytes at once with SIMD instructions, which every current processor has.

use wide::i16x8;
pub(crate) use wide::u8x16 as Lanes;

/// The number of bytes that are compared at once.
pub(crate) const WIDTH: usize = 16;

/// Returns the bytes of a text from a place onwards, or `None` if there are too few.
#[inline]
pub(crate) fn at(bytes: &[u8], place: usize) -> Option<Lanes> {
    bytes.get(place..)?.first_chunk().copied().map(Lanes::from)
}

/// Marks the bytes that are equal to a given one.
#[inline]
pub(crate) fn equal(lanes: Lanes, byte: u8) -> Lanes {
    lanes.simd_eq(Lanes::splat(byte))
}

/// Marks the bytes between two bounds, both included.
#[inline]
pub(crate) fn within(lanes: Lanes, first: u8, last: u8) -> Lanes {
    let above = lanes - Lanes::splat(first);
    above.min(Lanes::splat(last - first)).simd_eq(above)
}

/// Returns the bits of the marked ones among thirty-two bytes.
#[inline(always)]
fn marked_32(chunk: &[u8; 32], mark: impl Fn(Lanes) -> Lanes) -> u32 {
    let ([first, last], []) = chunk.as_chunks::<WIDTH>() else { return 0 };
    mark(Lanes::from(*first)).to_bitmask() | mark(Lanes::from(*last)).to_bitmask() << WIDTH
}

/// Returns the bits of the bytes that are equal to a given one.
#[inline(always)]
pub(crate) fn equal_32(chunk: &[u8; 32], byte: u8) -> u32 {
    marked_32(chunk, |lanes| equal(lanes, byte))
}

/// Returns the bits of the bytes that need care in a JSON string: quotes, backslashes, control characters.
#[inline(always)]
pub(crate) fn string_ends_32(chunk: &[u8; 32]) -> u32 {
    marked_32(chunk, |lanes| equal(lanes, b'"') | equal(lanes, b'\\') | within(lanes, 0, 0x1F))
}

/// Returns the bytes that lower-case hexadecimal digits encode, or `None` if there are other characters.
#[inline(always)]
pub(crate) fn hexadecimal_32(figures: &[u8; 32]) -> Option<[u8; WIDTH]> {
    let ([first, last], []) = figures.as_chunks::<WIDTH>() else { return None };
    let (first, last) = (Lanes::from(*first), Lanes::from(*last));
    let is_letter = |lanes| within(lanes, b'a', b'f');
    let is_figure = |lanes| is_letter(lanes) | within(lanes, b'0', b'9');
    ((is_figure(first) & is_figure(last)).to_bitmask() == 0xFFFF).then_some(())?;
    let values = |lanes| (lanes & Lanes::splat(0x0F)) + (is_letter(lanes) & Lanes::splat(9));
    Some(Lanes::narrow_i16x8(paired(values(first)), paired(values(last))).to_array())
}

/// Combines the values of each pair of hexadecimal digits.
#[inline(always)]
fn paired(values: Lanes) -> i16x8 {
    let mut pairs = [0; WIDTH / 2];
    for (pair, values) in pairs.iter_mut().zip(values.to_array().as_chunks().0) {
        *pair = i16::from_le_bytes(*values);
    }
    // The higher digit comes first.
    let pairs = i16x8::from(pairs);
    (pairs << 4 | pairs >> 8) & i16x8::splat(0xFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_marked_at_its_place() {
        for byte in 0..=u8::MAX {
            let mut bytes = [b'.'; 16];
            bytes[5] = byte;
            let lanes = at(&bytes, 0).unwrap();
            let is_dot = if byte == b'.' { 1 << 5 } else { 0 };
            assert_eq!(equal(lanes, b'.').to_bitmask(), 0xFFDF | is_dot, "{byte:#x}");
            let is_letter = if byte.is_ascii_lowercase() { 1 << 5 } else { 0 };
            assert_eq!(within(lanes, b'a', b'z').to_bitmask(), is_letter, "{byte:#x}");
        }
    }

    #[test]
    fn thirty_two_bytes_are_compared_like_single_ones() {
        for at in 0..32 {
            let mut bytes = [b'.'; 32];
            bytes[at] = b'\\';
            assert_eq!(equal_32(&bytes, b'\\'), 1 << at);
            assert_eq!(string_ends_32(&bytes), 1 << at);
        }
    }

    #[test]
    fn too_few_bytes_are_refused() {
        assert_eq!(at(&[0; 16], 1), None);
        assert_eq!(at(&[0; 16], 17), None);
        assert!(at(&[0; 17], 1).is_some());
    }
}
