//! Edits of YAML text that leave everything else as it is.

use std::collections::BTreeMap;

use super::Edit;
use crate::{
    source::{FileId, Sources, Span},
    syntax::{self, Document, Entry, Map, Node, Value},
};

/// One replacement: bytes of a file and what stands there instead.
struct Change {
    file: FileId,
    start: usize,
    end: usize,
    text: String,
}

/// Texts of the files that change.
pub(super) fn apply(sources: &Sources, edits: &[&Edit]) -> BTreeMap<String, String> {
    let Ok(documents) = syntax::parse(sources, Vec::new()) else {
        return BTreeMap::new();
    };
    let mut changes: Vec<Change> = edits
        .iter()
        .filter_map(|edit| change(sources, &documents, edit))
        .collect();
    // From the end, so that earlier places stay where they are.
    changes.sort_by_key(|c| (c.file, std::cmp::Reverse(c.start)));
    let mut texts: BTreeMap<FileId, String> = BTreeMap::new();
    for change in changes {
        let Some(file) = sources.get(change.file) else {
            continue;
        };
        let text = texts
            .entry(change.file)
            .or_insert_with(|| file.text.clone());
        if text.is_char_boundary(change.start) && text.is_char_boundary(change.end) {
            text.replace_range(change.start..change.end, &change.text);
        }
    }
    let path = |id: FileId| sources.get(id).map(|f| f.path.clone());
    texts
        .into_iter()
        .filter_map(|(id, text)| Some((path(id)?, text)))
        .collect()
}

fn change(sources: &Sources, documents: &[Document<'_>], edit: &Edit) -> Option<Change> {
    let kinds = ["event", "command", "type"];
    let document = documents
        .iter()
        .filter(|d| !d.imported)
        .find(|d| d.name == edit.of && kinds.contains(&d.kind.word))?;
    let Some(field) = &edit.field else {
        return key_of(sources, document.root.map()?, edit, true);
    };
    let entry = document.root.get("fields")?.map()?.entry(field)?;
    match &entry.value.value {
        Value::Map(map) => key_of(sources, map, edit, is_block(sources, &entry.value)),
        _ => short_form(sources, entry, edit),
    }
}

/// Sets a key of a mapping: replaces its value, or adds it behind the first entry.
fn key_of(sources: &Sources, map: &Map<'_>, edit: &Edit, block: bool) -> Option<Change> {
    if let Some(old) = map.get(edit.key) {
        let (file, start, end) = bytes(sources, old)?;
        return Some(Change {
            file,
            start,
            end,
            text: edit.value.clone(),
        });
    }
    let first = map.entries.first()?;
    let (file, _, end) = bytes(sources, &first.value)?;
    let text = if block {
        let indent = " ".repeat(first.key_span.column.saturating_sub(1) as usize);
        format!("\n{indent}{}: {}", edit.key, edit.value)
    } else {
        format!(", {}: {}", edit.key, edit.value)
    };
    Some(Change {
        file,
        start: end,
        end,
        text,
    })
}

/// `name: string` becomes `name: { type: string, default: … }`.
fn short_form(sources: &Sources, entry: &Entry<'_>, edit: &Edit) -> Option<Change> {
    let (file, start, end) = bytes(sources, &entry.value)?;
    let written = sources
        .get(file)?
        .text
        .get(start..end)?
        .trim_end()
        .to_owned();
    let end = start + written.len();
    let text = if edit.key == "type" {
        edit.value.clone()
    } else {
        // A comma that was harmless outside braces would end the text inside.
        let quote = written.contains(',') && !written.starts_with(['"', '\'', '[']);
        let ty = if quote {
            format!("\"{written}\"")
        } else {
            written
        };
        format!("{{ type: {ty}, {}: {} }}", edit.key, edit.value)
    };
    Some(Change {
        file,
        start,
        end,
        text,
    })
}

/// Whether a mapping is written without braces.
fn is_block(sources: &Sources, node: &Node<'_>) -> bool {
    let start = bytes(sources, node);
    let text = start.and_then(|(file, start, _)| sources.get(file)?.text.get(start..));
    text.is_none_or(|text| !text.starts_with('{'))
}

/// Where a value stands, in bytes, blanks behind it left out.
fn bytes(sources: &Sources, node: &Node<'_>) -> Option<(FileId, usize, usize)> {
    let Span {
        file,
        line,
        column,
        end_line,
        end_column,
    } = node.span;
    let text = &sources.get(file)?.text;
    let start = offset(text, line, column)?;
    let end = offset(text, end_line, end_column)?;
    let written = text.get(start..end)?.trim_end();
    Some((file, start, start + written.len()))
}

fn offset(text: &str, line: u32, column: u32) -> Option<usize> {
    let mut start = 0;
    for _ in 1..line {
        start += text.get(start..)?.find('\n')? + 1;
    }
    let rest = text.get(start..)?;
    let mut characters = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    characters
        .nth(column.saturating_sub(1) as usize)
        .map(|at| start + at)
}
