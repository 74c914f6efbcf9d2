//! Nullable and boxed values.

use super::{Codec, Cursor, Reader};

/// The union `[null, T]`. For `[T, null]` see [`null_last`](super::null_last).
impl<T: Codec> Codec for Option<T> {
    const MIN_SIZE: usize = 1;

    fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a> {
        match self {
            None => out.index(0),
            Some(value) => value.write(out.index(1)),
        }
    }

    #[inline]
    fn blank() -> Self {
        None
    }

    fn read(&mut self, r: &mut Reader<'_>) {
        let present = r.position(2) == 1;
        fill(self, present, r);
    }
}

#[inline]
pub(super) fn fill<T: Codec>(slot: &mut Option<T>, present: bool, r: &mut Reader<'_>) {
    if present {
        slot.get_or_insert_with(T::blank).read(r);
    } else {
        *slot = None;
    }
}

/// A box is how a record holds itself: it counts as a level of nesting.
impl<T: Codec> Codec for Box<T> {
    const MIN_SIZE: usize = T::MIN_SIZE;

    fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a> {
        (**self).write(out)
    }

    #[inline]
    fn blank() -> Self {
        Self::new(T::blank())
    }

    fn read(&mut self, r: &mut Reader<'_>) {
        r.deeper(|r| (**self).read(r));
    }
}
