//! The registry client against a server that answers as the test wants.

#![cfg(feature = "registry")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "tasks of the test's own")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Json, Router};
use herald::registry::confluent::{ConfluentRegistry, RegistrySettings};
use herald::registry::{Registry, RegistryError, SchemaId};
use serde_json::{Value, json};
use tokio::sync::{Notify, Semaphore};

/// What the server answers, and what it was asked.
struct Script {
    status: StatusCode,
    body: Value,
    asked: AtomicUsize,
    arrived: Notify,
    /// A request is answered once it has a permit.
    gate: Semaphore,
    last: std::sync::Mutex<(String, String)>,
}

async fn answer(State(script): State<Arc<Script>>, request: Request) -> Response {
    script.asked.fetch_add(1, Ordering::SeqCst);
    let header = request.headers().get("authorization");
    let header = header.map(|value| value.to_str().unwrap().to_owned());
    let path = request.uri().path().to_owned();
    *script.last.lock().unwrap() = (path, header.unwrap_or_default());
    script.arrived.notify_one();
    let _permit = script.gate.acquire().await;
    (script.status, Json(script.body.clone())).into_response()
}

/// A server with that answer, and its address.
async fn serve(status: u16, body: Value, permits: usize) -> (Arc<Script>, String) {
    let script = Arc::new(Script {
        status: StatusCode::from_u16(status).unwrap(),
        body,
        asked: AtomicUsize::new(0),
        arrived: Notify::new(),
        gate: Semaphore::new(permits),
        last: std::sync::Mutex::default(),
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let app = Router::new().fallback(any(answer));
    let app = app.with_state(script.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (script, address)
}

fn client(address: &str) -> ConfluentRegistry {
    ConfluentRegistry::connect(&RegistrySettings::at(format!("http://{address}/api/"))).unwrap()
}

#[tokio::test]
async fn who_asks_at_the_same_time_shares_a_request() {
    let (script, address) = serve(200, json!({ "schema": "\"string\"" }), 0).await;
    let registry = client(&address);
    let asked = (0..10).map(|_| {
        let registry = registry.clone();
        tokio::spawn(async move { registry.schema(SchemaId(7)).await })
    });
    let asked: Vec<_> = asked.collect();
    script.arrived.notified().await;
    script.gate.add_permits(100);
    for task in asked {
        assert_eq!(task.await.unwrap(), Ok("\"string\"".into()));
    }
    assert_eq!(registry.schema(SchemaId(7)).await, Ok("\"string\"".into()));
    assert_eq!(script.asked.load(Ordering::SeqCst), 1);
    assert_eq!(script.last.lock().unwrap().0, "/api/schemas/ids/7");
}

#[tokio::test]
async fn an_unknown_id_is_asked_for_again() {
    let body = json!({ "error_code": 40403, "message": "Schema not found" });
    let (script, address) = serve(404, body, 100).await;
    let registry = client(&address);
    for asked in 1..3 {
        let unknown = registry.schema(SchemaId(7)).await;
        assert_eq!(unknown, Err(RegistryError::UnknownId(SchemaId(7))));
        assert_eq!(script.asked.load(Ordering::SeqCst), asked);
    }
}

#[tokio::test]
async fn an_asker_who_leaves_does_not_leave_a_dead_request_behind() {
    let (script, address) = serve(200, json!({ "schema": "\"int\"" }), 0).await;
    let registry = client(&address);
    let leaving = tokio::spawn({
        let registry = registry.clone();
        async move { registry.schema(SchemaId(7)).await }
    });
    script.arrived.notified().await;
    leaving.abort();
    assert!(leaving.await.unwrap_err().is_cancelled());
    script.gate.add_permits(100);
    assert_eq!(registry.schema(SchemaId(7)).await, Ok("\"int\"".into()));
}

#[tokio::test]
async fn answers_are_sorted_by_what_they_mean() {
    let cases = [
        (500, json!({ "error_code": 50001, "message": "store" })),
        (503, json!(null)),
        (401, json!({ "error_code": 401, "message": "Unauthorized" })),
        (404, json!({ "title": "no such page" })),
        (200, json!({ "unexpected": true })),
    ];
    for (status, body) in cases {
        let (_, address) = serve(status, body, 100).await;
        let answer = client(&address).id_of("subject", "\"int\"").await;
        assert!(
            matches!(answer, Err(RegistryError::Unavailable(_))),
            "{status}: {answer:?}"
        );
    }
    let error = |message: &str| json!({ "error_code": 42201, "message": message });
    let (_, address) = serve(422, error("Invalid schema"), 100).await;
    let invalid = client(&address).register("subject", "{").await;
    assert_eq!(
        invalid,
        Err(RegistryError::Invalid("Invalid schema".into()))
    );
    let (_, address) = serve(409, error("too different"), 100).await;
    let incompatible = client(&address).register("subject", "\"int\"").await;
    assert!(matches!(
        incompatible,
        Err(RegistryError::Incompatible { .. })
    ));
}

#[tokio::test]
async fn subjects_are_encoded_and_credentials_sent() {
    let (script, address) = serve(200, json!({ "id": 3 }), 100).await;
    let url = format!("http://us%3Aer:pass%20word@{address}");
    let registry = ConfluentRegistry::connect(&RegistrySettings::at(url)).unwrap();
    let id = registry.register("a/b c", "\"int\"").await;
    assert_eq!(id, Ok(SchemaId(3)));
    let (path, header) = script.last.lock().unwrap().clone();
    assert_eq!(path, "/subjects/a%2Fb%20c/versions");
    // "us:er:pass word"
    assert_eq!(header, "Basic dXM6ZXI6cGFzcyB3b3Jk");
}

#[tokio::test]
async fn a_server_that_hangs_or_is_not_there_is_unavailable() {
    let (_, address) = serve(200, json!({}), 0).await;
    for address in [address, "127.0.0.1:9".to_owned()] {
        let mut settings = RegistrySettings::at(format!("http://{address}"));
        settings.timeout = Duration::from_millis(200);
        let registry = ConfluentRegistry::connect(&settings).unwrap();
        let answer = registry.schema(SchemaId(1)).await;
        assert!(
            matches!(answer, Err(RegistryError::Unavailable(_))),
            "{answer:?}"
        );
    }
}

#[test]
fn secrets_are_never_printed() {
    let settings = RegistrySettings::at("ftp://shop:s3cret@registry");
    assert!(!format!("{settings:?}").contains("s3cret"));
    let error = ConfluentRegistry::connect(&settings).unwrap_err();
    assert!(!error.to_string().contains("s3cret"), "{error}");
    let settings = RegistrySettings::at("http://shop:s3cret@registry");
    let registry = ConfluentRegistry::connect(&settings).unwrap();
    assert!(!format!("{registry:?}").contains("s3cret"));
}
