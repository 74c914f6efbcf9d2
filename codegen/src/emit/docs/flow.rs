//! Lines of documentation, wrapped where they are too long for a comment.

/// The lines of a Markdown text without the space around them (indented text would be code to
/// rustdoc). A paragraph with a line wider than `width` is wrapped anew; lists, tables, headings and
/// fenced code stay as they are.
pub(super) fn lines(text: &str, width: usize) -> Vec<String> {
    let mut flowing: Vec<&str> = Vec::new();
    let mut lines = Vec::new();
    let mut is_fenced = false;
    let text = text.trim().replace("\r\n", "\n");
    for line in text.split(['\n', '\r']).map(str::trim) {
        let is_fence = line.starts_with("```") || line.starts_with("~~~");
        if is_fence || is_fenced || line.is_empty() || is_marked(line) {
            flush(&mut flowing, &mut lines, width);
            lines.push(line.to_owned());
        } else {
            flowing.push(line);
        }
        is_fenced ^= is_fence;
    }
    flush(&mut flowing, &mut lines, width);
    lines
}

fn flush(flowing: &mut Vec<&str>, lines: &mut Vec<String>, width: usize) {
    if flowing.iter().any(|line| line.chars().count() > width) {
        lines.extend(wrapped(&flowing.join(" "), width));
    } else {
        lines.extend(flowing.iter().map(|line| (*line).to_owned()));
    }
    flowing.clear();
}

/// Whether a line's first character means something to Markdown: a list, a heading, a table.
fn is_marked(line: &str) -> bool {
    let word = line.split(' ').next().unwrap_or_default();
    let is_number = word.len() > 1
        && word
            .strip_suffix(['.', ')'])
            .is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    line.starts_with(['-', '*', '+', '#', '>', '|', '=']) || is_number
}

/// The words of a text in lines of at most `width` characters, longer words excepted. No line begins
/// with what Markdown would take for a mark.
pub(in crate::emit) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        match lines.last_mut() {
            Some(line) if column + 1 + length <= width || is_marked(word) => {
                line.push(' ');
                line.push_str(word);
                column += 1 + length;
            }
            _ => {
                lines.push(word.to_owned());
                column = length;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_long_paragraphs_are_wrapped() {
        assert_eq!(
            lines("one\r\n\r\n    two\rthree ", 80),
            ["one", "", "two", "three"]
        );
        assert_eq!(lines("aaa bbb\nccc ddd", 6), ["aaa", "bbb", "ccc", "ddd"]);
        assert_eq!(lines("- aaa bbb ccc\n- d", 6), ["- aaa bbb ccc", "- d"]);
        assert_eq!(
            lines("```\naaa bbb ccc\n```", 6),
            ["```", "aaa bbb ccc", "```"]
        );
    }

    #[test]
    fn no_line_begins_with_a_mark_by_wrapping() {
        assert_eq!(wrapped("a b - c", 3), ["a b -", "c"]);
        assert_eq!(wrapped("in version 2. Then", 10), ["in version 2.", "Then"]);
    }
}
