//! Passwords: from the environment or the password file, and shown nowhere.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use demarche_journal_postgres::{Login, Options, PostgresStore, init};

use super::support::server;

const PASSWORD: &str = "p:ss\\w rd-s3cret";

fn login(variables: &[(&str, &str)]) -> Login {
    let found = |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| OsString::from(value));
    Login::from_environment(&found)
}

#[test]
fn a_password_comes_from_the_environment_or_the_file_and_is_never_shown() {
    let server = server();
    server.sql(&format!("CREATE ROLE secretive LOGIN SUPERUSER PASSWORD '{PASSWORD}'"));
    let address = server.tcp_address("secretive", "secrets");
    let options = Options::default();
    init(&address, &login(&[("PGPASSWORD", PASSWORD)]), options).unwrap();

    let file = server.folder.join("pgpass");
    let escaped = PASSWORD.replace('\\', "\\\\").replace(':', "\\:");
    fs::write(&file, format!("127.0.0.1:{}:*:secretive:{escaped}\n", server.port)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let by_file = login(&[("PGPASSFILE", file.to_str().unwrap())]);
    let by_variable = login(&[("PGPASSWORD", PASSWORD)]);
    for login in [&by_file, &by_variable] {
        let store = PostgresStore::open(&address, login, options).unwrap();
        let shown = format!("{store:?} {login:?}");
        assert!(!shown.contains("s3cret") && !shown.contains(&escaped), "{shown}");
    }
    for wrong in [login(&[("PGPASSWORD", "wr0ng")]), login(&[])] {
        let error = PostgresStore::open(&address, &wrong, options).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("wr0ng") && !shown.contains("s3cret"), "{shown}");
        assert!(shown.contains("password"), "{shown}");
    }
    // Neither do the server's own lists have it.
    let _store = PostgresStore::open(&address, &by_variable, options).unwrap();
    assert!(!server.sql("SELECT * FROM pg_stat_activity").contains("s3cret"));
}
