//! A network that drops packets: the server is in one network namespace, the store in another, and a pair of virtual
//! devices is the cable between them.

use std::process::Command;
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use demarche_journal::{Appended, Store as _, StorePosition};
use demarche_journal_postgres::{Address, Login, Options, PostgresStore};

use super::support::{Server, append, done, event, in_own_namespaces};

/// How long the store waits. The server ends an append that has stopped before that.
const OPTIONS: Options = Options { wait: Duration::from_secs(6), answer: Duration::from_secs(7) };

/// When packets get through again: behind the moment at which the store has given its connection up.
const MENDED_AFTER: Duration = Duration::from_millis(9_500);

/// Runs `ip` with arguments, given in one text.
#[track_caller]
fn ip(arguments: &str) {
    done(Command::new("ip").args(arguments.split(' ')));
}

/// How packets are dropped, and let through again.
const DROPS: [(&str, &str, &str); 2] = [
    // Answers only: the server does what it is told, and nobody hears of it.
    ("answers", "-n far route add blackhole 10.99.0.1/32", "-n far route del blackhole 10.99.0.1/32"),
    ("everything", "-n far link set far down", "-n far link set far up"),
];

#[test]
fn a_network_that_drops_packets_loses_nothing_and_stores_nothing_twice() {
    let test = "network::a_network_that_drops_packets_loses_nothing_and_stores_nothing_twice";
    let Some(folder) = in_own_namespaces(test, &["--mount", "--net"]) else { return };
    // The names of namespaces are kept there.
    done(Command::new("mount").args(["-t", "tmpfs", "tmpfs", "/run"]));
    ip("link set lo up");
    ip("netns add far");
    ip("link add near type veth peer name far netns far");
    ip("address add 10.99.0.1/24 dev near");
    ip("link set near up");
    ip("-n far address add 10.99.0.2/24 dev far");
    ip("-n far link set far up");
    let hba = folder.join("hba");
    std::fs::write(&hba, "local all all trust\nhost all all 10.99.0.1/32 trust\n").unwrap();
    let settings = format!("listen_addresses = '10.99.0.2'\nhba_file = '{}'", hba.display());
    let server = Server::start_within("ip netns exec far", folder, &settings);
    for (name, drop_packets, mend) in DROPS {
        server.journal(name);
        let text = format!("postgres://postgres@10.99.0.2:{}/postgres?schema={name}&sslmode=disable", server.port);
        let address: Address = text.parse().unwrap();
        let mut store = PostgresStore::open(&address, &Login::default(), OPTIONS).unwrap();
        let mut reader = store.reader().unwrap().unwrap();
        append(&mut store, &[event(1)]).unwrap();
        // In the middle of an append: the events and the commit are sent next.
        let mut mending = None;
        let mut make = |_| {
            ip(drop_packets);
            mending = Some(spawn(move || {
                sleep(MENDED_AFTER);
                ip(mend);
            }));
            vec![event(2)]
        };
        let began = Instant::now();
        let appended = store.append(&mut make, &[], &[]).unwrap();
        assert!(began.elapsed() > OPTIONS.answer, "{name}: nothing was dropped");
        assert_eq!(appended, [(event(2), Appended::Added)], "{name}");
        mending.unwrap().join().unwrap();
        assert_eq!(append(&mut store, &[event(2), event(3)]).unwrap(), [Appended::AlreadyThere, Appended::Added]);
        let stored = reader.read(StorePosition::default(), 9).unwrap().events;
        assert_eq!(stored, [event(1), event(2), event(3)], "{name}");
    }
}
