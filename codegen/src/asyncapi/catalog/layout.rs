//! Which document goes into which file: a folder for each domain, in it a file for each kind;
//! schemas and examples beside.

use std::collections::{BTreeMap, BTreeSet};

use super::yaml;
use crate::{
    ident, schema,
    syntax::{Document, Entry, Map, Node, Value},
};

/// The files of a catalog, by path; `fits` says which of a message's examples are kept.
pub(super) fn files<'d>(
    documents: impl Iterator<Item = &'d Document<'static>>,
    fits: &dyn Fn(&str, usize) -> bool,
) -> Vec<(String, String)> {
    let documents: Vec<&Document<'static>> = documents.collect();
    let domains: BTreeMap<&str, &str> = documents
        .iter()
        .filter_map(|d| Some((d.name.as_str(), d.root.get("domain")?.text()?)))
        .collect();
    let folders: BTreeSet<&str> = domains.values().copied().collect();
    let only = match folders.iter().collect::<Vec<_>>().as_slice() {
        [only] => Some(**only),
        _ => None,
    };
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut beside: BTreeMap<String, String> = BTreeMap::new();
    for document in documents {
        let folder = match document.kind.word {
            "event" | "command" => domains.get(document.name.as_str()).copied(),
            "domain" | "service" => Some(document.name.as_str()),
            "topic" => {
                let events = document.root.get("events").map_or(&[][..], |e| e.items());
                let first = events.first().and_then(Node::text);
                first.and_then(|event| domains.get(event).copied())
            }
            "type" => only,
            "environment" => Some("environments"),
            _ => None,
        };
        let file = match document.kind.word {
            "system" => "system.yaml".to_owned(),
            "environment" => format!("{}.yaml", document.name),
            kind @ ("domain" | "service") => format!("{kind}.yaml"),
            kind => format!("{kind}s.yaml"),
        };
        let folder = folder.map(|f| format!("{f}/")).unwrap_or_default();
        let root = apart(document, &folder, fits, &mut beside);
        let of_file = texts.entry(format!("{folder}{file}")).or_default();
        of_file.push(yaml::document(&root));
    }
    let texts = texts.into_iter();
    let mut files: Vec<(String, String)> = texts
        .map(|(path, parts)| (path, parts.join("---\n")))
        .collect();
    files.extend(beside);
    files
}

/// The document with its schema and its examples in files of their own.
fn apart(
    document: &Document<'static>,
    folder: &str,
    fits: &dyn Fn(&str, usize) -> bool,
    beside: &mut BTreeMap<String, String>,
) -> Node<'static> {
    let mut root = document.root.clone();
    let Value::Map(Map { entries }) = &mut root.value else {
        return root;
    };
    let stem = ident::kebab(&document.name);
    for Entry { key, value, .. } in &mut *entries {
        match (&**key, &value.value) {
            ("schema", Value::Map(_)) => {
                let name = format!("{}.avsc", document.name);
                beside.insert(format!("{folder}{name}"), schema::text(&value.json()));
                *value = named(value, name);
            }
            ("examples", Value::List(items)) => {
                let kept = items.iter().enumerate();
                let kept = kept.filter(|(i, _)| fits(&document.name, *i));
                let kept: Vec<&Node<'static>> = kept.map(|(_, n)| n).collect();
                let several = kept.len() > 1;
                let names = kept.iter().zip(1..).map(|(example, i)| {
                    let number = if several {
                        format!("-{i}")
                    } else {
                        String::new()
                    };
                    let name = format!("{stem}{number}.json");
                    beside.insert(format!("{folder}{name}"), schema::text(&example.json()));
                    named(example, name)
                });
                let names = names.collect();
                value.value = Value::List(names);
            }
            _ => {}
        }
    }
    entries.retain(|e| e.key != "examples" || !e.value.items().is_empty());
    root
}

fn named(node: &Node<'_>, name: String) -> Node<'static> {
    Node {
        span: node.span,
        value: Value::Scalar {
            text: name.into(),
            plain: false,
        },
    }
}
