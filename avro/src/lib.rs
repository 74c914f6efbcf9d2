//! Avro, as Herald needs it: schemas, the binary and JSON encodings, and the
//! resolution of a writer's schema to a reader's. No I/O.
//!
//! [`codec`] is what generated types stand on; everything else works on any
//! [`schema`](schema::Schema) without generated code.

pub mod codec;
mod default;
pub mod schema;

pub use codec::{Codec, DecodeError, Described, Reader};
