//! Message headers: named byte strings, in order, cheap to clone.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;

type Entry = (Cow<'static, str>, Bytes);

/// The headers of a message. Clones share one allocation until one is changed; no headers need none.
#[derive(Debug, Clone, Default)]
pub struct Headers(Option<Arc<Vec<Entry>>>);

impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.entries() == other.entries()
    }
}

impl Eq for Headers {}

impl Headers {
    /// No headers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of the last header of that name, as Kafka's `lastHeader` gives it.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let found = self.entries().iter().rev().find(|(at, _)| at == name);
        found.map(|(_, value)| value.as_ref())
    }

    /// The value of that header as text; `None` if absent or not UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.get(name)?).ok()
    }

    /// Adds a header after the others.
    pub fn push(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Bytes>) {
        self.entries_mut().push((name.into(), value.into()));
    }

    /// Puts a header in the place of those of the same name.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Bytes>) {
        let name = name.into();
        self.remove(&name);
        self.push(name, value);
    }

    /// Removes all headers of that name.
    pub fn remove(&mut self, name: &str) {
        if self.entries().iter().any(|(at, _)| at == name) {
            self.entries_mut().retain(|(at, _)| at != name);
        }
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        let entries = self.entries().iter();
        entries.map(|(name, value)| (name.as_ref(), value))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// Bytes of all names and values.
    pub fn size(&self) -> usize {
        self.iter()
            .map(|(name, value)| name.len() + value.len())
            .sum()
    }

    fn entries(&self) -> &[Entry] {
        self.0.as_ref().map_or(&[], |entries| entries)
    }

    fn entries_mut(&mut self) -> &mut Vec<Entry> {
        Arc::make_mut(self.0.get_or_insert_default())
    }
}

impl FromIterator<Entry> for Headers {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        Self(Some(Arc::new(entries.into_iter().collect())))
    }
}
