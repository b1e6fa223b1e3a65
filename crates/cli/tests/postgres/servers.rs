//! Several servers over one database, and a follower: what one enters, the others have within a second, and what is
//! cut off goes on reading and says so.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

use super::program::{command, example, journal, said};
use super::support::{Server, wait_until};

struct Serving {
    child: Child,
    port: u16,
    _output: BufReader<ChildStdout>,
}

impl Serving {
    fn start(store: &str) -> Self {
        let args = ["serve", store, "--listen", "127.0.0.1:0", "--read-only"];
        let mut child = command(&args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let port = line.split("http://127.0.0.1:").nth(1).and_then(|rest| rest.split('/').next()).unwrap().parse();
        Self { child, port: port.unwrap(), _output: output }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", self.port).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn enter(store: &str, track: &str) {
    let rest = ["--who", "izvestia", "--attribution", "media", "--occurred", "2025-11"];
    said(&[&["record", "-j", store, "track-stalled", track], &rest[..]].concat());
}

#[test]
fn what_one_enters_every_server_shows_within_a_second() {
    let store = journal("several_servers");
    said(&["copy", &example().display().to_string(), &store]);
    let servers = [(); 3].map(|()| Serving::start(&store));
    assert!(!servers[0].get("/api/v1/tracks?limit=1000").contains("us-ru/news"));
    enter(&store, "us-ru/news");
    let entered = Instant::now();
    for server in &servers {
        let is_there = || server.get("/api/v1/tracks?limit=1000").contains("us-ru/news");
        wait_until("every server shows it", Duration::from_secs(1).saturating_sub(entered.elapsed()), is_there);
    }
}

#[test]
fn a_server_that_is_cut_off_says_so_goes_on_reading_and_recovers() {
    let database = Server::start("");
    let store = database.journal("cut_off").to_string();
    said(&["copy", &example().display().to_string(), &store]);
    let server = Serving::start(&store);
    assert!(server.get("/health").starts_with("HTTP/1.1 200"));
    database.down("immediate");
    wait_until("the server says so", Duration::from_secs(15), || server.get("/health").starts_with("HTTP/1.1 503"));
    let page = server.get("/");
    assert!(page.contains("Cut off from the journal") && page.contains("us-ru/leaders"), "{page}");
    database.up();
    wait_until("it recovers", Duration::from_secs(15), || server.get("/health").starts_with("HTTP/1.1 200"));
    enter(&store, "us-ru/later");
    wait_until("it reads on", Duration::from_secs(5), || {
        server.get("/api/v1/tracks?limit=1000").contains("us-ru/later")
    });
}

#[test]
fn a_follower_prints_what_others_enter_in_a_database() {
    let store = journal("followed");
    said(&["copy", &example().display().to_string(), &store]);
    let args = ["watch", &store, "--for", "30", "--format", "jsonl"];
    let mut child = command(&args).stdout(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    std::thread::sleep(Duration::from_millis(700));
    enter(&store, "us-ru/followed");
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let _ = child.kill();
    child.wait().unwrap();
    assert!(line.contains("us-ru/followed"), "{line}");
}
