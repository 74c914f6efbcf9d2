//! AsyncAPI 3, in and out.
//!
//! A document that is read is translated into documents of the catalog's own language, which then
//! go the way of all others: there is one lowering. Each part keeps its place in the document it
//! came from.

mod catalog;
mod export;
mod import;

use std::collections::HashSet;

pub use catalog::{Converted, convert};
pub(crate) use export::emit;
pub(crate) use import::{Import, is_schema};

use crate::{
    source::{FileId, Sources},
    syntax::{self, Node, Value},
};

/// What becomes of references that find nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MissingRefs {
    /// They are errors.
    #[default]
    Refused,
    /// They are warnings, and what they stand for is left open.
    Allowed,
}

/// Whether a file is an AsyncAPI document, of whatever version: a mapping with the key `asyncapi`
/// at its top.
pub fn is_document(path: &str, text: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "json" => {
            let key = text.find("\"asyncapi\"");
            // Examples are JSON too: only what begins like a document is looked at.
            key.is_some_and(|at| text.get(..at).is_some_and(|t| t.matches('{').count() == 1))
        }
        "yaml" | "yml" => {
            let begins = |line: &str| {
                ["asyncapi", "\"asyncapi\"", "'asyncapi'"]
                    .iter()
                    .any(|key| {
                        line.strip_prefix(key)
                            .is_some_and(|rest| rest.trim_start().starts_with(':'))
                    })
            };
            text.lines().any(begins)
                || (text.trim_start().starts_with('{') && {
                    let head: String = text
                        .chars()
                        .filter(|c| !c.is_whitespace())
                        .take(12)
                        .collect();
                    head.starts_with("{\"asyncapi\"") || head.starts_with("{asyncapi:")
                })
        }
        _ => false,
    }
}

/// Paths, below the catalog, of the files that an AsyncAPI document or a part of one refers to.
pub(crate) fn referenced_files(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(root) = syntax::foreign(FileId(0), path, text, &mut Vec::new()) {
        each_ref(&root, &mut |reference| {
            if let Some(file) = import::file_of(path, reference)
                && file != path
            {
                found.push(file);
            }
        });
    }
    found.sort();
    found.dedup();
    found
}

fn each_ref(node: &Node<'_>, each: &mut impl FnMut(&str)) {
    match &node.value {
        Value::Scalar { .. } => {}
        Value::List(items) => items.iter().for_each(|n| each_ref(n, each)),
        Value::Map(map) => {
            for entry in &map.entries {
                match (&*entry.key, entry.value.text()) {
                    ("$ref" | "$dynamicRef", Some(reference)) => each(reference),
                    _ => each_ref(&entry.value, each),
                }
            }
        }
    }
}

/// Translates every AsyncAPI document among the sources; `broken` files are left alone.
pub(crate) fn import(sources: &Sources, broken: &HashSet<FileId>, missing: MissingRefs) -> Import {
    import::import(sources, broken, missing)
}

#[cfg(test)]
use catalog::yaml_text as yaml_of;

#[cfg(test)]
#[path = "asyncapi/round_trip_tests.rs"]
mod round_trip_tests;

#[cfg(test)]
mod tests {
    use super::{is_document, referenced_files};

    #[test]
    fn a_document_shows_itself_at_its_top() {
        assert!(is_document("a.yaml", "# x\nasyncapi: 3.0.0\ninfo: {}"));
        assert!(is_document("a.yml", "\"asyncapi\" : 3.0.0"));
        assert!(is_document("a.yaml", "{asyncapi: 3.0.0}"));
        assert!(is_document("a.json", "{\n \"asyncapi\": \"3.0.0\"}"));
        assert!(!is_document(
            "a.yaml",
            "event: A\ndoc: |\n  asyncapi: 3.0.0"
        ));
        assert!(!is_document("a.json", "{\"a\": {\"asyncapi\": 1}}"));
        assert!(!is_document("a.avsc", "{\"asyncapi\": 1}"));
    }

    #[test]
    fn files_are_named_from_the_file_that_names_them() {
        let text = "a: {$ref: '../b.yaml#/x'}\nc: [{$ref: './d.avsc'}, {$ref: '#/a'}]\n\
                    e: {$ref: 'https://host/f.yaml'}\ng: {$ref: 'file:///etc/passwd'}";
        assert_eq!(referenced_files("p/a.yaml", text), ["b.yaml", "p/d.avsc"]);
        assert_eq!(
            referenced_files("a.yaml", "x: {$ref: ../y.yaml}"),
            ["../y.yaml"]
        );
    }
}
