//! The schema registry: which schema an id names.

#[cfg(feature = "registry")]
pub mod confluent;
mod decoder;
mod encoder;
pub mod memory;

pub use decoder::{DecodeFailure, Decoder};
pub use encoder::{EncodeFailure, Encoder, Missing};
pub use memory::MemoryRegistry;

use std::fmt;
use std::sync::Arc;

use crate::BoxFuture;

/// The id of a schema, the same for the same schema in every subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaId(pub u32);

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A schema registry with the semantics of Confluent's.
pub trait Registry: Send + Sync + 'static {
    /// Registers a schema under a subject as its next version, unless the
    /// subject has it already, and gives its id.
    fn register<'a>(
        &'a self,
        subject: &'a str,
        schema: &'a str,
    ) -> BoxFuture<'a, Result<SchemaId, RegistryError>>;

    /// The id of a schema that the subject has.
    fn id_of<'a>(
        &'a self,
        subject: &'a str,
        schema: &'a str,
    ) -> BoxFuture<'a, Result<SchemaId, RegistryError>>;

    /// The schema of an id, as JSON.
    fn schema(&self, id: SchemaId) -> BoxFuture<'_, Result<Arc<str>, RegistryError>>;
}

/// Why the registry gave no answer, or a negative one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// It cannot be reached. To be tried again.
    #[error("the schema registry is unavailable: {0}")]
    Unavailable(String),
    /// It knows no schema of that id.
    #[error("schema {0} is unknown")]
    UnknownId(SchemaId),
    /// The subject does not have that schema.
    #[error("subject {0} does not have this schema")]
    NotRegistered(String),
    /// The subject's compatibility level forbids this schema.
    #[error("subject {subject} refuses this schema: {reason}")]
    Incompatible {
        /// The subject.
        subject: String,
        /// What the registry said.
        reason: String,
    },
    /// The text is not a schema.
    #[error("not an Avro schema: {0}")]
    Invalid(String),
}

/// The subject of a message type in a topic or queue: topic-record name strategy.
pub fn subject(topic_or_queue: &str, message_type: &str) -> String {
    format!("{topic_or_queue}-{message_type}")
}

#[cfg(test)]
mod tests;
