//! Every form of date that a log accepts, in words.

use super::Preposition::{By, For, On, Since, To, Until};
use super::*;

#[track_caller]
fn says(date: &str, words: &str) {
    assert_eq!(date_in_words(&date.parse().unwrap()), words);
}

/// Each form of date alone, and when, for when, to when, until when, by when, since when.
const EVERY_FORM: [(&str, [&str; 7]); 15] = [
    (
        "2025-05-03",
        [
            "3 May 2025",
            "on 3 May 2025",
            "for 3 May 2025",
            "to 3 May 2025",
            "until 3 May 2025",
            "by 3 May 2025",
            "since 3 May 2025",
        ],
    ),
    (
        "2025-05",
        [
            "May 2025",
            "in May 2025",
            "for May 2025",
            "to May 2025",
            "until May 2025",
            "by the end of May 2025",
            "since May 2025",
        ],
    ),
    ("2025", ["2025", "in 2025", "for 2025", "to 2025", "until 2025", "by the end of 2025", "since 2025"]),
    (
        "2025-05-03T10:30:00Z",
        [
            "3 May 2025 at 10:30 UTC",
            "on 3 May 2025 at 10:30 UTC",
            "for 3 May 2025 at 10:30 UTC",
            "to 3 May 2025 at 10:30 UTC",
            "until 3 May 2025 at 10:30 UTC",
            "by 3 May 2025 at 10:30 UTC",
            "since 3 May 2025 at 10:30 UTC",
        ],
    ),
    (
        "2025-06-30/2025-07-06",
        [
            "30 June to 6 July 2025",
            "between 30 June and 6 July 2025",
            "for a date between 30 June and 6 July 2025",
            "to a date between 30 June and 6 July 2025",
            "until some time between 30 June and 6 July 2025",
            "between 30 June and 6 July 2025",
            "since some time between 30 June and 6 July 2025",
        ],
    ),
    (
        "2025-05-03?",
        [
            "3 May 2025 (uncertain)",
            "on 3 May 2025 (uncertain)",
            "for 3 May 2025 (uncertain)",
            "to 3 May 2025 (uncertain)",
            "until 3 May 2025 (uncertain)",
            "by 3 May 2025 (uncertain)",
            "since 3 May 2025 (uncertain)",
        ],
    ),
    (
        "2025-05-03~",
        [
            "around 3 May 2025",
            "around 3 May 2025",
            "for around 3 May 2025",
            "to around 3 May 2025",
            "until around 3 May 2025",
            "by around 3 May 2025",
            "since around 3 May 2025",
        ],
    ),
    (
        "2025-05%",
        [
            "around May 2025 (uncertain)",
            "around May 2025 (uncertain)",
            "for around May 2025 (uncertain)",
            "to around May 2025 (uncertain)",
            "until around May 2025 (uncertain)",
            "by around the end of May 2025 (uncertain)",
            "since around May 2025 (uncertain)",
        ],
    ),
    (
        "2025-05-XX",
        [
            "May 2025",
            "in May 2025",
            "for May 2025",
            "to May 2025",
            "until May 2025",
            "by the end of May 2025",
            "since May 2025",
        ],
    ),
    (
        "202X",
        [
            "the 2020s",
            "in the 2020s",
            "for the 2020s",
            "to the 2020s",
            "until the 2020s",
            "by the end of the 2020s",
            "since the 2020s",
        ],
    ),
    (
        "20XX",
        [
            "the years 2000 to 2099",
            "in the years 2000 to 2099",
            "for the years 2000 to 2099",
            "to the years 2000 to 2099",
            "until the years 2000 to 2099",
            "by the end of the years 2000 to 2099",
            "since the years 2000 to 2099",
        ],
    ),
    (
        "2025-05-03/..",
        [
            "3 May 2025 or later",
            "on 3 May 2025 or later",
            "for 3 May 2025 or later",
            "to 3 May 2025 or later",
            "until 3 May 2025 or later",
            "by 3 May 2025 or later",
            "since 3 May 2025 or later",
        ],
    ),
    (
        "../1985",
        [
            "1985 or earlier",
            "in 1985 or earlier",
            "for 1985 or earlier",
            "to 1985 or earlier",
            "until 1985 or earlier",
            "by the end of 1985 or earlier",
            "since 1985 or earlier",
        ],
    ),
    (
        "2025-22",
        [
            "summer 2025",
            "in summer 2025",
            "for summer 2025",
            "to summer 2025",
            "until summer 2025",
            "by the end of summer 2025",
            "since summer 2025",
        ],
    ),
    (
        "2025-24~",
        [
            "around winter 2025–26",
            "around winter 2025–26",
            "for around winter 2025–26",
            "to around winter 2025–26",
            "until around winter 2025–26",
            "by around the end of winter 2025–26",
            "since around winter 2025–26",
        ],
    ),
];

#[test]
fn every_form_takes_every_preposition() {
    for (date, [alone, on, for_, to, until, by, since]) in EVERY_FORM {
        says(date, alone);
        let date: Edtf = date.parse().unwrap();
        for (preposition, words) in [(On, on), (For, for_), (To, to), (Until, until), (By, by), (Since, since)] {
            assert_eq!(dated(preposition, &date), words);
        }
    }
}

#[test]
fn unspecified_digits_and_short_years_have_words() {
    says("2025-XX-XX", "2025");
    says("2025-XX", "2025");
    says("2025-10-01", "1 October 2025");
    says("0987-05-03", "3 May 987");
    says("098X", "the 980s");
    says("09XX", "the years 900 to 999");
    says("1999-24", "winter 1999–00");
    says("2025-05?", "May 2025 (uncertain)");
}

#[test]
fn a_time_is_told_with_its_clock() {
    says("2025-10-16T10:30:05Z", "16 October 2025 at 10:30:05 UTC");
    says("2025-10-16T10:30:00.25Z", "16 October 2025 at 10:30:00 UTC");
    says("2025-10-16T12:30:00+02:00", "16 October 2025 at 12:30 (UTC+02:00)");
    says("2025-10-16T12:30:00-05:00", "16 October 2025 at 12:30 (UTC-05:00)");
}

#[test]
fn intervals_say_once_what_both_ends_share() {
    says("2025-10-22/2025-10-23", "22 to 23 October 2025");
    says("2025-10-25/2025-11-05", "25 October to 5 November 2025");
    says("2024-12-25/2025-01-05", "25 December 2024 to 5 January 2025");
    says("2025-05/2025-06", "May to June 2025");
    says("2025-05/2025-06-03", "May to 3 June 2025");
    says("2025/2026", "2025 to 2026");
    says("2025-10-XX/2025-11", "October to November 2025");
    says("202X/203X", "the 2020s to the 2030s");
    says("19XX/20XX", "1900 to 2099");
    says("2025-11/..", "November 2025 or later");
    says("2025-11/", "November 2025 or later");
    says("/2025-11", "November 2025 or earlier");
}

#[test]
fn an_interval_of_one_day_is_that_day() {
    says("2025-03-05/2025-03-05", "5 March 2025");
    assert_eq!(dated(On, &"2025-03-05/2025-03-05".parse().unwrap()), "on 5 March 2025");
    says("2025-03/2025-03", "March 2025");
}

#[test]
fn what_qualifies_both_ends_is_said_once() {
    says("2025-10-22?/2025-10-23?", "22 to 23 October 2025 (uncertain)");
    says("2025-10-22~/2025-10-23~", "22 to 23 October 2025 (approximate)");
    says("2025-05%/2025-06%", "May to June 2025 (uncertain and approximate)");
    says("2025-05~/2025-06", "around May 2025 to June 2025");
    says("2025-10-22/2025-10-23?", "22 October 2025 to 23 October 2025 (uncertain)");
    let on = |date: &str| dated(On, &date.parse().unwrap());
    assert_eq!(on("2025-05~/2025-06?"), "between around May 2025 and June 2025 (uncertain)");
    assert_eq!(on("2025-05?/.."), "in May 2025 (uncertain) or later");
}

#[test]
fn a_short_interval_leaves_out_what_both_ends_share() {
    assert_eq!(short_date("2025-10-22/2025-10-23"), "2025-10-22/23");
    assert_eq!(short_date("2025-10-25/2025-11-05"), "2025-10-25/11-05");
    assert_eq!(short_date("2024-12-25/2025-01-05"), "2024-12-25/2025-01-05");
    assert_eq!(short_date("2025-10-25~/2025-11"), "2025-10-25~/2025-11");
    assert_eq!(short_date("2025-10-22"), "2025-10-22");
}
