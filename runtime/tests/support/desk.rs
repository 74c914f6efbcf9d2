//! A service with two requests, and a client in the same process.

use axum::body::Body;
use axum::http::{Request as HttpRequest, Response, StatusCode};
use herald::http::{Invalid, Method, Parts, Request};
use herald::store::memory::Tables;
use herald::world::FaultPlan;
use herald::{Binding, Bound, HttpError, Platform, Running};
use serde_json::Value;
use tower::ServiceExt as _;

use super::bench::{Bench, simulate};
use super::catalog::TOPOLOGY;
use super::worker::{DEFINITION, State};
use super::{Answered, Asked, Overdue, Permits, Work};

pub struct Ask {
    key: String,
    loud: Option<bool>,
    body: Asked,
}

impl Request for Ask {
    const NAME: &'static str = "Ask";
    const METHOD: Method = Method::POST;
    const PATH: &'static str = "/asked/{key}";
    const STATUS: u16 = 201;
    type Returns = Asked;

    fn from_parts(parts: &Parts) -> Result<Self, Invalid> {
        let mut fields = parts.fields();
        let key = fields.path("key");
        let loud = fields.query_optional("loud");
        let body = fields.body();
        fields.finish(|| {
            Some(Self {
                key: key?,
                loud: loud?,
                body: body?,
            })
        })
    }

    fn key(&self) -> Option<String> {
        Some(self.key.clone())
    }
}

pub struct Count {
    key: i64,
}

impl Request for Count {
    const NAME: &'static str = "Count";
    const METHOD: Method = Method::GET;
    const PATH: &'static str = "/asked/{key}";
    const STATUS: u16 = 200;
    type Returns = Vec<String>;

    fn from_parts(parts: &Parts) -> Result<Self, Invalid> {
        let mut fields = parts.fields();
        let key = fields.path("key");
        fields.finish(|| Some(Self { key: key? }))
    }

    fn key(&self) -> Option<String> {
        None
    }
}

pub fn bind(store: Tables<State>) -> Bound {
    Binding::<Permits, _, _>::new(&DEFINITION, store.clone(), store)
        .publishes::<Answered>()
        .on::<Asked>(|_, _, _| Box::pin(async { Ok(()) }))
        .receive::<Work>(|_, _, _| Box::pin(async { Ok(()) }))
        .timer::<Overdue>(|_, _, _| Box::pin(async { Ok(()) }))
        .request::<Ask>(|_, ask, cx| {
            Box::pin(async move {
                let text = ask.body.text.clone();
                let notes = cx.tx().state().await;
                notes
                    .get_or_insert_with(ask.key, Vec::new)
                    .push(text.clone());
                cx.publish(Answered::new(ask.body.key.clone(), text.clone()))?;
                if text == "refuse" {
                    return Err(HttpError::conflict("not now"));
                }
                let text = if ask.loud == Some(true) {
                    text.to_uppercase()
                } else {
                    text
                };
                Ok(Asked::new(ask.body.key, text))
            })
        })
        .get::<Count>(|store, count| {
            Box::pin(async move {
                let notes = store.read(|state| state.get(&count.key.to_string()).cloned());
                notes.ok_or_else(|| HttpError::not_found(format!("nothing of {}", count.key)))
            })
        })
        .build()
}

pub struct Desk {
    pub bench: Bench,
    pub running: Running,
}

pub fn at_the_desk<F>(test: impl FnOnce(Desk) -> F + Send + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    simulate(1, FaultPlan::none(), &TOPOLOGY, async |bench| {
        let world = bench.world.instance("worker");
        let platform = Platform {
            world,
            ..bench.platform.clone()
        };
        let running = bind(bench.worker.store.clone())
            .start(platform)
            .await
            .unwrap();
        test(Desk { bench, running }).await;
    });
}

impl Desk {
    pub async fn ask(&self, request: HttpRequest<Body>) -> (StatusCode, Response<()>, Value) {
        let response = self.running.router().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let value = serde_json::from_slice(&body)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&body).into()));
        (head.status, Response::from_parts(head, ()), value)
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Response<()>, Value) {
        self.ask(HttpRequest::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post(
        &self,
        path: &str,
        key: Option<&str>,
        body: &Value,
    ) -> (StatusCode, Response<()>, Value) {
        let mut request = HttpRequest::post(path);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.ask(request.body(Body::from(body.to_string())).unwrap())
            .await
    }
}
