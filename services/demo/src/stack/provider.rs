//! The payment provider as a server of its own: it outlives the payment service.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Json, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use herald::World;
use payment::provider::{Authorisation, Provider, ProviderError, Verdict};
use payment::rehearsal::Rehearsal;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use uuid::Uuid;

use super::server;
use crate::scenario::PlayError;

/// Serves the provider on a port of 127.0.0.1.
pub(super) async fn serve(
    world: &World,
    provider: Arc<Rehearsal>,
) -> Result<SocketAddr, PlayError> {
    let router = Router::new()
        .route("/authorisations", post(authorise))
        .route("/payments/{payment_id}/{action}", post(act))
        .with_state(provider);
    let failed = server("payment provider");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.map_err(|error| failed(&error))?;
    let address = listener.local_addr().map_err(|error| failed(&error))?;
    world.spawn("payment provider", async move {
        // It ends with the process; an error of one connection stays there.
        let _ = axum::serve(listener, router).await;
    });
    Ok(address)
}

async fn authorise(State(provider): State<Arc<Rehearsal>>, Json(body): Json<Value>) -> Response {
    let Some((key, request)) = authorisation(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    match provider.authorise(key, &request).await {
        Ok(verdict) => Json(shown(verdict)).into_response(),
        Err(error) => status(&error).into_response(),
    }
}

async fn act(
    State(provider): State<Arc<Rehearsal>>,
    Path((payment_id, action)): Path<(Uuid, String)>,
    Json(body): Json<Value>,
) -> StatusCode {
    let Some(key) = text(&body, "key") else {
        return StatusCode::BAD_REQUEST;
    };
    let done = match action.as_str() {
        "capture" => provider.capture(key, payment_id).await,
        "void" => provider.void(key, payment_id).await,
        "refund" => provider.refund(key, payment_id).await,
        _ => return StatusCode::NOT_FOUND,
    };
    done.map_or_else(|error| status(&error), |()| StatusCode::NO_CONTENT)
}

fn authorisation(body: &Value) -> Option<(&str, Authorisation)> {
    let request = Authorisation {
        payment_id: text(body, "payment_id")?.parse().ok()?,
        amount: text(body, "amount")?.parse().ok()?,
        currency: text(body, "currency")?.to_owned(),
        country: text(body, "country")?.to_owned(),
    };
    Some((text(body, "key")?, request))
}

fn shown(verdict: Verdict) -> Value {
    match verdict {
        Verdict::Authorized => json!({ "verdict": "authorized" }),
        Verdict::Pending => json!({ "verdict": "pending" }),
        Verdict::Declined { reason, code } => {
            json!({ "verdict": "declined", "reason": reason.as_str(), "code": code })
        }
    }
}

fn status(error: &ProviderError) -> StatusCode {
    match error {
        ProviderError::AnswerLost => StatusCode::BAD_GATEWAY,
        ProviderError::Down => StatusCode::SERVICE_UNAVAILABLE,
        ProviderError::Refused { .. } => StatusCode::CONFLICT,
    }
}

fn text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body.get(name).and_then(Value::as_str)
}
