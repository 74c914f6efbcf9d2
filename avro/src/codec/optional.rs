//! Nullable and boxed values.

use super::{Codec, DecodeError, Reader, write};

/// The union `[null, T]`. For `[T, null]` see [`null_last`](super::null_last).
impl<T: Codec> Codec for Option<T> {
    const MIN_SIZE: usize = 1;

    #[inline]
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            None => write::index(0, out),
            Some(value) => {
                write::index(1, out);
                value.encode(out);
            }
        }
    }

    #[inline]
    fn blank() -> Self {
        None
    }

    #[inline]
    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match r.index(2)? {
            0 => Ok(None),
            _ => T::decode(r).map(Some),
        }
    }

    #[inline]
    fn decode_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let index = r.index(2)?;
        fill(self, index == 1, r)
    }

    #[inline]
    fn size_hint(&self) -> usize {
        1 + self.as_ref().map_or(0, Codec::size_hint)
    }
}

#[inline]
pub(super) fn fill<T: Codec>(
    slot: &mut Option<T>,
    present: bool,
    r: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    match slot {
        _ if !present => *slot = None,
        Some(value) => value.decode_into(r)?,
        None => *slot = Some(T::decode(r)?),
    }
    Ok(())
}

/// A box is how a record holds itself: it counts as a level of nesting.
impl<T: Codec> Codec for Box<T> {
    const MIN_SIZE: usize = T::MIN_SIZE;

    #[inline]
    fn encode(&self, out: &mut Vec<u8>) {
        (**self).encode(out);
    }

    #[inline]
    fn blank() -> Self {
        Self::new(T::blank())
    }

    #[inline]
    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.nested(|r| T::decode(r).map(Self::new))
    }

    #[inline]
    fn decode_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        r.nested(|r| (**self).decode_into(r))
    }

    #[inline]
    fn size_hint(&self) -> usize {
        (**self).size_hint()
    }
}
