//! Where a request comes from: the other end of the connection, or what a trusted proxy says.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};

/// The proxies whose headers are believed.
#[derive(Debug, Clone, Default)]
pub(super) struct Proxies {
    pub(super) addresses: Vec<IpAddr>,
    /// The header in which they say who the user is.
    pub(super) user_header: Option<HeaderName>,
}

/// Where a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Client {
    /// The address; unknown where there is no connection.
    pub(crate) address: Option<IpAddr>,
    pub(crate) is_https: bool,
    /// Who the user is, as a trusted proxy says.
    pub(super) user: Option<String>,
}

impl Client {
    pub(super) fn of(parts: &Parts, proxies: &Proxies) -> Self {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
        let is_trusted = peer.is_some_and(|peer| proxies.addresses.contains(&peer));
        if !is_trusted {
            return Self { address: peer, is_https: false, user: None };
        }
        // The last address that is no trusted proxy's: what comes before it, its sender may have made up.
        let forwarded: Vec<IpAddr> = values(&parts.headers, "x-forwarded-for").filter_map(address_of).collect();
        let client = forwarded.into_iter().rev().find(|address| !proxies.addresses.contains(address));
        let proto = values(&parts.headers, "x-forwarded-proto").last();
        let user = proxies.user_header.as_ref().and_then(|name| only(&parts.headers, name));
        Self { address: client.or(peer), is_https: proto == Some("https"), user }
    }

    /// Returns the address under which the client asked, without the path. The guard has checked the name.
    pub(crate) fn base(&self, headers: &HeaderMap) -> String {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let scheme = if self.is_https { "https" } else { "http" };
        format!("{scheme}://{host}/")
    }

    /// Tells whether the client is a program of this machine.
    pub(super) fn is_local(&self) -> bool {
        self.address.is_some_and(|address| address.is_loopback())
    }
}

/// Returns the values of a header that is a list, and may stand there several times.
fn values<'h>(headers: &'h HeaderMap, name: &'h str) -> impl DoubleEndedIterator<Item = &'h str> {
    let lines: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    lines.into_iter().flat_map(|line| line.split(',')).map(str::trim)
}

/// Returns the value of a header that may stand there once.
fn only(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().filter(|value| !value.is_empty())?;
    values.next().is_none().then(|| value.to_str().ok().map(str::to_owned))?
}

/// Reads an address as proxies write it: with a port or without.
fn address_of(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn client(peer: &str, headers: &[(&str, &str)]) -> Client {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut parts = request.body(()).unwrap().into_parts().0;
        parts.extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        let user_header = Some(HeaderName::from_static("x-user"));
        let proxies =
            Proxies { addresses: vec!["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()], user_header };
        Client::of(&parts, &proxies)
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let said = [("x-forwarded-for", "192.0.2.7"), ("x-forwarded-proto", "https"), ("x-user", "anna")];
        let address = |text: &str| Some(text.parse().unwrap());
        let believed = client("10.0.0.1", &said);
        assert_eq!(believed, Client { address: address("192.0.2.7"), is_https: true, user: Some("anna".to_owned()) });
        let other = client("10.0.0.3", &said);
        assert_eq!(other, Client { address: address("10.0.0.3"), is_https: false, user: None });
        assert_eq!(client("::ffff:10.0.0.1", &said), believed);
    }

    #[test]
    fn what_the_client_itself_says_of_its_address_is_passed_over() {
        let said = [("x-forwarded-for", "127.0.0.1, 192.0.2.7:4711, 10.0.0.2")];
        assert_eq!(client("10.0.0.1", &said).address, Some("192.0.2.7".parse().unwrap()));
        let nothing = client("10.0.0.1", &[("x-forwarded-for", "unknown")]);
        assert_eq!(nothing.address, Some("10.0.0.1".parse().unwrap()));
        let six = client("10.0.0.1", &[("x-forwarded-for", "[2001:db8::1]:80")]);
        assert_eq!(six.address, Some("2001:db8::1".parse().unwrap()));
    }

    #[test]
    fn two_users_in_one_request_are_none() {
        assert_eq!(client("10.0.0.1", &[("x-user", "anna"), ("x-user", "admin")]).user, None);
        assert_eq!(client("10.0.0.1", &[("x-user", "")]).user, None);
    }
}
