//! Names of things declared elsewhere: found wherever the table of the language has a reference.

use super::index::Index;
use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    language::{Key, Ref, Shape},
    source::Span,
    syntax::{Document, Node},
};

/// How many errors of a catalog get a suggestion, which looks at every name there is.
const SUGGESTED: usize = 300;

/// Reports every reference of a document that finds nothing.
pub(super) fn check(index: &Index<'_>, document: &Document<'_>, out: &mut Vec<Diagnostic>) {
    // A waiver may name an event that is removed: that is what it is for.
    if document.kind.word != "waiver" {
        object(index, document.kind.keys, &document.root, out);
    }
}

fn object(index: &Index<'_>, keys: &[Key], node: &Node<'_>, out: &mut Vec<Diagnostic>) {
    for entry in node.entries() {
        if let Some(key) = keys.iter().find(|k| k.name == entry.key) {
            walk(index, &key.shape, &entry.value, out);
        }
    }
}

fn walk(index: &Index<'_>, shape: &Shape, node: &Node<'_>, out: &mut Vec<Diagnostic>) {
    match shape {
        Shape::Of(what) => {
            if let Some(name) = node.text() {
                found(index, *what, name, node.span, out);
            }
        }
        Shape::OneOrMore(item) if node.items().is_empty() => walk(index, item, node, out),
        Shape::List(item) | Shape::OneOrMore(item) => {
            node.items().iter().for_each(|n| walk(index, item, n, out));
        }
        Shape::Map(_, value) => node
            .entries()
            .iter()
            .for_each(|e| walk(index, value, &e.value, out)),
        Shape::MapOf(what, value) => {
            for entry in node.entries() {
                found(index, *what, &entry.key, entry.key_span, out);
                walk(index, value, &entry.value, out);
            }
        }
        Shape::Object(keys) => object(index, keys, node, out),
        Shape::Either(one, other) => {
            let shape = if node.map().is_some() { other } else { one };
            walk(index, shape, node, out);
        }
        _ => {}
    }
}

fn found(index: &Index<'_>, what: Ref, name: &str, at: Span, out: &mut Vec<Diagnostic>) {
    if index.has(what, name) {
        return;
    }
    let message = format!("`{name}` is not {} of this catalog", what.what());
    let other = [Ref::Event, Ref::Command, Ref::Service]
        .into_iter()
        .find(|r| index.has(*r, name));
    let help = match other {
        Some(other) => Some(format!(
            "`{name}` is {}, which does not belong here",
            other.what()
        )),
        // After hundreds of errors nobody waits for suggestions.
        None if out.len() < SUGGESTED => did_you_mean(name, index.names(what)),
        None => None,
    };
    let help =
        help.unwrap_or_else(|| format!("declare it, or name {} that is declared", what.what()));
    out.push(Diagnostic::new(codes::DANGLING, message, at, "not declared").help(help));
}
