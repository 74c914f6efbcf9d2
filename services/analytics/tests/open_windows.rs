//! What open windows hold, asked of the streams' application.
#![cfg(feature = "remote")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use analytics::remote::Application;
use analytics::streams::Streams;
use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::routing::get;

/// A group as the application writes it.
const GROUPS: &str = r#"[{"window_start": "2026-12-01T08:30:00Z", "window_end": "2026-12-01T08:31:00Z",
  "country": "Norway", "lines": 2, "pieces": 7, "revenue": "120.50", "list_price": "130.00",
  "largest": "100.00", "mean_quantity": "3.50"}]"#;

/// An instance that gives that answer.
async fn instance(status: StatusCode, body: &'static str) -> Uri {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let path = "/streams/sales-per-minute/groups";
    let router = Router::new().route(path, get(move || async move { (status, body) }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/").parse().unwrap()
}

fn streams(instances: &[Uri]) -> Streams {
    Streams::of(Application::new(instances))
}

#[tokio::test]
async fn the_first_instance_that_answers_is_asked() {
    let moving = instance(StatusCode::SERVICE_UNAVAILABLE, "{}").await;
    let gone = "http://127.0.0.1:1".parse().unwrap();
    let there = instance(StatusCode::OK, GROUPS).await;
    let open = streams(&[moving, gone, there]).open_sales().await.unwrap();
    let shown: Vec<_> = open
        .iter()
        .map(|s| {
            (
                s.country.as_str(),
                s.minute.to_string(),
                s.revenue.to_string(),
            )
        })
        .collect();
    let minute = "2026-12-01T08:30:00Z".to_owned();
    assert_eq!(shown, [("Norway", minute, "120.50".to_owned())]);
    assert_eq!((open[0].lines, open[0].pieces), (2, 7));
}

#[tokio::test]
async fn whoever_answers_oddly_or_not_at_all_is_named() {
    for (status, body, why) in [
        (StatusCode::SERVICE_UNAVAILABLE, "{}", "503"),
        (
            StatusCode::OK,
            "[{\"country\": 1}]",
            "shop.analytics.SalesPerMinute",
        ),
        (StatusCode::OK, "no JSON", "expected"),
    ] {
        let odd = instance(status, body).await;
        let error = streams(&[odd]).open_sales().await.unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    assert!(Streams::default().open_sales().await.unwrap().is_empty());
}
