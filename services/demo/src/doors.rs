//! The ways into the services: sockets in a plain run, their routers in a
//! simulated one.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{Method, Request, StatusCode};
use bytes::Bytes;
use herald::World;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::shop::Name;
use crate::socket;

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its body.
    pub body: Bytes,
}

/// Why there was no answer; whether the service acted is unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// The service is not there.
    #[error("{0} is not running")]
    Closed(&'static str),
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(String),
}

/// The ways into the services. Clones share them.
#[derive(Clone, Default)]
pub struct Doors {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    routers: BTreeMap<Name, (World, axum::Router)>,
    addresses: BTreeMap<Name, SocketAddr>,
}

impl Doors {
    /// Requests to a service go to this router from now on, and live and die
    /// with the instance whose world is given.
    pub fn open_router(&self, name: Name, world: World, router: axum::Router) {
        self.with(|inner| inner.routers.insert(name, (world, router)));
    }

    /// Requests to a service go to this address from now on.
    pub fn open_socket(&self, name: Name, address: SocketAddr) {
        self.with(|inner| inner.addresses.insert(name, address));
    }

    /// Where a service listens.
    pub fn address(&self, name: Name) -> Option<SocketAddr> {
        self.with(|inner| inner.addresses.get(&name).copied())
    }

    /// Asks a service, once.
    pub async fn ask(
        &self,
        connections: &mut socket::Connections,
        name: Name,
        request: Request<Bytes>,
    ) -> Result<Answer, NoAnswer> {
        if let Some(address) = self.address(name) {
            return connections.ask(address, request).await;
        }
        let Some((world, router)) = self.with(|inner| inner.routers.get(&name).cloned()) else {
            return Err(NoAnswer::Closed(name.as_str()));
        };
        in_process(world, router, request).await
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The request runs as a task of the instance: a crash breaks the connection.
async fn in_process(
    world: World,
    router: axum::Router,
    request: Request<Bytes>,
) -> Result<Answer, NoAnswer> {
    let (give, take) = tokio::sync::oneshot::channel();
    let request = request.map(Body::from);
    world.spawn("request", async move {
        let answer = match router.oneshot(request).await {
            Ok(response) => collect(response).await,
            Err(never) => match never {},
        };
        // A client that went away wants no answer.
        let _ = give.send(answer);
    });
    match take.await {
        Ok(answer) => answer,
        Err(_) => Err(NoAnswer::Broken("the service died".to_owned())),
    }
}

async fn collect(response: axum::response::Response) -> Result<Answer, NoAnswer> {
    let status = response.status();
    match response.into_body().collect().await {
        Ok(body) => Ok(Answer {
            status,
            body: body.to_bytes(),
        }),
        Err(error) => Err(NoAnswer::Broken(error.to_string())),
    }
}

/// A request with a JSON body, which a repeat of has one effect.
pub fn post(path: &str, body: &Value, idempotency_key: &str) -> Request<Bytes> {
    let mut request = get(path);
    *request.method_mut() = Method::POST;
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, json());
    if let Ok(key) = idempotency_key.parse() {
        headers.insert("idempotency-key", key);
    }
    *request.body_mut() = Bytes::from(body.to_string());
    request
}

/// A request that asks for something to be done, with nothing more to say.
pub fn ask(path: &str) -> Request<Bytes> {
    let mut request = get(path);
    *request.method_mut() = Method::POST;
    request
}

fn json() -> axum::http::HeaderValue {
    axum::http::HeaderValue::from_static("application/json")
}

/// A request that reads.
pub fn get(path: &str) -> Request<Bytes> {
    let mut request = Request::new(Bytes::new());
    // Every path here is made of letters, digits, dashes and slashes.
    if let Ok(uri) = path.parse() {
        *request.uri_mut() = uri;
    }
    let host = axum::http::HeaderValue::from_static("localhost");
    request.headers_mut().insert(HOST, host);
    request
}
