//! Values written as text: names, durations.

/// Whether text is an Avro name (Avro 1.12, "Names").
pub(crate) fn is_avro_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Whether text names a service, domain, topic or environment.
pub(crate) fn is_dotted_name(text: &str) -> bool {
    text.bytes()
        .next()
        .is_some_and(|b| b.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
        && text.len() <= 200
}

/// Whether text names a header of a message; AMQP's names have at most 255 bytes.
pub(crate) fn is_header_name(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':' | b'/');
    let first = text.bytes().next();
    first.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_')
        && text.bytes().all(inner)
        && text.len() <= 255
}

/// A duration in milliseconds: a whole number and `ms`, `s`, `m`, `h` or `d`.
pub(crate) fn duration(text: &str) -> Option<u64> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let unit = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number
        .parse::<u64>()
        .ok()?
        .checked_mul(unit)
        .filter(|ms| *ms < 1 << 53)
}

/// Two durations in milliseconds, `200ms..30s`.
pub(crate) fn backoff(text: &str) -> Option<(u64, u64)> {
    let (min, max) = text.split_once("..")?;
    Some((duration(min.trim())?, duration(max.trim())?))
}

#[cfg(test)]
mod tests {
    use super::{backoff, duration, is_avro_name, is_dotted_name, is_header_name};

    #[test]
    fn durations_have_a_unit() {
        assert_eq!(duration("200ms"), Some(200));
        assert_eq!(duration("15m"), Some(900_000));
        assert_eq!(duration("7d"), Some(604_800_000));
        assert_eq!(duration("7"), None);
        assert_eq!(duration("d"), None);
        assert_eq!(duration("1.5s"), None);
        assert_eq!(duration("99999999999999999999d"), None);
        assert_eq!(duration("9999999999999d"), None);
        assert_eq!(backoff("200ms..30s"), Some((200, 30_000)));
        assert_eq!(backoff("200ms"), None);
    }

    #[test]
    fn names_are_ascii() {
        assert!(is_avro_name("_a1"));
        assert!(!is_avro_name("1a"));
        assert!(!is_avro_name("größe"));
        assert!(!is_avro_name(""));
        assert!(is_dotted_name("ordering.orders-v2"));
        assert!(!is_dotted_name(".x"));
    }

    #[test]
    fn headers_are_named_as_brokers_take_them() {
        assert!(is_header_name("my-app-header"));
        assert!(is_header_name("__TypeId__"));
        assert!(is_header_name(&"a".repeat(255)));
        assert!(!is_header_name(&"a".repeat(256)));
        assert!(!is_header_name(""));
        assert!(!is_header_name("-x"));
        assert!(!is_header_name("a b"));
        assert!(!is_header_name("größe"));
    }
}
