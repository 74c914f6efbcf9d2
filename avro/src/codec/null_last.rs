//! The union `[T, null]`, as schema files may have it.

use super::{Codec, DecodeError, Reader, optional, write};

/// Appends the encoding of `value`.
#[inline]
pub fn encode<T: Codec>(value: &Option<T>, out: &mut Vec<u8>) {
    match value {
        None => write::index(1, out),
        Some(value) => {
            write::index(0, out);
            value.encode(out);
        }
    }
}

/// Reads one value.
///
/// # Errors
/// As [`Codec::decode`].
#[inline]
pub fn decode<T: Codec>(r: &mut Reader<'_>) -> Result<Option<T>, DecodeError> {
    match r.index(2)? {
        0 => T::decode(r).map(Some),
        _ => Ok(None),
    }
}

/// Decodes over `slot`, reusing its allocations.
///
/// # Errors
/// As [`Codec::decode_into`].
#[inline]
pub fn decode_into<T: Codec>(slot: &mut Option<T>, r: &mut Reader<'_>) -> Result<(), DecodeError> {
    let index = r.index(2)?;
    optional::fill(slot, index == 0, r)
}
