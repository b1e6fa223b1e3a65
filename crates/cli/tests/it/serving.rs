//! A server as a process, and the users that it has.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use demarche_cli::Terminal;

use super::support::{Folder, line, run, run_with};

/// A server that is running, killed at the end.
struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    address: String,
    one_time: Option<String>,
}

impl Running {
    fn start(journal: &str, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_demarche"))
            .args(["serve", journal, "--listen", "127.0.0.1:0"])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        stdout.read_line(&mut said).unwrap();
        let address = said.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let one_time = (!more.contains(&"--users")).then(|| {
            said.clear();
            stdout.read_line(&mut said).unwrap();
            said.trim_end().split_once(&address).unwrap().1.to_owned()
        });
        Self { child, stdout, address, one_time }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// Sends a request, and returns all that comes back.
    fn ask(&self, request: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Waits for the end; the exit code, and what it logged.
    fn end(mut self) -> (Option<i32>, String) {
        let told = Instant::now();
        let code = self.child.wait().unwrap().code();
        assert!(told.elapsed() < Duration::from_secs(9), "{:?}", told.elapsed());
        let (mut rest, mut log) = (String::new(), String::new());
        self.stdout.read_to_string(&mut rest).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert_eq!(rest, "");
        (code, log)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

fn journal(folder: &Folder) -> String {
    folder.write("desk.jsonl", line(1, "a", "A"))
}

#[test]
fn a_server_that_is_told_to_stop_ends_its_streams_finishes_a_batch_and_exits_with_0() {
    let folder = Folder::new("serve-stop");
    let journal = journal(&folder);
    let server = Running::start(&journal, &[]);
    let entered = server.ask(&get(server.one_time.as_ref().unwrap()));
    let cookie = entered.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap();

    let mut stream = BufReader::new(server.connect());
    stream.get_mut().write_all(get("/api/v1/changes").as_bytes()).unwrap();
    let mut status = String::new();
    stream.read_line(&mut status).unwrap();
    assert!(status.contains(" 200 "), "{status}");

    // The head of a batch and half of it are there when the signal comes.
    let batch: String = (2..=100).map(|number| line(number, "a", "A")).collect();
    let (half, rest) = batch.split_at(batch.len() / 2);
    let mut writer = server.connect();
    let head = format!(
        "POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Length: {}\r\n\r\n",
        batch.len()
    );
    writer.write_all(head.as_bytes()).unwrap();
    writer.write_all(half.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    server.terminate();
    std::thread::sleep(Duration::from_millis(300));
    writer.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    writer.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{}", answer.lines().next().unwrap_or_default());
    let mut changes = String::new();
    stream.read_to_string(&mut changes).unwrap();
    assert_eq!(server.end().0, Some(0));
    assert_eq!(std::fs::read_to_string(&journal).unwrap().lines().count(), 100);
}

#[test]
fn a_log_has_a_line_for_each_request_without_its_query() {
    let folder = Folder::new("serve-log");
    let server = Running::start(&journal(&folder), &["--log", "info", "--log-format", "json"]);
    assert!(server.ask(&get("/tracks/a?as_of=2030")).starts_with("HTTP/1.1 200 "));
    let key = server.one_time.clone().unwrap();
    assert!(server.ask(&get(&key)).starts_with("HTTP/1.1 303 "));
    server.terminate();
    let (code, log) = server.end();
    assert_eq!(code, Some(0));
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found = lines.iter().find(|line| line["path"] == "/tracks/a").unwrap();
    assert_eq!((&found["method"], &found["status"]), (&"GET".into(), &200.into()));
    assert!(found["ms"].is_u64() && found["client"] == "127.0.0.1" && found["level"] == "INFO", "{found}");
    assert!(!log.contains("as_of") && !log.contains("key="), "{log}");
}

#[test]
fn without_users_other_machines_are_not_answered() {
    let folder = Folder::new("serve-beyond");
    let journal = journal(&folder);
    for more in [
        &["--listen", "0.0.0.0:0"][..],
        &["--listen", "192.0.2.1:0"],
        &["--listen", "[::]:0"],
        &["--host", "desk.example"],
        &["--trust-proxy", "127.0.0.1"],
    ] {
        let refused = run(&[&["serve", &*journal], more].concat());
        assert_eq!((refused.code, &*refused.stdout), (2, ""), "{more:?}");
        assert!(refused.stderr.contains("demarche user add"), "{}", refused.stderr);
    }
}

fn user(args: &[&str], journal: &str, password: &str) -> (u8, String, String) {
    let args: Vec<&str> = ["user"].iter().chain(args).copied().chain(["-j", journal]).collect();
    let outcome = run_with(&args, password.as_bytes(), Terminal::default());
    (outcome.code, outcome.stdout, outcome.stderr)
}

#[test]
fn users_are_kept_beside_the_journal_and_their_passwords_are_read_from_standard_input() {
    let folder = Folder::new("users");
    let journal = journal(&folder);
    let file = journal.replace("desk.jsonl", "users.json");
    let (code, stdout, stderr) = user(&["add", "anna", "--role", "recorder"], &journal, "three blind mice\n");
    assert_eq!((code, &*stderr), (0, ""));
    assert!(stdout.starts_with("added anna as recorder to "), "{stdout}");
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept.contains("$argon2id$") && !kept.contains("mice"), "{kept}");
    let (code, token, _) = user(&["token", "anna", "--label", "calendar"], &journal, "");
    assert!(code == 0 && token.starts_with("demarche_") && token.trim_end().len() == 52, "{token}");
    let (_, listed, _) = user(&["list"], &journal, "");
    assert_eq!(listed, "anna: recorder\n  token calendar: reader, made 2026-01-01T00:00:00Z\n1 user\n");
    assert_eq!(user(&["role", "anna", "--role", "reader"], &journal, "").0, 0);
    assert_eq!(user(&["password", "anna"], &journal, "another one, please").0, 0);
    assert_ne!(std::fs::read_to_string(&file).unwrap(), kept);
    assert_eq!(user(&["revoke", "anna", "--label", "calendar"], &journal, "").0, 0);
    assert_eq!(user(&["add", "bot", "--role", "reader", "--no-password"], &journal, "").0, 0);
    assert_eq!(user(&["list"], &journal, "").1, "anna: reader\nbot: reader, without a password\n2 users\n");
    assert_eq!(user(&["remove", "bot"], &journal, "").0, 0);
    assert_eq!(user(&["list"], &journal, "").1, "anna: reader\n1 user\n");
}

#[test]
fn what_is_wrong_with_a_user_is_said_and_changes_nothing() {
    let folder = Folder::new("users-wrong");
    let journal = journal(&folder);
    let file = journal.replace("desk.jsonl", "users.json");
    for (args, password, says) in [
        (&["add", "anna", "--role", "recorder"][..], "short", "at least 12"),
        (&["add", "anna", "--role", "king"], "three blind mice", "not one of: reader, recorder, admin"),
        (&["add", "anna"], "three blind mice", "--role"),
        (&["add", "Anna B", "--role", "reader"], "three blind mice", "Anna B"),
        (&["add"], "three blind mice", "--role"),
        (&["remove", "anna"], "", "cannot read"),
        (&["list"], "", "cannot read"),
    ] {
        let (code, stdout, stderr) = user(args, &journal, password);
        assert!(code != 0 && stdout.is_empty() && stderr.contains(says), "{args:?}: {stderr}");
        assert!(!std::path::Path::new(&file).exists(), "{args:?}");
    }
    assert_eq!(user(&["add", "anna", "--role", "reader"], &journal, "three blind mice").0, 0);
    let kept = std::fs::read_to_string(&file).unwrap();
    for (args, says) in [
        (&["add", "anna", "--role", "admin"][..], "there is a user anna already"),
        (&["remove", "ben"], "there is no user ben"),
        (&["password", "ben"], "there is no user ben"),
        (&["revoke", "anna", "--label", "x"], "anna has no token \"x\""),
        (&["role", "anna"], "--role"),
        (&["token", "anna"], "--label"),
        (&["remove"], "no user is named"),
        (&["remove", "anna", "--no-password"], "--no-password goes with `add`"),
    ] {
        let (code, _, stderr) = user(args, &journal, "three blind mice");
        assert!(code != 0 && stderr.contains(says), "{args:?}: {stderr}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), kept);
}

#[test]
fn a_server_with_users_prints_no_address_that_works_once() {
    let folder = Folder::new("serve-users");
    let journal = journal(&folder);
    assert_eq!(user(&["add", "anna", "--role", "recorder"], &journal, "three blind mice").0, 0);
    let users = journal.replace("desk.jsonl", "users.json");
    let server = Running::start(&journal, &["--users", &users]);
    assert!(server.ask(&get("/api/v1/tracks")).starts_with("HTTP/1.1 401 "));
    let evil = get("/health").replace("localhost", "evil.example");
    assert!(server.ask(&evil).starts_with("HTTP/1.1 421 "));
    assert!(server.ask(&get("/health")).starts_with("HTTP/1.1 200 "));
    server.terminate();
    assert_eq!(server.end().0, Some(0));
}
