//! `demarche user`: who may use a server.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use demarche_core::ActorId;
use demarche_journal::scheme_of;
use demarche_server::{ChangeError, Role, Users, UsersError};

use crate::failure::Failure;
use crate::output::text::{counted, printable};
use crate::session::Session;

/// The name of the file of users beside a journal.
const BESIDE: &str = "users.json";

/// Says who may use a server: people with passwords, programs with tokens
///
/// The users are in a file that only its owner may read. Passwords are asked for, or read from standard input; the file
/// keeps only hashes. A server that is running takes up each change at once. docs/serving.md has more.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    demarche user add anna -j desk.jsonl --role recorder\n  \
    demarche user list -j desk.jsonl\n  \
    demarche user token anna -j desk.jsonl --label calendar\n  \
    demarche user remove anna -j desk.jsonl")]
pub(crate) struct Args {
    /// What to do
    #[arg(value_enum, value_name = "ACTION")]
    action: Action,

    /// Who: the name that `entered_by` of the user's entries gets
    #[arg(value_name = "NAME")]
    name: Option<ActorId>,

    /// What the user may do, or the holder of the token: `reader`, `recorder` or `admin` [default of a token: reader]
    #[arg(long, value_name = "ROLE", required_if_eq_any = [("action", "add"), ("action", "role")])]
    role: Option<Role>,

    /// What the token is for
    #[arg(long, value_name = "TEXT", required_if_eq_any = [("action", "token"), ("action", "revoke")])]
    label: Option<String>,

    /// Add a user who has no password: a program with a token, or somebody whom a proxy lets in
    #[arg(long)]
    no_password: bool,

    /// The journal beside which the file of users is
    #[arg(short, long, value_name = "JOURNAL", env = "DEMARCHE_JOURNAL", hide_env_values = true)]
    #[arg(required_unless_present = "users")]
    journal: Option<PathBuf>,

    /// The file of users [default: users.json beside the journal]
    #[arg(long, value_name = "FILE")]
    users: Option<PathBuf>,
}

/// What to do with the users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Action {
    /// Add a user
    Add,
    /// List the users, their roles and their tokens
    List,
    /// Set another password, which ends the user's sessions
    Password,
    /// Set another role
    Role,
    /// Remove a user, with sessions and tokens
    Remove,
    /// Make a token for a program, and print it: it is not shown again
    Token,
    /// Remove a token
    Revoke,
}

/// Returns the file of users that belongs to a journal; beside a store there is none.
pub(crate) fn beside(journal: &Path) -> Option<PathBuf> {
    if scheme_of(journal).is_some() {
        return None;
    }
    let folder = if journal.is_dir() { Some(journal) } else { journal.parent() };
    Some(folder.unwrap_or(Path::new("")).join(BESIDE))
}

/// Returns the failure of a file of users.
#[allow(clippy::needless_pass_by_value, reason = "it is what errors are mapped by")]
pub(crate) fn users_failure(error: UsersError) -> Failure {
    Failure::File(error.to_string())
}

/// Why a change of the file failed.
enum Refusal {
    Change(ChangeError),
    File(UsersError),
}

impl From<ChangeError> for Refusal {
    fn from(error: ChangeError) -> Self {
        Self::Change(error)
    }
}

impl From<UsersError> for Refusal {
    fn from(error: UsersError) -> Self {
        Self::File(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::File(error) => users_failure(error),
            Refusal::Change(error) => {
                Self::usage(error.to_string(), "`demarche user list` shows the users; the file is as it was")
            }
        }
    }
}

pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<u8, Failure> {
    let file = match (&args.users, &args.journal) {
        (Some(file), _) => file.clone(),
        (None, Some(journal)) => beside(journal)
            .ok_or_else(|| Failure::usage("there is no file beside a store", "name the file of users with --users"))?,
        (None, None) => return Err(Failure::usage("no file of users is named", "give --users or --journal")),
    };
    if args.action == Action::List {
        return list(&Users::read(&file).map_err(users_failure)?, session);
    }
    let name = args.name.clone();
    let name = name.ok_or_else(|| Failure::usage("no user is named", "give a name behind the action"))?;
    if args.no_password && args.action != Action::Add {
        return Err(Failure::usage("--no-password goes with `add`", "leave it out"));
    }
    let (role, label) = (args.role.unwrap_or(Role::Reader), args.label.as_deref().unwrap_or_default());
    let asks = matches!(args.action, Action::Add | Action::Password) && !args.no_password;
    // Nothing is locked while somebody types.
    let password = asks.then(|| password(&name, session)).transpose()?;
    let made = session.instant()?;
    let change = |users: &mut Users| -> Result<Option<String>, Refusal> {
        match args.action {
            Action::Add => users.add(name.clone(), role, password.as_deref())?,
            Action::Password => users.set_password(&name, password.as_deref().unwrap_or_default())?,
            Action::Role => users.set_role(&name, role)?,
            Action::Remove => users.remove(&name)?,
            Action::Token => return Ok(Some(users.add_token(&name, label, role, made)?)),
            Action::Revoke => users.remove_token(&name, label)?,
            Action::List => {}
        }
        Ok(None)
    };
    if args.action != Action::Add {
        // Only the first user makes a file.
        Users::read(&file).map_err(users_failure)?;
    }
    let token = Users::change(&file, || Ok(Users::new()?), change)?;
    let (shown, label) = (file.display().to_string(), printable(label));
    let file = printable(&shown);
    let (told, stored) = match (args.action, token) {
        (_, Some(token)) => (token, format!("a token {label} of {name} was made: revoke it")),
        (Action::Add, _) => told(format!("added {name} as {role} to {file}")),
        (Action::Password, _) => told(format!("{name} has another password in {file}")),
        (Action::Role, _) => told(format!("{name} is {role} in {file}")),
        (Action::Remove, _) => told(format!("removed {name} from {file}")),
        (Action::Token | Action::Revoke | Action::List, _) => {
            told(format!("removed the token {label} of {name} from {file}"))
        }
    };
    let written = writeln!(session.stdout, "{told}").and_then(|()| session.stdout.flush());
    written.map_err(|error| Failure::from(error).after([stored]))?;
    Ok(0)
}

/// What is said in either case: that it is done, and if that cannot be printed, that it is done all the same.
fn told(text: String) -> (String, String) {
    (text.clone(), text)
}

fn list(users: &Users, session: &mut Session<'_>) -> Result<u8, Failure> {
    for user in users.all() {
        let password = if user.has_password() { "" } else { ", without a password" };
        writeln!(session.stdout, "{}: {}{password}", user.name, user.role)?;
        for token in &user.tokens {
            let label = printable(&token.label);
            writeln!(session.stdout, "  token {label}: {}, made {}", token.role, printable(&token.made))?;
        }
    }
    writeln!(session.stdout, "{}", counted(users.all().len(), "user"))?;
    Ok(0)
}

/// Asks for a password on the terminal, twice and unseen, or takes the first line of standard input.
fn password(name: &ActorId, session: &mut Session<'_>) -> Result<String, Failure> {
    let unread = |error| Failure::File(format!("cannot read the password: {error}"));
    if session.terminal.stdin_is_terminal {
        let ask = |prompt: String| rpassword::prompt_password(prompt).map_err(unread);
        let first = ask(format!("Password of {name}: "))?;
        if ask("Once more: ".to_owned())? != first {
            return Err(Failure::usage("the two passwords differ", "type the same one twice"));
        }
        return Ok(first);
    }
    let mut line = String::new();
    session.stdin.read_line(&mut line).map_err(unread)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
