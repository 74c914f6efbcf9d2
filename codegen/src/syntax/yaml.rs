//! YAML text → trees, one per document. In the catalog's own language anchors, aliases, tags and
//! merge keys are refused: a catalog is read by people who look for a name where it is written.
//! Documents of others may have them.

mod anchors;

use std::{borrow::Cow, collections::HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Span as Marks, Tag};

use super::node::{Entry, Map, Node, Value};
use crate::{
    diagnostic::{Diagnostic, codes},
    source::{FileId, Span},
};

use anchors::Anchors;

/// Whose YAML it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// The catalog's: plain trees.
    Catalog,
    /// Anybody's: with anchors, aliases, merge keys and tags.
    Open,
}

impl Dialect {
    /// Deepest nesting: far more than the language, or a schema, needs.
    fn max_depth(self) -> usize {
        match self {
            Self::Catalog => 48,
            Self::Open => 120,
        }
    }
}

/// Reads all documents of a file; what was read before a syntax error is not returned.
pub(super) fn read<'a>(
    file: FileId,
    text: &'a str,
    dialect: Dialect,
    out: &mut Vec<Diagnostic>,
) -> Vec<Node<'a>> {
    let mut builder = Builder {
        file,
        text,
        ascii: text.is_ascii(),
        stack: Vec::new(),
        documents: Vec::new(),
        out,
        failed: false,
        anchors: (dialect == Dialect::Open).then(Anchors::default),
        max_depth: dialect.max_depth(),
    };
    let mut parser = Parser::new_from_str(text);
    while let Some(next) = parser.next_event() {
        match next {
            Ok((event, marks)) => builder.event(event, marks),
            Err(error) => {
                builder.syntax_error(&error, text);
                break;
            }
        }
        if builder.failed {
            break;
        }
    }
    if builder.failed {
        Vec::new()
    } else {
        builder.documents
    }
}

struct Builder<'a, 'o> {
    file: FileId,
    text: &'a str,
    ascii: bool,
    stack: Vec<Open<'a>>,
    documents: Vec<Node<'a>>,
    out: &'o mut Vec<Diagnostic>,
    failed: bool,
    /// What anchors name; none where they are refused.
    anchors: Option<Anchors<'a>>,
    max_depth: usize,
}

/// A sequence or mapping that has not ended.
enum Open<'a> {
    List {
        span: Span,
        anchor: usize,
        items: Vec<Node<'a>>,
    },
    Map {
        span: Span,
        anchor: usize,
        map: Map<'a>,
        seen: HashSet<String>,
        key: Option<Key<'a>>,
    },
}

struct Key<'a> {
    text: Cow<'a, str>,
    span: Span,
    keep: bool,
}

impl<'a> Builder<'a, '_> {
    fn event(&mut self, event: Event<'a>, marks: Marks) {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let span = self.scalar_span(&text, style, marks);
                self.refuse(anchor, tag.as_deref(), span);
                let plain = style == ScalarStyle::Plain;
                let text = self.borrowed(text, plain, marks);
                let node = Node {
                    span,
                    value: Value::Scalar { text, plain },
                };
                self.named(anchor, &node);
                self.value(node);
            }
            Event::SequenceStart(anchor, tag) => {
                let span = self.span(marks);
                self.refuse(anchor, tag.as_deref(), span);
                self.open(
                    Open::List {
                        span,
                        anchor,
                        items: Vec::new(),
                    },
                    span,
                );
            }
            Event::MappingStart(anchor, tag) => {
                let span = self.span(marks);
                self.refuse(anchor, tag.as_deref(), span);
                let open = Open::Map {
                    span,
                    anchor,
                    map: Map::default(),
                    seen: HashSet::new(),
                    key: None,
                };
                self.open(open, span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(marks),
            Event::Alias(name) if self.anchors.is_some() => self.alias(name, marks),
            Event::Alias(_) => {
                let span = self.span(marks);
                self.out.push(
                    Diagnostic::new(
                        codes::NO_ANCHORS,
                        "a catalog has no aliases",
                        span,
                        "refers to an anchor",
                    )
                    .help("write the value out where it is used"),
                );
                self.value(Node {
                    span,
                    value: Value::Scalar {
                        text: "".into(),
                        plain: true,
                    },
                });
            }
            _ => {}
        }
    }

    fn open(&mut self, open: Open<'a>, span: Span) {
        if self.stack.len() >= self.max_depth {
            let message = format!("nested more than {} levels deep", self.max_depth);
            let label = "one level too many";
            self.out
                .push(Diagnostic::new(codes::TOO_DEEP, message, span, label));
            self.failed = true;
            return;
        }
        self.stack.push(open);
    }

    fn close(&mut self, marks: Marks) {
        let end = self.span(marks);
        let (anchor, node) = match self.stack.pop() {
            Some(Open::List {
                span,
                anchor,
                mut items,
            }) => {
                items.shrink_to_fit();
                let (span, value) = (span.to(end), Value::List(items));
                (anchor, Node { span, value })
            }
            Some(Open::Map {
                span,
                anchor,
                mut map,
                ..
            }) => {
                if self.anchors.is_some() {
                    anchors::merge(&mut map);
                }
                map.entries.shrink_to_fit();
                let (span, value) = (span.to(end), Value::Map(map));
                (anchor, Node { span, value })
            }
            None => return,
        };
        self.named(anchor, &node);
        self.value(node);
    }

    /// Puts a finished node where it belongs.
    fn value(&mut self, node: Node<'a>) {
        match self.stack.last_mut() {
            None => self.documents.push(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { map, seen, key, .. }) => match key.take() {
                None => {
                    let open = self.anchors.is_some();
                    *key = Some(Self::key(node, map, seen, open, self.out));
                }
                Some(Key { text, span, keep }) => {
                    if keep {
                        map.entries.push(Entry {
                            key: text,
                            key_span: span,
                            value: node,
                        });
                    }
                }
            },
        }
    }

    fn key(
        node: Node<'a>,
        map: &Map<'a>,
        seen: &mut HashSet<String>,
        open: bool,
        out: &mut Vec<Diagnostic>,
    ) -> Key<'a> {
        let span = node.span;
        let Value::Scalar { text, .. } = node.value else {
            let label = "expected text";
            out.push(Diagnostic::new(
                codes::WRONG_TYPE,
                "a key must be text",
                span,
                label,
            ));
            return Key {
                text: "".into(),
                span,
                keep: false,
            };
        };
        if text == "<<" && !open {
            out.push(
                Diagnostic::new(
                    codes::NO_ANCHORS,
                    "a catalog has no merge keys",
                    span,
                    "merges a mapping",
                )
                .help("write the keys out where they are used"),
            );
            return Key {
                text,
                span,
                keep: false,
            };
        }
        // Small mappings, the rule, are searched; large ones have a set.
        let known = if map.entries.len() < 16 {
            map.entry(&text).is_some()
        } else {
            seen.contains(&*text)
        };
        if map.entries.len() == 15 {
            seen.extend(map.entries.iter().map(|e| e.key.to_string()));
        }
        if map.entries.len() >= 15 {
            seen.insert(text.to_string());
        }
        if known {
            let first = map.entry(&text).map_or(span, |e| e.key_span);
            out.push(
                Diagnostic::new(
                    codes::DUPLICATE_KEY,
                    format!("the key `{text}` stands twice"),
                    span,
                    "again here",
                )
                .with(first, "first here")
                .help("keep one of them"),
            );
        }
        Key {
            text,
            span,
            keep: !known,
        }
    }

    fn refuse(&mut self, anchor: usize, tag: Option<&Tag>, span: Span) {
        if self.anchors.is_some() {
            return;
        }
        if anchor != 0 {
            self.out.push(
                Diagnostic::new(
                    codes::NO_ANCHORS,
                    "a catalog has no anchors",
                    span,
                    "has an anchor",
                )
                .help("remove the `&name` before the value"),
            );
        }
        if let Some(tag) = tag {
            let message = format!(
                "a catalog has no tags such as `{}{}`",
                tag.handle, tag.suffix
            );
            self.out.push(
                Diagnostic::new(codes::NO_ANCHORS, message, span, "has a tag")
                    .help("remove the tag; quote the value if it is meant as text"),
            );
        }
    }

    fn syntax_error(&mut self, error: &saphyr_parser::ScanError, text: &str) {
        let at = self.span(Marks::empty(*error.marker()));
        let line = text
            .lines()
            .nth(at.line.saturating_sub(1) as usize)
            .unwrap_or_default();
        let help = if line.contains("]?") || line.contains("}?") {
            "put quotes around the type: `\"[T]?\"`"
        } else if line.starts_with(|c: char| c.is_whitespace()) && line.contains('\t') {
            "indent with spaces, not with tabs"
        } else {
            "look at the indentation, and at quotes and brackets that do not close"
        };
        let message = format!("this is not YAML: {}", error.info());
        self.out.push(
            Diagnostic::new(codes::BAD_YAML, message, at, "the reader stopped here").help(help),
        );
        self.failed = true;
    }

    /// The text as a part of the file where it stands there as it is: trees are kept until the
    /// whole catalog is resolved, and copies would add up.
    fn borrowed(&self, text: Cow<'a, str>, plain: bool, marks: Marks) -> Cow<'a, str> {
        let start = marks.start.index() + usize::from(!plain);
        match self.text.get(start..start + text.len()) {
            // Marks count characters; they are bytes in ASCII.
            Some(part) if self.ascii && *part == *text => Cow::Borrowed(part),
            _ => text,
        }
    }

    fn span(&self, marks: Marks) -> Span {
        Span {
            file: self.file,
            line: (marks.start.line() as u32).max(1),
            column: marks.start.col() as u32 + 1,
            end_line: (marks.end.line() as u32).max(1),
            end_column: marks.end.col() as u32 + 1,
        }
    }

    /// The reader's end of a plain scalar includes blanks after it.
    fn scalar_span(&self, text: &str, style: ScalarStyle, marks: Marks) -> Span {
        let span = self.span(marks);
        if style == ScalarStyle::Plain && span.line != span.end_line {
            let width = text.lines().next().unwrap_or_default().chars().count();
            return span.part(0, width);
        }
        span
    }
}
