//! Style and script of the page, which are part of the program.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The files by name, with their types.
const FILES: [(&str, &str, &[u8]); 4] = [
    ("demarche.css", "text/css; charset=utf-8", include_bytes!("assets/demarche.css")),
    ("demarche.js", "text/javascript; charset=utf-8", include_bytes!("assets/demarche.js")),
    ("idiomorph.js", "text/javascript; charset=utf-8", include_bytes!("assets/idiomorph-0.8.0.min.js")),
    ("icon.svg", "image/svg+xml", include_bytes!("assets/icon.svg")),
];

/// Which build the files are of: it stands in their addresses, so that browsers may keep them.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(crate) async fn get(Path(name): Path<String>) -> Response {
    match FILES.iter().find(|(known, ..)| *known == name) {
        Some((_, content_type, bytes)) => {
            ([(header::CONTENT_TYPE, *content_type), (header::CACHE_CONTROL, "max-age=3600")], *bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
