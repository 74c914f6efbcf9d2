//! The router of an instance: its requests, health, metrics.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{RawPathParams, Request};
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse as _;
use axum::routing::{MethodFilter, MethodRouter, get, on};
use futures_util::future::join3;
use tokio::sync::oneshot;

use super::exchange::{Incoming, Outgoing, to_response};
use super::{About, HttpError, Method, unit};
use crate::binding::{QueryHandler, RequestHandler};
use crate::delivery::Engine;
use crate::store::Store;
use crate::world::Step;

/// What answers one request type.
enum Handler<S, Tx> {
    /// In a unit of work.
    Request(Arc<dyn RequestHandler<S, Tx>>),
    /// Reading only.
    Query(Arc<dyn QueryHandler<S>>),
}

/// The router of an instance. Work is done by tasks of the instance's world, so
/// it ends with the instance, and not when the client goes away.
pub(crate) fn router<S, St>(engine: &Arc<Engine<S, St>>) -> Router
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    let requests = engine.parts.requests.iter().cloned().map(Handler::Request);
    let queries = engine.parts.queries.iter().cloned().map(Handler::Query);
    let mut router = Router::new();
    for handler in requests.chain(queries) {
        let about = match &handler {
            Handler::Request(handler) => handler.about(),
            Handler::Query(handler) => handler.about(),
        };
        let path = about.path;
        router = router.route(path, endpoint(engine.clone(), about, Arc::new(handler)));
    }
    router
        .merge(operations(engine))
        .fallback(|uri: Uri| async move {
            HttpError::not_found(format!("there is nothing at {}", uri.path()))
        })
        .method_not_allowed_fallback(|method: Method| async move {
            let detail = format!("{method} is not allowed here");
            HttpError::new(StatusCode::METHOD_NOT_ALLOWED, detail)
        })
}

/// The head of an answer that is JSON.
const JSON: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/json")];

/// How long readiness waits for an answer; probes wait no longer than some seconds themselves.
const PATIENCE: Duration = Duration::from_secs(1);

/// Health and metrics.
fn operations<S, St>(engine: &Arc<Engine<S, St>>) -> Router
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    let (ready, metrics) = (engine.clone(), engine.clone());
    let live = get(move || async move { (JSON, r#"{"status":"live"}"#) });
    let ready = get(move || async move {
        if ready.stopping.is_raised() {
            return HttpError::unavailable("the service is stopping").into_response();
        }
        let troubles = troubles(&ready).await;
        if !troubles.is_empty() {
            return HttpError::unavailable(troubles.join("; ")).into_response();
        }
        (JSON, r#"{"status":"ready"}"#).into_response()
    });
    let metrics = get(move || async move {
        metrics.measure().await;
        let text = [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )];
        (text, metrics.meters.registry.render())
    });
    Router::new()
        .route("/health/live", live)
        .route("/health/ready", ready)
        .route("/metrics", metrics)
}

/// What of that on which the instance stands does not answer.
async fn troubles<S, St>(engine: &Engine<S, St>) -> Vec<String>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    let world = engine.world();
    let platform = &engine.platform;
    let (store, log, queues) = join3(
        world.timeout(PATIENCE, engine.parts.store.next_timer()),
        world.timeout(PATIENCE, platform.log.ping()),
        world.timeout(PATIENCE, platform.queues.ping()),
    )
    .await;
    let troubles = [
        trouble("the store", store),
        trouble("the log", log),
        trouble("the queues", queues),
    ];
    troubles.into_iter().flatten().collect()
}

fn trouble<T, E: Display>(what: &str, answer: Option<Result<T, E>>) -> Option<String> {
    match answer {
        Some(Ok(_)) => None,
        Some(Err(error)) => Some(format!("{what}: {error}")),
        None => Some(format!("{what}: no answer")),
    }
}

fn endpoint<S, St>(
    engine: Arc<Engine<S, St>>,
    about: About,
    handler: Arc<Handler<S, St::Tx>>,
) -> MethodRouter
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    // A method of HTTP that axum cannot filter is none the catalog knows.
    let filter = MethodFilter::try_from(about.method.clone()).unwrap_or(MethodFilter::GET);
    on(filter, move |path: RawPathParams, request: Request| {
        let (engine, about, handler) = (engine.clone(), about.clone(), handler.clone());
        async move {
            let request_id = Incoming::request_id(engine.world(), request.headers());
            let answer = answer(engine, about, handler, &request_id, path, request).await;
            to_response(answer, &request_id)
        }
    })
}

async fn answer<S, St>(
    engine: Arc<Engine<S, St>>,
    about: About,
    handler: Arc<Handler<S, St::Tx>>,
    request_id: &str,
    path: RawPathParams,
    request: Request,
) -> Result<Outgoing, HttpError>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    if engine.stopping.is_raised() {
        return Err(HttpError::unavailable("the service is stopping"));
    }
    let _at_work = engine.requests.enter();
    let world = engine.world().clone();
    let began = world.now();
    let meters = engine.meters.request_seconds(about.name);
    let name = about.name;
    let limit = engine.platform.tuning.request_timeout;
    let (give, answer) = oneshot::channel();
    let (task_engine, request_id) = (engine.clone(), request_id.to_owned());
    world.spawn(name, async move {
        let done = respond(&task_engine, &about, &handler, request_id, path, request);
        // Nobody waits any more: the client went away.
        let _ = give.send(done.await);
    });
    let answer = match world.timeout(limit, answer).await {
        Some(Ok(answer)) => answer,
        Some(Err(_)) => Err(HttpError::unavailable("the instance went away")),
        None => Err(HttpError::new(
            StatusCode::GATEWAY_TIMEOUT,
            "the request took too long; it may have had its effect",
        )),
    };
    let status = match &answer {
        Ok(answer) => answer.status,
        Err(error) => error.status().as_u16(),
    };
    meters.observe(world.now().duration_since(began).unsigned_abs());
    engine.meters.requests(name, status).increment();
    answer
}

async fn respond<S, St>(
    engine: &Engine<S, St>,
    about: &About,
    handler: &Handler<S, St::Tx>,
    request_id: String,
    path: RawPathParams,
    request: Request,
) -> Result<Outgoing, HttpError>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    let world = engine.world();
    let limit = engine.platform.tuning.body_limit;
    let incoming = Incoming::read(world, request_id, path, request, limit).await?;
    world.checkpoint(Step::RequestReceived).await;
    match handler {
        Handler::Request(handler) => unit::run(engine, about, &**handler, &incoming).await,
        Handler::Query(handler) => {
            let body = handler
                .answer(&engine.parts.service, &incoming.parts)
                .await?;
            Ok(Outgoing {
                status: about.status,
                body: body.0,
                replayed: false,
            })
        }
    }
}
