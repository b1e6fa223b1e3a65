//! Sixteen bytes looked at together, in the wide registers that every processor of today has.

pub(crate) use wide::u8x16 as Lanes;

/// How many bytes are looked at together.
pub(crate) const WIDTH: usize = 16;

/// The bytes of a text from a place on; none where there are too few.
#[inline]
pub(crate) fn at(bytes: &[u8], place: usize) -> Option<Lanes> {
    bytes.get(place..)?.first_chunk().copied().map(Lanes::from)
}

/// Marks the bytes that are a given one.
#[inline]
pub(crate) fn equal(lanes: Lanes, byte: u8) -> Lanes {
    lanes.simd_eq(Lanes::splat(byte))
}

/// Marks the bytes that lie between two, which count.
#[inline]
pub(crate) fn within(lanes: Lanes, first: u8, last: u8) -> Lanes {
    let above = lanes - Lanes::splat(first);
    above.min(Lanes::splat(last - first)).simd_eq(above)
}

/// The bits of those of thirty-two bytes that are marked.
#[inline(always)]
fn marked_32(chunk: &[u8; 32], mark: impl Fn(Lanes) -> Lanes) -> u32 {
    let ([first, last], []) = chunk.as_chunks::<WIDTH>() else { return 0 };
    mark(Lanes::from(*first)).to_bitmask() | mark(Lanes::from(*last)).to_bitmask() << WIDTH
}

/// The bits of the bytes that are a given one.
#[inline(always)]
pub(crate) fn equal_32(chunk: &[u8; 32], byte: u8) -> u32 {
    marked_32(chunk, |lanes| equal(lanes, byte))
}

/// The bits of the bytes that end what of a JSON string stands for itself: quotes, backslashes, control characters.
#[inline(always)]
pub(crate) fn string_ends_32(chunk: &[u8; 32]) -> u32 {
    marked_32(chunk, |lanes| equal(lanes, b'"') | equal(lanes, b'\\') | within(lanes, 0, 0x1F))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_marked_where_it_stands() {
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
    fn thirty_two_bytes_are_looked_at_as_each_alone() {
        for at in 0..32 {
            let mut bytes = [b'.'; 32];
            bytes[at] = b'\\';
            assert_eq!(equal_32(&bytes, b'\\'), 1 << at);
            assert_eq!(string_ends_32(&bytes), 1 << at);
        }
    }

    #[test]
    fn there_must_be_enough_of_them() {
        assert_eq!(at(&[0; 16], 1), None);
        assert_eq!(at(&[0; 16], 17), None);
        assert!(at(&[0; 17], 1).is_some());
    }
}
