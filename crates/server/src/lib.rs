//! The page and the HTTP API of Demarche: the answers of the command line, live, for several people at once.
//!
//! A [`Server`] knows a [`Store`](demarche_journal::Store) and not what is behind it; the journal of a single machine
//! is its embedded default. Its routes are those of [`Server::router`].

mod access;
mod answers;
mod api;
mod assets;
mod connections;
mod descendants;
mod desk;
mod feeds;
mod form;
mod headers;
mod health;
mod metrics;
mod observe;
mod page;
mod preview;
mod problem;
mod question;
mod server;
mod viewer;

pub use access::{Access, ChangeError, PasswordError, Token, User, Users, UsersError};
pub use axum::http::HeaderName;
pub use desk::World;
pub use server::{OpenError, Options, Server};
pub use viewer::{Role, RoleError};

/// The example of the README, which is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
