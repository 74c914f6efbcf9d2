//! AsyncAPI documents → documents of the catalog's language.
//!
//! First all documents are read and their references become followable (`trees`, `refs`). Then a
//! plan is made of all of them together: which channels there are, which messages each carries and
//! what those are called (`channels`, `operations`, `plan`). Then each becomes a document of the
//! catalog: topics, events and commands with their payloads (`messages`, `payload`), the types that
//! payloads use (`json_schema`, `avro`), services and environments (`services`, `servers`).

mod avro;
mod avro_types;
mod bindings;
mod channels;
mod context;
mod extensions;
mod headers;
mod ids;
mod json_schema;
mod layers;
mod left_out;
mod messages;
mod names;
mod native;
mod operations;
mod payload;
mod plan;
mod protocols;
mod refs;
mod replies;
mod security;
mod servers;
mod services;
mod trees;
mod unknown_keys;

use std::collections::{BTreeSet, HashSet};

use super::MissingRefs;
use crate::{
    diagnostic::Diagnostic,
    source::{FileId, Sources},
    syntax::Document,
};

pub(super) use bindings::duration;
pub(super) use native::json as json_node;
pub(super) use refs::file_of;

/// What became of all AsyncAPI documents.
#[derive(Default)]
pub(crate) struct Import {
    /// Files that are no documents of the catalog's own language: AsyncAPI documents, and parts of
    /// them in other files.
    pub(crate) files: BTreeSet<FileId>,
    /// Documents of the catalog's language.
    pub(crate) documents: Vec<Document<'static>>,
    /// The system, for a catalog that declares none.
    pub(crate) system: Option<Document<'static>>,
    /// What is wrong, and what could not be carried over as it was.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Whether a file holds an Avro schema.
pub(crate) fn is_schema(path: &str) -> bool {
    std::path::Path::new(path)
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("avsc"))
}

/// Translates every AsyncAPI document among the sources.
pub(super) fn import(sources: &Sources, broken: &HashSet<FileId>, missing: MissingRefs) -> Import {
    let mut found = Vec::new();
    let trees = trees::Trees::read(sources, broken, &mut found);
    if trees.documents.is_empty() {
        return Import {
            files: trees.files,
            diagnostics: found,
            ..Import::default()
        };
    }
    let cx = context::Context::new(sources, &trees, missing, found);
    let plan = plan::Plan::new(&cx);
    let mut out = native::Documents::default();
    extensions::documents(&cx, &plan, &mut out);
    servers::environments(&cx, &plan, &mut out);
    channels::topics(&cx, &plan, &mut out);
    left_out::report(&cx, &plan);
    unknown_keys::report(&cx, &plan);
    messages::messages(&cx, &plan, &mut out);
    services::services(&cx, &plan, &mut out);
    let system = services::system(&cx, &plan);
    let mut diagnostics = cx.into_found();
    let documents = out.finish(&mut diagnostics);
    let system = system.and_then(|d| d.finish(&mut diagnostics));
    Import {
        files: trees.files.clone(),
        documents,
        system,
        diagnostics,
    }
}
