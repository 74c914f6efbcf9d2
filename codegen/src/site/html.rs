//! HTML that is written without a template: drawings and code.

use std::fmt::Write as _;

/// Appends text with everything escaped that HTML and SVG give a meaning, in elements and in quoted
/// attributes alike. Control characters, which no document may hold, are left out.
pub(super) fn escape_to(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
}

/// Text, escaped.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape_to(&mut out, text);
    out
}

/// Characters of a name that are shown at its beginning and its end; nobody reads longer ones.
const HEAD: usize = 200;
const TAIL: usize = 60;

/// A name, escaped, with the places where it may be broken: after punctuation and before the humps
/// of camel case. The middle of a very long one is left out.
pub(super) fn breakable(name: &str) -> String {
    let length = name.chars().count();
    if length > HEAD + TAIL {
        let head: String = name.chars().take(HEAD).collect();
        let tail: String = name.chars().skip(length - TAIL).collect();
        return broken(&format!("{head}…{tail}"));
    }
    broken(name)
}

fn broken(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 24);
    let mut before = ' ';
    for c in name.chars() {
        let hump = c.is_uppercase() && before.is_lowercase();
        let joint = matches!(before, '.' | '_' | '-' | '/') && c.is_alphanumeric();
        if hump || joint {
            out.push_str("<wbr>");
        }
        let mut bytes = [0; 4];
        escape_to(&mut out, c.encode_utf8(&mut bytes));
        before = c;
    }
    out
}

/// A number with its digits in groups of three.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Appends a formatted piece; writing to a string cannot fail.
pub(super) fn put(out: &mut String, piece: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(piece);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_with_a_meaning_is_escaped() {
        assert_eq!(
            escape("<a href='x'>\"&\"</a>\u{0}"),
            "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;"
        );
    }

    #[test]
    fn names_break_at_humps_and_joints() {
        assert_eq!(breakable("OrderPlaced"), "Order<wbr>Placed");
        assert_eq!(breakable("a.b_c"), "a.<wbr>b_<wbr>c");
        assert_eq!(breakable("HTTPServer<"), "HTTPServer&lt;");
    }

    #[test]
    fn digits_are_grouped() {
        assert_eq!(
            (grouped(999), grouped(10_000)),
            ("999".into(), "10,000".into())
        );
    }
}
