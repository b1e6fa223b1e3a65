//! A role has what it needs, and no more: the database refuses the rest.

use demarche_core::codec::encode;
use demarche_journal::{Store as _, StoreErrorKind, StorePosition};
use demarche_journal_postgres::{Access, Login, Options, PostgresStore, grant, init};

use super::support::{append, event, event_with, open, server};

#[test]
fn a_role_that_appends_can_do_nothing_else_and_one_that_reads_only_that() {
    let (login, options) = (Login::default(), Options::default());
    let server = server();
    server.sql("CREATE ROLE p_owner LOGIN; CREATE ROLE p_writer LOGIN; CREATE ROLE p_reader LOGIN");
    server.sql("CREATE ROLE p_stranger LOGIN; CREATE SCHEMA granted AUTHORIZATION p_owner");
    let address = |role: &str| server.address(role, "granted");
    // The owner need not be a superuser, nor be allowed to make schemas.
    init(&address("p_owner"), &login, options).unwrap();
    grant(&address("p_owner"), &login, options, "p_writer", Access::Append).unwrap();
    grant(&address("p_owner"), &login, options, "p_reader", Access::Read).unwrap();

    let (mut writer, mut reader) = (open(&address("p_writer")), open(&address("p_reader")));
    append(&mut writer, &[event(1), event(2)]).unwrap();
    assert_eq!(reader.read(StorePosition::default(), 9).unwrap().events, [event(1), event(2)]);
    let refused = append(&mut reader, &[event(3)]).unwrap_err();
    assert_eq!(refused.kind, StoreErrorKind::Unavailable);
    assert!(refused.to_string().contains("its owner grants it"), "{refused}");
    let refused = PostgresStore::open(&address("p_stranger"), &login, options).unwrap_err();
    assert!(refused.to_string().contains("permission denied"), "{refused}");
    let (old, new) = (encode(&event(1)), encode(&event_with(1, "Another")));
    assert!(writer.replace_line(event(1).id, &old, &new).unwrap_err().to_string().contains("permission denied"));

    // Whatever a program says to the database in the name of these roles.
    for role in ["p_writer", "p_reader"] {
        for statement in [
            "UPDATE event SET line = '{}'",
            "DELETE FROM event",
            "TRUNCATE event",
            "INSERT INTO event SELECT position + 100, gen_random_uuid(), track, type, occurred, recorded,
               recorded_nanos, line FROM event",
            "SET demarche.replacing = 'yes'; UPDATE event SET line = '{}'",
            "UPDATE journal SET epoch = 9",
            "DELETE FROM migration",
            "DROP TABLE event",
            "ALTER TABLE event DISABLE TRIGGER only_added",
            "CREATE TABLE other ()",
            "DROP FUNCTION refuse() CASCADE",
            "SELECT replace_line(id, line, '{}') FROM event",
            "CREATE FUNCTION begin_append() RETURNS void LANGUAGE sql AS ''",
        ] {
            let as_role = format!("SET search_path = granted, pg_temp; SET ROLE {role}; {statement}");
            let error = server.try_sql(&as_role).expect_err(&as_role);
            let is_refused = error.contains("permission denied") || error.contains("must be owner");
            assert!(is_refused, "{role}: {statement}: {error}");
        }
    }
    // A table of a guest's own does not take the place of the journal's in its functions.
    let of_guest = "SET ROLE p_writer; CREATE TEMP TABLE event (LIKE granted.event); SELECT granted.begin_append();
                    SELECT granted.append('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')";
    server.sql(of_guest);
    // The owner is guarded against accidents.
    for statement in ["UPDATE event SET line = '{}'", "DELETE FROM event", "TRUNCATE event"] {
        let as_owner = format!("SET search_path = granted; SET ROLE p_owner; {statement}");
        assert!(server.try_sql(&as_owner).unwrap_err().contains("events are only added"), "{statement}");
    }
    assert_eq!(reader.read(StorePosition::default(), 9).unwrap().events, [event(1), event(2)]);
}
