//! Text in YAML: plain, in quotes, escaped.

/// Text on one line, in quotes where it needs them.
pub(super) fn scalar(text: &str, in_flow: bool, out: &mut String) {
    if is_plain(text, in_flow) {
        out.push_str(text);
        return;
    }
    let escaped = text.chars().any(|c| c.is_control() || is_break(c));
    if !escaped && text.contains(['"', '\\']) {
        out.extend(["'", &text.replace('\'', "''"), "'"]);
        return;
    }
    // JSON's escapes are YAML's, and what JSON leaves as it is has no meaning in quotes.
    let quoted = serde_json::Value::from(text).to_string();
    if !escaped {
        out.push_str(&quoted);
        return;
    }
    let quoted = quoted
        .replace('\u{7f}', "\\x7f")
        .replace('\u{85}', "\\N")
        .replace('\u{2028}', "\\L")
        .replace('\u{2029}', "\\P")
        .replace('\u{feff}', "\\ufeff");
    out.push_str(&quoted);
}

/// What YAML takes for the end of a line or drops, beside control characters.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Words that YAML readers take for flags, null or numbers.
const RESERVED: [&str; 11] = [
    "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
];

/// Whether YAML reads the text as this text without quotes.
pub(super) fn is_plain(text: &str, in_flow: bool) -> bool {
    let allowed = |c: char| match c {
        'a'..='z'
        | 'A'..='Z'
        | '0'..='9'
        | ' '
        | '_'
        | '-'
        | '.'
        | '/'
        | '('
        | ')'
        | '<'
        | '>'
        | '|'
        | '\''
        | '+'
        | '='
        | ';'
        | '$'
        | '*'
        | '^'
        | '`'
        | '!'
        | ':'
        | '#'
        | '&'
        | '@'
        | '%'
        | '\u{2019}' => true,
        '?' | ',' | '[' | ']' | '{' | '}' | '"' => !in_flow,
        c => !c.is_ascii() && c.is_alphanumeric(),
    };
    let first = |c: char| c.is_alphabetic() || matches!(c, '_' | '/' | '<' | '(');
    if !text.starts_with(first) || text.ends_with([' ', ':']) || !text.chars().all(allowed) {
        return false;
    }
    let colon = if in_flow { ":" } else { ": " };
    let broken = text.contains(colon) || text.contains(" #");
    let reserved = text.len() < 6 && RESERVED.iter().any(|r| r.eq_ignore_ascii_case(text));
    !(broken || reserved)
}
