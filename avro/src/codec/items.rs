//! Walking arrays and maps.

use super::{DecodeError, Reader};

/// Reserves at most this much before the items have been seen.
const MAX_RESERVE_BYTES: usize = 1 << 16;

/// Walks the items of an array or map across its blocks.
#[derive(Clone, Copy, Debug)]
pub struct Items {
    left: usize,
    min_size: usize,
}

impl Items {
    /// Before the first block; `min_size` is the least size of one item in bytes.
    #[inline]
    pub fn new(min_size: usize) -> Self {
        Self { left: 0, min_size }
    }

    /// Whether another item follows, which the caller then reads.
    ///
    /// # Errors
    /// As [`Reader::block`].
    #[inline]
    pub(crate) fn next(&mut self, r: &mut Reader<'_>) -> Result<bool, DecodeError> {
        if self.left == 0 {
            self.left = r.block(self.min_size)?;
            if self.left == 0 {
                return Ok(false);
            }
        }
        self.left -= 1;
        Ok(true)
    }

    /// Whether another item follows, which the caller then reads; no where the
    /// reader has failed or fails now.
    #[inline]
    pub fn more(&mut self, r: &mut Reader<'_>) -> bool {
        if self.left == 0 {
            self.left = r.count(self.min_size);
        }
        if self.left == 0 || r.failure().is_some() {
            return false;
        }
        self.left -= 1;
        true
    }

    /// How many items of type `T` to reserve room for at once, this one included.
    #[inline]
    pub(super) fn reservation<T>(&self) -> usize {
        (self.left + 1).min((MAX_RESERVE_BYTES / size_of::<T>().max(1)).max(4))
    }
}
