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
