//! Makes slugs of arbitrary names. Two slugs collide only if the names differ in nothing but case and spacing.
//!
//! A *regular* name consists of words of `A-Z a-z 0-9`, separated by single spaces or hyphens: `United States`,
//! `Moon Jae-in`. Its slug is those words in lower case, joined by hyphens; regular names with the same slug count as
//! one name. Any other name loses something in the process (accents, punctuation, length), so eight hexadecimal digits
//! of its hash are appended: `Côte d'Ivoire` becomes `cote-d-ivoire-` and its hash. A regular name that happens to end
//! like a hash gets one, too.

use demarche_core::SEGMENT_MAX_BYTES;

/// The maximum length of a name before `-` and a hash.
const STEM_MAX_BYTES: usize = SEGMENT_MAX_BYTES - 1 - HASH_DIGITS;

const HASH_DIGITS: usize = 8;

/// Separates the two names of a pair. No slug has two hyphens in a row, so a pair can be read in only one way.
const PAIR: &str = "--";

/// Makes a slug of any text.
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    let (mut is_regular, mut parted) = (true, false);
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            push(&mut slug, &mut parted, c.to_ascii_lowercase());
        } else if c == ' ' || c == '-' {
            is_regular &= !parted && !slug.is_empty();
            parted = true;
        } else {
            is_regular = false;
            match plain(c) {
                Some(letters) => letters.chars().for_each(|letter| push(&mut slug, &mut parted, letter)),
                None => parted = true,
            }
        }
    }
    if is_regular && !parted && !slug.is_empty() && slug.len() <= SEGMENT_MAX_BYTES && !ends_in_a_hash(&slug) {
        return slug;
    }
    hashed(&slug, name)
}

fn push(slug: &mut String, parted: &mut bool, letter: char) {
    if *parted && !slug.is_empty() {
        slug.push('-');
    }
    *parted = false;
    slug.push(letter);
}

/// Joins two slugs, in the given order.
pub(crate) fn pair(first: &str, second: &str) -> String {
    let whole = [first, second].join(PAIR);
    if whole.len() <= SEGMENT_MAX_BYTES {
        return whole;
    }
    let half = |slug: &str| stem(slug, (STEM_MAX_BYTES - PAIR.len()) / 2).to_owned();
    hashed(&[half(first), half(second)].join(PAIR), &whole)
}

/// Appends the hash of the whole text to a stem.
fn hashed(stem_of: &str, whole: &str) -> String {
    let stem = match stem(stem_of, STEM_MAX_BYTES) {
        "" => "x",
        stem => stem,
    };
    format!("{stem}-{:08x}", short_hash(whole.as_bytes()))
}

/// Shortens an ASCII slug so that it does not end in a hyphen.
fn stem(slug: &str, most_bytes: usize) -> &str {
    slug.get(..most_bytes).unwrap_or(slug).trim_end_matches('-')
}

fn ends_in_a_hash(slug: &str) -> bool {
    slug.rsplit_once('-').is_some_and(|(_, last)| {
        last.len() == HASH_DIGITS && last.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

/// Computes FNV-1a with 64 bits: the same on every machine and in every version.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}

/// Computes the same, folded to 32 bits.
pub(crate) fn short_hash(bytes: &[u8]) -> u32 {
    let hash = hash(bytes);
    u32::try_from((hash >> 32) ^ (hash & u64::from(u32::MAX))).unwrap_or_default()
}

/// Returns the plain letters of an accented Latin letter. Any other character separates words.
fn plain(c: char) -> Option<&'static str> {
    const LETTERS: [(&str, &str); 32] = [
        ("àáâãäåāăąÀÁÂÃÄÅĀĂĄ", "a"),
        ("æÆ", "ae"),
        ("çćčĉċÇĆČ", "c"),
        ("ďđĎĐ", "d"),
        ("ðÐ", "d"),
        ("èéêëēĕėęěÈÉÊËĒĖĘĚ", "e"),
        ("ĝğġģĞĠĢ", "g"),
        ("ĥħĤĦ", "h"),
        ("ìíîïĩīĭįıÌÍÎÏİĪ", "i"),
        ("ĵĴ", "j"),
        ("ķĶ", "k"),
        ("ĺļľŀłĹĻĽŁ", "l"),
        ("ñńņňÑŃŇ", "n"),
        ("òóôõöøōŏőÒÓÔÕÖØŌŐ", "o"),
        ("œŒ", "oe"),
        ("ŕŗřŔŘ", "r"),
        ("śŝşšșŚŞŠȘ", "s"),
        ("ß", "ss"),
        ("ţťŧțŢŤȚ", "t"),
        ("þÞ", "th"),
        ("ùúûüũūŭůűųÙÚÛÜŪŮŰ", "u"),
        ("ŵŴ", "w"),
        ("ýÿŷÝŸ", "y"),
        ("źżžŹŻŽ", "z"),
        ("ạảấầẩẫậắằẳẵặ", "a"),
        ("ẹẻẽếềểễệ", "e"),
        ("ỉị", "i"),
        ("ọỏốồổỗộớờởỡợ", "o"),
        ("ụủứừửữự", "u"),
        ("ỳỵỷỹ", "y"),
        ("ơ", "o"),
        ("ư", "u"),
    ];
    LETTERS.iter().find(|(accented, _)| accented.contains(c)).map(|(_, plain)| *plain)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails must say so")]
mod tests {
    use super::*;
    use demarche_core::TrackId;
    use proptest::prelude::*;

    #[track_caller]
    fn is(name: &str, expected: &str) {
        assert_eq!(slug(name), expected);
    }

    #[test]
    fn the_slug_of_a_regular_name_is_its_words() {
        is("United States", "united-states");
        is("Moon Jae-in", "moon-jae-in");
        is("UN Security Council", "un-security-council");
    }

    #[test]
    fn the_slug_of_any_other_name_has_a_hash() {
        is("Côte d'Ivoire", "cote-d-ivoire-e49c3a94");
        is("Recep Tayyip Erdoğan", "recep-tayyip-erdogan-cee473a3");
        is("", "x-4fd0bfc1");
        is("Москва", "x-1990eae2");
        assert_ne!(slug("Cabinet / Council"), slug("Cabinet, Council"));
        assert_ne!(slug("a  b"), slug("a b"));
        assert_ne!(slug(" a"), slug("a"));
        assert_ne!(slug("Erdoğan"), slug("Erdogan"));
        // A regular name must not end in what could be another name's hash.
        assert_ne!(slug("cote d ivoire e49c3a94"), slug("Côte d'Ivoire"));
    }

    #[test]
    fn long_pairs_are_shortened_and_hashed() {
        assert_eq!(pair("russia", "united-states"), "russia--united-states");
        let (long, other) = ("a".repeat(64), "b".repeat(64));
        assert_eq!(pair(&long, &other).len(), 26 + 2 + 26 + 9);
        assert_ne!(pair(&long, &other), pair(&long, &"b".repeat(63)));
    }

    proptest! {
        #[test]
        fn any_text_gives_a_name(first in any::<String>(), second in any::<String>()) {
            for text in [slug(&first), pair(&slug(&first), &slug(&second))] {
                prop_assert!(TrackId::new(&text).is_ok(), "{:?} → {}", first, text);
            }
            prop_assert!(!slug(&first).contains(PAIR));
        }

        #[test]
        fn other_names_have_other_slugs(first in "[ a-cA-Cé'-]{0,6}", second in "[ a-cA-Cé'-]{0,6}") {
            let same = |name: &str| name.to_ascii_lowercase().replace('-', " ");
            if same(&first) != same(&second) {
                prop_assert_ne!(slug(&first), slug(&second));
            }
        }
    }
}
