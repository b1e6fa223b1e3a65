//! Countries by their codes, in the English of newspapers.

use iso3166::Country;

/// Returns the name of a country, with the article that it takes within a sentence, by its ISO 3166-1 code of two or
/// three letters in lower case. Entities with a customary code that is not in the standard have a name, too.
pub(super) fn country(code: &str) -> Option<&'static str> {
    if let Some((_, name)) = BESIDE_ISO.iter().find(|(other, _)| *other == code) {
        return Some(name);
    }
    let country = Country::from_alpha2_ignore_case(code).or_else(|| Country::from_alpha3_ignore_case(code))?;
    let usual = USUAL.iter().find(|(alpha2, _)| *alpha2 == country.alpha2);
    Some(usual.map_or(country.name, |(_, name)| name))
}

/// Customary codes that ISO 3166-1 does not have.
const BESIDE_ISO: [(&str, &str); 5] =
    [("eu", "the EU"), ("uae", "the UAE"), ("uk", "the UK"), ("un", "the UN"), ("xk", "Kosovo")];

/// The names of countries in a sentence, where they differ from the list of the crate: with the article, without an
/// ampersand, as newspapers write them.
const USUAL: [(&str, &str); 45] = [
    ("AE", "the UAE"),
    ("AG", "Antigua and Barbuda"),
    ("AX", "the Åland Islands"),
    ("BA", "Bosnia and Herzegovina"),
    ("BQ", "the Caribbean Netherlands"),
    ("BS", "the Bahamas"),
    ("CC", "the Cocos Islands"),
    ("CD", "DR Congo"),
    ("CF", "the Central African Republic"),
    ("CG", "Congo-Brazzaville"),
    ("CI", "Ivory Coast"),
    ("CK", "the Cook Islands"),
    ("DO", "the Dominican Republic"),
    ("FK", "the Falkland Islands"),
    ("FO", "the Faroe Islands"),
    ("GB", "the UK"),
    ("GM", "the Gambia"),
    ("GS", "South Georgia and the South Sandwich Islands"),
    ("HM", "Heard Island and the McDonald Islands"),
    ("IM", "the Isle of Man"),
    ("IO", "the British Indian Ocean Territory"),
    ("KM", "the Comoros"),
    ("KN", "St. Kitts and Nevis"),
    ("KY", "the Cayman Islands"),
    ("MH", "the Marshall Islands"),
    ("MP", "the Northern Mariana Islands"),
    ("MV", "the Maldives"),
    ("NL", "the Netherlands"),
    ("PH", "the Philippines"),
    ("PM", "St. Pierre and Miquelon"),
    ("PN", "the Pitcairn Islands"),
    ("SB", "the Solomon Islands"),
    ("SC", "the Seychelles"),
    ("SJ", "Svalbard and Jan Mayen"),
    ("ST", "São Tomé and Príncipe"),
    ("TC", "the Turks and Caicos Islands"),
    ("TF", "the French Southern Territories"),
    ("TT", "Trinidad and Tobago"),
    ("UM", "the US Outlying Islands"),
    ("US", "the US"),
    ("VA", "the Vatican"),
    ("VC", "St. Vincent and the Grenadines"),
    ("VG", "the British Virgin Islands"),
    ("VI", "the US Virgin Islands"),
    ("WF", "Wallis and Futuna"),
];

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails must say so")]
mod tests {
    use super::*;

    #[test]
    fn a_country_has_its_common_name_and_its_article() {
        for (code, name) in [
            ("bo", "Bolivia"),
            ("gb", "the UK"),
            ("ir", "Iran"),
            ("kp", "North Korea"),
            ("kr", "South Korea"),
            ("la", "Laos"),
            ("md", "Moldova"),
            ("nl", "the Netherlands"),
            ("om", "Oman"),
            ("ph", "the Philippines"),
            ("ru", "Russia"),
            ("sy", "Syria"),
            ("tr", "Turkey"),
            ("us", "the US"),
            ("vn", "Vietnam"),
        ] {
            assert_eq!(country(code), Some(name), "{code}");
        }
    }

    #[test]
    fn three_letter_codes_are_read_too() {
        assert_eq!([country("rus"), country("irn"), country("usa")], [Some("Russia"), Some("Iran"), Some("the US")]);
    }

    #[test]
    fn other_words_are_not_countries() {
        for slug in ["", "r", "zz", "ap", "irna", "russia", "RU-", "12", "nato"] {
            assert_eq!(country(slug), None, "{slug}");
        }
    }

    #[test]
    fn every_override_of_a_name_is_needed() {
        assert!(USUAL.is_sorted_by(|(one, _), (other, _)| one < other));
        for (alpha2, name) in USUAL {
            assert_ne!(Country::from_alpha2(alpha2).unwrap().name, name, "{alpha2}");
        }
        for (code, _) in BESIDE_ISO {
            assert!(Country::from_alpha2_ignore_case(code).is_none(), "{code}");
            assert!(Country::from_alpha3_ignore_case(code).is_none(), "{code}");
        }
    }

    #[test]
    fn every_country_reads_within_a_sentence() {
        // All of the 249 except Antarctica, which has no government.
        assert_eq!((iso3166::LIST.len(), country("aq")), (248, None));
        for one in iso3166::LIST {
            let name = country(&one.alpha2.to_ascii_lowercase()).unwrap();
            assert_eq!(country(&one.alpha3.to_ascii_lowercase()), Some(name));
            let is_formal = ["&", "(", ",", " - ", "U.S.", "The "].iter().any(|part| name.contains(part));
            assert!(!is_formal && !name.is_empty(), "{name}");
            let is_several = ["Islands", "Territories", "Republic"].iter().any(|word| name.ends_with(word));
            assert!(!is_several || name.starts_with("the ") || name.contains(" and the "), "{name}");
        }
    }
}
