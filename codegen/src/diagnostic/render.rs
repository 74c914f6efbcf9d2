//! Diagnostics as text: the sentence, the place, the line underlined, the help.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

use super::{Diagnostic, Label, Severity};
use crate::source::{Sources, Span};

/// Widest excerpt, in columns of the terminal; longer lines are cut around what is underlined.
const EXCERPT: usize = 120;

/// Whether to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// For a terminal.
    Yes,
    /// For a pipe.
    No,
}

/// Renders one diagnostic, with a final newline.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, color: Color) -> String {
    let paint = Paint(color);
    let red = match diagnostic.severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
    };
    let mut text = paint.with(
        red,
        &format!("{}[{}]", diagnostic.severity.as_str(), diagnostic.code),
    );
    text.push_str(&paint.with("1", &format!(": {}\n", diagnostic.message)));
    let labels = diagnostic.at.iter().chain(&diagnostic.related);
    let gutter = labels
        .map(|l| l.span.line.to_string().len())
        .max()
        .unwrap_or(1);
    if let Some(at) = &diagnostic.at {
        excerpt(
            &mut text,
            at,
            &Style {
                paint,
                color: red,
                mark: '^',
                arrow: "-->",
                gutter,
                remark: "",
            },
            sources,
        );
    }
    for label in &diagnostic.related {
        let style = Style {
            paint,
            color: "1;34",
            mark: '-',
            arrow: ":::",
            gutter,
            remark: "",
        };
        excerpt(&mut text, label, &style, sources);
    }
    if let Some(help) = &diagnostic.help {
        let head = paint.with("1;34", &format!("{:gutter$} =", ""));
        let _ = writeln!(text, "{head} {}: {help}", paint.with("1", "help"));
    }
    text
}

/// The closing line: how many errors and warnings.
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| {
        diagnostics
            .iter()
            .filter(|d| d.severity == severity)
            .count()
    };
    let of = |n: usize, what: &str| match n {
        0 => None,
        1 => Some(format!("1 {what}")),
        n => Some(format!("{n} {what}s")),
    };
    let parts = [
        of(count(Severity::Error), "error"),
        of(count(Severity::Warning), "warning"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Colours text, or does not.
#[derive(Clone, Copy)]
pub(crate) struct Paint(pub(crate) Color);

impl Paint {
    /// Text in the colour of an ANSI code.
    pub(crate) fn with(self, code: &str, text: &str) -> String {
        match self.0 {
            Color::Yes => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            Color::No => text.to_owned(),
        }
    }
}

/// How an excerpt looks.
pub(crate) struct Style<'a> {
    pub(crate) paint: Paint,
    /// ANSI code of what is underlined.
    pub(crate) color: &'a str,
    pub(crate) mark: char,
    pub(crate) arrow: &'a str,
    /// Width of the widest line number.
    pub(crate) gutter: usize,
    /// Words behind the place.
    pub(crate) remark: &'a str,
}

/// A place and its line, underlined.
pub(crate) fn excerpt(text: &mut String, label: &Label, style: &Style<'_>, sources: &Sources) {
    let Some(file) = sources.get(label.span.file) else {
        return;
    };
    let Style { paint, gutter, .. } = *style;
    let blue = |s: String| paint.with("1;34", &s);
    let Span { line, column, .. } = label.span;
    let arrow = blue(format!("{:gutter$}{}", "", style.arrow));
    let remark = style.remark;
    let _ = writeln!(text, "{arrow} {}:{line}:{column}{remark}", file.display);
    let source = file.line(line);
    let shown = Shown::cut(source, label.span);
    let bar = blue(format!("{:gutter$} |", ""));
    let _ = writeln!(text, "{bar}");
    let _ = writeln!(
        text,
        "{} {}",
        blue(format!("{line:gutter$} |")),
        shown.line.trim_end()
    );
    let marks: String = std::iter::repeat_n(style.mark, shown.width.max(1)).collect();
    let under = format!("{marks} {}", label.text);
    let _ = writeln!(
        text,
        "{bar} {:1$}{2}",
        "",
        shown.indent,
        paint.with(style.color, under.trim_end())
    );
}

/// A line as a terminal shows it, and where on it to underline.
struct Shown {
    line: String,
    indent: usize,
    width: usize,
}

impl Shown {
    fn cut(source: &str, span: Span) -> Self {
        let start = span.column.saturating_sub(1) as usize;
        let end = if span.end_line > span.line {
            usize::MAX
        } else {
            span.end_column.saturating_sub(1) as usize
        };
        let skip = if start > EXCERPT / 2 {
            start - EXCERPT / 4
        } else {
            0
        };
        let mut shown = Self {
            line: String::new(),
            indent: 0,
            width: 0,
        };
        if skip > 0 {
            shown.line.push('…');
            shown.indent = 1;
        }
        let mut total = 0;
        for (i, c) in source.chars().enumerate().skip(skip) {
            let width = if c == '\t' { 4 } else { c.width().unwrap_or(1) };
            total += width;
            if total > EXCERPT {
                shown.line.push('…');
                break;
            }
            match c {
                '\t' => shown.line.push_str("    "),
                c if c.is_control() => shown.line.push('\u{fffd}'),
                c => shown.line.push(c),
            }
            if i < start {
                shown.indent += width;
            } else if i < end {
                shown.width += width;
            }
        }
        if span.end_line > span.line {
            let trailing = source
                .chars()
                .rev()
                .take_while(|c| c.is_whitespace())
                .count();
            shown.width = shown.width.saturating_sub(trailing);
        }
        shown
    }
}
