//! A text under construction that may become tens of megabytes.

use std::{fmt, sync::Arc};

use super::Contents;

/// Longer texts go on in another part: what grows as a whole takes twice its room, and the room of
/// large blocks is slow to come back.
const PART: usize = 1 << 15;

/// A text that grows in parts.
#[derive(Debug, Default)]
pub(crate) struct GrowingText {
    /// What was written before `last`.
    parts: Vec<Arc<str>>,
    last: String,
}

impl GrowingText {
    /// Whether nothing was written yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.last.is_empty()
    }

    /// Appends.
    pub(crate) fn push_str(&mut self, text: &str) {
        self.last.push_str(text);
        if self.last.len() > PART {
            self.parts.push(self.last.as_str().into());
            self.last.clear();
        }
    }

    /// The text as a whole.
    pub(crate) fn into_text(self) -> String {
        if self.parts.is_empty() {
            self.last
        } else {
            self.parts.concat() + &self.last
        }
    }

    /// The text in parts, after a head.
    pub(crate) fn into_contents(mut self, head: String) -> Contents {
        self.parts.insert(0, head.into());
        self.parts.push(self.last.into());
        self.parts.into()
    }
}

impl fmt::Write for GrowingText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{GrowingText, PART};

    #[test]
    fn parts_make_the_text() {
        let (mut short, mut long) = (GrowingText::default(), GrowingText::default());
        short.push_str("ab");
        let line = "0123456789\n";
        (0..PART).for_each(|_| long.push_str(line));
        assert_eq!(short.into_contents("x".into()).as_str(), "xab");
        let contents = long.into_contents(String::new());
        assert!(contents.parts().count() > 2);
        assert_eq!(contents.as_str(), line.repeat(PART));
    }
}
