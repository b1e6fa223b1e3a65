//! The users of a server, for its admins.

use axum::extract::{Extension, State};
use maud::{Markup, html};

use super::Who;
use super::users::User;
use crate::page::{PageProblem, bare};
use crate::problem::Problem;
use crate::server::Server;
use crate::viewer::{Role, Viewer};

/// Shows who may use the server, and which programs.
pub(super) async fn show(
    State(server): State<Server>,
    Extension(viewer): Extension<Viewer>,
) -> Result<Markup, PageProblem> {
    let Who::Users(file) = &server.options.access.who else {
        return Err(Problem::not_found("this server has no users: `demarche user add` adds one").into());
    };
    if viewer.role < Role::Admin {
        return Err(Problem::forbidden("only an admin sees who uses this server").into());
    }
    let users = file.users()?;
    Ok(bare(
        "Users",
        &html! {
            h1 { "Users" }
            p { "Whoever runs this server changes them with " code { "demarche user" } "." }
            div.scroll {
                table {
                    thead { tr { th { "Name" } th { "Role" } th { "Password" } th { "Tokens" } } }
                    tbody { @for user in users.all() { (row(user)) } }
                }
            }
        },
    ))
}

fn row(user: &User) -> Markup {
    html! {
        tr {
            td { (user.name) }
            td { (user.role) }
            td { @if user.has_password() { "yes" } @else { "none" } }
            td {
                @if user.tokens.is_empty() { "none" }
                @for token in &user.tokens { p { (token.label) ": " (token.role) ", made " (token.made) } }
            }
        }
    }
}
