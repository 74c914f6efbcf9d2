//! Catalog text → documents: YAML trees that hold what the table of the language allows, with the
//! place of every part.

mod json;
mod node;
mod text;
mod validate;
mod yaml;

use std::collections::HashSet;

use rayon::prelude::*;

pub(crate) use node::{Entry, Map, Node, Value};
pub(crate) use text::{backoff, duration, is_avro_name, is_dotted_name, is_header_name};

use yaml::Dialect;

use crate::{
    asyncapi::{self, MissingRefs},
    diagnostic::{Diagnostic, Severity, codes, did_you_mean},
    language::{self, Kind},
    source::{FileId, SourceFile, Sources, Span},
};

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
    /// Whether it was translated from a document of another language, where its places are.
    pub(crate) imported: bool,
}

/// The documents of a catalog.
#[derive(Debug)]
pub struct Parsed<'a> {
    /// Those written in the catalog's language, then those translated from AsyncAPI.
    pub documents: Vec<Document<'a>>,
    /// What the translation could not carry over as it was.
    pub warnings: Vec<Diagnostic>,
}

/// The documents of a catalog; see [`parse_all`]. References that find nothing are errors.
///
/// # Errors
/// As [`parse_all`].
pub fn parse(
    sources: &Sources,
    unread: Vec<Diagnostic>,
) -> Result<Vec<Document<'_>>, Vec<Diagnostic>> {
    parse_all(sources, unread, MissingRefs::Refused).map(|parsed| parsed.documents)
}

/// Reads every catalog file, on all processors, and translates AsyncAPI documents; `unread` is
/// what could not be read from disk.
///
/// # Errors
/// `unread`, and everything in any file that is not YAML or not of the language.
pub fn parse_all(
    sources: &Sources,
    unread: Vec<Diagnostic>,
    missing: MissingRefs,
) -> Result<Parsed<'_>, Vec<Diagnostic>> {
    let broken: HashSet<FileId> = unread
        .iter()
        .filter_map(|d| Some(d.at.as_ref()?.span.file))
        .collect();
    let imported = asyncapi::import(sources, &broken, missing);
    let files: Vec<(FileId, &SourceFile)> = sources
        .iter()
        .filter(|(id, f)| is_catalog(&f.path) && !broken.contains(id))
        .filter(|(id, _)| !imported.files.contains(id))
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
    if !documents.iter().any(|d| d.kind.word == "system") {
        documents.extend(imported.system);
    }
    documents.extend(imported.documents);
    let (warnings, errors): (Vec<_>, Vec<_>) = imported
        .diagnostics
        .into_iter()
        .partition(|d| d.severity == Severity::Warning);
    diagnostics.extend(errors);
    if documents.is_empty() && diagnostics.is_empty() {
        let message = "the catalog declares nothing";
        let help = "write a file `system.yaml` with `system: name`, or give the folder, or one AsyncAPI 3 document, \
                    with `--catalog`";
        diagnostics.push(Diagnostic::whole(codes::EMPTY, message).help(help));
    }
    if diagnostics.is_empty() {
        Ok(Parsed {
            documents,
            warnings,
        })
    } else {
        diagnostics.extend(warnings);
        Err(diagnostics)
    }
}

/// A file of another language as a tree: JSON, or YAML with all that YAML allows. Nothing when it
/// is neither, which is reported.
pub(crate) fn foreign<'a>(
    file: FileId,
    path: &str,
    text: &'a str,
    out: &mut Vec<Diagnostic>,
) -> Option<Node<'a>> {
    if text.trim_start().starts_with(['{', '[']) {
        match json::read(file, text) {
            Ok(node) => return Some(node),
            Err(error) if !is_catalog(path) => {
                out.push(*error);
                return None;
            }
            // Flow style without quotes is YAML.
            Err(_) => {}
        }
    }
    let mut found = Vec::new();
    let trees = yaml::read(file, text, Dialect::Open, &mut found);
    let wrong = !found.is_empty();
    out.append(&mut found);
    let mut trees = trees.into_iter().filter(|t| !t.is_null());
    let first = trees.next();
    if let Some(second) = trees.next() {
        let message = "a second document in one file is not read";
        let help = "give each document a file of its own";
        out.push(
            Diagnostic::new(codes::ASYNCAPI, message, head(second.span), "begins here").help(help),
        );
    }
    first.filter(|_| !wrong)
}

/// The first characters of what may be long.
fn head(span: Span) -> Span {
    if span.line == span.end_line {
        span
    } else {
        span.part(0, 1)
    }
}

/// The place of a part of a JSON text, by its pointer (RFC 6901); the nearest part around it where
/// it is not there. JSON is read as the YAML that it is.
pub(crate) fn locate(file: FileId, text: &str, pointer: &str) -> Span {
    let trees = yaml::read(file, text, Dialect::Catalog, &mut Vec::new());
    trees
        .first()
        .map_or(Span::start_of(file), |node| inside(node, pointer))
}

/// The place of a part of a node, by its pointer; the nearest part around it where it is not there.
pub(crate) fn inside(node: &Node<'_>, pointer: &str) -> Span {
    let (mut node, mut span) = (node, head(node.span));
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
    let trees = yaml::read(file, text, Dialect::Catalog, &mut out);
    let documents = trees
        .into_iter()
        .filter_map(|tree| document(tree, &mut out))
        .collect();
    (documents, out)
}

/// A tree as a document, checked; nothing when its kind is not known or it is empty.
pub(crate) fn document<'a>(root: Node<'a>, out: &mut Vec<Diagnostic>) -> Option<Document<'a>> {
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
        imported: false,
    })
}

fn unknown_kind(root: &Node<'_>, first: &Entry<'_>) -> Diagnostic {
    let word = &*first.key;
    let kinds = || language::KINDS.iter().map(|k| k.word);
    let message = format!("a document cannot begin with `{word}`");
    let diagnostic = Diagnostic::new(codes::UNKNOWN_KIND, message, first.key_span, "not a kind");
    let later = root
        .entries()
        .iter()
        .find(|e| language::kind(&e.key).is_some());
    if matches!(word, "openapi" | "swagger") {
        return diagnostic.help(
            "OpenAPI describes requests, not events; an AsyncAPI 3 document is read as it is",
        );
    }
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
