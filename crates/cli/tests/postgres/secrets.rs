//! Passwords: never in an address, never in a message, and from the environment or a file.

use super::program::{Folder, command, journal, refused, run};
use super::support::server;

#[test]
fn a_password_in_an_address_is_refused_and_not_repeated() {
    let address = "postgres://desk:geheim@127.0.0.1/news";
    for args in [
        &["replay", address][..],
        &["record", "-j", address, "track-stalled", "us-ru", "--who", "a", "--attribution", "media"],
        &["watch", address],
        &["serve", address],
        &["serve", address, "--listen", "0.0.0.0:0"],
        &["import", "cloudevents", "x.json", "-o", address],
        &["copy", address, "x.jsonl"],
        &["copy", "x.jsonl", address],
        &["seal", address, "--key", "k", "-o", "x"],
        &["verify", address, "--checkpoint", "x", "--vkey", "k"],
        &["store", "check", address],
        &["merge", address, "-o", "x.jsonl"],
        &["merge", "-o", address],
        &["fmt", address, "--write"],
        &["check", address],
        &["user", "list", "-j", address],
    ] {
        let (code, why) = refused(args);
        assert!(matches!(code, Some(2 | 3)), "{args:?}: {code:?} {why}");
        assert!(!why.contains("geheim"), "{args:?}: {why}");
    }
}

#[test]
fn a_password_is_taken_from_the_environment_and_from_a_file() {
    let folder = Folder::new();
    let address = journal("passwords");
    server().sql("CREATE ROLE secretive LOGIN PASSWORD 'geheim'; GRANT pg_read_all_data TO secretive");
    let by_network = server().tcp_address("secretive", "passwords").to_string();
    assert!(run(&["store", "check", &address]).status.success());
    let (code, why) = refused(&["store", "check", &by_network]);
    assert_eq!(code, Some(3), "{why}");
    let by_variable = command(&["replay", &by_network]).env("PGPASSWORD", "geheim").output().unwrap();
    assert!(by_variable.status.success(), "{}", String::from_utf8_lossy(&by_variable.stderr));
    let file = folder.path("pgpass");
    std::fs::write(&file, "127.0.0.1:*:*:secretive:geheim\n").unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let by_file = command(&["replay", &by_network]).env("PGPASSFILE", &file).output().unwrap();
    assert!(by_file.status.success(), "{}", String::from_utf8_lossy(&by_file.stderr));
    let wrong = command(&["replay", &by_network]).env("PGPASSWORD", "falsch").output().unwrap();
    assert!(!String::from_utf8_lossy(&wrong.stderr).contains("falsch"));
    assert_eq!(wrong.status.code(), Some(3));
}
