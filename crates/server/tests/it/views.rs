//! What views say where there is nothing to show: why, and truly.

use super::support::Api;

#[test]
fn before_the_first_entry_no_view_says_that_there_are_no_tracks() {
    let api = Api::of_the_fixture();
    let tracks = api.get("/?known_at=2025-01-01");
    assert_eq!(tracks.status, 200);
    assert!(tracks.body.contains("No entry counts here"), "{}", tracks.body);
    assert!(!tracks.body.contains("There is no track yet"), "{}", tracks.body);
    assert!(Api::over("").get("/").body.contains("There is no track yet"));
}

#[test]
fn a_filter_that_admits_no_track_says_so() {
    let filtered = Api::of_the_fixture().get("/?q=nowhere");
    assert!(filtered.body.contains("No track is chosen by this filter"), "{}", filtered.body);
}

#[test]
fn a_track_before_its_first_entry_keeps_the_head_in_which_another_moment_is_asked_for() {
    let api = Api::of_the_fixture();
    let track = api.get("/tracks/us-ru/leaders?known_at=2025-01-01");
    assert_eq!(track.status, 200);
    assert!(track.body.contains("No entry on this track counts here"), "{}", track.body);
    assert!(track.body.contains("name=\"known_at\""), "{}", track.body);
    assert_eq!(api.get("/tracks/us-ru/leader").status, 404, "a track that is not there");
}
