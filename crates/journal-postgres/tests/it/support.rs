//! A PostgreSQL server that the tests start: in a temporary folder, on a socket and a free port of this machine. It ends,
//! and its folder goes, when the process that started it does, however that ends.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use demarche_core::Event;
use demarche_core::codec::decode;
use demarche_journal::{Appended, Store as _, StoreError};
use demarche_journal_postgres::{Address, Login, Options, PostgresStore, init};

/// A server.
pub(crate) struct Server {
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    /// Ends the server, and removes its folder, once its input ends.
    keeper: Child,
}

/// Ends the server in the folder when standard input ends.
const KEEPER: &str =
    r#"cat >/dev/null; "$1/as_other" "$2/pg_ctl" -D "$1/data" -m immediate stop >/dev/null 2>&1; rm -rf "$1""#;

pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// Where the programs of the server are.
pub(crate) fn programs() -> PathBuf {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path());
    let newest = installed
        .filter(|path| path.join("bin/initdb").exists())
        .max_by_key(|path| path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<u32>().ok()));
    newest.map(|path| path.join("bin")).unwrap_or_else(|| {
        panic!("PostgreSQL is missing, which these tests need: install the package postgresql, as ./setup.sh does")
    })
}

impl Server {
    pub(crate) fn start(settings: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // The path of a socket is short.
        let folder = std::env::temp_dir().join(format!("demarche-pg-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self::start_in(folder, settings)
    }

    /// Starts a server in a folder that is there and empty.
    pub(crate) fn start_in(folder: PathBuf, settings: &str) -> Self {
        Self::start_within("", folder, settings)
    }

    /// Starts a server in a folder that is there and empty, by a command that runs others.
    pub(crate) fn start_within(within: &str, folder: PathBuf, settings: &str) -> Self {
        let programs = programs();
        // The server refuses to run as root.
        let prefix = if is_root() { "setpriv --reuid=nobody --regid=nogroup --clear-groups" } else { "" };
        let script = format!("#!/bin/sh\ncd \"$(dirname \"$0\")\"\nexec {within} {prefix} \"$@\"\n");
        fs::write(folder.join("as_other"), script).unwrap();
        done(Command::new("chmod").arg("755").arg(folder.join("as_other")));
        if is_root() {
            done(Command::new("chown").arg("nobody:nogroup").arg(&folder));
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(&folder)
            .arg(&programs)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { folder, port, keeper };
        done(server.program("initdb").args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]));
        let hba =
            "local all all trust\nhost all secretive 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n";
        fs::write(server.folder.join("data/pg_hba.conf"), hba).unwrap();
        let conf = format!(
            "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\nmax_connections = 150\n\
             shared_buffers = 64MB\nmax_wal_size = 256MB\n{settings}\n",
            server.folder.display()
        );
        fs::write(server.folder.join("data/postgresql.auto.conf"), conf).unwrap();
        server.up();
        server
    }

    /// Returns one of the server's programs, as the user that runs it.
    pub(crate) fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.folder.join("as_other"));
        command.arg(programs().join(name)).arg("-D").arg(self.folder.join("data"));
        command
    }

    /// Starts the server again.
    pub(crate) fn up(&self) {
        let log = self.folder.join("log");
        done(self.program("pg_ctl").args(["-w", "-t", "60", "start", "-l"]).arg(log));
    }

    /// Stops the server: `fast` ends what is going on; `immediate` is as if it had crashed.
    pub(crate) fn down(&self, mode: &str) {
        done(self.program("pg_ctl").args(["-w", "-t", "60", "-m", mode, "stop"]));
    }

    /// Runs statements as the superuser, and returns what they print.
    pub(crate) fn sql(&self, statements: &str) -> String {
        let found = self.try_sql(statements);
        found.unwrap_or_else(|error| panic!("{statements}: {error}"))
    }

    pub(crate) fn try_sql(&self, statements: &str) -> Result<String, String> {
        let output = Command::new(programs().join("psql"))
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", "postgres", "-h"])
            .arg(&self.folder)
            .args(["-p", &self.port.to_string(), "-c", statements])
            .output()
            .unwrap();
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    /// Returns what the server is doing, and what it said last.
    pub(crate) fn state(&self) -> String {
        let activity = self.try_sql(
            "SELECT pid, state, wait_event, now() - state_change, left(query, 60) FROM pg_stat_activity;
             SELECT pid, locktype, mode, granted FROM pg_locks WHERE locktype = 'advisory'",
        );
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(40).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        format!("{activity:?}\n{}", last.join("\n"))
    }

    /// The address of a schema, by the socket, as a user.
    pub(crate) fn address(&self, user: &str, schema: &str) -> Address {
        let (port, folder) = (self.port, self.folder.display().to_string());
        // The port of a socket is part of its name.
        let text = format!("postgres://{user}@/postgres?schema={schema}&host={folder}&port={port}");
        text.parse().unwrap()
    }

    /// The address of a schema, by the network, as a user.
    pub(crate) fn tcp_address(&self, user: &str, schema: &str) -> Address {
        format!("postgres://{user}@127.0.0.1:{}/postgres?schema={schema}", self.port).parse().unwrap()
    }

    /// A new, empty journal in a schema.
    pub(crate) fn journal(&self, schema: &str) -> Address {
        let address = self.address("postgres", schema);
        init(&address, &Login::default(), Options::default()).unwrap();
        address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        drop(self.keeper.wait());
    }
}

/// Runs a command that must succeed.
#[track_caller]
pub(crate) fn done(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{command:?}: {} {}", text(&output.stdout), text(&output.stderr));
}

/// Runs a test again in namespaces of its own, where what it mounts and how it is connected concern nobody else. There,
/// returns an empty folder.
pub(crate) fn in_own_namespaces(test: &str, which: &[&str]) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("DEMARCHE_OWN_NAMESPACES") {
        return Some(folder.into());
    }
    let name = test.rsplit(':').next().unwrap_or_default().split('_').take(3).collect::<String>();
    let folder = std::env::temp_dir().join(format!("demarche-pg-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut own = Command::new("unshare");
    if !is_root() {
        own.args(["--user", "--map-current-user", "--keep-caps"]);
    }
    let output = own
        .args(which)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("DEMARCHE_OWN_NAMESPACES", &folder)
        .output()
        .expect("unshare, of util-linux, runs");
    // The server has removed it with what is in it, unless something was mounted on it.
    drop(fs::remove_dir_all(&folder));
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    None
}

/// The server that tests share which do it no harm.
pub(crate) fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(""))
}

pub(crate) fn open(address: &Address) -> PostgresStore {
    PostgresStore::open(address, &Login::default(), Options::default()).unwrap()
}

/// Options for tests in which something goes wrong.
pub(crate) fn impatient() -> Options {
    Options { wait: Duration::from_secs(2), answer: Duration::from_secs(3) }
}

/// The event of a number, on one of sixteen tracks.
pub(crate) fn event(number: u64) -> Event {
    event_with(number, &format!("Statement {number}: Привет, \\\"мир\\\"\\n"))
}

pub(crate) fn event_with(number: u64, summary: &str) -> Event {
    let line = format!(
        "{{\"id\":\"0199f3c0-5a00-7000-8000-{number:012}\",\"v\":2,\"type\":\"statement_made\",\"track\":\"t-{}\",\
         \"occurred\":\"2025-10-22\",\"recorded\":\"2025-10-23T08:00:00.123456789Z\",\
         \"source\":{{\"who\":\"us\",\"attribution\":\"media\"}},\"data\":{{\"summary\":\"{summary}\"}}}}",
        number % 16
    );
    decode(line.as_bytes()).unwrap()
}

pub(crate) fn append(store: &mut PostgresStore, events: &[Event]) -> Result<Vec<Appended>, StoreError> {
    let appended = store.append(&mut |_| events.to_vec(), &[], &[])?;
    Ok(appended.into_iter().map(|(_, outcome)| outcome).collect())
}

/// Waits until something is so, at most so long.
#[track_caller]
pub(crate) fn wait_until(what: &str, most: Duration, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < most, "after {most:?} it is not so that {what}");
        sleep(Duration::from_millis(5));
    }
}

/// A number that a variable sets, for runs at length.
pub(crate) fn number_of(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |number| number.parse().expect("a number"))
}

/// The program that appends, which is an example.
pub(crate) fn writer() -> PathBuf {
    let program = Path::new(&std::env::current_exe().unwrap()).parent().unwrap().join("../examples/append_postgres");
    assert!(program.exists(), "{} is not there: `cargo build --examples` builds it", program.display());
    program
}
