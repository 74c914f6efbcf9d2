//! `$ref`: in the same file, in another one, to an `$id` or an anchor, through other references;
//! never in circles.
//!
//! A file is looked for first, as AsyncAPI's own tools do, and then an `$id`. A fragment is first
//! one of the schema with an `$id` that the reference stands in, then one of its file.

use super::context::{Context, id};
use crate::{
    asyncapi::MissingRefs,
    diagnostic::{Diagnostic, Severity, codes, did_you_mean},
    source::FileId,
    syntax::{Node, Value},
};

/// Most references in a row.
const MAX_STEPS: usize = 64;

/// What a reference leads to in the end.
#[derive(Clone, Copy)]
pub(super) struct Target<'t> {
    /// No reference itself.
    pub(super) node: &'t Node<'t>,
    /// The last reference on the way; none where there was none.
    pub(super) last: Option<&'t Node<'t>>,
}

/// Path, below the catalog, of the file that a reference leads to; nothing for what is no file at
/// a relative path.
pub(in super::super) fn file_of(from: &str, reference: &str) -> Option<String> {
    let file = reference.split('#').next().unwrap_or_default();
    if file.is_empty() {
        return Some(from.to_owned());
    }
    if is_remote(file) || file.starts_with(['/', '\\']) {
        return None;
    }
    let file = percent_decoded(file);
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            "." | "" => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether a reference begins with a scheme.
pub(super) fn is_remote(file: &str) -> bool {
    file.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'+')
    })
}

impl<'t> Context<'t> {
    /// Follows a node's reference, if it is one, to its end. What finds nothing is reported.
    pub(super) fn follow(&self, node: &'t Node<'t>) -> Option<Target<'t>> {
        let mut target = Target { node, last: None };
        for _ in 0..MAX_STEPS {
            let Some(reference) = reference(target.node) else {
                return Some(target);
            };
            target = Target {
                node: self.step(reference, MAX_STEPS)?,
                last: Some(reference),
            };
        }
        let at = target.last.unwrap_or(node).span;
        let message = "the references go round in a circle";
        let help = "let one of them be the thing itself";
        self.push(Diagnostic::new(codes::ASYNCAPI_REF, message, at, "leads back here").help(help));
        None
    }

    /// The node that one reference names.
    pub(super) fn step(&self, reference: &'t Node<'t>, steps: usize) -> Option<&'t Node<'t>> {
        let text = reference.text()?;
        if self.ids().depends(reference) {
            let message = "where this leads depends on the schema that one begins with";
            let becomes = "a value here travels as JSON text; write `$ref` for one of them";
            self.changed(reference.span, message, becomes);
            return None;
        }
        let (file, fragment) = text.split_once('#').unwrap_or((text, ""));
        let own = self.sources.get(reference.span.file)?;
        let inside = self.ids().scope(reference).filter(|_| file.is_empty());
        if let Some(inside) = inside
            && let Some(found) = self.part(inside.root, fragment)
        {
            return Some(found);
        }
        let path = file_of(&own.path, text);
        let id = path.as_deref().and_then(|path| self.sources.find(path));
        let id = id.map(|(id, _)| id);
        let root = match id.and_then(|id| self.trees.root(id)) {
            Some(root) => Some(root),
            None => self.ids().named(reference, &own.path, file),
        };
        let Some(root) = root else {
            let said = match &path {
                Some(path) => self.no_file(path, id),
                None => unreachable(text),
            };
            self.dangling(reference, said);
            return None;
        };
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return self.anchored(reference, root, fragment);
        }
        self.walk(reference, root, fragment, steps)
    }

    /// What a fragment names in a schema; nothing where it names nothing.
    fn part(&self, root: &'t Node<'t>, fragment: &str) -> Option<&'t Node<'t>> {
        if fragment.is_empty() {
            return Some(root);
        }
        if !fragment.starts_with('/') {
            return self.ids().anchored(root, &percent_decoded(fragment));
        }
        let tokens = tokens(fragment);
        tokens
            .iter()
            .try_fold(root, |node, token| child(node, token))
    }

    fn anchored(
        &self,
        reference: &Node<'_>,
        root: &'t Node<'t>,
        fragment: &str,
    ) -> Option<&'t Node<'t>> {
        let name = percent_decoded(fragment);
        let found = self.ids().anchored(root, &name);
        if found.is_none() {
            let message = format!("no schema has the anchor `{name}`");
            let near = did_you_mean(&name, self.ids().anchors(root));
            let help = near.unwrap_or_else(|| {
                format!("give it with `$anchor: {name}`; a path begins with `#/`")
            });
            self.dangling(reference, (message, help));
        }
        found
    }

    /// Goes down a pointer (RFC 6901); a reference on the way is followed.
    fn walk(
        &self,
        reference: &'t Node<'t>,
        root: &'t Node<'t>,
        pointer: &str,
        steps: usize,
    ) -> Option<&'t Node<'t>> {
        let mut node = root;
        for token in tokens(pointer) {
            let mut next = child(node, &token);
            if next.is_none()
                && let (Some(inner), Some(steps)) = (self::reference(node), steps.checked_sub(1))
            {
                node = self.step(inner, steps.min(8))?;
                next = child(node, &token);
            }
            let Some(found) = next else {
                let message = format!("`{token}` is not there");
                let near = did_you_mean(&token, node.entries().iter().map(|e| &*e.key));
                let help = near.unwrap_or_else(|| "declare it, or correct the reference".into());
                self.dangling(reference, (message, help));
                return None;
            };
            node = found;
        }
        Some(node)
    }

    fn no_file(&self, path: &str, file: Option<FileId>) -> (String, String) {
        if file.is_some() {
            let message = format!("the file `{path}` cannot be read");
            return (message, "mend the file first".into());
        }
        let near = did_you_mean(path, self.sources.iter().map(|(_, f)| f.path.as_str()));
        let help = near.unwrap_or_else(|| {
            "a path is taken from the folder of the file that names it".to_owned()
        });
        (format!("there is no file `{path}`"), help)
    }

    fn dangling(&self, reference: &Node<'_>, (message, help): (String, String)) {
        let label = "finds nothing";
        let mut diagnostic =
            Diagnostic::new(codes::ASYNCAPI_REF, message, reference.span, label).help(help);
        if self.missing == MissingRefs::Allowed {
            diagnostic.severity = Severity::Warning;
            diagnostic.help =
                Some("it is left open: a schema is JSON as text, anything else is left out".into());
        }
        self.push(diagnostic);
    }
}

fn unreachable(text: &str) -> (String, String) {
    if !is_remote(text) {
        let message = "a reference is a relative path, not one from the root".to_owned();
        return (message, "write the path from this file's folder".into());
    }
    let name = text.split('#').next().unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or_default();
    let message = "the generator does not use the network".to_owned();
    let help = format!(
        "download it beside the document and write `$ref: ./{name}`; with `--allow-missing-refs` \
         it is left open"
    );
    (message, help)
}

/// The `$ref` of a node, or what JSON Schema has for one that schemas around it may change.
pub(super) fn reference<'n, 't>(node: &'n Node<'t>) -> Option<&'n Node<'t>> {
    let keys = ["$ref", "$dynamicRef", "$recursiveRef"].into_iter();
    let mut found = keys.filter_map(|key| node.get(key));
    found.find(|r| r.text().is_some())
}

/// The parts of a pointer, unescaped.
pub(super) fn tokens(pointer: &str) -> Vec<String> {
    let parts = pointer.split('/').skip(1);
    parts
        .map(|part| percent_decoded(part).replace("~1", "/").replace("~0", "~"))
        .collect()
}

fn child<'t>(node: &'t Node<'t>, token: &str) -> Option<&'t Node<'t>> {
    match &node.value {
        Value::Map(map) => map.get(token),
        Value::List(items) => items.get(token.parse::<usize>().ok()?),
        Value::Scalar { .. } => None,
    }
}

fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).filter(|_| *byte == b'%');
        let value = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        decoded.push(value.unwrap_or(*byte));
        at += if value.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Whether two nodes are one.
pub(super) fn same(a: &Node<'_>, b: &Node<'_>) -> bool {
    id(a) == id(b)
}

#[cfg(test)]
mod tests {
    use super::{file_of, tokens};

    #[test]
    fn pointers_are_unescaped() {
        assert_eq!(tokens("/a~1b/c~0d/e%20f"), ["a/b", "c~d", "e f"]);
        assert!(tokens("").is_empty());
    }

    #[test]
    fn files_are_relative() {
        assert_eq!(file_of("a/b.yaml", "#/x").as_deref(), Some("a/b.yaml"));
        assert_eq!(
            file_of("a/b.yaml", "../../c.yaml").as_deref(),
            Some("../c.yaml")
        );
        assert_eq!(
            file_of("a/b.yaml", "./d/../e.yaml#/y").as_deref(),
            Some("a/e.yaml")
        );
        assert_eq!(file_of("a", "https://host/x"), None);
        assert_eq!(file_of("a", "urn:x:y"), None);
        assert_eq!(file_of("a", "/etc/passwd"), None);
    }
}
