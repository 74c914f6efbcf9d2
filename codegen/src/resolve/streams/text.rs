//! Texts of a stream's keys, with the place of each part: an expression, or a short form such as
//! `latest PaymentDeclined by order_id`.

use crate::{
    source::Span,
    syntax::{Node, Value},
};

/// A text and where it stands.
#[derive(Clone, Copy)]
#[allow(clippy::struct_field_names, reason = "the text is what it is about")]
pub(super) struct Text<'n> {
    pub(super) text: &'n str,
    span: Span,
    /// Columns before the first character: the quote.
    quote: usize,
    /// Where the text begins inside the node's.
    start: usize,
    /// The whole text of the node.
    whole: &'n str,
}

impl<'n> Text<'n> {
    /// The text of a scalar.
    pub(super) fn of(node: &'n Node<'_>) -> Option<Self> {
        let text = node.text()?;
        let plain = matches!(node.value, Value::Scalar { plain: true, .. });
        Some(Self {
            text,
            span: node.span,
            quote: usize::from(!plain),
            start: 0,
            whole: text,
        })
    }

    /// A part, by bytes.
    pub(super) fn part(self, from: usize, to: usize) -> Self {
        Self {
            text: self.text.get(from..to).unwrap_or_default(),
            start: self.start + from,
            ..self
        }
    }

    /// The place of some of the bytes; of the node where its text stands on several lines, or was
    /// written otherwise than it reads.
    pub(super) fn place(&self, (from, to): (usize, usize)) -> Span {
        let Span {
            line,
            end_line,
            column,
            end_column,
            ..
        } = self.span;
        let width = (end_column - column.min(end_column)) as usize;
        let as_written = self.whole.chars().count() + 2 * self.quote == width;
        if line != end_line || !as_written {
            return self.span;
        }
        let columns = |byte: usize| {
            let before = self.whole.get(..self.start + byte).unwrap_or(self.whole);
            before.chars().count() + self.quote
        };
        let from_column = columns(from);
        self.span
            .part(from_column, columns(to).max(from_column + 1))
    }

    /// The place of the text.
    pub(super) fn span(&self) -> Span {
        self.place((0, self.text.len()))
    }

    /// Bytes of `text`, which this is a part of, before it.
    pub(super) fn start_in(&self, text: Text<'_>) -> usize {
        self.start.saturating_sub(text.start)
    }

    /// The words, each with its place.
    pub(super) fn words(self) -> Vec<Text<'n>> {
        let mut words = Vec::new();
        let mut rest = 0;
        while let Some(tail) = self.text.get(rest..) {
            let start = rest + tail.len() - tail.trim_start().len();
            let tail = self.text.get(start..).unwrap_or_default();
            if tail.is_empty() {
                break;
            }
            let end = start + tail.find(char::is_whitespace).unwrap_or(tail.len());
            words.push(self.part(start, end));
            rest = end;
        }
        words
    }
}
