//! Catalog text → documents: YAML trees that hold what the table of the language allows, with the
//! place of every part.

mod node;
mod text;
mod validate;
mod yaml;

use std::collections::HashSet;

use rayon::prelude::*;

pub(crate) use node::{Entry, Map, Node, Value};
pub(crate) use text::{backoff, duration, is_avro_name};

use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    language::{self, Kind},
    source::{FileId, SourceFile, Sources, Span},
};

/// Deepest nesting of a document: far more than the language needs.
const MAX_DEPTH: usize = 48;

/// A document of a known kind, checked against its keys.
#[derive(Debug)]
pub struct Document<'a> {
    /// Kind.
    pub kind: &'static Kind,
    /// What it declares.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// The whole mapping.
    pub(crate) root: Node<'a>,
}

/// Reads every catalog file, on all processors; `unread` is what could not be read from disk.
///
/// # Errors
/// `unread`, and everything in any file that is not YAML or not of the language.
pub fn parse(
    sources: &Sources,
    unread: Vec<Diagnostic>,
) -> Result<Vec<Document<'_>>, Vec<Diagnostic>> {
    let broken: HashSet<FileId> = unread
        .iter()
        .filter_map(|d| Some(d.at.as_ref()?.span.file))
        .collect();
    let files: Vec<(FileId, &SourceFile)> = sources
        .iter()
        .filter(|(id, f)| is_catalog(&f.path) && !broken.contains(id))
        .collect();
    let parsed: Vec<(Vec<Document<'_>>, Vec<Diagnostic>)> = files
        .par_iter()
        .map(|(id, file)| parse_file(*id, &file.text))
        .collect();
    let mut documents = Vec::new();
    let mut diagnostics = unread;
    for (of_file, found) in parsed {
        documents.extend(of_file);
        diagnostics.extend(found);
    }
    if documents.is_empty() && diagnostics.is_empty() {
        let message = "the catalog declares nothing";
        let help =
            "write a file `system.yaml` with `system: name`, or give the folder with `--catalog`";
        diagnostics.push(Diagnostic::whole(codes::EMPTY, message).help(help));
    }
    if diagnostics.is_empty() {
        Ok(documents)
    } else {
        Err(diagnostics)
    }
}

/// The place of a part of a JSON text, by its pointer (RFC 6901); the nearest part around it where
/// it is not there. JSON is read as the YAML that it is.
pub(crate) fn locate(file: FileId, text: &str, pointer: &str) -> Span {
    let trees = yaml::read(file, text, &mut Vec::new());
    let Some(mut node) = trees.first() else {
        return Span::start_of(file);
    };
    let mut span = Span::start_of(file);
    for part in pointer.split('/').skip(1) {
        let key = part.replace("~1", "/").replace("~0", "~");
        let inside = match &node.value {
            Value::Map(map) => map.entry(&key).map(|e| (&e.value, e.key_span)),
            Value::List(items) => key
                .parse()
                .ok()
                .and_then(|i: usize| items.get(i))
                .map(|n| (n, n.span)),
            Value::Scalar { .. } => None,
        };
        let Some((next, at)) = inside else { break };
        (node, span) = (next, at);
    }
    match &node.value {
        Value::Scalar { .. } => node.span,
        _ => span,
    }
}

/// Whether a path holds catalog documents.
pub(crate) fn is_catalog(path: &str) -> bool {
    !path.starts_with("released/")
        && std::path::Path::new(path)
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("yaml") || e.eq_ignore_ascii_case("yml"))
}

fn parse_file(file: FileId, text: &str) -> (Vec<Document<'_>>, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let trees = yaml::read(file, text, &mut out);
    let documents = trees
        .into_iter()
        .filter_map(|tree| document(tree, &mut out))
        .collect();
    (documents, out)
}

/// A tree as a document, checked; nothing when its kind is not known or it is empty.
fn document<'a>(root: Node<'a>, out: &mut Vec<Diagnostic>) -> Option<Document<'a>> {
    if root.is_null() {
        return None;
    }
    let Some(first) = root.entries().first() else {
        let message = format!(
            "a document is a mapping that begins with its kind, not {}",
            root.what()
        );
        out.push(
            Diagnostic::new(
                codes::UNKNOWN_KIND,
                message,
                root.span,
                "expected a mapping",
            )
            .help("begin with a kind and a name, such as `event: OrderPlaced`"),
        );
        return None;
    };
    let Some(kind) = language::kind(&first.key) else {
        out.push(unknown_kind(&root, first));
        return None;
    };
    let name = validate::name(kind, &first.value, out);
    let name_span = first.value.span;
    validate::object(kind.keys, Some(kind), &root, out);
    let name = name?;
    Some(Document {
        kind,
        name,
        name_span,
        root,
    })
}

fn unknown_kind(root: &Node<'_>, first: &Entry<'_>) -> Diagnostic {
    let word = &*first.key;
    if language::NOT_READ.contains(&word) {
        let message = format!("this version does not read `{word}:` documents yet");
        return Diagnostic::new(codes::NOT_READ, message, first.key_span, "not read")
            .help("move the document out of the catalog folder until it does");
    }
    let kinds = || language::KINDS.iter().map(|k| k.word);
    let message = format!("a document cannot begin with `{word}`");
    let diagnostic = Diagnostic::new(codes::UNKNOWN_KIND, message, first.key_span, "not a kind");
    let later = root
        .entries()
        .iter()
        .find(|e| language::kind(&e.key).is_some());
    match (did_you_mean(word, kinds()), later) {
        (Some(help), _) => diagnostic.help(help),
        (None, Some(kind)) => diagnostic
            .with(kind.key_span, "this says what the document is")
            .help(format!("put `{}: …` first", kind.key)),
        (None, None) => diagnostic.help(format!(
            "begin with one of: {}",
            kinds().collect::<Vec<_>>().join(", ")
        )),
    }
}
