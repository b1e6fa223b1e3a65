//! A small server that speaks the part of S3 that an archive needs: conditional PUT, GET, HEAD, and lists in pages.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, Response, StatusCode, header};

/// How many keys a page of a list has.
const PAGE: usize = 3;

/// A server on a port of this machine, for as long as the process lives.
#[derive(Debug, Clone)]
pub(crate) struct FakeS3 {
    pub(crate) address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    /// By bucket and key, with a slash between.
    objects: BTreeMap<String, Vec<u8>>,
    /// Methods and paths, in order.
    requests: Vec<String>,
    /// Each nth request is refused as too many, if it is not zero.
    refused: usize,
    /// The status of every answer, if there is one.
    broken: Option<StatusCode>,
}

impl FakeS3 {
    pub(crate) fn start() -> Self {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(answer).with_state(Arc::clone(&kept));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, app).await.unwrap();
            });
        });
        Self { address, kept }
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.kept.lock().unwrap().objects.keys().cloned().collect()
    }

    pub(crate) fn remove(&self, key: &str) {
        assert!(self.kept.lock().unwrap().objects.remove(key).is_some(), "{key}");
    }

    pub(crate) fn count(&self, method: &str) -> usize {
        self.kept.lock().unwrap().requests.iter().filter(|request| request.starts_with(method)).count()
    }

    /// Refuses each nth request.
    pub(crate) fn refuse_each(&self, nth: usize) {
        self.kept.lock().unwrap().refused = nth;
    }

    /// Answers nothing but a status from now on.
    pub(crate) fn break_with(&self, status: StatusCode) {
        self.kept.lock().unwrap().broken = Some(status);
    }
}

fn reply(status: StatusCode, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
}

async fn answer(State(kept): State<Arc<Mutex<Kept>>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let key = percent_encoding::percent_decode_str(parts.uri.path().trim_start_matches('/')).decode_utf8().unwrap();
    let key = key.into_owned();
    let mut kept = kept.lock().unwrap();
    kept.requests.push(format!("{} {}", parts.method, parts.uri));
    let signed = parts.headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
    if let Some(status) = kept.broken {
        // Servers repeat what they were sent.
        return reply(status, format!("<Error><Message>denied</Message><Signed>{signed:?}</Signed></Error>"));
    }
    if !signed.is_some_and(|signed| signed.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")) {
        return reply(StatusCode::FORBIDDEN, "<Error><Code>AccessDenied</Code></Error>");
    }
    if kept.refused > 0 && kept.requests.len().is_multiple_of(kept.refused) {
        return reply(StatusCode::SERVICE_UNAVAILABLE, "<Error><Code>SlowDown</Code></Error>");
    }
    match parts.method {
        Method::PUT => {
            assert_eq!(parts.headers[header::IF_NONE_MATCH], "*", "an archive overwrites nothing");
            if kept.objects.contains_key(&key) {
                return reply(StatusCode::PRECONDITION_FAILED, "<Error><Code>PreconditionFailed</Code></Error>");
            }
            kept.objects.insert(key, body.to_vec());
            let mut response = reply(StatusCode::OK, "");
            response.headers_mut().insert(header::ETAG, "\"etag\"".parse().unwrap());
            response
        }
        Method::GET if parts.uri.query().is_some_and(|query| query.contains("list-type=2")) => {
            reply(StatusCode::OK, list(&kept, &key, parts.uri.query().unwrap()))
        }
        Method::GET | Method::HEAD => match kept.objects.get(&key) {
            None => reply(StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>"),
            Some(bytes) => {
                let mut response = reply(StatusCode::OK, bytes.clone());
                let headers = response.headers_mut();
                headers.insert(header::ETAG, "\"etag\"".parse().unwrap());
                headers.insert(header::LAST_MODIFIED, "Thu, 23 Oct 2025 08:00:00 GMT".parse().unwrap());
                headers.insert(header::CONTENT_LENGTH, bytes.len().into());
                response
            }
        },
        _ => reply(StatusCode::METHOD_NOT_ALLOWED, ""),
    }
}

/// Lists a bucket: keys with a prefix, cut at a delimiter, from a token on.
fn list(kept: &Kept, bucket: &str, query: &str) -> String {
    let of = |name: &str| {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let (prefix, delimiter, from) = (of("prefix").unwrap_or_default(), of("delimiter"), of("continuation-token"));
    let bucket = format!("{}/", bucket.trim_end_matches('/'));
    let mut entries = BTreeMap::new();
    for (key, bytes) in &kept.objects {
        let Some(key) = key.strip_prefix(&bucket).filter(|key| key.starts_with(&prefix)) else { continue };
        let rest = &key[prefix.len()..];
        match delimiter.as_deref().and_then(|delimiter| rest.find(delimiter)) {
            Some(end) => entries.insert(format!("{prefix}{}/", &rest[..end]), None),
            None => entries.insert(key.to_owned(), Some(bytes.len())),
        };
    }
    let mut left: Vec<_> =
        entries.into_iter().filter(|(key, _)| from.as_ref().is_none_or(|from| key >= from)).collect();
    let more = if left.len() > PAGE { left.split_off(PAGE) } else { Vec::new() };
    let mut xml = format!("<ListBucketResult><IsTruncated>{}</IsTruncated>", !more.is_empty());
    if let Some((next, _)) = more.first() {
        xml += &format!("<NextContinuationToken>{next}</NextContinuationToken>");
    }
    for (key, size) in left {
        xml += &match size {
            Some(size) => format!(
                "<Contents><Key>{key}</Key><LastModified>2025-10-23T08:00:00.000Z</LastModified>\
                 <ETag>\"etag\"</ETag><Size>{size}</Size></Contents>"
            ),
            None => format!("<CommonPrefixes><Prefix>{key}</Prefix></CommonPrefixes>"),
        };
    }
    xml + "</ListBucketResult>"
}
