//! Rust text in rustfmt's layout, written line by line: a thousand times quicker than a formatter.
//!
//! The limits are rustfmt's defaults; a test compares every golden crate with its verdict.

use std::fmt::{Display, Write};

use crate::files::GrowingText;

/// Longest line.
pub(super) const MAX_WIDTH: usize = 100;
/// Longest chain of calls, and longest list of arguments, on one line.
pub(super) const MAX_CHAIN: usize = 60;

/// Rust text under construction.
#[derive(Debug, Default)]
pub(super) struct Code {
    text: GrowingText,
    indent: usize,
}

impl Code {
    /// The text so far.
    pub(super) fn into_text(self) -> String {
        self.text.into_text()
    }

    /// The text so far, for one that may be large.
    pub(super) fn into_growing(self) -> GrowingText {
        self.text
    }

    /// Whether nothing was written yet.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Columns left of the next line's text.
    pub(super) fn indent(&self) -> usize {
        self.indent
    }

    /// Whether the next line has room for the text.
    pub(super) fn fits(&self, text: &str) -> bool {
        self.indent + text.len() <= MAX_WIDTH
    }

    /// An empty line.
    pub(super) fn blank(&mut self) {
        self.text.push_str("\n");
    }

    /// One line.
    pub(super) fn line(&mut self, text: impl Display) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{:1$}{text}", "", self.indent);
    }

    /// `head {`, an indented body, `}`.
    pub(super) fn block(&mut self, head: impl Display, body: impl FnOnce(&mut Self)) {
        self.enclosed(format_args!("{head} {{"), "}", body);
    }

    /// An opening line, an indented body, a closing line.
    pub(super) fn enclosed(
        &mut self,
        open: impl Display,
        close: &str,
        body: impl FnOnce(&mut Self),
    ) {
        self.line(open);
        self.indent += 4;
        body(self);
        self.indent -= 4;
        self.line(close);
    }

    /// `head value;`, the value on a line of its own where one line is too short for both.
    pub(super) fn assign(&mut self, head: impl Display, value: impl Display) {
        let line = format!("{head} {value}");
        if self.indent + line.len() <= MAX_WIDTH {
            self.line(line);
        } else {
            self.line(head);
            self.indent += 4;
            self.line(value);
            self.indent -= 4;
        }
    }

    /// `receiver.call end`, broken before the call where the chain is too long.
    pub(super) fn chain(&mut self, receiver: &str, call: &str, end: &str) {
        if fits_chain(receiver, call) {
            self.line(format_args!("{receiver}{call}{end}"));
        } else {
            self.line(receiver);
            self.indent += 4;
            self.line(format_args!("{call}{end}"));
            self.indent -= 4;
        }
    }

    /// `head receiver.call`, where one line is too short each link of the chain on a line of its own.
    pub(super) fn assign_chain(&mut self, head: &str, receiver: &str, call: &str) {
        match receiver.split_once('.') {
            Some((root, field)) if !fits_chain(receiver, call.trim_end_matches(';')) => {
                self.line(format_args!("{head} {root}"));
                self.indent += 4;
                self.line(format_args!(".{field}"));
                self.line(call);
                self.indent -= 4;
            }
            _ => self.line(format_args!("{head} {receiver}{call}")),
        }
    }

    /// `function(arguments) end`, one argument a line where one line is too short for them.
    pub(super) fn call(&mut self, function: &str, arguments: &[&str], end: &str) {
        let list = arguments.join(", ");
        let width = self.indent + function.len() + list.len() + 2 + end.len();
        if list.len() <= MAX_CHAIN && width <= MAX_WIDTH {
            self.line(format_args!("{function}({list}){end}"));
        } else {
            let close = format!("){end}");
            self.enclosed(format_args!("{function}("), &close, |code| {
                for argument in arguments {
                    code.line(format_args!("{argument},"));
                }
            });
        }
    }

    /// `Some(chain)`, the chain on lines of its own where it is long.
    pub(super) fn some(&mut self, chain: &str) {
        match chain.rsplit_once('.') {
            Some((receiver, call)) if chain.len() > MAX_CHAIN => {
                self.enclosed("Some(", ")", |code| {
                    code.line(receiver);
                    code.line(format_args!("    .{call},"));
                });
            }
            _ => self.line(format_args!("Some({chain})")),
        }
    }
}

fn fits_chain(receiver: &str, call: &str) -> bool {
    receiver.len() + call.len() <= MAX_CHAIN
}

/// Joins items of a list as rustfmt fills lines with them: as many as fit right of `indent`, up
/// to `max_width` columns.
pub(super) fn filled(items: &[String], indent: usize, max_width: usize) -> String {
    let mut text = String::new();
    let mut column = indent;
    for item in items {
        let width = item.len() + 1;
        if column == indent {
            column += width;
        } else if column + 1 + width <= max_width {
            text.push(' ');
            column += 1 + width;
        } else {
            text.push('\n');
            column = indent + width;
        }
        text.push_str(item);
        text.push(',');
    }
    text
}
