//! The guard before every route: which requests are answered, and whose they are.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use futures_util::StreamExt as _;

use super::client::Client;
use super::hosts::is_for_this_machine;
use super::origin::Origin;
use super::session::{cookie_name, sessions};
use super::users::Users;
use super::{Access, Who};
use crate::form::Form;
use crate::problem::Problem;
use crate::question::Parameters;
use crate::server::Server;
use crate::viewer::{Role, Viewer};

/// What is answered without a log-in: the way in, and what it looks like; whether the server is well.
const OPEN: [&str; 4] = ["/login", "/logout", "/enter", "/health"];

/// What is answered to programs of this machine without a log-in.
const LOCAL: [&str; 1] = ["/metrics"];

/// How often it is looked whether the client of a stream may have it still.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How somebody shows who it is.
enum Shown {
    /// By something that its browser sends along of its own accord, even if a page of another site makes it.
    Along(Viewer),
    /// By something that only a program which knows it can send.
    Known(Viewer),
    Nothing,
}

/// Answers a request if its sender may have the answer.
pub(crate) async fn guard(State(server): State<Server>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let access = &server.options.access;
    let client = Client::of(&parts, &access.proxies);
    let mut response = match admit(access, &mut parts, &client, server.seconds()) {
        Ok(viewer) => {
            parts.extensions.insert(client.clone());
            if let Some(viewer) = viewer.clone() {
                parts.extensions.insert(viewer);
            }
            let asked = parts.clone();
            let mut response = next.run(Request::from_parts(parts, body)).await;
            if is_stream(&response) {
                let gone = turned_away(server.clone(), asked, client.clone());
                response = response.map(|body| Body::from_stream(body.into_data_stream().take_until(gone)));
            }
            if let Some(viewer) = viewer {
                response.extensions_mut().insert(viewer);
            }
            response
        }
        Err(problem) => refused(&parts, problem),
    };
    response.extensions_mut().insert(client);
    response
}

/// Tells whether an answer goes on for as long as its client stays.
fn is_stream(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == "text/event-stream")
}

/// Waits until a client may not have its answer any more: its session has ended, or its user was removed.
async fn turned_away(server: Server, mut parts: Parts, client: Client) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        if admit(&server.options.access, &mut parts, &client, server.seconds()).is_err() {
            return;
        }
    }
}

/// Says that a request is not answered; shows a person the way to log in.
fn refused(parts: &Parts, problem: Problem) -> Response {
    let form = Form::of(parts);
    let is_reading = matches!(parts.method, Method::GET | Method::HEAD);
    let is_unknown = problem.status == StatusCode::UNAUTHORIZED;
    if is_unknown && form == Form::Page && is_reading {
        let asked = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("to", asked).finish();
        return Redirect::to(&format!("/login?{query}")).into_response();
    }
    let mut response = form.of_problem(problem);
    if is_unknown {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Returns who asks, if that may be answered; nobody where nobody needs to be.
fn admit(access: &Access, parts: &mut Parts, client: &Client, now: i64) -> Result<Option<Viewer>, Problem> {
    if !access.hosts.admit(parts) {
        return Err(Problem::misdirected(
            "this server does not answer under that name: who runs it can allow it with --host",
        ));
    }
    let is_reading = matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS);
    let origin = if is_reading { Origin::Same } else { Origin::of(parts, &access.hosts) };
    if origin == Origin::Other {
        return Err(Problem::forbidden("a page of another site may not write here"));
    }
    let is_open = OPEN.contains(&parts.uri.path()) || parts.uri.path().starts_with("/assets/");
    match access.shown(parts, client, now) {
        Ok(Shown::Along(_)) if origin == Origin::Unsaid && !is_open => Err(Problem::forbidden(
            "a program writes with a token, in the header Authorization: Bearer; a browser says from which page",
        )),
        Ok(Shown::Along(viewer) | Shown::Known(viewer)) => Ok(Some(viewer)),
        _ if is_open => Ok(None),
        Ok(Shown::Nothing) => access.unnamed(parts, client).map(Some),
        Err(problem) => Err(problem),
    }
}

impl Access {
    /// Returns what somebody without a name may do here.
    fn unnamed(&self, parts: &Parts, client: &Client) -> Result<Viewer, Problem> {
        match &self.who {
            Who::Everyone(role) => Ok(Viewer::unnamed(*role)),
            Who::OneTime(_) => Ok(Viewer::unnamed(Role::Reader)),
            // Whoever comes through a proxy on this machine comes under another name.
            Who::Users(_) if LOCAL.contains(&parts.uri.path()) && client.is_local() && is_for_this_machine(parts) => {
                Ok(Viewer::unnamed(Role::Reader))
            }
            Who::Users(_) => Err(Problem::unauthorized("log in to read here")),
        }
    }

    /// Finds out who asks.
    fn shown(&self, parts: &mut Parts, client: &Client, now: i64) -> Result<Shown, Problem> {
        let token = bearer_of(parts).or_else(|| token_of_feed(parts));
        let users = match &self.who {
            Who::Users(file) => file.users()?,
            Who::OneTime(_) | Who::Everyone(_) if token.is_some() => {
                return Err(Problem::unauthorized("this server has no users, and so no tokens"));
            }
            Who::OneTime(one_time) => {
                let cookie = cookie_name(&one_time.secret);
                let mut sessions = sessions(&parts.headers, &cookie);
                let is_holder = sessions.any(|session| {
                    session.name.is_empty() && session.holds(&one_time.secret, "", now) && !self.ended.has(&session)
                });
                return Ok(if is_holder { Shown::Along(Viewer::unnamed(Role::Recorder)) } else { Shown::Nothing });
            }
            Who::Everyone(_) => return Ok(Shown::Nothing),
        };
        if let Some(token) = token {
            let holder = users.holder(&token).map(Shown::Known);
            return holder.ok_or_else(|| Problem::unauthorized("this token is not known here"));
        }
        if let Some(name) = &client.user {
            let user = users.named(name).map(|user| Shown::Along(user.viewer(user.role)));
            return user.ok_or_else(|| Problem::forbidden(format!("there is no user {name:?} here")));
        }
        Ok(self.logged_in(&users, parts, now).map_or(Shown::Nothing, Shown::Along))
    }

    /// Returns who is logged in.
    fn logged_in(&self, users: &Users, parts: &Parts, now: i64) -> Option<Viewer> {
        sessions(&parts.headers, &cookie_name(&users.secret)).find_map(|session| {
            let user = users.named(&session.name)?;
            let password = user.password.as_deref()?;
            let holds = session.holds(&users.secret, password, now) && !self.ended.has(&session);
            holds.then(|| user.viewer(user.role))
        })
    }
}

/// Returns the token of a program.
fn bearer_of(parts: &Parts) -> Option<String> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// Takes the token out of the address of a feed: programs that show calendars have nowhere else to put it.
fn token_of_feed(parts: &mut Parts) -> Option<String> {
    if !Form::is_feed(parts.uri.path()) {
        return None;
    }
    let parameters = Parameters::of(parts.uri.query());
    let token = parameters.one("token")?.to_owned();
    let rest = parameters.with("token", "").at(parts.uri.path());
    // Nobody behind this sees the token, neither a log nor an address in an answer.
    parts.uri = rest.parse().unwrap_or_else(|_| Uri::from_static("/"));
    Some(token)
}
