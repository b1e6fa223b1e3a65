//! Encrypted connections: to the server that the certificate names, and to no other.

use std::fs;
use std::process::Command;

use demarche_journal::Store as _;
use demarche_journal_postgres::{Address, Login, Options, PostgresStore};

use super::support::{Server, append, done, event};

/// Makes an authority and a certificate for a name, which the server's user may read.
fn certify(server: &Server, name: &str) {
    let script = format!(
        "set -e
         openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem
         openssl req -newkey rsa:2048 -nodes -subj /CN={name} -keyout server.key -out server.csr
         printf 'subjectAltName=DNS:{name}' >ext
         openssl x509 -req -days 2 -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile ext -out server.pem
         chmod 600 server.key
         chown --reference=data server.key"
    );
    done(Command::new("sh").args(["-c", &script]).current_dir(&server.folder));
}

#[test]
fn a_connection_is_encrypted_to_the_server_that_the_certificate_names_and_to_no_other() {
    let server = Server::start("");
    server.journal("sealed");
    certify(&server, "localhost");
    let folder = server.folder.display().to_string();
    for setting in [
        "ssl = on".to_owned(),
        format!("ssl_cert_file = '{folder}/server.pem'"),
        format!("ssl_key_file = '{folder}/server.key'"),
    ] {
        server.sql(&format!("ALTER SYSTEM SET {setting}"));
    }
    server.sql("SELECT pg_reload_conf()");
    let address = |host: &str, rest: &str| -> Address {
        format!("postgres://postgres@{host}:{}/postgres?schema=sealed{rest}", server.port).parse().unwrap()
    };
    let try_open = |address: Address| PostgresStore::open(&address, &Login::default(), Options::default());
    let root = format!("&sslrootcert={folder}/ca.pem");
    for mode in ["verify-full", "require"] {
        let mut store = try_open(address("localhost", &format!("&sslmode={mode}{root}"))).unwrap();
        append(&mut store, &[event(1)]).unwrap();
        assert_eq!(store.lines().unwrap().position().events, 1);
        let encrypted = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                         WHERE application_name = 'demarche' AND NOT ssl";
        assert_eq!(server.sql(encrypted), "0");
        assert_eq!(store.position().unwrap().events, 1);
    }
    // Another name, an authority that is not trusted, a file that is none, no encryption on the other side.
    let other_name = try_open(address("127.0.0.1", &format!("&sslmode=verify-full{root}"))).unwrap_err();
    assert!(other_name.to_string().contains("certificate"), "{other_name}");
    let unknown = try_open(address("localhost", "&sslmode=verify-full")).unwrap_err();
    assert!(unknown.to_string().contains("certificate"), "{unknown}");
    fs::write(server.folder.join("none.pem"), "none").unwrap();
    let none = try_open(address("localhost", &format!("&sslmode=require&sslrootcert={folder}/none.pem"))).unwrap_err();
    assert!(none.to_string().contains("it has no certificate"), "{none}");
    server.sql("ALTER SYSTEM SET ssl = off");
    server.sql("SELECT pg_reload_conf()");
    let plain = try_open(address("localhost", &format!("&sslmode=require{root}"))).unwrap_err();
    assert!(plain.to_string().contains("TLS"), "{plain}");
}
