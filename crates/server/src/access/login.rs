//! Logging in and out, and the address that works once.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Extension, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};

use super::client::Client;
use super::session::{Session, cookie_name, sessions, set_cookie};
use super::{Access, Who};
use super::{password, people};
use crate::desk::DeskError;
use crate::page::{PageProblem, bare};
use crate::problem::Problem;
use crate::question::Parameters;
use crate::server::Server;
use crate::viewer::Viewer;

/// The routes of the way in and out.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/login", get(show).post(log_in))
        .route("/logout", post(log_out))
        .route("/enter", get(enter))
        .route("/users", get(people::show))
}

/// The page with the form.
async fn show(
    State(server): State<Server>,
    viewer: Option<Extension<Viewer>>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageProblem> {
    let to = target(Parameters::of(query.as_deref()).one("to"));
    if viewer.is_some() || !matches!(server.options.access.who, Who::Users(_)) {
        return Ok(Redirect::to(&to).into_response());
    }
    Ok(view("", &to, None).into_response())
}

fn view(name: &str, to: &str, wrong: Option<&str>) -> Markup {
    bare(
        "Log in",
        &html! {
            h1 { "Log in" }
            @if let Some(wrong) = wrong { div.problem role="alert" { p { (wrong) } } }
            form.login method="post" action="/login" {
                input type="hidden" name="to" value=(to);
                label.field {
                    span { "Name" }
                    input name="name" value=(name) autocomplete="username" autocapitalize="none" spellcheck="false"
                        required autofocus[name.is_empty()];
                }
                label.field {
                    span { "Password" }
                    input name="password" type="password" autocomplete="current-password" required
                        autofocus[!name.is_empty()];
                }
                p.ask { button.primary type="submit" { "Log in" } }
            }
        },
    )
}

/// Returns where to go after the log-in: only to a path of this server.
fn target(to: Option<&str>) -> String {
    let is_path = |to: &&str| {
        let rest = to.strip_prefix('/');
        rest.is_some_and(|rest| !rest.starts_with('/')) && !to.contains(|c: char| c == '\\' || c.is_control())
    };
    to.filter(is_path).filter(|to| !to.starts_with("/login")).unwrap_or("/").to_owned()
}

/// Checks a name and a password, and begins a session.
async fn log_in(
    State(server): State<Server>,
    Extension(client): Extension<Client>,
    body: Bytes,
) -> Result<Response, PageProblem> {
    let given = Parameters::of(std::str::from_utf8(&body).ok());
    let (name, to) = (given.one("name").unwrap_or_default().trim().to_owned(), target(given.one("to")));
    let password = given.one("password").unwrap_or_default().to_owned();
    let access = &server.options.access;
    let Who::Users(file) = &access.who else { return Ok(Redirect::to("/").into_response()) };
    let users = file.users()?;
    // Who mistakes one field for the other types a password as a name: so names are logged only if they are known.
    let user = users.named(&name).map_or("unknown", |user| user.name.as_str());
    if let Err(wait) = access.limiter.take(&name, client.address) {
        tracing::warn!(user, "too many wrong passwords");
        return Ok(too_many(&name, &to, wait));
    }
    let hash = users.named(&name).and_then(|user| user.password.clone());
    if !is_right(access, password, hash.clone()).await? {
        tracing::warn!(user, "a wrong name or password");
        let page = view(&name, &to, Some("The name or the password is wrong."));
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    }
    access.limiter.give_back(&name, client.address);
    let (hash, random) = (hash.unwrap_or_default(), (server.options.world.random)());
    let session = Session::begin(&users.secret, &name, &hash, server.seconds(), &random);
    tracing::info!(user, "logged in");
    let cookie = set_cookie(&cookie_name(&users.secret), Some(&session), client.is_https);
    Ok(with_cookie(Redirect::to(&to).into_response(), &cookie))
}

/// Checks a password on a thread where that harms nobody, and not too many at once.
async fn is_right(access: &Access, password: String, hash: Option<String>) -> Result<bool, Problem> {
    let stopping = || Problem::from(DeskError::Stopping);
    let _permit = access.checking.acquire().await.map_err(|_| stopping())?;
    let checked = tokio::task::spawn_blocking(move || password::is_right(&password, hash.as_deref()));
    checked.await.map_err(|_| stopping())
}

fn too_many(name: &str, to: &str, wait: Duration) -> Response {
    let seconds = wait.as_secs() + 1;
    let wrong = format!("There were too many wrong passwords. Try again in {seconds} seconds.");
    let page = view(name, to, Some(&wrong));
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds.to_string())], page).into_response()
}

/// Ends a session, in this browser and wherever else its cookie may be.
async fn log_out(
    State(server): State<Server>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Result<Response, PageProblem> {
    let access = &server.options.access;
    let (now, sent) = (server.seconds(), |name: &str| sessions(&headers, name).collect::<Vec<_>>());
    let (name, to) = match &access.who {
        Who::Users(file) => {
            let users = file.users()?;
            let name = cookie_name(&users.secret);
            let user = |session: &Session| users.named(&session.name)?.password.clone();
            let holds = |one: &Session| user(one).is_some_and(|password| one.holds(&users.secret, &password, now));
            sent(&name).into_iter().filter(holds).for_each(|one| access.ended.end(one, now));
            (name, "/login")
        }
        Who::OneTime(one_time) => {
            let name = cookie_name(&one_time.secret);
            let holds = |one: &Session| one.holds(&one_time.secret, "", now);
            sent(&name).into_iter().filter(holds).for_each(|one| access.ended.end(one, now));
            (name, "/")
        }
        Who::Everyone(_) => return Ok(Redirect::to("/").into_response()),
    };
    let cookie = set_cookie(&name, None, client.is_https);
    Ok(with_cookie(Redirect::to(to).into_response(), &cookie))
}

/// Lets whoever holds the one-time address record, once.
async fn enter(
    State(server): State<Server>,
    Extension(client): Extension<Client>,
    viewer: Option<Extension<Viewer>>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageProblem> {
    let Who::OneTime(one_time) = &server.options.access.who else {
        return Err(Problem::not_found("there is no such page").into());
    };
    if viewer.is_some_and(|Extension(viewer)| viewer.may_record()) {
        return Ok(Redirect::to("/").into_response());
    }
    let is_key = Parameters::of(query.as_deref()).one("key").is_some_and(|key| one_time.key.is_text(key));
    if !is_key || one_time.is_used.swap(true, Ordering::AcqRel) {
        return Err(Problem::forbidden(
            "this address is wrong, or was used already: start `demarche serve` again for a new one, or add users \
             with `demarche user add`",
        )
        .into());
    }
    let session = Session::begin(&one_time.secret, "", "", server.seconds(), &(server.options.world.random)());
    let cookie = set_cookie(&cookie_name(&one_time.secret), Some(&session), client.is_https);
    Ok(with_cookie(Redirect::to("/").into_response(), &cookie))
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_leads_to_this_server_alone() {
        for path in ["/", "/tracks/us-ru?as_of=2025", "/search?text=a%0Ab"] {
            assert_eq!(target(Some(path)), path);
        }
        let elsewhere = [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/\n/e",
            "x",
            "",
            "/login",
        ];
        for elsewhere in elsewhere {
            assert_eq!(target(Some(elsewhere)), "/", "{elsewhere:?}");
        }
        assert_eq!(target(None), "/");
    }
}
