//! Lists, page by page: together they are the whole list.

use serde_json::Value;

use super::support::Api;

/// The lists, each with an address that gives more than one entry.
const LISTS: [&str; 7] = [
    "/api/v1/tracks?reading=side:ru",
    "/api/v1/events?track=us-ru/**",
    "/api/v1/diff?from=2025-10-22",
    "/api/v1/compare?reading=side:us&reading=side:ru",
    "/api/v1/agenda",
    "/api/v1/findings",
    "/api/v1/findings?today=now",
];

/// Follows the links to the next page.
fn paged(api: &Api, address: &str, limit: usize) -> Vec<Value> {
    let mut all = Vec::new();
    let mut next = Some(format!("{address}{}limit={limit}", if address.contains('?') { '&' } else { '?' }));
    while let Some(address) = next {
        let reply = api.get(&address);
        let Value::Array(part) = reply.json() else { panic!("{address}: {}", reply.body) };
        assert!(!part.is_empty() && part.len() <= limit, "{address}");
        all.extend(part);
        let link = reply.header("link");
        next = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).map(str::to_owned);
        assert_eq!(next.is_none(), link.is_empty(), "{link}");
    }
    all
}

#[test]
fn the_pages_of_a_list_are_the_whole_list() {
    let api = Api::of_the_fixture();
    for address in LISTS {
        let Value::Array(whole) =
            api.json(&format!("{address}{}limit=1000", if address.contains('?') { '&' } else { '?' }))
        else {
            panic!("{address}")
        };
        assert!(whole.len() > 1, "{address}");
        for limit in [1, 2, whole.len() - 1, whole.len()] {
            assert_eq!(paged(&api, address, limit), whole, "{address} by {limit}");
        }
    }
}

#[test]
fn a_page_begins_behind_an_event_that_there_is() {
    let api = Api::of_the_fixture();
    let unknown = "0199f3c0-5a00-7000-8000-00000000ffff";
    let problem = api.get(&format!("/api/v1/events?after={unknown}")).problem(400);
    assert_eq!(problem, format!("after: there is no event {unknown}"));
    assert_eq!(api.get("/api/v1/agenda?after=x").problem(400), "after: \"x\" is no number of an entry");
}

#[test]
fn a_limit_is_a_number_from_1_to_1000() {
    let api = Api::of_the_fixture();
    for limit in ["0", "1001", "x", "-1"] {
        let problem = api.get(&format!("/api/v1/tracks?limit={limit}")).problem(400);
        assert_eq!(problem, format!("limit: {limit:?} is no number from 1 to 1000"));
    }
}
