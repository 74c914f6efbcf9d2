//! JSON text → a tree (RFC 8259). YAML's reader would take most of it too, but not a surrogate pair,
//! nor a tab in front of a key.

use std::borrow::Cow;

use super::node::{Entry, Map, Node, Value};
use crate::{
    diagnostic::{Diagnostic, codes},
    source::{FileId, Span},
};

/// Deepest nesting.
const MAX_DEPTH: usize = 120;

/// Reads a file's only value.
pub(super) fn read(file: FileId, text: &str) -> Result<Node<'_>, Box<Diagnostic>> {
    let mut reader = Reader {
        file,
        text,
        at: 0,
        line: 1,
        line_start: 0,
        depth: 0,
    };
    let node = reader.value()?;
    reader.blanks();
    match reader.peek() {
        None => Ok(node),
        Some(c) => reader.wrong(&format!("`{c}` after the end")),
    }
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    /// Next byte.
    at: usize,
    line: u32,
    /// Byte at which the line begins.
    line_start: usize,
    depth: usize,
}

/// Line and column.
type Place = (u32, u32);

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        if c == '\n' {
            self.line += 1;
            self.line_start = self.at;
        }
        Some(c)
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\r' | '\n')) {
            self.next();
        }
    }

    fn place(&self) -> Place {
        let before = self.text.get(self.line_start..self.at).unwrap_or_default();
        (self.line, before.chars().count() as u32 + 1)
    }

    fn span(&self, start: Place) -> Span {
        let (end_line, end_column) = self.place();
        Span {
            file: self.file,
            line: start.0,
            column: start.1,
            end_line,
            end_column,
        }
    }

    fn wrong<T>(&self, what: &str) -> Result<T, Box<Diagnostic>> {
        let start = self.place();
        let at = self.span((start.0, start.1)).part(0, 1);
        let help = "look at quotes, commas and brackets around this place";
        let message = format!("this is not JSON: {what}");
        let label = "the reader stopped here";
        let wrong = Diagnostic::new(codes::BAD_YAML, message, at, label);
        Err(Box::new(wrong.help(help)))
    }

    fn expect(&mut self, c: char) -> Result<(), Box<Diagnostic>> {
        match self.peek() {
            Some(found) if found == c => {
                self.next();
                Ok(())
            }
            Some(found) => self.wrong(&format!("`{found}` where `{c}` is expected")),
            None => self.wrong(&format!("it ends where `{c}` is expected")),
        }
    }

    fn value(&mut self) -> Result<Node<'a>, Box<Diagnostic>> {
        self.blanks();
        let start = self.place();
        let value = match self.peek() {
            Some('{') => self.nested(Self::object)?,
            Some('[') => self.nested(Self::array)?,
            Some('"') => Value::Scalar {
                text: self.string()?,
                plain: false,
            },
            Some(c) if c.is_ascii_alphanumeric() || c == '-' => self.word()?,
            Some(c) => return self.wrong(&format!("`{c}` begins no value")),
            None => return self.wrong("it ends where a value is expected"),
        };
        let span = self.span(start);
        Ok(Node { span, value })
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Value<'a>, Box<Diagnostic>>,
    ) -> Result<Value<'a>, Box<Diagnostic>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("nested more than {MAX_DEPTH} levels deep");
            let at = self.span(self.place());
            let label = "one level too many";
            return Err(Box::new(Diagnostic::new(
                codes::TOO_DEEP,
                message,
                at,
                label,
            )));
        }
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Result<Value<'a>, Box<Diagnostic>> {
        self.next();
        let mut map = Map::default();
        let mut seen = std::collections::HashSet::new();
        self.blanks();
        if self.peek() == Some('}') {
            self.next();
            return Ok(Value::Map(map));
        }
        loop {
            self.blanks();
            let start = self.place();
            if self.peek() != Some('"') {
                return self.wrong("a key in quotes is expected");
            }
            let key = self.string()?;
            let key_span = self.span(start);
            self.blanks();
            self.expect(':')?;
            let value = self.value()?;
            if !seen.insert(key.clone()) {
                let message = format!("the key `{key}` stands twice");
                let twice = Diagnostic::new(codes::DUPLICATE_KEY, message, key_span, "again here");
                return Err(Box::new(twice.help("keep one of them")));
            }
            map.entries.push(Entry {
                key,
                key_span,
                value,
            });
            self.blanks();
            if self.peek() == Some(',') {
                self.next();
                continue;
            }
            self.expect('}')?;
            return Ok(Value::Map(map));
        }
    }

    fn array(&mut self) -> Result<Value<'a>, Box<Diagnostic>> {
        self.next();
        let mut items = Vec::new();
        self.blanks();
        if self.peek() == Some(']') {
            self.next();
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value()?);
            self.blanks();
            if self.peek() == Some(',') {
                self.next();
                continue;
            }
            self.expect(']')?;
            return Ok(Value::List(items));
        }
    }

    fn word(&mut self) -> Result<Value<'a>, Box<Diagnostic>> {
        let start = self.at;
        while matches!(self.peek(), Some(c) if c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'))
        {
            self.next();
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        if serde_json::from_str::<serde_json::Value>(text).is_err() {
            return self.wrong(&format!("`{text}` is no value"));
        }
        let text = Cow::Borrowed(text);
        Ok(Value::Scalar { text, plain: true })
    }

    /// A string: a part of the file where nothing in it is escaped.
    fn string(&mut self) -> Result<Cow<'a, str>, Box<Diagnostic>> {
        let start = self.at;
        self.next();
        let mut escaped = false;
        loop {
            match self.peek() {
                Some('"') => break,
                Some('\\') => {
                    escaped = true;
                    self.next();
                    self.next();
                }
                Some(c) if c < ' ' => return self.wrong("a control character in a text"),
                Some(_) => drop(self.next()),
                None => return self.wrong("a text that does not end"),
            }
        }
        self.next();
        let quoted = self.text.get(start..self.at).unwrap_or_default();
        if !escaped {
            let inner = quoted.get(1..quoted.len().saturating_sub(1));
            return Ok(Cow::Borrowed(inner.unwrap_or_default()));
        }
        serde_json::from_str(quoted)
            .map(Cow::Owned)
            .or_else(|_| self.wrong("an escape that stands for nothing"))
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::source::FileId;

    #[test]
    fn values_and_their_places() {
        let text = "{\n\t\"a\": [1, -2.5e3, true, null],\n\t\"\\ud83d\\ude00\": \"x\\ty\"\n}";
        let node = read(FileId(0), text).unwrap();
        let expected: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(node.json(), expected);
        let second = &node.entries()[1];
        assert_eq!((second.key_span.line, second.key_span.column), (3, 2));
    }

    #[test]
    fn what_is_not_json_says_where() {
        for (text, line, column) in [
            ("{\"a\": 1,}", 1, 9),
            ("{\"a\"\n 1}", 2, 2),
            ("[1, 2", 1, 6),
            ("\"abc", 1, 5),
            ("{} x", 1, 4),
            ("nul", 1, 4),
            ("{\"a\": \"\\ud83d\"}", 1, 15),
            ("", 1, 1),
        ] {
            let at = read(FileId(0), text).unwrap_err().at.unwrap().span;
            assert_eq!((at.line, at.column), (line, column), "{text}");
        }
        assert!(read(FileId(0), &"[".repeat(100_000)).is_err());
    }
}
