//! Emitters: pure functions from the model to files in memory.

mod avsc;
mod code;
mod docs;
mod enums;
mod fields;
mod headers;
mod imports;
mod index;
mod kafka;
mod literal;
mod manifest;
mod messages;
mod module;
mod named;
mod queues;
mod rabbitmq;
mod record;
mod released;
mod roundtrip;
mod rust_file;
mod rust_type;
pub(crate) mod sample;
mod service;
mod stream;
mod templates;
mod tokens;
mod topology;
mod types;
mod unions;
mod words;

use rayon::prelude::*;

pub use kafka::config as topic_config;
pub(crate) use queues::levels;
pub use rabbitmq::definitions as queue_definitions;
pub use rust_file::MARKER;

use crate::{files::Files, model::Model};

/// Why output could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EmitError {
    /// Two emitters wrote one path.
    #[error(transparent)]
    PathTaken(#[from] crate::files::PathTaken),
    /// Generated tokens are not Rust: a name of the model is no identifier.
    #[error("generated code is not Rust: {0}")]
    Tokens(#[from] syn::Error),
    /// A template cannot be filled.
    #[error("a template cannot be filled: {0}")]
    Template(#[from] tera::Error),
}

/// An emitter: adds its files.
pub type Emitter = fn(&Model, &mut Files) -> Result<(), EmitError>;

/// Every emitter with its name; an output is one line here.
pub const EMITTERS: &[(&str, Emitter)] = &[
    ("types", types::emit),
    ("events", messages::emit_events),
    ("commands", messages::emit_commands),
    ("services", service::emit),
    ("streams", stream::emit),
    ("streams on Kafka Streams", stream::emit_java),
    ("topology", topology::emit),
    ("Kafka topics", kafka::emit),
    ("RabbitMQ definitions", rabbitmq::emit),
    ("crate", manifest::emit),
    ("round-trip test", roundtrip::emit),
    ("schemas", avsc::emit),
    ("released schemas", released::emit),
    ("schema for editors", crate::language::emit),
    ("AsyncAPI documents", crate::asyncapi::emit),
];

/// Runs every emitter.
///
/// # Errors
/// The first emitter's error.
pub fn emit(model: &Model) -> Result<Files, EmitError> {
    let outputs: Vec<Result<Files, EmitError>> = EMITTERS
        .par_iter()
        .map(|(_, emitter)| {
            let mut files = Files::new();
            emitter(model, &mut files).map(|()| files)
        })
        .collect();
    let mut all = Files::new();
    for output in outputs {
        all.merge(output?)?;
    }
    Ok(all)
}

/// Path of a file that every environment has: at the top for the one without overrides.
fn deployed_path(environment: &str, path: &str) -> String {
    match environment {
        "default" => path.to_owned(),
        name => format!("environments/{name}/{path}"),
    }
}
