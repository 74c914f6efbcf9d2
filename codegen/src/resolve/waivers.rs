//! Waivers of compatibility findings.

use super::{index::Index, records::text};
use crate::{
    diagnostic::{Diagnostic, codes},
    model::Waiver,
    syntax::Document,
};

/// A waiver.
pub(super) fn waiver(
    index: &Index<'_>,
    document: &Document<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Waiver> {
    let root = &document.root;
    let until = text(root, "until")?;
    if !is_day(&until) {
        let message = format!("`{until}` is not a day");
        let at = root.get("until").map_or(document.name_span, |n| n.span);
        out.push(
            Diagnostic::new(codes::BAD_TEXT, message, at, "not a day")
                .help("write it as `2027-01-31`"),
        );
    }
    Some(Waiver {
        event: text(root, "event")?,
        rule: text(root, "rule")?,
        path: text(root, "path"),
        reason: text(root, "reason")?,
        owner: text(root, "owner")?,
        until,
        source: index.sources.source(document.name_span),
    })
}

/// `YYYY-MM-DD` of a day that the calendar has.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
        return false;
    }
    let number = |part: &str| part.parse::<u32>().unwrap_or_default();
    let (year, month, day) = (number(year), number(month), number(day));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::is_day;

    #[test]
    fn days_of_the_calendar() {
        assert!(is_day("2028-02-29"));
        assert!(!is_day("2027-02-29"));
        assert!(!is_day("2027-13-01"));
        assert!(!is_day("27-01-01"));
    }
}
