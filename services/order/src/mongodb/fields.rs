//! Fields of a document, each read as what it has to be.

use std::collections::BTreeMap;

use herald::avro::codec::{Decimal, TimestampMillis};
use herald::store::mongodb::bson::spec::BinarySubtype;
use herald::store::mongodb::bson::{Binary, Bson, DateTime, Decimal128, Document};
use uuid::Uuid;

/// What was read, or a sentence that says why not.
pub(super) type Read<T> = Result<T, String>;

/// A document to read from.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a Document);

impl<'a> Reader<'a> {
    fn field<T>(self, name: &str, take: impl FnOnce(&'a Bson) -> Option<T>) -> Read<T> {
        let taken = self.0.get(name).and_then(take);
        taken.ok_or_else(|| format!("{name} is missing, or of another type"))
    }

    /// A field that may be absent or null.
    pub(super) fn optional<T>(
        self,
        name: &str,
        read: impl FnOnce(Self, &str) -> Read<T>,
    ) -> Read<Option<T>> {
        match self.0.get(name) {
            None | Some(Bson::Null) => Ok(None),
            Some(_) => read(self, name).map(Some),
        }
    }

    pub(super) fn inner(self, name: &str) -> Read<Self> {
        self.field(name, Bson::as_document).map(Self)
    }

    /// The documents of an array.
    pub(super) fn list<T>(self, name: &str, read: impl Fn(Self) -> Read<T>) -> Read<Vec<T>> {
        let items = self.field(name, Bson::as_array)?.iter();
        let item = |item: &'a Bson| item.as_document().map(Self).map(&read);
        items
            .map(|it| item(it).unwrap_or_else(|| Err(format!("{name} holds no documents"))))
            .collect()
    }

    pub(super) fn text(self, name: &str) -> Read<String> {
        self.field(name, Bson::as_str).map(ToOwned::to_owned)
    }

    pub(super) fn int(self, name: &str) -> Read<i32> {
        self.field(name, Bson::as_i32)
    }

    pub(super) fn long(self, name: &str) -> Read<i64> {
        self.field(name, Bson::as_i64)
    }

    pub(super) fn date(self, name: &str) -> Read<TimestampMillis> {
        let date = self.field(name, Bson::as_datetime)?;
        Ok(TimestampMillis(date.timestamp_millis()))
    }

    pub(super) fn uuid(self, name: &str) -> Read<Uuid> {
        self.field(name, |value| match value {
            Bson::Binary(binary) => Uuid::from_slice(&binary.bytes).ok(),
            _ => None,
        })
    }

    pub(super) fn decimal<const S: u32>(self, name: &str) -> Read<Decimal<S>> {
        self.field(name, |value| match value {
            Bson::Decimal128(decimal) => decimal.to_string().parse().ok(),
            Bson::String(text) => text.parse().ok(),
            _ => None,
        })
    }

    /// Texts by name.
    pub(super) fn texts(self, name: &str) -> Read<BTreeMap<String, String>> {
        let list = self.list(name, |entry| Ok((entry.text("name")?, entry.text("text")?)))?;
        Ok(list.into_iter().collect())
    }

    /// One of a list of symbols.
    pub(super) fn symbol<T: Copy>(
        self,
        name: &str,
        all: &[T],
        symbol: impl Fn(T) -> &'static str,
    ) -> Read<T> {
        let text = self.field(name, Bson::as_str)?;
        let found = all.iter().find(|one| symbol(**one) == text);
        found
            .copied()
            .ok_or_else(|| format!("{name} is {text:?}, which means nothing here"))
    }
}

pub(super) fn date(at: TimestampMillis) -> DateTime {
    DateTime::from_millis(at.0)
}

pub(super) fn uuid(id: Uuid) -> Bson {
    Bson::Binary(Binary {
        subtype: BinarySubtype::Uuid,
        bytes: id.as_bytes().to_vec(),
    })
}

/// A decimal number; as text beyond the 34 digits that BSON's own can hold.
pub(super) fn decimal<const S: u32>(value: Decimal<S>) -> Bson {
    let text = value.to_string();
    match text.parse::<Decimal128>() {
        Ok(decimal) if decimal.to_string() == text => decimal.into(),
        _ => text.into(),
    }
}

/// An array, since a name may be any text and a field's name may not.
pub(super) fn texts(texts: &BTreeMap<String, String>) -> Bson {
    let entry = |(name, text): (&String, &String)| {
        let mut entry = Document::new();
        entry.insert("name", name);
        entry.insert("text", text);
        entry
    };
    texts.iter().map(entry).collect::<Vec<_>>().into()
}
