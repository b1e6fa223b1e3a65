//! From which site a write comes. A page of another site can make a browser send a form here, with the cookie of the
//! person who is logged in; the browser says so.

use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, header};

use super::hosts::{Hosts, host_of};

/// From which site a request comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// From a page of this server, or from the user.
    Same,
    /// From a page of another site.
    Other,
    /// From a program that does not say: no browser.
    Unsaid,
}

impl Origin {
    pub(super) fn of(parts: &Parts, hosts: &Hosts) -> Self {
        let fetched = text(&parts.headers, "sec-fetch-site").map(|site| matches!(site, "same-origin" | "none"));
        let came_from = text(&parts.headers, header::ORIGIN.as_str()).map(|origin| {
            let Some(origin) = origin.parse::<Uri>().ok().and_then(|uri| uri.into_parts().authority) else {
                return false;
            };
            hosts.is_given(&origin) || host_of(parts).is_some_and(|host| is_same(&origin, &host))
        });
        match (fetched, came_from) {
            (None, None) => Self::Unsaid,
            (Some(false), _) | (_, Some(false)) => Self::Other,
            _ => Self::Same,
        }
    }
}

/// Returns the value of a header; empty if it is there, but no text.
fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

fn is_same(origin: &Authority, host: &Authority) -> bool {
    // The scheme is unknown behind a proxy, so the ports that are its default are left out on both sides.
    let port = |authority: &Authority| authority.port_u16().filter(|port| ![80, 443].contains(port));
    origin.host().eq_ignore_ascii_case(host.host()) && port(origin) == port(host)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn origin(headers: &[(&str, &str)]) -> Origin {
        let mut request = Request::builder().header("host", "localhost:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let hosts = Hosts { listening: None, names: vec!["desk.example".to_owned()] };
        Origin::of(&request.body(()).unwrap().into_parts().0, &hosts)
    }

    #[test]
    fn a_page_of_this_server_is_told_from_one_of_another_site() {
        assert_eq!(origin(&[]), Origin::Unsaid);
        for same in [
            &[("sec-fetch-site", "same-origin")][..],
            &[("sec-fetch-site", "none")],
            &[("origin", "http://localhost:8080")],
            &[("origin", "https://desk.example")],
            &[("origin", "http://LOCALHOST:8080"), ("sec-fetch-site", "same-origin")],
        ] {
            assert_eq!(origin(same), Origin::Same, "{same:?}");
        }
        for other in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "")],
            &[("origin", "null")],
            &[("origin", "http://localhost:9090")],
            &[("origin", "http://evil.example")],
            &[("origin", "http://localhost:8080"), ("sec-fetch-site", "cross-site")],
            &[("origin", "http://evil.example"), ("sec-fetch-site", "same-origin")],
        ] {
            assert_eq!(origin(other), Origin::Other, "{other:?}");
        }
    }
}
