//! Requests, in process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use axum::body::Body;
use axum::http::{Request as HttpRequest, Response, StatusCode};
use herald::Platform;
use herald::store::memory::Tables;
use serde_json::json;
use support::Answered;
use support::desk::{Desk, at_the_desk, bind};
use tower::ServiceExt as _;

fn content_type(head: &Response<()>) -> &str {
    head.headers()
        .get("content-type")
        .unwrap()
        .to_str()
        .unwrap()
}

#[test]
fn a_request_is_a_unit_of_work() {
    at_the_desk(async |desk| {
        let body = json!({ "key": "7", "text": "hello" });
        let (status, head, answer) = desk.post("/asked/7?loud=true", None, &body).await;
        assert_eq!(
            (status, answer),
            (StatusCode::CREATED, json!({ "key": "7", "text": "HELLO" }))
        );
        assert_eq!(content_type(&head), "application/json");
        assert!(head.headers().contains_key("x-request-id"));
        let refused = json!({ "key": "7", "text": "refuse" });
        let (status, head, problem) = desk.post("/asked/7", None, &refused).await;
        assert_eq!(status, StatusCode::CONFLICT);
        assert_eq!(content_type(&head), "application/problem+json");
        assert_eq!(problem["detail"], "not now");
        assert_eq!(problem["title"], "Conflict");
        desk.bench
            .world
            .sleep(std::time::Duration::from_secs(2))
            .await;
        assert_eq!(desk.bench.texts::<Answered>("answered").len(), 1);
        let (status, _, notes) = desk.get("/asked/7").await;
        assert_eq!((status, notes), (StatusCode::OK, json!(["hello"])));
        let (status, _, problem) = desk.get("/asked/8").await;
        assert_eq!(
            (status, &problem["detail"]),
            (StatusCode::NOT_FOUND, &json!("nothing of 8"))
        );
    });
}

#[test]
fn a_repeat_with_its_key_gets_the_same_answer() {
    at_the_desk(async |desk| {
        let body = json!({ "key": "7", "text": "hello" });
        let (_, first, answer) = desk.post("/asked/7", Some("one"), &body).await;
        assert!(!first.headers().contains_key("idempotent-replayed"));
        let (status, head, again) = desk.post("/asked/7", Some("one"), &body).await;
        assert_eq!((status, again), (StatusCode::CREATED, answer));
        assert_eq!(head.headers().get("idempotent-replayed").unwrap(), "true");
        let other = json!({ "key": "7", "text": "other" });
        let (status, ..) = desk.post("/asked/7", Some("one"), &other).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let (status, ..) = desk.post("/asked/7", Some("two"), &other).await;
        assert_eq!(status, StatusCode::CREATED);
        assert_eq!(desk.bench.worker.notes("7"), ["hello", "other"]);
        // An error is not kept: the same request may succeed later.
        let refused = json!({ "key": "7", "text": "refuse" });
        for _ in 0..2 {
            let (status, ..) = desk.post("/asked/7", Some("three"), &refused).await;
            assert_eq!(status, StatusCode::CONFLICT);
        }
        let (status, ..) = desk.post("/asked/7", Some(""), &body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    });
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    at_the_desk(async |desk| {
        let body = json!({ "key": 7, "txet": "hello" });
        let (status, head, problem) = desk.post("/asked/7?loud=maybe&soft=1", None, &body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(content_type(&head), "application/problem+json");
        let errors = problem["errors"].as_array().unwrap();
        let paths: Vec<_> = errors
            .iter()
            .map(|error| error["path"].as_str().unwrap())
            .collect();
        for path in ["query.loud", "query.soft", "body.key", "body.txet"] {
            assert!(paths.contains(&path), "{path} is not among {paths:?}");
        }
        let (_, _, problem) = desk.get("/asked/seven").await;
        assert_eq!(problem["errors"][0]["path"], "path.key");
        let (status, _, problem) = desk
            .ask(HttpRequest::post("/asked/7").body(Body::from("{")).unwrap())
            .await;
        assert_eq!(
            (status, &problem["errors"][0]["path"]),
            (StatusCode::BAD_REQUEST, &json!("body"))
        );
        let long = Body::from(vec![b' '; (1 << 20) + 1]);
        let (status, ..) = desk
            .ask(HttpRequest::post("/asked/7").body(long).unwrap())
            .await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    });
}

#[test]
fn what_is_not_there_is_a_problem_too() {
    at_the_desk(async |desk| {
        let (status, head, problem) = desk.get("/nothing").await;
        assert_eq!(
            (status, content_type(&head)),
            (StatusCode::NOT_FOUND, "application/problem+json")
        );
        assert_eq!(problem["status"], 404);
        let delete = HttpRequest::delete("/asked/7").body(Body::empty()).unwrap();
        let (status, head, _) = desk.ask(delete).await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(content_type(&head), "application/problem+json");
        assert!(head.headers().contains_key("allow"));
    });
}

#[test]
fn ids_and_traces_are_taken_over() {
    at_the_desk(async |desk| {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let request = HttpRequest::post("/asked/7")
            .header("x-request-id", "mine")
            .header("traceparent", trace)
            .body(Body::from(
                json!({ "key": "7", "text": "hello" }).to_string(),
            ))
            .unwrap();
        let (_, head, _) = desk.ask(request).await;
        assert_eq!(head.headers().get("x-request-id").unwrap(), "mine");
        desk.bench
            .world
            .sleep(std::time::Duration::from_secs(1))
            .await;
        let told = desk.bench.broker.records("answered").remove(0);
        assert_eq!(told.headers.text("traceparent").unwrap()[..36], trace[..36]);
        assert_eq!(told.headers.text("ce_correlationid"), Some("mine"));
    });
}

#[test]
fn health_and_metrics() {
    at_the_desk(async |desk| {
        let body = json!({ "key": "7", "text": "hello" });
        desk.post("/asked/7", None, &body).await;
        desk.bench.ask("1", "a", "x").await;
        desk.bench
            .world
            .sleep(std::time::Duration::from_secs(3))
            .await;
        assert_eq!(desk.get("/health/live").await.0, StatusCode::OK);
        assert_eq!(desk.get("/health/ready").await.0, StatusCode::OK);
        let (_, head, text) = desk.get("/metrics").await;
        assert!(content_type(&head).starts_with("text/plain; version=0.0.4"));
        let text = text.as_str().unwrap();
        for line in [
            r#"herald_consumed_total{source="asked",group="worker"} 1"#,
            r#"herald_produced_total{message="Answered"} 1"#,
            r#"herald_requests_total{request="Ask",status="201"} 1"#,
            r#"herald_handler_seconds_count{source="asked",group="worker"} 1"#,
            r#"herald_lag{source="asked",group="worker"} 0"#,
            r#"herald_outbox_depth{broker="log"} 0"#,
            "# TYPE herald_dead_letters_total counter",
            "# TYPE herald_retries_total counter",
        ] {
            assert!(text.contains(line), "no {line} in\n{text}");
        }
        let Desk { bench, running } = desk;
        let router = running.router();
        running.stop(std::time::Duration::from_secs(5)).await;
        let request = HttpRequest::get("/health/ready")
            .body(Body::empty())
            .unwrap();
        let ready = router.oneshot(request).await.unwrap();
        assert_eq!(ready.status(), StatusCode::SERVICE_UNAVAILABLE);
        drop(bench);
    });
}

#[test]
fn a_request_to_a_dead_instance_is_answered_503() {
    at_the_desk(async |desk| {
        let world = desk.bench.world.instance("other");
        let platform = Platform {
            world: world.clone(),
            ..desk.bench.platform.clone()
        };
        let running = bind(Tables::default()).start(platform).await.unwrap();
        world.kill();
        let request = HttpRequest::get("/asked/7").body(Body::empty()).unwrap();
        let answer = running.router().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    });
}
