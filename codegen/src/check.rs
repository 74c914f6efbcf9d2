//! A model against itself and against what was released: what is wrong stops `gen`, what is
//! suspicious is handed on.

mod examples;
mod imported;
mod released;

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use crate::{
    diagnostic::{Diagnostic, Severity},
    lint,
    model::{Message, Model},
    source::{FileId, Sources, Span},
    syntax::Document,
};

/// Runs every check; warnings of a catalog without errors.
///
/// # Errors
/// Everything found, when an error is among it.
pub fn check(
    model: &Model,
    documents: &[Document<'_>],
    sources: &Sources,
) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let places = Places::new(documents, sources);
    let mut found = lint::run(model, sources, model.settings.today.as_deref());
    let imported: HashSet<FileId> = documents
        .iter()
        .filter(|d| d.imported)
        .map(|d| d.name_span.file)
        .collect();
    found = imported::told(found, &imported);
    let messages: Vec<&Message> = model.messages().collect();
    let concerned = |message: &&&Message| {
        !message.examples.is_empty() || !model.released(&message.name).is_empty()
    };
    let of_messages: Vec<Vec<Diagnostic>> = messages
        .par_iter()
        .filter(concerned)
        .map(|message| {
            let mut out = Vec::new();
            examples::check(model, message, &places, &mut out);
            released::check(model, message, &places, &mut out);
            out
        })
        .collect();
    found.extend(of_messages.into_iter().flatten());
    found.extend(released::unreadable(model, &places));
    let wrong = found.iter().any(|d| d.severity == Severity::Error);
    if wrong { Err(found) } else { Ok(found) }
}

/// Removes examples of AsyncAPI documents that do not fit what became of their payloads; says so.
pub fn drop_unfit(
    model: &mut Model,
    documents: &[Document<'_>],
    sources: &Sources,
) -> Vec<Diagnostic> {
    examples::drop_unfit(model, documents, sources)
}

/// Where things stand in the text.
struct Places<'a> {
    messages: HashMap<&'a str, &'a Document<'a>>,
    sources: &'a Sources,
}

impl<'a> Places<'a> {
    fn new(documents: &'a [Document<'a>], sources: &'a Sources) -> Self {
        let messages = documents
            .iter()
            .filter(|d| matches!(d.kind.word, "event" | "command"));
        Self {
            messages: messages.map(|d| (d.name.as_str(), d)).collect(),
            sources,
        }
    }

    /// The document of a message.
    fn document(&self, message: &Message) -> Option<&'a Document<'a>> {
        self.messages.get(message.name.as_str()).copied()
    }

    /// A field of a message, where its document writes its fields.
    fn field(&self, message: &Message, field: &str) -> Option<Span> {
        let fields = self.document(message)?.root.get("fields")?;
        fields.map()?.entry(field).map(|e| e.key_span)
    }

    /// The beginning of a file, by its path below the catalog.
    fn file(&self, path: &str) -> Option<Span> {
        self.sources.find(path).map(|(id, _)| Span::start_of(id))
    }
}
