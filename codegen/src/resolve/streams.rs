//! Streams: each is checked against the schemas of what it reads, and its emitted event becomes
//! one of the catalog's.

mod aggregates;
mod calls;
mod cel;
mod columns;
mod declare;
mod emitted;
mod numbers;
mod operators;
mod scope;
mod short;
mod sides;
mod text;
mod typing;
mod windows;

use std::collections::{BTreeMap, BTreeSet};

use super::{Messages, index::Index};
use crate::{
    diagnostic::{Diagnostic, codes},
    model::{Stream, TypeDef},
    syntax::{Document, Node},
};

/// The event that a stream's document emits.
pub(super) fn emitted_name<'d, 'n>(document: &'d Document<'n>) -> Option<&'d Node<'n>> {
    let emit = document.root.get("emit")?;
    emit.get("event").or(Some(emit))
}

/// All streams by name, those that are read by others first; their events join `messages`.
pub(super) fn streams(
    index: &Index<'_>,
    messages: &mut Messages,
    types: &BTreeMap<String, TypeDef>,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Stream> {
    let mut streams = BTreeMap::new();
    for document in in_order(index, out) {
        let Some((stream, event)) = declare::stream(index, messages, types, document, out) else {
            continue;
        };
        messages.events.insert(event.message.name.clone(), event);
        streams.insert(stream.name.clone(), stream);
    }
    streams
}

/// Events that a document reads, as far as their names can be told.
pub(super) fn sources<'d>(document: &'d Document<'_>) -> Vec<&'d str> {
    let root = &document.root;
    let from = root.get("from");
    let listed = from.map_or(&[][..], |n| n.items());
    let mut names: Vec<&str> = listed.iter().chain(from).filter_map(Node::text).collect();
    for (key, event) in [("join", "event"), ("table", "latest")] {
        let Some(node) = root.get(key) else { continue };
        names.extend(node.get(event).and_then(Node::text));
        names.extend(node.text().into_iter().flat_map(str::split_whitespace));
    }
    names
}

/// Documents, each behind those whose events it reads. Of those that read one another in a circle
/// one is reported, and none is given.
fn in_order<'i>(index: &'i Index<'_>, out: &mut Vec<Diagnostic>) -> Vec<&'i Document<'i>> {
    let mut left: BTreeMap<&str, &Document<'_>> =
        index.streams.iter().map(|(n, d)| (*n, *d)).collect();
    let mut ordered = Vec::new();
    loop {
        let waiting: BTreeSet<&str> = left
            .values()
            .filter_map(|d| emitted_name(d)?.text())
            .collect();
        let ready: Vec<&str> = left
            .iter()
            .filter(|(_, d)| !sources(d).iter().any(|s| waiting.contains(s)))
            .map(|(name, _)| *name)
            .collect();
        if ready.is_empty() {
            break;
        }
        ordered.extend(ready.into_iter().filter_map(|name| left.remove(name)));
    }
    if let Some(document) = left.values().next() {
        let names: Vec<&str> = left.keys().copied().collect();
        let message = match names.as_slice() {
            [one] => format!("the stream `{one}` reads what it emits"),
            _ => format!("the streams `{}` read one another", names.join("`, `")),
        };
        let help = "a record would go round for ever; read the event that comes before";
        let at = document
            .root
            .get("from")
            .map_or(document.name_span, |n| n.span);
        let cycle = Diagnostic::new(codes::STREAM_CYCLE, message, at, "comes round to it");
        out.push(cycle.help(help));
    }
    ordered
}
