//! Under which names a server answers. A page of another site can make its own name lead to this machine (DNS
//! rebinding); then the browser sends that name, and gets nothing.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::header;
use axum::http::request::Parts;
use axum::http::uri::Authority;

/// The names under which a server answers.
#[derive(Debug, Clone, Default)]
pub(super) struct Hosts {
    /// The address on which it listens; none if it answers under every name.
    pub(super) listening: Option<IpAddr>,
    /// Further names, in lower case.
    pub(super) names: Vec<String>,
}

impl Hosts {
    /// Tells whether a request is for this server. Without a name it is not from a browser.
    pub(super) fn admit(&self, parts: &Parts) -> bool {
        let Some(listening) = self.listening else { return true };
        let Some(host) = host_of(parts) else { return !parts.headers.contains_key(header::HOST) };
        let name = host.host().trim_end_matches('.').to_ascii_lowercase();
        match address_of(&name) {
            // An address can't be made to lead elsewhere.
            Some(address) => address.is_loopback() || listening.is_unspecified() || address == listening,
            None => is_local(&name) || self.names.contains(&name),
        }
    }

    /// Tells whether a name, perhaps with a port, is one of those that were given.
    pub(super) fn is_given(&self, host: &Authority) -> bool {
        self.names.contains(&host.host().to_ascii_lowercase())
    }
}

/// Returns the name of the server as the client knows it.
pub(super) fn host_of(parts: &Parts) -> Option<Authority> {
    let mut values = parts.headers.get_all(header::HOST).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok()?.parse().ok(),
        (Some(_), Some(_)) => None,
        (None, _) => parts.uri.authority().cloned(),
    }
}

/// Tells whether a request came under a name or an address of this machine alone.
pub(super) fn is_for_this_machine(parts: &Parts) -> bool {
    host_of(parts).is_some_and(|host| {
        let name = host.host().to_ascii_lowercase();
        address_of(&name).map_or_else(|| is_local(&name), |address| address.is_loopback())
    })
}

fn is_local(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

fn address_of(name: &str) -> Option<IpAddr> {
    let six = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    match six {
        Some(six) => six.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => name.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn admits(listening: &str, host: &str) -> bool {
        let hosts = Hosts { listening: Some(listening.parse().unwrap()), names: vec!["desk.example".to_owned()] };
        let parts = Request::builder().header("host", host).body(()).unwrap().into_parts().0;
        hosts.admit(&parts)
    }

    #[test]
    fn a_server_answers_under_names_of_this_machine_and_given_ones() {
        for host in
            ["localhost", "localhost:8080", "LOCALHOST.", "a.localhost:1", "127.0.0.1:8080", "127.0.0.9", "[::1]:80"]
        {
            assert!(admits("127.0.0.1", host), "{host}");
        }
        assert!(admits("127.0.0.1", "desk.example"));
        assert!(admits("127.0.0.1", "Desk.Example:443"));
        assert!(admits("192.0.2.7", "192.0.2.7:8080"));
        assert!(admits("0.0.0.0", "192.0.2.7:8080"));
    }

    #[test]
    fn other_names_are_refused() {
        for host in [
            "evil.example",
            "localhost.evil.example",
            "xlocalhost",
            "desk.example.evil",
            "0.0.0.0",
            "192.0.2.7",
            "",
            "a b",
        ] {
            assert!(!admits("127.0.0.1", host), "{host}");
        }
        assert!(!admits("0.0.0.0", "evil.example"));
        let hosts = Hosts { listening: Some("127.0.0.1".parse().unwrap()), names: Vec::new() };
        let two = Request::builder().header("host", "localhost").header("host", "evil.example").body(()).unwrap();
        assert!(!hosts.admit(&two.into_parts().0));
    }
}
