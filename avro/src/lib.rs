//! Avro, as Herald needs it: schemas, the binary and JSON encodings, and the
//! resolution of a writer's schema to a reader's. No I/O.
//!
//! [`codec`] is what generated types stand on; everything else works on any
//! [`schema`](schema::Schema) without generated code.

pub mod canonical;
pub mod codec;
pub mod compat;
mod default;
pub mod json;
pub mod pairs;
pub mod resolve;
pub mod schema;
pub mod soe;
pub mod value;

pub use codec::{Codec, DecodeError, Described, Reader};
