//! One request and its answer, from headers to headers.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use axum::body::to_bytes;
use axum::extract::{Query, RawPathParams, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse as _;
use bytes::Bytes;

use super::{About, HttpError, Parts};
use crate::World;
use crate::envelope::{Envelope, TraceParent, names};

/// Names a request, for logs on both sides.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Names what the client wants done, so that a repeat has one effect.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const TRACE_PARENT: HeaderName = HeaderName::from_static(names::TRACE_PARENT);
/// The longest id or key that is taken from a client, in bytes.
const LONGEST_ID: usize = 255;

/// A request that was read.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) parts: Parts,
    pub(super) request_id: String,
    pub(super) idempotency_key: Option<String>,
    pub(super) trace: TraceParent,
}

/// A successful answer.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub(super) status: u16,
    pub(super) body: Bytes,
    pub(super) replayed: bool,
}

impl Incoming {
    /// The id of a request: the client's, or a fresh one.
    pub(super) fn request_id(world: &World, headers: &HeaderMap) -> String {
        let given = text(headers, &REQUEST_ID).map(str::to_owned);
        given.unwrap_or_else(|| world.new_id().to_string())
    }

    pub(super) async fn read(
        world: &World,
        request_id: String,
        path: RawPathParams,
        request: Request,
        body_limit: usize,
    ) -> Result<Self, HttpError> {
        let (head, body) = request.into_parts();
        let parent = text(&head.headers, &TRACE_PARENT);
        let parent = parent.and_then(|text| text.parse::<TraceParent>().ok());
        let trace = parent.map_or_else(|| TraceParent::root(world), |parent| parent.child(world));
        let idempotency_key = match head.headers.get(&IDEMPOTENCY_KEY) {
            None => None,
            Some(_) => Some(text(&head.headers, &IDEMPOTENCY_KEY).ok_or_else(|| {
                HttpError::bad_request("Idempotency-Key is 1 to 255 visible ASCII characters")
            })?),
        };
        let query = Query::<Vec<(String, String)>>::try_from_uri(&head.uri);
        let Query(query) = query.map_err(|error| HttpError::bad_request(error.to_string()))?;
        let path = path.iter();
        let path = path.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let body = to_bytes(body, body_limit).await.map_err(|_| {
            let detail = format!("the body is longer than {body_limit} bytes, or broke off");
            HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
        })?;
        Ok(Self {
            idempotency_key: idempotency_key.map(str::to_owned),
            parts: Parts {
                path: path.collect::<BTreeMap<_, _>>(),
                query,
                body,
            },
            request_id,
            trace,
        })
    }

    /// The envelope of the unit of work.
    pub(super) fn envelope(&self, about: &About, source: &str, key: Option<String>) -> Envelope {
        Envelope {
            id: self.request_id.clone(),
            source: source.to_owned(),
            message_type: about.name.to_owned(),
            time: None,
            subject: key,
            data_schema: None,
            correlation: None,
            causation: None,
            trace: Some(self.trace),
            trace_state: None,
        }
    }

    /// The same for the same request, within this version of the program.
    pub(super) fn digest(&self, about: &About) -> u64 {
        let mut hasher = DefaultHasher::new();
        about.name.hash(&mut hasher);
        self.parts.path.hash(&mut hasher);
        self.parts.query.hash(&mut hasher);
        self.parts.body.hash(&mut hasher);
        hasher.finish()
    }
}

/// A header's value, if it is short visible ASCII.
fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let value = headers.get(name)?.to_str().ok()?;
    let visible = value.bytes().all(|byte| byte.is_ascii_graphic());
    (visible && !value.is_empty() && value.len() <= LONGEST_ID).then_some(value)
}

/// The HTTP form of an answer, with the request's id on it.
pub(super) fn to_response(
    answer: Result<Outgoing, HttpError>,
    request_id: &str,
) -> Response<axum::body::Body> {
    let mut response = match answer {
        Err(error) => error.into_response(),
        Ok(answer) => {
            let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
            let mut response = if answer.body.is_empty() {
                status.into_response()
            } else {
                let json = [(header::CONTENT_TYPE, "application/json")];
                (status, json, answer.body).into_response()
            };
            if answer.replayed {
                let yes = HeaderValue::from_static("true");
                response.headers_mut().insert(REPLAYED, yes);
            }
            response
        }
    };
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
