//! The catalog language as one table: every kind of document, every key, what it may hold and what
//! it means. The parser checks documents against it; the JSON Schema for editors is written from
//! it; so the two cannot disagree.

mod json_schema;
mod kinds;
mod message_keys;
mod service_keys;
mod shape;
mod stream_keys;

pub(crate) use json_schema::emit;
pub use json_schema::json_schema;
pub use kinds::KINDS;
pub use shape::{Key, Kind, Names, Ref, Shape};

/// The kind that a first key announces.
pub fn kind(word: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|k| k.word == word)
}
