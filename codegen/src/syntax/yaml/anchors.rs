//! Anchors, aliases and merge keys of documents that may have them.

use std::collections::HashMap;

use saphyr_parser::Span as Marks;

use super::{
    super::node::{Map, Node, Value},
    Builder,
};
use crate::diagnostic::{Diagnostic, codes};

/// Most nodes that all aliases of a file stand for: aliases of aliases double with each line.
const MAX_COPIED: usize = 100_000;

/// What anchors name.
#[derive(Default)]
pub(super) struct Anchors<'a> {
    nodes: HashMap<usize, Node<'a>>,
    copied: usize,
}

impl<'a> Builder<'a, '_> {
    /// Remembers a node that has an anchor.
    pub(super) fn named(&mut self, anchor: usize, node: &Node<'a>) {
        if let Some(anchors) = &mut self.anchors
            && anchor != 0
        {
            anchors.copied += size(node);
            if anchors.copied <= MAX_COPIED {
                anchors.nodes.insert(anchor, node.clone());
            }
        }
    }

    /// Puts a copy of what an alias names.
    pub(super) fn alias(&mut self, name: usize, marks: Marks) {
        let span = self.span(marks);
        let known = self.anchors.as_mut().and_then(|anchors| {
            let node = anchors.nodes.get(&name)?;
            anchors.copied += size(node);
            (anchors.copied <= MAX_COPIED).then(|| node.clone())
        });
        let Some(node) = known else {
            let message = "an alias names what is not there, or far too much";
            let diagnostic =
                Diagnostic::new(codes::NO_ANCHORS, message, span, "cannot be followed");
            self.out
                .push(diagnostic.help("write the value out where it is used"));
            self.failed = true;
            return;
        };
        self.value(node);
    }
}

fn size(node: &Node<'_>) -> usize {
    match &node.value {
        Value::Scalar { .. } => 1,
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Map(map) => 1 + map.entries.iter().map(|e| size(&e.value)).sum::<usize>(),
    }
}

/// Puts the entries of a merge key where the mapping has none of that name.
pub(super) fn merge(map: &mut Map<'_>) {
    let Some(at) = map.entries.iter().position(|e| e.key == "<<") else {
        return;
    };
    let merged = map.entries.remove(at).value;
    let maps = match merged.value {
        Value::List(items) => items,
        _ => vec![merged],
    };
    for node in maps {
        if let Value::Map(other) = node.value {
            for entry in other.entries {
                if map.entry(&entry.key).is_none() {
                    map.entries.push(entry);
                }
            }
        }
    }
}
