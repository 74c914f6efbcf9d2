//! The page that plots the figures, and the stream of server-sent events that keeps it live.
//!
//! It loads nothing from elsewhere, and its addresses are relative, so that it works behind a
//! gateway that serves it under a prefix.

mod feed;

use std::sync::Arc;

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, X_CONTENT_TYPE_OPTIONS,
};
use axum::response::IntoResponse;
use axum::response::sse::Sse;
use axum::routing::get;
use herald::host::Instance;

use crate::store::Figures;
use crate::streams::Streams;
use feed::Feed;

/// Where the page is served.
pub const PATH: &str = "/analytics";

/// What a browser may load: what this service serves, and the icon that the page holds itself.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
                      connect-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

/// The routes of the page over these figures.
pub fn routes<S: Figures>(figures: S, streams: Streams, instance: &Instance) -> Router {
    let feed = Arc::new(Feed::new(figures, streams, instance.clone()));
    let page = || async { file("text/html; charset=utf-8", include_str!("page/page.html")) };
    let style = || async { file("text/css; charset=utf-8", include_str!("page/page.css")) };
    let script = || async {
        file(
            "text/javascript; charset=utf-8",
            include_str!("page/page.js"),
        )
    };
    let live = move || async move { ([(CACHE_CONTROL, "no-store")], Sse::new(feed.events())) };
    Router::new()
        .route(PATH, get(page))
        .route("/analytics/page.css", get(style))
        .route("/analytics/page.js", get(script))
        .route("/analytics/live", get(live))
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let head: [(HeaderName, &'static str); 4] = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (head, text)
}
