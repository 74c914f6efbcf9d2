//! A YAML document as a tree that knows where each part stands.

use std::borrow::Cow;

use crate::source::Span;

/// A value and its place.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    /// Where it stands.
    pub(crate) span: Span,
    /// What it is.
    pub(crate) value: Value<'a>,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(crate) enum Value<'a> {
    /// Text; `plain` when it stands without quotes, so that `true` or `12` mean a flag or a number.
    Scalar {
        /// Unescaped text.
        text: Cow<'a, str>,
        /// Whether it stands without quotes.
        plain: bool,
    },
    /// A sequence.
    List(Vec<Node<'a>>),
    /// A mapping.
    Map(Map<'a>),
}

/// A mapping in the order of the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Map<'a> {
    /// Entries; no two keys are equal.
    pub(crate) entries: Vec<Entry<'a>>,
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'a> {
    /// Text of the key.
    pub(crate) key: Cow<'a, str>,
    /// Where the key stands.
    pub(crate) key_span: Span,
    /// Value.
    pub(crate) value: Node<'a>,
}

impl<'a> Map<'a> {
    /// The entry of a key.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry<'a>> {
        self.entries.iter().find(|e| e.key == key)
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.entry(key).map(|e| &e.value)
    }
}

impl<'a> Node<'a> {
    /// The text of a scalar that is not null.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } if !self.is_null() => Some(text),
            _ => None,
        }
    }

    /// Whether it is a scalar that YAML reads as null.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if matches!(&**text, "" | "~" | "null" | "Null" | "NULL"))
    }

    /// A mapping.
    pub(crate) fn map(&self) -> Option<&Map<'a>> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The entries of a mapping; none for anything else.
    pub(crate) fn entries(&self) -> &[Entry<'a>] {
        self.map().map_or(&[], |m| &m.entries)
    }

    /// The value of a key of a mapping.
    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.map()?.get(key)
    }

    /// The items of a list; none for anything else.
    pub(crate) fn items(&self) -> &[Node<'a>] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// A whole number.
    pub(crate) fn whole(&self) -> Option<u64> {
        match &self.value {
            Value::Scalar { text, plain: true } => text.replace('_', "").parse().ok(),
            _ => None,
        }
    }

    /// A flag.
    pub(crate) fn flag(&self) -> Option<bool> {
        match &self.value {
            Value::Scalar { text, plain: true } if text == "true" => Some(true),
            Value::Scalar { text, plain: true } if text == "false" => Some(false),
            _ => None,
        }
    }

    /// The value as JSON, by YAML's core schema.
    pub(crate) fn json(&self) -> serde_json::Value {
        match &self.value {
            Value::List(items) => items.iter().map(Node::json).collect(),
            Value::Map(map) => map
                .entries
                .iter()
                .map(|e| (e.key.to_string(), e.value.json()))
                .collect(),
            Value::Scalar { text, plain: false } => text.as_ref().into(),
            Value::Scalar { .. } if self.is_null() => serde_json::Value::Null,
            Value::Scalar { text, .. } => {
                let flag = self.flag().map(Into::into);
                flag.or_else(|| number(text))
                    .unwrap_or_else(|| text.as_ref().into())
            }
        }
    }

    /// What it is, with an article, for diagnostics.
    pub(crate) fn what(&self) -> &'static str {
        match &self.value {
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
            Value::Scalar { .. } if self.is_null() => "nothing",
            Value::Scalar { plain: false, .. } => "text in quotes",
            Value::Scalar { text, .. } if self.flag().is_some() || number(text).is_some() => {
                if self.flag().is_some() {
                    "a flag"
                } else {
                    "a number"
                }
            }
            Value::Scalar { .. } => "text",
        }
    }
}

/// A number as YAML's core schema and JSON both write it.
fn number(text: &str) -> Option<serde_json::Value> {
    let first = text.trim_start_matches(['-', '+']).bytes().next()?;
    if !first.is_ascii_digit() && first != b'.' {
        return None;
    }
    let integer = text.parse::<i64>().map(Into::into).ok();
    integer
        .or_else(|| text.parse::<u64>().map(Into::into).ok())
        .or_else(|| {
            let number = serde_json::Number::from_f64(text.parse().ok()?)?;
            Some(serde_json::Value::Number(number))
        })
}
