//! Parts of a document as YAML: one entry after the other, so that no document exists as a tree, and
//! each message once, for all documents that speak of it.

use std::{collections::BTreeMap, sync::Arc};

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::{super::catalog, Scope, headers, messages};
use crate::model::Model;

/// Below this many entries a collection may fit on one line.
const FEW: usize = 8;

/// Entries of `components/messages` by name.
pub(super) type Messages<'m> = BTreeMap<&'m str, Arc<str>>;

/// Of every event and command.
pub(super) fn messages(model: &Model) -> Messages<'_> {
    let names: Vec<&str> = model.messages().map(|m| m.name.as_str()).collect();
    let texts = names.into_par_iter().filter_map(|name| {
        let mut text = String::new();
        catalog::yaml_entry(name, &messages::message(model, name)?, 4, &mut text);
        Some((name, Arc::from(text)))
    });
    texts.collect()
}

/// An entry of the document.
pub(super) fn entry(key: &str, value: &Value, out: &mut String) {
    catalog::yaml_entry(key, value, 0, out);
}

/// A mapping of the document, whose entries are written as they come.
pub(super) fn map(
    key: &str,
    out: &mut String,
    entries: impl FnOnce(&mut dyn FnMut(String, Value)),
) {
    let mut few = Vec::new();
    let mut many = false;
    entries(&mut |name, value| {
        few.push((name, value));
        if many || few.len() == FEW {
            many = start(key, many, out);
            for (name, value) in few.drain(..) {
                catalog::yaml_entry(&name, &value, 2, out);
            }
        }
    });
    if !many {
        entry(key, &few.into_iter().collect::<Map<_, _>>().into(), out);
    }
}

/// A list of the document, whose items are written as they come.
pub(super) fn list(key: &str, out: &mut String, items: impl FnOnce(&mut dyn FnMut(Value))) {
    let mut few = Vec::new();
    let mut many = false;
    items(&mut |item| {
        few.push(item);
        if many || few.len() == FEW {
            many = start(key, many, out);
            for item in few.drain(..) {
                catalog::yaml_item(&item, 2, out);
            }
        }
    });
    if !many {
        entry(key, &few.into(), out);
    }
}

/// The head of a collection too long for one line, unless it is there already.
fn start(key: &str, is_there: bool, out: &mut String) -> bool {
    if !is_there {
        out.push_str(key);
        out.push_str(":\n");
    }
    true
}

/// The components: what stands before the messages, the messages, what stands behind them.
pub(super) fn components(
    scope: &Scope<'_>,
    messages: &Messages<'_>,
    head: &mut String,
    tail: &mut String,
) -> Vec<Arc<str>> {
    let traits = json!({ headers::TRAIT: headers::message_trait() });
    let mine = scope.messages.iter();
    let mine: Vec<_> = mine
        .filter_map(|name| messages.get(name).cloned())
        .collect();
    if mine.is_empty() {
        let components = json!({ "messages": {}, "messageTraits": traits });
        entry("components", &components, head);
        return mine;
    }
    head.push_str("components:\n  messages:\n");
    catalog::yaml_entry("messageTraits", &traits, 2, tail);
    mine
}
