//! The names and texts of which generated logs are made.

/// The parties.
pub(crate) const PARTIES: &[&str] = &[
    "us", "ru", "cn", "ua", "de", "fr", "gb", "tr", "in", "br", "ir", "il", "sa", "ae", "qa", "eg", "jp", "kr", "kp",
    "kz", "az", "am", "ge", "hu", "pl", "it", "ca", "au", "za", "pk", "vn", "id", "eu", "nato", "un", "asean",
];

/// Who speaks for a party.
pub(crate) const OFFICES: &[&str] = &[
    "mfa",
    "president",
    "government",
    "parliament",
    "mod",
    "treasury",
    "embassy",
    "special-envoy",
    "trade-office",
    "mfa/spokesperson",
    "president/spokesperson",
    "mfa/deputy-minister",
];

/// Who carries the news.
pub(crate) const OUTLETS: &[&str] = &[
    "reuters",
    "afp",
    "ap",
    "tass",
    "interfax",
    "xinhua",
    "izvestia",
    "kommersant",
    "the-times",
    "le-monde",
    "faz",
    "anadolu",
    "kyodo",
    "yonhap",
    "bloomberg",
    "politico",
    "axios",
    "al-jazeera",
    "the-hindu",
    "folha",
];

/// Those who give no name.
pub(crate) const NAMELESS: &[&str] =
    &["anon/european-diplomat", "anon/senior-official", "anon/person-familiar", "anon/negotiator"];

/// What tracks are about.
pub(crate) const MATTERS: &[&str] = &[
    "visas",
    "flights",
    "borders",
    "trade",
    "grain",
    "gas",
    "nuclear",
    "arms-control",
    "prisoners",
    "consulates",
    "fisheries",
    "water",
    "sanctions",
    "ceasefire",
    "transit",
    "investment",
    "climate",
    "cyber",
    "space",
    "minerals",
];

/// Where people meet.
pub(crate) const VENUES: &[&str] = &[
    "Geneva",
    "Vienna",
    "Istanbul",
    "Doha",
    "Riyadh",
    "Abu Dhabi",
    "Helsinki",
    "Singapore",
    "Astana",
    "Budapest",
    "Cairo",
    "New York, United Nations headquarters",
    "Minsk",
    "Oslo",
    "Brussels",
    "Beijing, Diaoyutai guesthouse",
];

/// How a sentence begins; the speaker is known from the source.
pub(crate) const OPENINGS: &[&str] = &[
    "Both sides agree that",
    "It was said that",
    "The delegation expects that",
    "The readout says that",
    "Asked again, the ministry said that",
    "A joint statement says that",
];

/// What is said.
pub(crate) const MIDDLES: &[&str] = &[
    "the next round is being prepared",
    "work on the text goes on",
    "no date has been agreed so far",
    "the remaining matters are of a technical kind",
    "the other side has yet to answer the latest draft",
    "contacts are kept up through the usual channels",
    "some progress was made on the list of irritants",
    "the proposal is being studied",
    "there is no reason to hurry",
    "experts will meet before the ministers do",
];

/// How a sentence ends.
pub(crate) const ENDINGS: &[&str] = &[
    ".",
    ".",
    ".",
    " for now.",
    ", without giving details.",
    ", although much remains to be done.",
    "; the venue is open.",
];
