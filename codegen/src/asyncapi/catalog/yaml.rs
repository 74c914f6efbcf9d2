//! Documents as YAML that a careful person would write: short mappings on one line, long texts
//! folded, quotes only where they are needed.

mod scalar;

use crate::syntax::{Entry, Node, Value};
use scalar::{is_break, is_plain, scalar};

/// Widest line.
const WIDTH: usize = 100;

/// A document, with a final newline.
pub(super) fn document(root: &Node<'_>) -> String {
    let mut text = String::new();
    for entry in root.entries() {
        self::entry(entry, 0, &mut text);
    }
    text
}

/// One key of a mapping that stands at an indentation.
pub(super) fn entry(entry: &Entry<'_>, indent: usize, out: &mut String) {
    indented(indent, out);
    let start = out.len();
    scalar(&entry.key, true, out);
    out.push(':');
    // `fields` and `symbols` are read top down, so each of theirs has a line.
    let on_lines = indent == 0
        && matches!(&*entry.key, "fields" | "symbols" | "consumes")
        && entry.value.map().is_some_and(|m| !m.entries.is_empty());
    let is_type = entry.key == "type" || entry.key == "union";
    let end = out.len();
    out.push(' ');
    let room = WIDTH.saturating_sub(indent + end + 1 - start);
    if !on_lines && one_line(&entry.value, is_type, room, out) {
        if out.len() == end + 1 {
            out.truncate(end);
        }
        out.push('\n');
        return;
    }
    out.truncate(end);
    match &entry.value.value {
        Value::Scalar { text, .. } => long(text, indent + 2, out),
        Value::Map(map) => {
            out.push('\n');
            for inner in &map.entries {
                self::entry(inner, indent + 2, out);
            }
        }
        Value::List(items) => {
            out.push('\n');
            for item in items {
                self::item(item, indent + 2, out);
            }
        }
    }
}

/// One item of a list that stands at an indentation.
pub(super) fn item(node: &Node<'_>, indent: usize, out: &mut String) {
    indented(indent, out);
    out.push('-');
    let end = out.len();
    out.push(' ');
    if one_line(node, false, WIDTH.saturating_sub(indent + 2), out) {
        out.push('\n');
        return;
    }
    out.truncate(end);
    match &node.value {
        Value::Scalar { text, .. } => long(text, indent + 2, out),
        Value::Map(map) => {
            // The first entry stands behind the dash.
            let start = out.len();
            for entry in &map.entries {
                self::entry(entry, indent + 2, out);
            }
            out.replace_range(start..=(start + indent), "");
        }
        Value::List(items) => {
            out.push('\n');
            for item in items {
                self::item(item, indent + 2, out);
            }
        }
    }
}

fn indented(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Writes a node on one line, in flow style where it has parts, and says whether it did: it has
/// room, or is one word. `is_type` says that brackets are a list's.
fn one_line(node: &Node<'_>, is_type: bool, room: usize, out: &mut String) -> bool {
    let start = out.len();
    let written = match &node.value {
        Value::Scalar { text, plain } => {
            if *plain || (is_type && is_list_type(text)) {
                out.push_str(text);
            } else if text.contains('\n') {
                return false;
            } else {
                scalar(text, false, out);
            }
            out.len() - start <= room || !text.contains(' ')
        }
        _ => flow(node, start + room, out),
    };
    if !written {
        out.truncate(start);
    }
    written
}

/// Writes a node in flow style, unless it goes beyond a length of the whole text.
fn flow(node: &Node<'_>, end: usize, out: &mut String) -> bool {
    match &node.value {
        Value::Scalar { text, plain } if *plain || is_list_type(text) => out.push_str(text),
        Value::Scalar { text, .. } if text.contains('\n') || out.len() + text.len() > end => {
            return false;
        }
        Value::Scalar { text, .. } => scalar(text, true, out),
        Value::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                if !flow(item, end, out) {
                    return false;
                }
            }
            out.push(']');
        }
        Value::Map(map) if map.entries.is_empty() => out.push_str("{}"),
        Value::Map(map) => {
            out.push_str("{ ");
            for (i, entry) in map.entries.iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                scalar(&entry.key, true, out);
                out.push_str(": ");
                if !flow(&entry.value, end, out) {
                    return false;
                }
            }
            out.push_str(" }");
        }
    }
    out.len() <= end
}

/// `[T]` is a list of one type, which YAML's own brackets write.
fn is_list_type(text: &str) -> bool {
    let inner = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    inner.is_some_and(|t| {
        !t.is_empty()
            && t.chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ' | '|'))
            && is_plain(t, true)
    })
}

/// Text on lines of its own: as it is where it has several, folded where it is one long line.
fn long(text: &str, indent: usize, out: &mut String) {
    let whole = text.trim_end_matches('\n');
    let block = !whole.starts_with([' ', '\n', '\t'])
        && !whole.is_empty()
        && whole
            .chars()
            .all(|c| c == '\n' || !(c.is_control() || is_break(c)));
    if !block {
        out.push(' ');
        scalar(text, true, out);
        out.push('\n');
        return;
    }
    let foldable = !whole.contains('\n') && !whole.contains("  ") && !whole.ends_with(' ');
    out.push_str(if foldable { " >\n" } else { " |\n" });
    let lines: Vec<String> = if foldable {
        folded(whole, WIDTH.saturating_sub(indent))
    } else {
        whole.lines().map(str::to_owned).collect()
    };
    for line in lines {
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(&line);
        }
        out.push('\n');
    }
}

fn folded(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        let fits = line.chars().count() + 1 + word.chars().count() <= width;
        if line.is_empty() {
            line.push_str(word);
        } else if fits {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::scalar::scalar;
    use proptest::prelude::*;

    #[test]
    fn quotes_only_where_needed() {
        for (text, written) in [
            ("string", "string"),
            ("The order's id.", "The order's id."),
            ("true", "\"true\""),
            ("12", "\"12\""),
            ("a: b", "\"a: b\""),
            ("decimal(12, 2)", "\"decimal(12, 2)\""),
            ("a \"b\"", "'a \"b\"'"),
            ("", "\"\""),
            ("\r\n", "\"\\r\\n\""),
        ] {
            let mut out = String::new();
            scalar(text, true, &mut out);
            assert_eq!(out, written);
        }
    }

    proptest! {
        /// Any text is read back as itself, on one line and on several.
        #[test]
        fn texts_are_read_back(text in "(\\PC|[ \n\t:#'\"\\\\-]|\u{85}|\u{7f}|\u{2028}){0,160}") {
            let node = crate::asyncapi::catalog::yaml::tests::root(&text);
            let written = super::document(&node);
            let mut out = Vec::new();
            let read = crate::syntax::foreign(crate::source::FileId(0), "a.yaml", &written, &mut out);
            let read = read.and_then(|n| Some(n.get("doc")?.json()));
            let read = read.and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
            prop_assert_eq!(read.trim_end_matches('\n'), text.trim_end_matches('\n'), "{}", written);
        }
    }

    fn root(text: &str) -> crate::syntax::Node<'static> {
        use crate::syntax::{Entry, Map, Node, Value};
        let span = crate::source::Span::start_of(crate::source::FileId(0));
        let scalar = |text: &str| Node {
            span,
            value: Value::Scalar {
                text: text.to_owned().into(),
                plain: false,
            },
        };
        let entry = Entry {
            key: "doc".into(),
            key_span: span,
            value: scalar(text),
        };
        Node {
            span,
            value: Value::Map(Map {
                entries: vec![entry],
            }),
        }
    }
}
