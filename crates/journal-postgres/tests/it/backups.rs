//! The journal as the people of a database back it up, and as a file again.

use std::io::Read as _;
use std::process::Command;

use demarche_core::codec::decode;
use demarche_journal::{Store as _, StorePosition};
use demarche_journal_postgres::{Address, Login, Options, check};

use super::support::{append, done, event, event_with, open, programs, server};

#[test]
fn a_dump_that_is_restored_and_a_file_that_is_written_are_the_same_journal() {
    let server = server();
    let address = server.journal("dumped");
    let mut store = open(&address);
    let mut events: Vec<_> = (1..=500).map(event).collect();
    events.push(event_with(501, "\\\\ \\t \\u0000 \u{2028} | ' \\\" %"));
    append(&mut store, &events).unwrap();
    let mut lines = String::new();
    store.lines().unwrap().read_to_string(&mut lines).unwrap();

    let program = |name: &str| {
        let mut program = Command::new(programs().join(name));
        program.args(["-U", "postgres", "-h"]).arg(&server.folder).args(["-p", &server.port.to_string()]);
        program
    };
    let dump = server.folder.join("dump");
    done(program("pg_dump").args(["--schema=dumped", "--format=custom", "-d", "postgres", "-f"]).arg(&dump));
    done(program("createdb").arg("restored"));
    done(program("pg_restore").args(["--exit-on-error", "-d", "restored"]).arg(&dump));
    let restored: Address = address.to_string().replace("/postgres?", "/restored?").parse().unwrap();
    let mut other = open(&restored);
    assert_eq!(other.read(StorePosition::default(), 999).unwrap().events, events);
    assert_eq!(check(&restored, &Login::default(), Options::default()).unwrap().findings, [""; 0]);
    append(&mut other, &[event(502)]).unwrap();
    assert_eq!(other.position().unwrap().events, 502);

    // As docs/scaling.md says it.
    let mut psql = program("psql");
    psql.args(["-X", "-A", "-t", "-v", "FETCH_COUNT=100", "-d", "postgres", "-c"]);
    let written = psql.arg("SELECT line FROM dumped.event ORDER BY position").output().unwrap();
    assert_eq!(String::from_utf8(written.stdout).unwrap(), lines);
    let mut copy = open(&server.journal("copied"));
    let pairs: Vec<_> = lines.lines().map(|line| (decode(line.as_bytes()).unwrap(), line.to_owned())).collect();
    copy.append_lines(&pairs).unwrap();
    let mut copied = String::new();
    copy.lines().unwrap().read_to_string(&mut copied).unwrap();
    assert_eq!(copied, lines);
}
