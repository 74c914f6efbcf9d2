//! Documents → model: names are looked up, defaults filled in, Rust names chosen.

mod avro_names;
mod avsc;
mod defaults;
mod deployment;
mod environments;
mod expression;
mod flows;
mod headers;
mod index;
mod key_types;
mod lower;
mod lower_schema;
mod messages;
mod payloads;
mod policy;
mod records;
mod recursion;
mod references;
pub(crate) mod released;
mod requests;
mod services;
mod streams;
mod timers;
mod union;
mod waivers;

use std::collections::BTreeMap;

use crate::{
    diagnostic::Diagnostic,
    model::{Command, Domain, Event, Model, Settings, Stream, System, Wire},
    source::Sources,
    syntax::Document,
};
use deployment::View;
use index::Index;
pub(crate) use messages::namespace;
use records::text;
use services::Around;

/// Events, commands and streams by name.
pub(crate) struct Messages {
    pub(crate) events: BTreeMap<String, Event>,
    pub(crate) commands: BTreeMap<String, Command>,
    pub(crate) streams: BTreeMap<String, Stream>,
}

/// Resolves a whole catalog.
///
/// # Errors
/// Everything that contradicts itself or names what is not there.
pub fn resolve(
    documents: &[Document<'_>],
    sources: &Sources,
    settings: Settings,
) -> Result<Model, Vec<Diagnostic>> {
    resolve_with(documents, sources, settings, Reads::Checked)
}

/// Resolves a catalog for the compatibility gate, which says itself whom it hurts that a field
/// under `reads` is gone.
///
/// # Errors
/// Everything else that [`resolve`] finds.
pub(crate) fn resolve_for_gate(
    documents: &[Document<'_>],
    sources: &Sources,
) -> Result<Model, Vec<Diagnostic>> {
    resolve_with(documents, sources, Settings::default(), Reads::AsWritten)
}

/// Whether fields under `reads` must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reads {
    Checked,
    AsWritten,
}

fn resolve_with(
    documents: &[Document<'_>],
    sources: &Sources,
    settings: Settings,
    reads: Reads,
) -> Result<Model, Vec<Diagnostic>> {
    let mut out = Vec::new();
    let index = Index::new(documents, sources, &mut out);
    for document in documents {
        references::check(&index, document, &mut out);
    }
    let (mut messages, types) = payloads::payloads(&index, &mut out);
    messages.streams = streams::streams(&index, &mut messages, &types, &mut out);
    let view = View {
        index: &index,
        environment: None,
    };
    let services = services::services(
        Around {
            view,
            messages: &messages,
            types: &types,
            reads,
        },
        &mut out,
    );
    let environments = index.environments.values().map(|document| {
        let environment =
            environments::environment(&index, &messages, &types, &services, document, &mut out);
        (environment.name.clone(), environment)
    });
    let environments = environments.collect();
    let flows = index.flows.values().map(|document| {
        let flow = flows::flow(&index, &messages, &services, document, &mut out);
        (flow.name.clone(), flow)
    });
    let flows = flows.collect();
    let waivers = index
        .waivers
        .iter()
        .filter_map(|d| waivers::waiver(&index, d, &mut out))
        .collect();
    let released = released::released(sources, &mut out);
    let deployment = deployment::deployment(view, &messages, services);
    let system = system(&index);
    let domains = domains(&index, &messages);
    let Messages {
        events,
        commands,
        streams,
    } = messages;
    if !out.is_empty() {
        return Err(out);
    }
    Ok(Model {
        system,
        domains,
        types,
        events,
        commands,
        deployment,
        environments,
        streams,
        flows,
        waivers,
        released,
        settings,
    })
}

fn system(index: &Index<'_>) -> System {
    let root = index.system.map(|d| &d.root);
    let wire = root.and_then(|r| text(r, "wire"));
    let span = index.system.map(|d| d.name_span);
    System {
        name: index.system_name().to_owned(),
        doc: root.and_then(|r| text(r, "doc")),
        wire: if wire.as_deref() == Some("single-object") {
            Wire::SingleObject
        } else {
            Wire::Registry
        },
        compatibility: messages::system_compatibility(index),
        source: index
            .sources
            .source(span.unwrap_or(crate::source::Span::start_of(crate::source::FileId(0)))),
    }
}

/// Domains that are declared, and those that an event only names.
fn domains(index: &Index<'_>, messages: &Messages) -> BTreeMap<String, Domain> {
    let declared = index.domains.values().map(|document| Domain {
        name: document.name.clone(),
        owner: text(&document.root, "owner"),
        doc: text(&document.root, "doc"),
        source: index.sources.source(document.name_span),
    });
    let mut domains: BTreeMap<String, Domain> = declared.map(|d| (d.name.clone(), d)).collect();
    for event in messages.events.values().filter(|e| !e.domain.is_empty()) {
        domains
            .entry(event.domain.clone())
            .or_insert_with(|| Domain {
                name: event.domain.clone(),
                owner: None,
                doc: None,
                source: event.message.source.clone(),
            });
    }
    domains
}
