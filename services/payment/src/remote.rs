//! A payment provider behind HTTP: what is asked of it, and what it answers.
//!
//! `POST /authorisations` takes `{key, payment_id, amount, currency, country}` and answers
//! `{verdict}`: `authorized`, `pending`, or `declined` with `reason` and `code`.
//! `POST /payments/{payment_id}/{action}` takes `{key}`; `action` is `capture`, `void` or `refund`,
//! and 409 means that the payment is not in a state for it. A key that is known gets the answer
//! it got before.

use std::sync::Arc;

use bytes::Bytes;
use generated::types::DeclineReason;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::provider::{Authorisation, Provider, ProviderError, Verdict};

/// Where the provider is.
#[derive(Debug, Clone, clap::Args)]
pub struct ProviderSettings {
    /// The payment provider's address, such as `http://127.0.0.1:9000`; without one, a rehearsal
    /// in this process answers, and forgets everything at its end.
    #[arg(long, env = "PAYMENT_PROVIDER_URL")]
    pub provider_url: Option<Uri>,
}

/// A provider behind HTTP. Clones share connections.
#[derive(Debug, Clone)]
pub struct Remote {
    base: Arc<str>,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Remote {
    /// The provider at that address.
    pub fn new(base: &Uri) -> Self {
        Self {
            base: base.to_string().trim_end_matches('/').into(),
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    async fn ask(&self, path: &str, body: &Value) -> Result<(StatusCode, Bytes), ProviderError> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}{path}", self.base))
            .header("content-type", "application/json")
            .body(Full::from(body.to_string()))
            .map_err(|_| ProviderError::Down)?;
        let response = self.client.request(request).await;
        let (head, body) = response.map_err(|error| lost(&error))?.into_parts();
        let body = body.collect().await;
        let body = body.map_err(|_| ProviderError::AnswerLost)?.to_bytes();
        match head.status {
            StatusCode::SERVICE_UNAVAILABLE => Err(ProviderError::Down),
            status if status.is_server_error() => Err(ProviderError::AnswerLost),
            status => Ok((status, body)),
        }
    }

    async fn act(
        &self,
        action: &'static str,
        key: &str,
        payment_id: Uuid,
    ) -> Result<(), ProviderError> {
        let path = format!("/payments/{payment_id}/{action}");
        let (status, _) = self.ask(&path, &json!({ "key": key })).await?;
        if status.is_success() {
            return Ok(());
        }
        Err(ProviderError::Refused { action, payment_id })
    }
}

/// What a payment may be declined for.
const REASONS: [DeclineReason; 4] = [
    DeclineReason::LimitExceeded,
    DeclineReason::InsufficientFunds,
    DeclineReason::SuspectedFraud,
    DeclineReason::Other,
];

/// Whoever could not be connected to did not act; otherwise nobody knows.
fn lost(error: &Error) -> ProviderError {
    if error.is_connect() {
        ProviderError::Down
    } else {
        ProviderError::AnswerLost
    }
}

fn verdict(answer: &Value) -> Option<Verdict> {
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    match text("verdict")? {
        "authorized" => Some(Verdict::Authorized),
        "pending" => Some(Verdict::Pending),
        "declined" => Some(Verdict::Declined {
            reason: REASONS
                .into_iter()
                .find(|reason| Some(reason.as_str()) == text("reason"))?,
            code: text("code")?.to_owned(),
        }),
        _ => None,
    }
}

impl Provider for Remote {
    async fn authorise(
        &self,
        key: &str,
        request: &Authorisation,
    ) -> Result<Verdict, ProviderError> {
        let Authorisation {
            payment_id,
            amount,
            currency,
            country,
        } = request;
        let body = json!({
            "key": key,
            "payment_id": payment_id.to_string(),
            "amount": amount.to_string(),
            "currency": currency,
            "country": country,
        });
        let (_, answer) = self.ask("/authorisations", &body).await?;
        let answer = serde_json::from_slice(&answer).ok();
        let refused = ProviderError::Refused {
            action: "authorise",
            payment_id: *payment_id,
        };
        answer.as_ref().and_then(verdict).ok_or(refused)
    }

    async fn capture(&self, key: &str, payment_id: Uuid) -> Result<(), ProviderError> {
        self.act("capture", key, payment_id).await
    }

    async fn void(&self, key: &str, payment_id: Uuid) -> Result<(), ProviderError> {
        self.act("void", key, payment_id).await
    }

    async fn refund(&self, key: &str, payment_id: Uuid) -> Result<(), ProviderError> {
        self.act("refund", key, payment_id).await
    }
}
