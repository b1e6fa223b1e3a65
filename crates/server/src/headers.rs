//! What every answer says to browsers, and errors that the framework made, in the form that the client wants.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::form::Form;
use crate::problem::Problem;

/// What a page may load and do: only what this server gives, and no script or style within a page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'";

/// Sets the headers that keep a page from doing what it should not.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // A document that is to be kept as a file has its style within, and a policy of its own.
    let mut set = |name: HeaderName, value| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    // Nothing between the server and the client may give an answer to anybody else.
    set(header::CACHE_CONTROL, "private, no-cache");
    response
}

/// Puts an error without a form of its own, such as one of the framework, into one.
pub(crate) async fn explain(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let (form, asked) = (Form::of(&parts), parts.clone());
    let response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || has_form(response.headers()) {
        return response;
    }
    let detail = match status {
        StatusCode::METHOD_NOT_ALLOWED => format!("{} does nothing at {}", asked.method, asked.uri.path()),
        StatusCode::NOT_FOUND => format!("there is nothing at {}", asked.uri.path()),
        StatusCode::PAYLOAD_TOO_LARGE => "the body is longer than this server takes".to_owned(),
        _ => status.canonical_reason().unwrap_or("an error").to_lowercase(),
    };
    let mut explained = form.of_problem(Problem::of_status(status, detail));
    // The log wants to know whose request it was.
    *explained.extensions_mut() = response.extensions().clone();
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        explained.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    explained
}

/// Tells whether an error is a page, or JSON.
fn has_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.starts_with("text/html") || content_type.contains("json")
}
