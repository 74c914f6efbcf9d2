//! Numbers in words for documentation.

/// `1 attempt`, `5 attempts`.
pub(super) fn count(number: u32, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// A duration in the largest unit that divides it: `15 min`, `200 ms`.
pub(super) fn duration(ms: u64) -> String {
    const UNITS: [(u64, &str); 4] = [
        (86_400_000, "d"),
        (3_600_000, "h"),
        (60_000, "min"),
        (1000, "s"),
    ];
    let unit = UNITS
        .iter()
        .find(|(size, _)| ms > 0 && ms.is_multiple_of(*size));
    match unit {
        Some((size, name)) => format!("{} {name}", ms / size),
        None => format!("{ms} ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        let cases = [
            (0, "0 ms"),
            (200, "200 ms"),
            (30_000, "30 s"),
            (900_000, "15 min"),
            (90_000, "90 s"),
        ];
        for (ms, text) in cases {
            assert_eq!(duration(ms), text);
        }
        assert_eq!(duration(7 * 86_400_000), "7 d");
        assert_eq!(count(1, "key"), "1 key");
    }
}
