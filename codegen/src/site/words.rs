//! Words for numbers and settings, as the site writes them.

pub(super) use crate::lint::keys::{describe, duration};

/// A duration, or for ever.
pub(super) fn retention(ms: Option<u64>) -> String {
    ms.map_or_else(|| "for ever".to_owned(), duration)
}

/// A count with its noun: `1 event`, `3 events`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = match noun.strip_suffix('y') {
        _ if number == 1 => noun.to_owned(),
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    };
    format!("{} {plural}", super::html::grouped(number))
}

/// The first sentence of a text, on one line and at most `longest` characters long.
pub(super) fn first_sentence(text: &str, longest: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = flat.find(". ").map_or(flat.len(), |at| at + 1);
    clip(&flat[..end], longest)
}

/// A text cut to at most so many characters, at a word where there is one.
pub(super) fn clip(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let cut: String = text.chars().take(longest.saturating_sub(1)).collect();
    let at = cut.rfind(' ').filter(|at| *at > cut.len() / 2);
    format!("{}…", cut[..at.unwrap_or(cut.len())].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_follow_their_number() {
        assert_eq!(count(1, "query"), "1 query");
        assert_eq!(count(2, "query"), "2 queries");
        assert_eq!(count(0, "key"), "0 keys");
        assert_eq!(count(1200, "event"), "1,200 events");
    }

    #[test]
    fn sentences_end_at_a_full_stop_or_are_cut() {
        assert_eq!(first_sentence("One\n two. Three.", 80), "One two.");
        assert_eq!(clip("several words here", 10), "several…");
        assert_eq!(clip("żółćżółćżółć", 5), "żółć…");
    }
}
