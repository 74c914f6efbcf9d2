//! The binary encoding, without a schema in sight: generated types know theirs.
//!
//! [`Codec`] is implemented by every generated record, enum and union, and here
//! by the types their fields are made of. Decoding accepts any bytes: counts are
//! capped by what remains of the input, nesting by [`MAX_DEPTH`].

mod binary;
mod collections;
mod cursor;
mod decimal;
mod described;
mod duration;
mod error;
mod items;
mod macros;
pub mod null_last;
mod optional;
mod primitives;
mod raw;
mod reader;
mod time;
mod timestamp;
mod uuids;
pub mod write;

pub use binary::Bytes;
pub use decimal::{Decimal, ParseDecimalError, decimal_fixed};
pub(crate) use decimal::{encode_unscaled, parse_scaled, scaled_text, unscaled_of};
pub use described::Described;
pub use duration::Duration;
pub use error::DecodeError;
pub use items::Items;
pub use raw::Cursor;
pub use reader::{MAX_DEPTH, MAX_EMPTY_ITEMS, Reader};
pub use time::{Date, TimeMicros, TimeMillis};
pub use timestamp::{
    LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimestampMicros,
    TimestampMillis, TimestampNanos,
};
pub use uuid::Uuid;
pub use uuids::{parse_uuid, uuid_fixed};

/// What a buffer starts with where nothing is known of its value: most messages fit.
pub(crate) const ROOM: usize = 256;

/// A type with a fixed Avro schema that reads and writes its binary encoding.
pub trait Codec: Sized {
    /// The least number of bytes one value takes on the wire; caps array counts.
    const MIN_SIZE: usize;

    /// Appends the encoding of `self` at the cursor.
    fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a>;

    /// A value to decode over: zero, empty, the first symbol or branch. It says
    /// nothing of defaults in the schema.
    fn blank() -> Self;

    /// Reads one value over `self`, reusing its allocations. An error stays with
    /// the reader, which then has nothing more to read: a record reads its fields
    /// one after the other and has no way out to compile at each of them.
    fn read(&mut self, r: &mut Reader<'_>);

    /// Appends the encoding of `self` to `out`.
    fn encode(&self, out: &mut Vec<u8>) {
        self.write(Cursor::new(out)).finish();
    }

    /// Reads one value.
    ///
    /// # Errors
    /// Whatever the bytes, an error and never a panic: see [`DecodeError`].
    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let value = r.value();
        r.failure().map_or(Ok(value), Err)
    }

    /// Decodes over `self`, reusing its allocations. After an error `self` holds
    /// a mixture of old and new parts.
    ///
    /// # Errors
    /// As [`Codec::decode`].
    fn decode_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        self.read(r);
        r.failure().map_or(Ok(()), Err)
    }

    /// The encoding of `self` in a buffer of its own.
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(ROOM);
        self.encode(&mut out);
        out
    }

    /// Decodes a datum that fills `bytes` entirely.
    ///
    /// # Errors
    /// As [`Codec::decode`], and [`DecodeError::TrailingBytes`].
    fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let value = Self::decode(&mut reader)?;
        reader.finish()?;
        Ok(value)
    }
}

#[cfg(test)]
mod tests;
