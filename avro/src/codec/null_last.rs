//! The union `[T, null]`, as schema files may have it.

use super::{Codec, Cursor, Reader, optional};

/// Appends the encoding of `value`.
#[inline]
pub fn write<'a, T: Codec>(value: &Option<T>, out: Cursor<'a>) -> Cursor<'a> {
    match value {
        None => out.index(1),
        Some(value) => value.write(out.index(0)),
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
