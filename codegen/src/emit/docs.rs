//! Documentation comments: whatever text a catalog holds, one comment that rustc, rustfmt and
//! rustdoc take as it is.

mod flow;

pub(super) use flow::wrapped;

use super::code::{Code, MAX_WIDTH};

/// Writes paragraphs as outer doc comments, an empty line between two of them.
pub(super) fn outer(code: &mut Code, paragraphs: &[String]) {
    write(code, "///", paragraphs);
}

/// Writes paragraphs as inner doc comments, an empty line between two of them.
pub(super) fn inner(code: &mut Code, paragraphs: &[String]) {
    write(code, "//!", paragraphs);
}

fn write(code: &mut Code, marker: &str, paragraphs: &[String]) {
    let paragraphs = paragraphs.iter().filter(|p| !p.trim().is_empty());
    for (position, paragraph) in paragraphs.enumerate() {
        if position > 0 {
            code.line(marker);
        }
        for line in flow::lines(paragraph, MAX_WIDTH - code.indent() - marker.len() - 1) {
            if line.is_empty() {
                code.line(marker);
            } else if line.contains(turns_text) {
                let hash = if marker == "//!" { "#!" } else { "#" };
                code.line(format_args!("{hash}[doc = \" {}\"]", escaped(&line)));
            } else {
                code.line(format_args!("{marker} {line}"));
            }
        }
    }
}

/// Characters that turn the direction of text, which rustc refuses in comments.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn escaped(line: &str) -> String {
    line.chars()
        .map(|c| {
            if c == ' ' {
                " ".to_owned()
            } else {
                c.escape_debug().to_string()
            }
        })
        .collect()
}

/// A text of the catalog as rustdoc shows it as written: what would be a link or a tag there is
/// escaped, code and links with an address stay.
pub(super) fn text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 8);
    let mut in_code = false;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                shown.push(c);
                shown.extend(rest.next());
                continue;
            }
            '`' => in_code = !in_code,
            '[' if !in_code && !is_link(rest.as_str()) => shown.push('\\'),
            '<' if !in_code => shown.push('\\'),
            _ => {}
        }
        shown.push(c);
    }
    shown
}

/// Whether what follows an opening bracket is a link's text and address.
fn is_link(rest: &str) -> bool {
    rest.find(']')
        .is_some_and(|end| rest[end + 1..].starts_with('('))
}

/// A value in a code span, whatever backticks it holds.
pub(super) fn code_span(value: &str) -> String {
    let value = value.replace(['\n', '\r'], " ");
    let longest = value.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    if longest == 0 {
        return format!("`{value}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {value} {fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commented(text: &str) -> String {
        let mut code = Code::default();
        outer(&mut code, &[super::text(text)]);
        code.into_text()
    }

    #[test]
    fn any_text_is_one_comment() {
        assert_eq!(commented("a */ b ]] \" \\ c"), "/// a */ b ]] \" \\ c\n");
        assert_eq!(
            commented("one\r\n\r\n    two\rthree \n"),
            "/// one\n///\n/// two\n/// three\n"
        );
        assert_eq!(
            commented("a \u{202E}b\" c"),
            "#[doc = \" a \\u{202e}b\\\" c\"]\n"
        );
        assert_eq!(commented("  "), "");
    }

    #[test]
    fn links_and_tags_are_shown_as_written() {
        assert_eq!(text("[Line] and map<string>"), "\\[Line] and map\\<string>");
        assert_eq!(text("`[a] <b>` \\[c]"), "`[a] <b>` \\[c]");
        assert_eq!(
            text("see [here](https://x.org)"),
            "see [here](https://x.org)"
        );
    }

    #[test]
    fn code_spans_hold_backticks() {
        assert_eq!(code_span("^[A-Z]{3}$"), "`^[A-Z]{3}$`");
        assert_eq!(code_span("a``b"), "``` a``b ```");
    }
}
