//! Documents as YAML that a careful person would write: short mappings on one line, long texts
//! folded, quotes only where they are needed.

use crate::syntax::{Entry, Node, Value};

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

fn entry(entry: &Entry<'_>, indent: usize, out: &mut String) {
    let start = format!("{:indent$}{}:", "", key(&entry.key));
    out.push_str(&start);
    // `fields` and `symbols` are read top down, so each of theirs has a line.
    let on_lines = indent == 0
        && matches!(&*entry.key, "fields" | "symbols" | "consumes")
        && entry.value.map().is_some_and(|m| !m.entries.is_empty());
    let room = WIDTH.saturating_sub(start.chars().count() + 1);
    if let Some(line) = one_line(&entry.value, entry.key == "type" || entry.key == "union")
        && !on_lines
        && (line.chars().count() <= room || !line.contains(' '))
    {
        if !line.is_empty() {
            out.push(' ');
        }
        out.push_str(&line);
        out.push('\n');
        return;
    }
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

fn item(node: &Node<'_>, indent: usize, out: &mut String) {
    let start = format!("{:indent$}-", "");
    out.push_str(&start);
    let fits = |line: &String| line.chars().count() + indent < WIDTH || !line.contains(' ');
    if let Some(line) = one_line(node, false).filter(fits) {
        out.extend([" ", &line, "\n"]);
        return;
    }
    match &node.value {
        Value::Scalar { text, .. } => long(text, indent + 2, out),
        Value::Map(map) => {
            let mut inner = String::new();
            for entry in &map.entries {
                self::entry(entry, indent + 2, &mut inner);
            }
            out.push(' ');
            out.push_str(inner.trim_start());
        }
        Value::List(items) => {
            out.push('\n');
            for item in items {
                self::item(item, indent + 2, out);
            }
        }
    }
}

/// A node on one line, in flow style where it has parts; nothing where it has several lines.
/// `is_type` says that brackets are a list's.
fn one_line(node: &Node<'_>, is_type: bool) -> Option<String> {
    match &node.value {
        Value::Scalar { text, plain: true } => Some(text.to_string()),
        Value::Scalar { text, .. } => {
            if is_type && is_list_type(text) {
                return Some(text.to_string());
            }
            (!text.contains('\n')).then(|| scalar(text, false))
        }
        _ => flow(node),
    }
}

fn flow(node: &Node<'_>) -> Option<String> {
    match &node.value {
        Value::Scalar { text, plain: true } => Some(text.to_string()),
        Value::Scalar { text, .. } if is_list_type(text) => Some(text.to_string()),
        Value::Scalar { text, .. } => (!text.contains('\n')).then(|| scalar(text, true)),
        Value::List(items) => {
            let items = items.iter().map(flow).collect::<Option<Vec<_>>>()?;
            Some(format!("[{}]", items.join(", ")))
        }
        Value::Map(map) if map.entries.is_empty() => Some("{}".to_owned()),
        Value::Map(map) => {
            let entries = map.entries.iter();
            let entries = entries
                .map(|e| {
                    Some(
                        format!("{}: {}", key(&e.key), flow(&e.value)?)
                            .trim()
                            .to_owned(),
                    )
                })
                .collect::<Option<Vec<_>>>()?;
            Some(format!("{{ {} }}", entries.join(", ")))
        }
    }
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

fn key(text: &str) -> String {
    scalar(text, true)
}

/// Text on one line, in quotes where it needs them.
fn scalar(text: &str, in_flow: bool) -> String {
    if is_plain(text, in_flow) {
        return text.to_owned();
    }
    let escaped = text
        .chars()
        .any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'));
    if !escaped && text.contains(['"', '\\']) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    // JSON's escapes are YAML's, and what JSON leaves as it is has no meaning in quotes.
    let quoted = serde_json::Value::from(text).to_string();
    quoted
        .replace('\u{7f}', "\\x7f")
        .replace('\u{85}', "\\N")
        .replace('\u{2028}', "\\L")
        .replace('\u{2029}', "\\P")
        .replace('\u{feff}', "\\ufeff")
}

/// Whether YAML reads the text as this text without quotes.
fn is_plain(text: &str, in_flow: bool) -> bool {
    let first = |c: char| c.is_alphabetic() || matches!(c, '_' | '/' | '<' | '(');
    let in_flow_only = |c: char| "?,[]{}\"".contains(c);
    let allowed = |c: char| {
        let sign = " _-./()<>|'+=;$\u{2019}*^`!:#&@%".contains(c);
        c.is_alphanumeric() || sign || (!in_flow && in_flow_only(c))
    };
    let word = text.to_ascii_lowercase();
    let reserved = [
        "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
    ];
    let colon = if in_flow { ":" } else { ": " };
    let broken = text.ends_with([' ', ':']) || text.contains(colon) || text.contains(" #");
    text.starts_with(first)
        && text.chars().all(allowed)
        && !broken
        && !reserved.contains(&word.as_str())
}

/// Text on lines of its own: as it is where it has several, folded where it is one long line.
fn long(text: &str, indent: usize, out: &mut String) {
    let whole = text.trim_end_matches('\n');
    let block = !whole.starts_with([' ', '\n', '\t'])
        && !whole.is_empty()
        && whole.chars().all(|c| {
            c == '\n'
                || !(c.is_control() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}'))
        });
    if !block {
        out.push(' ');
        out.push_str(&scalar(text, true));
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
    use super::scalar;
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
            assert_eq!(scalar(text, true), written);
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
