//! HTTP: requests of the catalog on an axum router, errors as problem details.

mod error;
mod exchange;
mod json;
mod parts;
mod request;
mod router;
mod unit;

pub use axum::http::{Method, StatusCode};
pub use error::{HttpError, Violation};
pub(crate) use json::Body;
pub use json::to_json;
pub use parts::{Fields, Invalid, Parts};
pub(crate) use request::About;
pub use request::Request;
pub(crate) use router::router;
