//! Events and commands.

use std::borrow::Cow;

use super::{Record, Source, types::full_name};
use crate::frozen;

/// What events and commands share: a versioned payload.
#[derive(Debug, Clone)]
pub struct Message {
    /// Name as the catalog writes it.
    pub name: String,
    /// Avro namespace: `<system>.<domain>`, or the `.avsc` file's own.
    pub namespace: String,
    /// Avro full name of the payload's record: the message's own, unless its schema says otherwise.
    pub payload_name: String,
    /// Rust name of the type, `OrderPlaced`.
    pub rust: String,
    /// Rust module and file stem, `order_placed`.
    pub module: String,
    /// For topics and queues, `order-placed`.
    pub kebab: String,
    /// Current version, from 1.
    pub version: u32,
    /// Documentation.
    pub doc: Option<String>,
    /// Former names, as written.
    pub aliases: Vec<String>,
    /// The payload.
    pub record: Record,
    /// Shared types that the payload reaches, in the order a schema first meets them.
    pub reaches: Vec<String>,
    /// Headers of its own beside the envelope's, by their names on the wire. An optional one is
    /// absent where it is null; one with a default may be left out by other writers.
    pub headers: Record,
    /// Field whose text is the partition key and names the document of a MongoDB service.
    pub key: Option<String>,
    /// Mode of the compatibility gate.
    pub compatibility: Compatibility,
    /// Validated example payloads in plain JSON: path below the catalog, and text. The path of one
    /// that stands in the document itself ends in `#<message>/examples/<number>`.
    pub examples: Vec<(String, String)>,
    /// Where it was declared.
    pub source: Source,
}

impl Message {
    /// Full name, which is also `ce_type`.
    pub fn full_name(&self) -> String {
        full_name(&self.namespace, &self.name)
    }

    /// Rust name of the struct of its headers; none where it declares none.
    pub fn headers_rust(&self) -> Option<String> {
        (!self.headers.fields.is_empty()).then(|| headers_rust(&self.rust))
    }

    /// The key field.
    pub fn key_field(&self) -> Option<&super::Field> {
        self.record.field(self.key.as_deref()?)
    }
}

/// The struct of a message's headers, by the name of the message's.
pub(crate) fn headers_rust(message: &str) -> String {
    format!("{message}Headers")
}

/// A fact, carried by Kafka.
#[derive(Debug, Clone)]
pub struct Event {
    /// Name, version, payload.
    pub message: Message,
    /// Domain.
    pub domain: String,
    /// Team that owns it; the domain's unless it says otherwise.
    pub owner: Option<String>,
    /// Topic that carries it.
    pub topic: String,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
    /// Free words for the documentation's index.
    pub tags: Vec<String>,
}

/// An instruction to exactly one service, carried by RabbitMQ.
#[derive(Debug, Clone)]
pub struct Command {
    /// Name, version, payload.
    pub message: Message,
    /// Service that receives it.
    pub to: String,
    /// Queue that carries it, `<service>.<command-in-kebab-case>` unless it is said; the routing key
    /// too.
    pub queue: String,
}

/// A version of a message whose schema is frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedVersion {
    /// Version, from 1.
    pub version: u32,
    /// Avro full name of that version.
    pub full_name: String,
    /// The JSON exactly as frozen: the schema, with the headers of the message's own beside it.
    pub schema: String,
    /// Path below the catalog, `released/shop.ordering.OrderPlaced/v1.avsc`.
    pub path: String,
}

impl ReleasedVersion {
    /// The schema of its payload alone, which is what registries and generated code have.
    pub fn payload(&self) -> Cow<'_, str> {
        frozen::payload(&self.schema)
    }
}

/// Mode in which the compatibility gate compares with released versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compatibility {
    /// New readers read the last version.
    Backward,
    /// New readers read every version.
    BackwardTransitive,
    /// The last version's readers read new data.
    Forward,
    /// Every version's readers read new data.
    ForwardTransitive,
    /// Both, against the last version.
    Full,
    /// Both, against every version.
    FullTransitive,
    /// Anything goes.
    None,
}

impl Compatibility {
    /// All modes with the registry's spelling.
    pub const ALL: [(&'static str, Compatibility); 7] = [
        ("BACKWARD", Self::Backward),
        ("BACKWARD_TRANSITIVE", Self::BackwardTransitive),
        ("FORWARD", Self::Forward),
        ("FORWARD_TRANSITIVE", Self::ForwardTransitive),
        ("FULL", Self::Full),
        ("FULL_TRANSITIVE", Self::FullTransitive),
        ("NONE", Self::None),
    ];

    /// The registry's spelling.
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, mode)| *mode == self)
            .map_or("NONE", |(name, _)| name)
    }
}
