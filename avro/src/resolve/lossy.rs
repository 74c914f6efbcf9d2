//! Reading bytes as text as Java does.

use std::borrow::Cow;

/// The text in `bytes`, with a replacement character for what is no UTF-8. It is
/// Java's (`new String(bytes, UTF_8)`), which takes an encoded surrogate as one
/// mistake where the standard library takes each of its bytes for one.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len() + 8);
    let mut rest = bytes;
    while let Err(error) = std::str::from_utf8(rest) {
        let (valid, wrong) = rest.split_at(error.valid_up_to());
        text.push_str(&String::from_utf8_lossy(valid));
        text.push(char::REPLACEMENT_CHARACTER);
        let length = surrogate(wrong)
            .or(error.error_len())
            .unwrap_or(wrong.len());
        rest = &wrong[length..];
    }
    text.push_str(&String::from_utf8_lossy(rest));
    Cow::Owned(text)
}

/// The length of an encoded surrogate, or of its beginning, at the start of `bytes`.
fn surrogate(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] => Some(3),
        [0xed, 0xa0..=0xbf, ..] => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn mistakes_are_counted_as_java_does() {
        let cases: [(&[u8], &str); 9] = [
            (b"abc", "abc"),
            (b"a\xffb", "a\u{fffd}b"),
            (b"a\xed\xa0\x80b", "a\u{fffd}b"),
            (b"a\xed\xa0b", "a\u{fffd}b"),
            (b"a\xed\xa0", "a\u{fffd}"),
            (b"a\xe0\x80b", "a\u{fffd}\u{fffd}b"),
            (b"\xf0\x90\x80", "\u{fffd}"),
            (b"\xf0\x90A", "\u{fffd}A"),
            (b"\xf5\x80", "\u{fffd}\u{fffd}"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(text(bytes), expected, "{bytes:02x?}");
        }
    }
}
