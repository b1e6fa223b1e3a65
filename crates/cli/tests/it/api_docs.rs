//! Every command of `docs/api.md`, sent by `curl` to a server.
//!
//! `DEMARCHE_BLESS=1 cargo test -p demarche --test it` takes what is answered now.

use std::process::Command;

use demarche_journal::{Journal, Options};
use demarche_server::{Access, Role, Server, World};

use super::support::{Folder, fixture, pinned, random, root};

/// A server that answers on a port, until it is dropped.
struct Running {
    address: String,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Running {
    fn over(journal: &str) -> Self {
        let store = Journal::open(journal.as_ref(), Options::default()).unwrap();
        let options = demarche_server::Options {
            names: Default::default(),
            world: World { now: pinned, random },
            read_only: false,
            // The guide leaves tokens out.
            access: Access::everyone(Role::Recorder),
        };
        let server = Server::open(Box::new(store), options).unwrap();
        let (listening, address) = std::sync::mpsc::channel();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                listening.send(listener.local_addr().unwrap().to_string()).unwrap();
                let stopped = async move {
                    let _ = stopped.await;
                };
                server.serve(listener, stopped).await.unwrap();
            });
        });
        Self { address: address.recv().unwrap(), stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Runs a command in a folder, against the server instead of the one of the documents.
fn answered(command: &str, running: &Running, folder: &Folder) -> String {
    let command = command.replace("127.0.0.1:8080", &running.address);
    let output = Command::new("sh").args(["-c", &command]).current_dir(folder.path()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    text.replace(&running.address, "127.0.0.1:8080").replace('\r', "")
}

/// Tells whether an answer is as expected; a line `...` stands for any lines, and `[..]` for any part of a line.
fn is_as_expected(expected: &[&str], answer: &[&str]) -> bool {
    match (expected.split_first(), answer.split_first()) {
        (None, None) => true,
        (Some((&"...", rest)), _) => (0..=answer.len()).any(|skipped| is_as_expected(rest, &answer[skipped..])),
        (Some((expected, rest)), Some((line, others))) => line_fits(expected, line) && is_as_expected(rest, others),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

fn line_fits(expected: &str, line: &str) -> bool {
    let Some((begin, rest)) = expected.split_once("[..]") else { return expected == line };
    let Some(line) = line.strip_prefix(begin) else { return false };
    (0..=line.len()).filter(|at| line.is_char_boundary(*at)).any(|at| line_fits(rest, &line[at..]))
}

#[test]
fn each_command_of_the_guide_to_the_api_gets_the_answer_that_it_shows() {
    let folder = Folder::new("api-docs");
    let journal = folder.write("desk.jsonl", std::fs::read(fixture("us-russia-2025.jsonl")).unwrap());
    let running = Running::over(&journal);
    let bless = std::env::var_os("DEMARCHE_BLESS").is_some();
    let path = root().join("docs/api.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let (mut blessed, mut commands) = (String::new(), 0);
    let mut parts = document.split("```console\n");
    blessed.push_str(parts.next().unwrap());
    for part in parts {
        let (block, rest) = part.split_once("```").unwrap();
        blessed.push_str("```console\n");
        for step in block.split("$ ").skip(1) {
            let lines: Vec<&str> = step.lines().collect();
            // A command goes on behind a backslash.
            let end = lines.iter().position(|line| !line.ends_with('\\')).unwrap() + 1;
            let (command, expected) = (lines[..end].join("\n"), &lines[end..]);
            assert!(command.starts_with("curl "), "{command}");
            let answer = answered(&command, &running, &folder);
            let answer: Vec<&str> = answer.lines().collect();
            let fits = is_as_expected(expected, &answer);
            assert!(fits || bless, "$ {command}\n{}\n\nand not\n{}", answer.join("\n"), expected.join("\n"));
            let shown = if fits { expected } else { &answer[..] };
            blessed.push_str(&format!(
                "$ {command}\n{}",
                shown.iter().map(|line| format!("{line}\n")).collect::<String>()
            ));
            commands += 1;
        }
        blessed.push_str("```");
        blessed.push_str(rest);
    }
    assert!(commands > 10, "{commands}");
    if bless {
        std::fs::write(path, blessed).unwrap();
    }
}
