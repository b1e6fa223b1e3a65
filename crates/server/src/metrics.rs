//! Numbers about the server, in the text form of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::Duration;

use axum::extract::State;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};

use crate::desk::lock;
use crate::server::Server;

/// The upper bounds of the histogram, in seconds.
const BOUNDS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0];

/// What is counted. Routes are those of the server, and other methods than these are one, so that nobody can make the
/// list long.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(&'static str, String, u16), u64>>,
    durations: Mutex<BTreeMap<String, Durations>>,
}

/// How long requests of a route took.
#[derive(Debug, Clone, Default)]
struct Durations {
    /// How many took at most as long as each bound.
    within: [u64; BOUNDS.len()],
    count: u64,
    seconds: f64,
}

impl Metrics {
    pub(crate) fn note(&self, method: &Method, route: &str, status: u16, took: Duration) {
        let method = match *method {
            Method::GET => "GET",
            Method::HEAD => "HEAD",
            Method::POST => "POST",
            _ => "other",
        };
        *lock(&self.requests).entry((method, route.to_owned(), status)).or_default() += 1;
        let mut durations = lock(&self.durations);
        let of_route = durations.entry(route.to_owned()).or_default();
        let seconds = took.as_secs_f64();
        for (within, bound) in of_route.within.iter_mut().zip(BOUNDS) {
            *within += u64::from(seconds <= bound);
        }
        of_route.count += 1;
        of_route.seconds += seconds;
    }

    fn write(&self, out: &mut String) {
        let name = "demarche_http_requests_total";
        head(out, name, "counter", "Requests that were answered.");
        for ((method, route, status), count) in &*lock(&self.requests) {
            let _ = writeln!(out, "{name}{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}} {count}");
        }
        let name = "demarche_http_request_duration_seconds";
        head(out, name, "histogram", "Time until a request was answered, or its stream began.");
        for (route, durations) in &*lock(&self.durations) {
            for (bound, within) in BOUNDS.iter().zip(durations.within) {
                let _ = writeln!(out, "{name}_bucket{{route=\"{route}\",le=\"{bound}\"}} {within}");
            }
            let _ = writeln!(out, "{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {}", durations.count);
            let _ = writeln!(out, "{name}_sum{{route=\"{route}\"}} {}", durations.seconds);
            let _ = writeln!(out, "{name}_count{{route=\"{route}\"}} {}", durations.count);
        }
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn gauge(out: &mut String, name: &str, help: &str, value: u64) {
    head(out, name, "gauge", help);
    let _ = writeln!(out, "{name} {value}");
}

pub(crate) async fn show(State(server): State<Server>) -> Response {
    let position = server.desk.picture().position;
    let mut text = String::new();
    server.metrics.write(&mut text);
    let desk = &server.desk;
    gauge(&mut text, "demarche_events", "Events that are folded.", position.events);
    gauge(&mut text, "demarche_journal_epoch", "How often the journal was rewritten.", position.epoch);
    gauge(&mut text, "demarche_journal_readable", "Whether the journal can be read.", desk.trouble().is_none().into());
    gauge(&mut text, "demarche_streams", "Clients that follow the changes.", desk.followers());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_method_route_and_status_and_measured() {
        let metrics = Metrics::default();
        metrics.note(&Method::GET, "/tracks/{*track}", 200, Duration::from_millis(3));
        metrics.note(&Method::GET, "/tracks/{*track}", 200, Duration::from_secs(2));
        metrics.note(&Method::from_bytes(b"BREW").unwrap(), "none", 405, Duration::ZERO);
        let mut text = String::new();
        metrics.write(&mut text);
        for line in [
            "demarche_http_requests_total{method=\"GET\",route=\"/tracks/{*track}\",status=\"200\"} 2",
            "demarche_http_requests_total{method=\"other\",route=\"none\",status=\"405\"} 1",
            "demarche_http_request_duration_seconds_bucket{route=\"/tracks/{*track}\",le=\"0.001\"} 0",
            "demarche_http_request_duration_seconds_bucket{route=\"/tracks/{*track}\",le=\"0.005\"} 1",
            "demarche_http_request_duration_seconds_bucket{route=\"/tracks/{*track}\",le=\"+Inf\"} 2",
            "demarche_http_request_duration_seconds_sum{route=\"/tracks/{*track}\"} 2.003",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
