//! Message headers: named byte strings, in order, cheap to clone.

use bytes::Bytes;
use herald_avro::codec::{DecodeError, Reader, write};

/// What one message's headers usually take.
const USUAL: usize = 512;

/// The headers of a message, in one run of bytes: name and value of each, as Avro's binary
/// encoding has a string and bytes. Clones share them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Bytes);

impl Headers {
    /// No headers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of the last header of that name, as Kafka's `lastHeader` gives it.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let named = self.entries().filter(|(at, _)| *at == name.as_bytes());
        named.last().map(|(_, value)| value)
    }

    /// The value of that header as text; `None` if absent or not UTF-8.
    pub fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.get(name)?).ok()
    }

    /// Adds a header after the others.
    pub fn push(&mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) {
        // Copies nothing unless a clone shares the bytes.
        let mut written = Vec::from(std::mem::take(&mut self.0));
        append(name.as_ref(), value.as_ref(), &mut written);
        self.0 = written.into();
    }

    /// Puts a header in the place of those of the same name.
    pub fn set(&mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) {
        self.remove(name.as_ref());
        self.push(name, value);
    }

    /// Removes all headers of that name.
    pub fn remove(&mut self, name: &str) {
        if self.get(name).is_some() {
            *self = self.iter().filter(|(at, _)| *at != name).collect();
        }
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        // Only text is ever written as a name.
        let name = |name| std::str::from_utf8(name).unwrap_or_default();
        self.entries().map(move |(at, value)| (name(at), value))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries().count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes of all names and values.
    pub fn size(&self) -> usize {
        let sizes = self.entries().map(|(name, value)| name.len() + value.len());
        sizes.sum()
    }

    /// The run of bytes, to be kept.
    pub fn written(&self) -> &Bytes {
        &self.0
    }

    /// Such a run of bytes from elsewhere.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(written: Bytes) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(&written);
        while reader.remaining() > 0 {
            reader.string()?;
            reader.bytes()?;
        }
        Ok(Self(written))
    }

    /// What [`append`] wrote.
    #[cfg(feature = "kafka")]
    pub(crate) fn appended(written: Bytes) -> Self {
        Self(written)
    }

    fn entries(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut reader = Reader::new(&self.0);
        std::iter::from_fn(move || {
            let more = reader.remaining() > 0;
            more.then(|| Some((reader.bytes().ok()?, reader.bytes().ok()?)))?
        })
    }
}

/// Writes a header after others.
pub(crate) fn append(name: &str, value: &[u8], written: &mut Vec<u8>) {
    write::string(name, written);
    write::bytes(value, written);
}

impl<N: AsRef<str>, V: AsRef<[u8]>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(entries: I) -> Self {
        let mut written = Vec::with_capacity(USUAL);
        for (name, value) in entries {
            append(name.as_ref(), value.as_ref(), &mut written);
        }
        Self(written.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_name_counts_and_set_replaces_all() {
        let mut headers: Headers = [("a", "1"), ("", ""), ("a", "2")].into_iter().collect();
        let shared = headers.clone();
        assert_eq!(headers.text("a"), Some("2"));
        assert_eq!(headers.get(""), Some(&[][..]));
        assert_eq!((headers.len(), headers.size()), (3, 4));
        headers.set("a", [0xff, 0]);
        let entries: Vec<_> = headers.iter().collect();
        assert_eq!(entries, [("", &[][..]), ("a", &[0xff, 0])]);
        assert_eq!(headers.text("a"), None);
        headers.remove("a");
        headers.remove("");
        assert!(headers.is_empty());
        assert_eq!(headers, Headers::new());
        assert_eq!(shared.len(), 3);
    }

    #[test]
    fn what_is_kept_comes_back_and_what_is_damaged_is_refused() {
        let headers: Headers = [("a", &b"\xff"[..]), ("", b""), ("a", b"2")]
            .into_iter()
            .collect();
        assert_eq!(Headers::read(headers.written().clone()), Ok(headers));
        assert_eq!(Headers::read(Bytes::new()), Ok(Headers::new()));
        for damaged in [&b"\x08ab"[..], b"\x02a", b"\x02\xff\x00", b"\x01"] {
            assert!(Headers::read(Bytes::from_static(damaged)).is_err());
        }
    }
}
