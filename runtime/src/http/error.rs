//! Errors as `application/problem+json` (RFC 9457).

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{Response, StatusCode, header};
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};

use super::Invalid;
use crate::error::{EffectError, HandlerError};
use crate::store::StoreError;

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where: `body.lines[2].quantity`, `path.order_id`, `query.limit`.
    pub path: String,
    /// What.
    pub message: String,
}

/// An answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {detail}")]
pub struct HttpError {
    status: StatusCode,
    detail: Cow<'static, str>,
    violations: Vec<Violation>,
}

impl HttpError {
    /// An answer of that status. The detail is shown to the client.
    pub fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            detail: detail.into(),
            violations: Vec::new(),
        }
    }

    /// 400: the request is malformed.
    pub fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 404: there is no such thing.
    pub fn not_found(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 409: the thing is not in a state that allows it.
    pub fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    /// 422: well-formed, and not acceptable.
    pub fn unprocessable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// 503: to be tried again later.
    pub fn unavailable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    /// 500: our fault. The detail is shown to the client, so it names no innards.
    pub fn internal(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
    }

    /// Adds what is wrong with a part of the request.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, message: impl Into<String>) -> Self {
        self.violations.push(Violation {
            path: path.into(),
            message: message.into(),
        });
        self
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What is wrong with parts of the request.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// The body of the answer (RFC 9457, section 3), with `errors` as an
    /// extension.
    pub fn to_problem(&self) -> Value {
        let mut problem = Map::new();
        problem.insert("type".into(), json!("about:blank"));
        let title = self.status.canonical_reason().unwrap_or("Error");
        problem.insert("title".into(), json!(title));
        problem.insert("status".into(), json!(self.status.as_u16()));
        problem.insert("detail".into(), json!(self.detail));
        if !self.violations.is_empty() {
            let errors = self.violations.iter();
            let errors = errors.map(|at| json!({ "path": at.path, "message": at.message }));
            problem.insert("errors".into(), errors.collect());
        }
        Value::Object(problem)
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response<Body> {
        let body = self.to_problem().to_string();
        let content_type = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, content_type, body).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let soon = axum::http::HeaderValue::from_static("1");
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        response
    }
}

impl From<Invalid> for HttpError {
    fn from(invalid: Invalid) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            detail: "the request is not valid".into(),
            violations: invalid.into_violations(),
        }
    }
}

impl From<StoreError> for HttpError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::unavailable("the store is unavailable"),
            StoreError::Conflict => Self::conflict("the same data was changed meanwhile"),
            StoreError::Refused(why) => Self::unprocessable(why),
        }
    }
}

impl From<HandlerError> for HttpError {
    fn from(error: HandlerError) -> Self {
        match error {
            HandlerError::Rejected(cause) => Self::unprocessable(cause.to_string()),
            HandlerError::Unavailable { dependency, .. } => {
                Self::unavailable(format!("{dependency} is unavailable"))
            }
            HandlerError::Transient(_) => Self::unavailable("to be tried again"),
        }
    }
}

impl From<EffectError> for HttpError {
    fn from(error: EffectError) -> Self {
        match error {
            EffectError::TooLarge { .. } => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, error.to_string())
            }
            EffectError::Undeclared(_) => Self::internal("the service is not set up for this"),
        }
    }
}
