//! Requests to the registry: bounded in time and size.
//!
//! hyper's own pooled client with hyper-rustls, rather than reqwest: hyper is
//! here for the HTTP side anyway and rustls with ring for the databases, so it
//! adds two crates, where reqwest adds URL and IDNA tables and a verifier per
//! platform. Redirects are not followed.

use std::time::Duration;

use base64::Engine as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use super::escape::decoded;
use super::settings::RegistrySettings;
use crate::flags;
use crate::registry::RegistryError;

/// The media type of Confluent's API.
const MEDIA: &str = "application/vnd.schemaregistry.v1+json";

/// Bytes of an answer that are read at most.
const LIMIT: usize = 16 << 20;

/// The registry as an HTTP server.
#[derive(Debug, Clone)]
pub(super) struct Http {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    /// Scheme, host and the path that all others begin with, without a slash at
    /// its end.
    base: String,
    authorization: Option<HeaderValue>,
    timeout: Duration,
}

/// An answer that is neither an outage nor a refusal of the one who asks.
pub(super) enum Reply {
    /// What was asked for.
    Found(Value),
    /// The registry understood, and said no.
    No { status: StatusCode, message: String },
}

impl Http {
    pub(super) fn new(settings: &RegistrySettings) -> Result<Self, RegistryError> {
        let unusable = |what: &str| RegistryError::Unavailable(format!("its URL {what}"));
        let url = settings.url.as_deref().unwrap_or_default();
        let url: Uri = url.parse().map_err(|_| unusable("cannot be read"))?;
        let scheme = url.scheme_str().unwrap_or_default();
        if !["http", "https"].contains(&scheme) {
            return Err(unusable("begins with neither http:// nor https://"));
        }
        let authority = url.authority().map_or("", |authority| authority.as_str());
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let path = url.path().trim_end_matches('/');
        let tls = HttpsConnectorBuilder::new().with_native_roots();
        let tls = tls.map_err(|error| {
            RegistryError::Unavailable(format!("no certificates to trust: {error}"))
        })?;
        let connector = tls.https_or_http().enable_http1().build();
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            base: format!("{scheme}://{host}{path}"),
            authorization: user.map(|user| authorization(user, settings)).transpose()?,
            timeout: settings.timeout,
        })
    }

    /// Asks once; whoever asked tries again where it is worth it.
    #[allow(clippy::disallowed_methods, reason = "a real server takes real time")]
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Reply, RegistryError> {
        let request = self.request(method, path, body)?;
        let answered = tokio::time::timeout(self.timeout, self.exchange(request)).await;
        let (status, body) = answered.map_err(|_| {
            let after = self.timeout;
            RegistryError::Unavailable(format!("no answer within {after:?}"))
        })??;
        reply(status, &body)
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Request<Full<Bytes>>, RegistryError> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(ACCEPT, MEDIA);
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if body.is_some() {
            request = request.header(CONTENT_TYPE, MEDIA);
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let request = request.body(Full::from(body));
        request.map_err(|error| RegistryError::Unavailable(error.to_string()))
    }

    async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<(StatusCode, Bytes), RegistryError> {
        let response = self.client.request(request).await;
        let (head, body) = response
            .map_err(|e| unavailable(&e))
            .map(Response::into_parts)?;
        let body = Limited::new(body, LIMIT).collect().await;
        let body = body.map_err(|error| unavailable(&*error))?;
        Ok((head.status, body.to_bytes()))
    }
}

/// The credentials of a URL, the password perhaps from a file.
fn authorization(user: &str, settings: &RegistrySettings) -> Result<HeaderValue, RegistryError> {
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let mut pair = decoded(user);
    pair.push(b':');
    match &settings.password_file {
        Some(file) => {
            let password = flags::password(file).map_err(RegistryError::Unavailable)?;
            pair.extend(password.bytes());
        }
        None => pair.extend(decoded(password)),
    }
    let pair = base64::engine::general_purpose::STANDARD.encode(pair);
    let value = HeaderValue::try_from(format!("Basic {pair}"));
    let mut value = value.map_err(|_| RegistryError::Unavailable("its credentials".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// An error with all its causes: hyper's own text names none of them.
fn unavailable(error: &(dyn std::error::Error + 'static)) -> RegistryError {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let causes: Vec<_> = causes.map(ToString::to_string).collect();
    RegistryError::Unavailable(causes.join(": "))
}

/// Sorts an answer. A 404 without a code of Confluent's is not the registry
/// speaking but something before it, or a wrong path.
fn reply(status: StatusCode, body: &[u8]) -> Result<Reply, RegistryError> {
    let value: Option<Value> = serde_json::from_slice(body).ok();
    let unavailable = |what: &str| Err(RegistryError::Unavailable(format!("{status}{what}")));
    if status.is_success() {
        return match value {
            Some(value) => Ok(Reply::Found(value)),
            None => unavailable(", and the answer is not JSON"),
        };
    }
    let field = |name: &str| value.as_ref().and_then(|value| value.get(name));
    let code = field("error_code").and_then(Value::as_u64);
    let message = field("message").and_then(Value::as_str).unwrap_or_default();
    let no = |message: &str| Reply::No {
        status,
        message: message.to_owned(),
    };
    match (status, code) {
        // Confluent's codes are the status and two digits.
        (StatusCode::NOT_FOUND, Some(40_400..))
        | (StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY, _) => Ok(no(message)),
        (StatusCode::NOT_FOUND, _) => unavailable(": is its URL that of the Confluent API?"),
        _ => unavailable(&format!(" {message}")),
    }
}
