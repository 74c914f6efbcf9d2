//! Documents of the catalog's language, as they are put together.

use std::collections::HashMap;

use crate::{
    diagnostic::Diagnostic,
    language,
    source::Span,
    syntax::{self, Document, Entry, Map, Node, Value},
};

/// Text.
pub(super) fn text(at: Span, text: impl Into<String>) -> Node<'static> {
    let text = text.into();
    let plain = false;
    Node {
        span: at,
        value: Value::Scalar {
            text: text.into(),
            plain,
        },
    }
}

/// A number, a flag or null, as YAML writes it.
pub(super) fn plain(at: Span, written: impl std::fmt::Display) -> Node<'static> {
    Node {
        span: at,
        value: Value::Scalar {
            text: written.to_string().into(),
            plain: true,
        },
    }
}

/// A list.
pub(super) fn list(at: Span, items: Vec<Node<'static>>) -> Node<'static> {
    Node {
        span: at,
        value: Value::List(items),
    }
}

/// A JSON value, all of it at one place.
pub(in super::super) fn json(at: Span, value: &serde_json::Value) -> Node<'static> {
    match value {
        serde_json::Value::String(string) => text(at, string.clone()),
        serde_json::Value::Array(items) => list(at, items.iter().map(|v| json(at, v)).collect()),
        serde_json::Value::Object(members) => {
            let mut map = Mapping::new(at);
            for (key, value) in members {
                map.put(key.clone(), json(at, value));
            }
            map.node()
        }
        other => plain(at, other),
    }
}

/// A node of a document that is read, for one that lives on.
pub(super) fn copied(node: &Node<'_>) -> Node<'static> {
    let value = match &node.value {
        Value::Scalar { text, plain } => Value::Scalar {
            text: text.to_string().into(),
            plain: *plain,
        },
        Value::List(items) => Value::List(items.iter().map(copied).collect()),
        Value::Map(map) => Value::Map(Map {
            entries: map
                .entries
                .iter()
                .map(|e| Entry {
                    key: e.key.to_string().into(),
                    key_span: e.key_span,
                    value: copied(&e.value),
                })
                .collect(),
        }),
    };
    Node {
        span: node.span,
        value,
    }
}

/// A mapping that is being written.
pub(super) struct Mapping {
    at: Span,
    entries: Vec<Entry<'static>>,
}

impl Mapping {
    /// An empty one.
    pub(super) fn new(at: Span) -> Self {
        Self {
            at,
            entries: Vec::new(),
        }
    }

    /// Adds an entry whose key stands where its value does.
    pub(super) fn put(&mut self, key: impl Into<String>, value: Node<'static>) {
        let at = value.span;
        self.put_at(key, at, value);
    }

    /// Adds an entry.
    pub(super) fn put_at(&mut self, key: impl Into<String>, at: Span, value: Node<'static>) {
        self.entries.push(Entry {
            key: key.into().into(),
            key_span: at,
            value,
        });
    }

    /// Puts an entry in place of the one of its key.
    pub(super) fn set_at(&mut self, key: &str, at: Span, value: Node<'static>) {
        self.take(key);
        self.put_at(key, at, value);
    }

    /// Adds text, if there is any.
    pub(super) fn put_text(&mut self, key: &str, at: Span, value: Option<String>) {
        if let Some(value) = value.filter(|v| !v.trim().is_empty()) {
            self.put(key, text(at, value));
        }
    }

    /// Takes an entry out.
    pub(super) fn take(&mut self, key: &str) -> Option<Node<'static>> {
        let at = self.entries.iter().position(|e| e.key == key)?;
        Some(self.entries.remove(at).value)
    }

    /// Adds the entries of another.
    pub(super) fn append(&mut self, other: Self) {
        self.entries.extend(other.entries);
    }

    /// Whether there is an entry of that key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|e| e.key == key)
    }

    /// Whether nothing was added.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The node.
    pub(super) fn node(self) -> Node<'static> {
        Node {
            span: self.at,
            value: Value::Map(Map {
                entries: self.entries,
            }),
        }
    }
}

/// A document that is being written.
pub(super) struct Draft {
    kind: &'static str,
    name: String,
    pub(super) body: Mapping,
}

impl Draft {
    /// A document of a kind that declares a name; `at` is where the name comes from.
    pub(super) fn new(kind: &'static str, name: &str, at: Span) -> Self {
        let mut body = Mapping::new(at);
        body.put(kind, text(at, name));
        Self {
            kind,
            name: name.to_owned(),
            body,
        }
    }

    /// A document that stands in another one, as the catalog writes it.
    pub(super) fn copied(node: &Node<'_>) -> Option<Self> {
        let first = node.entries().first()?;
        let kind = language::kind(&first.key)?.word;
        let name = first.value.text()?.to_owned();
        let Value::Map(Map { entries }) = copied(node).value else {
            return None;
        };
        let at = node.span;
        let body = Mapping { at, entries };
        Some(Self { kind, name, body })
    }

    /// What it declares.
    pub(super) fn declares(&self) -> (&'static str, &str) {
        (self.kind, &self.name)
    }

    /// Checks it as any document is checked.
    pub(super) fn finish(self, out: &mut Vec<Diagnostic>) -> Option<Document<'static>> {
        let mut document = syntax::document(self.body.node(), out)?;
        document.imported = true;
        Some(document)
    }
}

/// All documents that are being written, each once.
#[derive(Default)]
pub(super) struct Documents {
    drafts: Vec<Draft>,
    known: HashMap<(&'static str, String), usize>,
}

impl Documents {
    /// Adds a document, unless one of its kind and name is there.
    pub(super) fn add(&mut self, draft: Draft) {
        let key = (draft.kind, draft.name.clone());
        if !self.known.contains_key(&key) {
            self.known.insert(key, self.drafts.len());
            self.drafts.push(draft);
        }
    }

    /// The document of a kind and name.
    pub(super) fn get_mut(&mut self, kind: &'static str, name: &str) -> Option<&mut Draft> {
        let at = *self.known.get(&(kind, name.to_owned()))?;
        self.drafts.get_mut(at)
    }

    /// Checks them all.
    pub(super) fn finish(self, out: &mut Vec<Diagnostic>) -> Vec<Document<'static>> {
        let drafts = self.drafts.into_iter();
        drafts.filter_map(|draft| draft.finish(out)).collect()
    }
}
