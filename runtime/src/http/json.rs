//! Bodies: JSON by the schema of their type.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use bytes::Bytes;

use super::HttpError;
use crate::avro::codec::Described;
use crate::avro::json;
use crate::avro::schema::{self, Schema};

/// The body of an answer; empty where the request returns nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Body(pub(crate) Bytes);

impl Body {
    pub(crate) fn of<T: Described + 'static>(value: &T) -> Result<Self, HttpError> {
        if TypeId::of::<T>() == TypeId::of::<()>() {
            return Ok(Self(Bytes::new()));
        }
        let broken = |_| HttpError::internal("the answer cannot be written as JSON");
        let schema = schema_of::<T>().map_err(broken)?;
        let json = json::to_plain(&schema, &value.to_bytes());
        let json = json.map_err(|error| broken(error.to_string()))?;
        Ok(Self(json.to_string().into()))
    }
}

/// A value as JSON, as an answer of that type carries it.
///
/// # Errors
/// If the type's schema cannot be read, which generated ones can.
pub fn to_json<T: Described + 'static>(value: &T) -> Result<Bytes, HttpError> {
    Body::of(value).map(|body| body.0)
}

/// Reads a body; every error with its path, `body.lines[2].quantity`.
pub(crate) fn from_json<T: Described + 'static>(body: &[u8]) -> Result<T, Vec<(String, String)>> {
    let whole = |message: String| vec![("body".to_owned(), message)];
    let schema = schema_of::<T>().map_err(whole)?;
    let value = serde_json::from_slice(body).map_err(|error| whole(error.to_string()))?;
    let datum = json::from_plain(&schema, &value).map_err(|errors| {
        let errors = errors.into_iter();
        errors
            .map(|error| (under_body(&error.path), error.message))
            .collect::<Vec<_>>()
    })?;
    T::from_bytes(&datum).map_err(|error| whole(error.to_string()))
}

/// The JSON path for a JSON pointer (RFC 6901) into the body.
fn under_body(pointer: &str) -> String {
    let mut path = "body".to_owned();
    for part in pointer.split('/').skip(1) {
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            path.extend(["[", part, "]"]);
        } else {
            path.push('.');
            path.push_str(&part.replace("~1", "/").replace("~0", "~"));
        }
    }
    path
}

type Schemas = RwLock<HashMap<TypeId, Arc<Schema>>>;

/// The parsed schema of a type; parsed once in the life of the program.
fn schema_of<T: Described + 'static>() -> Result<Arc<Schema>, String> {
    static SCHEMAS: LazyLock<Schemas> = LazyLock::new(Schemas::default);
    let id = TypeId::of::<T>();
    let known = SCHEMAS.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(schema) = known.get(&id) {
        return Ok(schema.clone());
    }
    drop(known);
    let parsed = schema::parse(&T::schema_json()).map_err(|errors| {
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        errors.join("; ")
    })?;
    let mut schemas = SCHEMAS.write().unwrap_or_else(PoisonError::into_inner);
    Ok(schemas.entry(id).or_insert(Arc::new(parsed)).clone())
}
