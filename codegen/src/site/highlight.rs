//! Code with its words, texts and numbers marked, for JSON and Rust alike: a glance is enough, so one
//! small scanner does for both.

use super::html::escape_to;

const KEYWORDS: [&str; 27] = [
    "as", "async", "await", "const", "else", "enum", "false", "fn", "for", "if", "impl", "in",
    "let", "match", "mod", "mut", "null", "pub", "ref", "return", "self", "static", "struct",
    "true", "type", "use", "where",
];

/// Code as HTML, escaped.
pub(super) fn html(code: &str) -> String {
    let mut out = String::with_capacity(code.len() * 3 / 2);
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '"' => text(rest),
            c if c.is_ascii_digit() => {
                run(rest, |c| c.is_ascii_alphanumeric() || c == '.' || c == '_')
            }
            c if c.is_alphabetic() || c == '_' => run(rest, |c| c.is_alphanumeric() || c == '_'),
            c => c.len_utf8(),
        };
        let (word, after) = rest.split_at(length);
        let class = match first {
            '/' if length > 1 => Some("c"),
            '"' if after.trim_start().starts_with(':') => Some("p"),
            '"' => Some("s"),
            c if c.is_ascii_digit() => Some("d"),
            _ if KEYWORDS.contains(&word) => Some("w"),
            _ => None,
        };
        match class {
            Some(class) => {
                out.push_str("<i class=");
                out.push_str(class);
                out.push('>');
                escape_to(&mut out, word);
                out.push_str("</i>");
            }
            None => escape_to(&mut out, word),
        }
        rest = after;
    }
    out
}

/// Length of a quoted text with its quotes.
fn text(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn run(rest: &str, goes_on: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !goes_on(c)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn marks_and_escapes() {
        assert_eq!(
            html(r#"{"a": "<b>\"", "n": 1.5}"#),
            "{<i class=p>&quot;a&quot;</i>: <i class=s>&quot;&lt;b&gt;\\&quot;&quot;</i>, <i class=p>&quot;n&quot;</i>: <i class=d>1.5</i>}"
        );
        assert_eq!(
            html("let x; // <b>\n"),
            "<i class=w>let</i> x; <i class=c>// &lt;b&gt;</i>\n"
        );
        assert_eq!(html("\"open"), "<i class=s>&quot;open</i>");
    }
}
