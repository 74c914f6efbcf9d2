//! The union `[T, null]`, as schema files may have it.

use super::{Codec, Reader, optional, write};

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

/// Reads one value over `slot`, as [`Codec::read`] does.
pub fn read<T: Codec>(slot: &mut Option<T>, r: &mut Reader<'_>) {
    let present = r.position(2) == 0;
    optional::fill(slot, present, r);
}

/// Reads one value; none where the reader fails.
pub fn value<T: Codec>(r: &mut Reader<'_>) -> Option<T> {
    let mut value = None;
    read(&mut value, r);
    value
}
