//! The stream of changes.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use tokio_stream::StreamExt as _;
use tower::ServiceExt as _;

use super::support::{Api, stalled};

/// What the stream says within a moment, to a client that has got a change already.
pub(crate) fn heard(api: &Api, last: Option<&str>) -> String {
    let mut request = Request::builder().uri("/api/v1/changes").header("host", "127.0.0.1");
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    api.wait(async {
        let response = api.server.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut stream = response.into_body().into_data_stream();
        let mut heard = String::new();
        while let Ok(Some(part)) = tokio::time::timeout(Duration::from_millis(200), stream.next()).await {
            heard.push_str(std::str::from_utf8(&part.unwrap()).unwrap());
        }
        heard
    })
}

fn fields<'h>(heard: &'h str, name: &str) -> Vec<&'h str> {
    heard.lines().filter_map(|line| line.strip_prefix(name)).map(str::trim).collect()
}

#[test]
fn a_client_that_comes_back_gets_what_it_has_missed() {
    let api = Api::over("");
    let run = api.get("/api/v1/stats").header("etag")[3..].split('-').next().unwrap().to_owned();
    let first = format!("{run}-0");
    for number in 1..=3 {
        assert_eq!(api.post("/api/v1/events", stalled(Some(number), &format!("us-ru/t{number}"))).status, 201);
    }
    let all = heard(&api, Some(&first));
    let ids = fields(&all, "id:");
    assert_eq!(ids, [1, 2, 3].map(|number| format!("{run}-{number}")));
    let data: Vec<serde_json::Value> =
        fields(&all, "data:").into_iter().map(|data| serde_json::from_str(data).unwrap()).collect();
    assert_eq!((&data[1]["track"], &data[1]["change"]), (&"us-ru/t2".into(), &"appeared".into()));
    assert!(data[1]["by"].is_string());
    assert_eq!(fields(&heard(&api, Some(ids[1])), "id:"), [ids[2]]);
    assert_eq!(heard(&api, Some(ids[2])), "");
    assert_eq!(heard(&api, None), "", "a new client gets what comes");
}

#[test]
fn a_client_of_another_run_is_told_to_begin_anew() {
    let api = Api::over("");
    assert_eq!(api.post("/api/v1/events", stalled(Some(1), "us-ru")).status, 201);
    let heard = heard(&api, Some("00000000-1"));
    assert_eq!(fields(&heard, "event:"), ["reset"], "{heard}");
}

#[test]
fn a_rewritten_journal_has_clients_begin_anew() {
    let api = Api::over("");
    let run = api.get("/api/v1/stats").header("etag")[3..].split('-').next().unwrap().to_owned();
    for number in 1..=2 {
        assert_eq!(api.post("/api/v1/events", stalled(Some(number), &format!("us-ru/t{number}"))).status, 201);
    }
    api.rewrite(api.log().lines().next().unwrap());
    let told = heard(&api, Some(&format!("{run}-2")));
    assert_eq!((fields(&told, "event:"), fields(&told, "id:")), (vec!["reset"], vec![&*format!("{run}-3")]));
    assert_eq!(api.json("/api/v1/tracks").as_array().unwrap().len(), 1);
    assert_eq!(api.post("/api/v1/events", stalled(Some(3), "us-ru/t3")).status, 201);
    assert_eq!(fields(&heard(&api, Some(&format!("{run}-3"))), "event:"), ["change"]);
    assert_eq!(fields(&heard(&api, Some(&format!("{run}-1"))), "event:"), ["reset"], "what was told is not kept");
}

#[test]
fn what_is_no_id_of_a_change_is_refused() {
    let api = Api::over("");
    let refused = api.ask("GET", "/api/v1/changes", &[("last-event-id", "x")], "");
    assert_eq!(refused.problem(400), "Last-Event-ID: \"x\" is no id of a change");
    assert_eq!(api.get("/api/v1/changes?after=7").problem(400), "after: \"7\" is no id of a change");
}
