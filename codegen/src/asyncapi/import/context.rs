//! What every part of the translation uses: the trees, references, and what was found.

use std::cell::{OnceCell, RefCell};

use super::{ids::Ids, trees::Trees};
use crate::{
    asyncapi::MissingRefs,
    diagnostic::{Code, Diagnostic, Severity, codes},
    source::{SourceFile, Sources, Span},
    syntax::{Node, Value},
};

/// Identifies a node: trees do not move while they are translated.
pub(super) type Id = *const ();

/// The identity of a node.
pub(super) fn id(node: &Node<'_>) -> Id {
    std::ptr::from_ref(node).cast()
}

/// The translation of all documents.
pub(super) struct Context<'t> {
    pub(super) sources: &'t Sources,
    pub(super) trees: &'t Trees<'t>,
    pub(super) missing: MissingRefs,
    found: RefCell<Vec<Diagnostic>>,
    schema_files: OnceCell<Vec<&'t SourceFile>>,
    ids: OnceCell<Ids<'t>>,
}

impl<'t> Context<'t> {
    pub(super) fn new(
        sources: &'t Sources,
        trees: &'t Trees<'t>,
        missing: MissingRefs,
        found: Vec<Diagnostic>,
    ) -> Self {
        Self {
            sources,
            trees,
            missing,
            found: RefCell::new(found),
            schema_files: OnceCell::new(),
            ids: OnceCell::new(),
        }
    }

    /// Avro schemas in files of their own, in order of path.
    pub(super) fn schema_files(&self) -> &[&'t SourceFile] {
        self.schema_files.get_or_init(|| {
            let files = self.sources.iter().map(|(_, file)| file);
            let current =
                |f: &&SourceFile| super::is_schema(&f.path) && !f.path.starts_with("released/");
            files.filter(current).collect()
        })
    }

    /// Names that JSON Schema gives to schemas.
    pub(super) fn ids(&self) -> &Ids<'t> {
        self.ids.get_or_init(|| Ids::find(self.sources, self.trees))
    }

    pub(super) fn into_found(self) -> Vec<Diagnostic> {
        self.found.into_inner()
    }

    /// Reports.
    pub(super) fn push(&self, diagnostic: Diagnostic) {
        self.found.borrow_mut().push(diagnostic);
    }

    /// Says what cannot be carried over as it is, and what becomes of it.
    pub(super) fn changed(&self, at: Span, message: impl Into<String>, becomes: &str) {
        self.warn(codes::ASYNCAPI_CHANGED, at, message, becomes);
    }

    /// Says that something gets another name.
    pub(super) fn renamed(&self, at: Span, message: impl Into<String>, help: &str) {
        self.warn(codes::ASYNCAPI_NAME, at, message, help);
    }

    /// Says that a transport is none of Herald's.
    pub(super) fn transport(&self, at: Span, message: impl Into<String>, becomes: &str) {
        self.warn(codes::ASYNCAPI_TRANSPORT, at, message, becomes);
    }

    fn warn(&self, code: Code, at: Span, message: impl Into<String>, help: &str) {
        let label = match code {
            codes::ASYNCAPI_NAME => "written differently",
            codes::ASYNCAPI_TRANSPORT => "not carried",
            _ => "not as it is here",
        };
        let mut diagnostic = Diagnostic::new(code, message, short(at), label).help(help);
        diagnostic.severity = Severity::Warning;
        self.push(diagnostic);
    }

    /// Says what contradicts the specification.
    pub(super) fn wrong(&self, at: Span, message: impl Into<String>, help: &str) {
        self.push(Diagnostic::new(codes::ASYNCAPI, message, short(at), "wrong").help(help));
    }

    /// The entries of a mapping under a key; anything else there is wrong.
    pub(super) fn entries(&self, node: &'t Node<'t>, key: &str) -> &'t [crate::syntax::Entry<'t>] {
        let Some(value) = node.get(key) else {
            return &[];
        };
        match &value.value {
            Value::Map(map) => &map.entries,
            _ if value.is_null() => &[],
            _ => {
                let message = format!("`{key}` is a mapping, not {}", value.what());
                self.wrong(value.span, message, "write a mapping from names to objects");
                &[]
            }
        }
    }

    /// The items of a list under a key; anything else there is wrong.
    pub(super) fn items(&self, node: &'t Node<'t>, key: &str) -> &'t [Node<'t>] {
        let Some(value) = node.get(key) else {
            return &[];
        };
        match &value.value {
            Value::List(items) => items,
            _ if value.is_null() => &[],
            _ => {
                let message = format!("`{key}` is a list, not {}", value.what());
                self.wrong(value.span, message, "write a list");
                &[]
            }
        }
    }
}

/// The first character of what spans several lines: excerpts show one.
fn short(at: Span) -> Span {
    if at.line == at.end_line {
        at
    } else {
        at.part(0, 1)
    }
}
