//! Pictures: what is drawn, where, and how large.

use demarche_interop::export::timeline::{Options, Timeline};
use demarche_projection::narrate::Names;
use demarche_projection::query::Query;

use super::journals::{fold_of, on_meeting};

#[test]
fn a_picture_has_bounds_whatever_its_dates() {
    for when in ["0001", "9999", "../2025", "2025/..", "202X", "2025-10-10T10:30:00Z"] {
        let fold = fold_of(&on_meeting(10, "meeting_scheduled", "x", &format!(",\"when\":\"{when}\"")));
        let query = Query::default();
        for width in [0, 480, u32::MAX] {
            let options = Options { width, ..Options::default() };
            let svg = Timeline::new(&fold, &query, |_| true, &Names::default(), &options).unwrap().svg();
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{when}: {svg}");
        }
    }
}

#[test]
fn a_picture_marks_each_denial_where_it_was_said() {
    // The claim was made in January, denied twice in March and once in May, and the track has moved on since.
    let told = |number: u32, day: &str, who: &str, event_type: &str, data: &str| {
        format!(
            "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":1,\"type\":\"{event_type}\",\"track\":\"t\",\
             \"occurred\":\"{day}\",\"recorded\":\"{day}T12:00:00Z\",\
             \"source\":{{\"who\":\"{who}\",\"attribution\":\"on_record\",\"grade\":\"B2\"}},\"data\":{{{data}}}}}\n"
        )
    };
    let claims = "\"claims\":[\"0199f3c0-5a00-7000-8000-000000000001\"]";
    let log = [
        told(1, "2025-01-10", "us", "meeting_scheduled", "\"meeting\":\"m\",\"when\":\"2025-02-01\""),
        told(2, "2025-03-10", "ru", "claim_denied", claims),
        told(3, "2025-03-10", "ru/mfa", "claim_denied", claims),
        told(4, "2025-05-10", "hu", "claim_denied", claims),
        told(5, "2025-06-10", "us", "track_resumed", ""),
    ];
    let svg = |from: &str, to: &str| {
        let moment = |text: &str| demarche_projection::query::moment(text).unwrap();
        let options = Options { from: moment(from), to: moment(to), ..Options::default() };
        let fold = fold_of(&log.concat());
        Timeline::new(&fold, &Query::default(), |_| true, &Names::default(), &options).unwrap().svg()
    };
    let marks = |from, to| svg(from, to).matches("<title>Disputed: ").count();
    assert_eq!(marks("2025-01-01", "2025-07-01"), 2, "those of one day are one");
    assert_eq!(marks("2025-01-01", "2025-03-01"), 0, "the claim itself is not marked");
    assert_eq!(marks("2025-03-01", "2025-04-01"), 1);
    assert_eq!(marks("2025-05-01", "2025-06-01"), 1);
}

/// An event on a track, recorded on the day on which it occurred.
fn told(number: u32, track: &str, day: &str, event_type: &str, data: &str) -> String {
    format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":2,\"type\":\"{event_type}\",\"track\":\"{track}\",\
         \"occurred\":\"{day}\",\"recorded\":\"{day}T12:00:00.{number:06}Z\",\
         \"source\":{{\"who\":\"a\",\"attribution\":\"on_record\",\"grade\":\"B2\"}},\"data\":{{{data}}}}}\n"
    )
}

fn opened(number: u32, track: &str, title: &str) -> String {
    let data = format!("\"title\":\"{title}\",\"kind\":\"summit\",\"parties\":[\"a\",\"b\"]");
    told(number, track, "2025-01-10", "track_opened", &data)
}

fn timeline(log: &str, width: u32) -> Timeline {
    let options = Options { width, ..Options::default() };
    Timeline::new(&fold_of(log), &Query::default(), |_| true, &Names::default(), &options).unwrap()
}

fn seed() -> Timeline {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/us-russia-2025.jsonl");
    timeline(&std::fs::read_to_string(path).unwrap(), 960)
}

/// A text of a picture.
#[derive(Debug)]
struct Text {
    left: f64,
    right: f64,
    y: f64,
    is_bold: bool,
    content: String,
}

fn attribute(element: &str, name: &str) -> Option<f64> {
    element.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0.parse().ok()
}

/// The texts of a picture, each with the room that it takes at the least.
fn texts(svg: &str) -> Vec<Text> {
    let of = |element: &str| {
        let (start, rest) = element.split_once('>').unwrap();
        let content = rest.split_once('<').unwrap().0.to_owned();
        let (x, y) = (attribute(start, "x").unwrap(), attribute(start, "y").unwrap());
        let width = 0.45 * attribute(start, "font-size").unwrap() * content.chars().count() as f64;
        let (left, right) = match start {
            _ if start.contains("text-anchor=\"end\"") => (x - width, x),
            _ if start.contains("text-anchor=\"middle\"") => (x - width / 2.0, x + width / 2.0),
            _ => (x, x + width),
        };
        Text { left, right, y, is_bold: start.contains("font-weight=\"bold\""), content }
    };
    svg.split("<text").skip(1).map(of).collect()
}

/// Where the line of the day stands on which a picture is judged: its place, top and bottom.
fn as_of(svg: &str) -> (f64, f64, f64) {
    let line = svg.split("<line").find(|line| line.contains("stroke-dasharray=\"5 3\"")).unwrap();
    let [x, top, bottom] = ["x1", "y1", "y2"].map(|name| attribute(line, name).unwrap());
    (x, top, bottom)
}

#[test]
fn a_picture_says_its_title_once() {
    let one = opened(1, "a-b", "Talks on the border");
    let many = [one.clone(), opened(2, "c-d", "Other talks")].concat();
    for (log, title) in [(&one, "Talks on the border"), (&many, "2 tracks over time"), (&many, "Other talks")] {
        let picture = timeline(log, 960);
        let count = |text: &str| text.matches(title).count();
        let drawn = texts(&picture.svg()).iter().filter(|text| text.content == title).count();
        assert_eq!(drawn, 1, "{title}");
        let page = picture.html();
        let (head, body) = page.split_once("<body>").unwrap();
        let headings = body.lines().filter(|line| line.starts_with("<h")).map(count).sum::<usize>();
        assert!(headings == 1 && count(head) <= 1, "{title}: {body}");
        let drawn = texts(&page).iter().filter(|text| text.content == title).count();
        assert_eq!(drawn, usize::from(title == "Other talks"), "{title}: a page has its heading");
    }
}

#[test]
fn no_text_touches_the_line_of_the_day_on_which_it_is_judged() {
    let svg = seed().svg();
    let (x, top, bottom) = as_of(&svg);
    for text in texts(&svg).iter().filter(|text| (top..bottom).contains(&text.y) && text.content != "!") {
        assert!(text.right < x - 2.0 || text.left > x + 2.0, "{text:?} at {x}");
    }
}

#[test]
fn names_stand_beside_the_time_and_children_to_the_right_of_their_parents() {
    let svg = seed().svg();
    let texts = texts(&svg);
    let of = |content: &str| texts.iter().find(|text| text.content == content).unwrap_or_else(|| panic!("{content}"));
    let begin = of("Jan 2025").left;
    let (parent, child, grandchild) = (of("us-ru"), of("us-ru/irritants"), of("us-ru/irritants/direct-flights"));
    assert!(parent.left < child.left && child.left < grandchild.left, "{parent:?} {child:?} {grandchild:?}");
    for name in texts.iter().filter(|text| text.content.starts_with("us-") || text.is_bold && text.content != "!") {
        assert!(name.right < begin || name.y < 30.0, "{name:?} at {begin}");
    }
    assert_eq!(of("us-hu").left, parent.left, "what has no parent here is not indented");
}

#[test]
fn a_page_is_as_wide_as_its_picture() {
    let page = timeline(&opened(1, "a", "A"), 1400).html();
    assert!(page.contains("width=\"1400\"") && page.contains("max-width:max(60rem,1400px)"), "{page}");
    // Where the window is narrower the picture scrolls, and its letters stay as large as they are.
    let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let on_screen = style.split_once("@media print").unwrap().0;
    assert!(!on_screen.contains("svg{max-width") && on_screen.contains("overflow-x:auto"), "{style}");
}

#[test]
fn a_description_has_a_line_for_each_lane() {
    let svg = seed().svg();
    let description = svg.split_once("<desc id=\"desc\">").unwrap().1.split_once("</desc>").unwrap().0;
    assert_eq!(description.lines().count(), 15);
    assert!(!description.contains("\\n") && description.contains("(us-ru/leaders): Proposed since"), "{description}");
}

#[test]
fn every_status_is_written_however_short_its_time() {
    let meeting = |number: u32| format!("\"meeting\":\"m{number}\"");
    let mut log = opened(1, "long", "Long");
    for round in 0..3 {
        let number = 10 * (round + 1);
        let day = |day: u32| format!("2025-0{}-{day:02}", 2 * round + 2);
        let when = format!("{},\"when\":\"{}\"", meeting(number), day(9));
        log += &told(number, "long", &day(5), "meeting_scheduled", &when);
        log += &told(number + 1, "long", &day(7), "meeting_cancelled", &meeting(number));
        log += &told(number + 2, "long", &day(9), "track_resumed", "");
    }
    log += &told(50, "short", "2025-06-08", "track_resumed", "");
    log += &told(51, "short", "2025-06-09", "track_stalled", "");
    for width in [480, 960, 1400] {
        let svg = timeline(&log, width).svg();
        let lanes = svg.split("</defs>").nth(1).unwrap().rsplit_once("<line").unwrap().0;
        let texts = texts(lanes);
        let count = |word: &str| texts.iter().filter(|text| text.content == word).count();
        assert!(count("stalled") == 1, "{width}: what holds at the right edge is written");
        for word in ["scheduled", "cancelled"] {
            assert!(count(word) >= if width < 960 { 1 } else { 3 }, "{word} at {width}: {texts:#?}");
        }
        let end = f64::from(width) - 8.0;
        assert!(texts.iter().all(|text| text.left >= 0.0 && text.right <= end), "{texts:#?}");
    }
}

#[test]
fn a_picture_is_no_higher_than_it_needs_to_be() {
    let height = |lanes: u32| {
        let lane = |lane: u32| {
            let track = format!("a-b-{lane}");
            let held = |number: u32, day: &str| {
                told(number, &track, day, "meeting_held", &format!("\"meeting\":\"m{number}\",\"title\":\"A round\""))
            };
            [
                opened(10 * lane + 1, &track, "Talks on border"),
                held(10 * lane + 2, "2025-02-01"),
                held(10 * lane + 3, "2025-03-01"),
                held(10 * lane + 4, "2025-04-01"),
            ]
            .concat()
        };
        let svg = timeline(&(1..=lanes).map(lane).collect::<String>(), 960).svg();
        attribute(svg.split_once('>').unwrap().0, "height").unwrap()
    };
    let [one, three, forty] = [height(1), height(3), height(40)];
    assert!(one < 180.0 && three < 300.0 && forty < 1800.0, "{one} {three} {forty}");
}

#[test]
fn lanes_of_one_name_are_told_apart_by_their_paths() {
    let log = [
        opened(1, "a-b/border", "Talks on border"),
        opened(2, "c-d/border", "Talks on border"),
        opened(3, "c-d/trade", "Talks on trade"),
    ];
    let texts = texts(&timeline(&log.concat(), 960).svg());
    for (path, is_bold) in [("a-b/border", true), ("c-d/border", true), ("c-d/trade", false)] {
        let text = texts.iter().find(|text| text.content == path).unwrap_or_else(|| panic!("{path} in {texts:#?}"));
        assert_eq!(text.is_bold, is_bold, "{path}");
    }
}

#[test]
fn text_from_right_to_left_keeps_its_order_among_other_text() {
    // The second has a non-joiner, without which the word is misspelt.
    for title in ["שיחות (לבנון) 2025", "گفت\u{200c}وگو (تهران)"] {
        let log = [opened(1, "a-b", title), opened(2, "c-d", "Talks")].concat();
        let picture = timeline(&log, 960);
        let texts = texts(&picture.svg());
        let drawn = texts.iter().find(|text| text.content.contains(title)).unwrap_or_else(|| panic!("{texts:#?}"));
        assert_eq!(drawn.content, format!("&#x2068;{title}&#x2069;"), "it is isolated from what stands beside it");
        assert!(texts.iter().any(|text| text.content == "Talks"), "what needs no isolation has none");
        let page = picture.html();
        assert!(page.contains(&format!("<h2><bdi>{title}</bdi>")), "{page}");
        assert!(!page.contains("<p>") && !page.contains("<td>"), "{page}");
    }
}
