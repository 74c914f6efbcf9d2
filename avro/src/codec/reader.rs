//! A bounded cursor over one datum.

use super::{Codec, DecodeError, raw};

/// How deep arrays, maps and boxed values may nest, so that hostile input cannot
/// exhaust the stack.
pub const MAX_DEPTH: u32 = 256;

/// How many items that take no bytes (nulls, empty records) one datum may have:
/// the input's length cannot bound those.
pub const MAX_EMPTY_ITEMS: u32 = 1 << 16;

/// A cursor over the bytes of one datum.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    depth: u32,
    empty_items: u32,
    failure: Option<DecodeError>,
}

impl<'a> Reader<'a> {
    /// Starts at the first of `bytes`.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            depth: MAX_DEPTH,
            empty_items: MAX_EMPTY_ITEMS,
            failure: None,
        }
    }

    /// A reader that allows more levels of nesting than [`MAX_DEPTH`].
    pub(crate) fn with_depth(bytes: &'a [u8], depth: u32) -> Self {
        Self {
            depth,
            ..Self::new(bytes)
        }
    }

    /// Continues at `rest`, a part of the same datum.
    #[inline]
    pub(crate) fn seek(&mut self, rest: &'a [u8]) {
        self.rest = rest;
    }

    /// Bytes not yet read.
    #[inline]
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// The bytes not yet read.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Ends reading.
    ///
    /// # Errors
    /// What went wrong before; [`DecodeError::TrailingBytes`] if anything is left.
    #[inline]
    pub fn finish(self) -> Result<(), DecodeError> {
        match (self.failure, self.rest.len() as u64) {
            (Some(error), _) => Err(error),
            (None, 0) => Ok(()),
            (None, count) => Err(DecodeError::TrailingBytes { count }),
        }
    }

    /// What went wrong first, if anything did.
    #[inline]
    pub fn failure(&self) -> Option<DecodeError> {
        self.failure
    }

    /// Ends reading: the first error is kept, and nothing is left to read.
    #[cold]
    #[inline(never)]
    pub fn fail(&mut self, error: DecodeError) {
        self.failure.get_or_insert(error);
        self.rest = &[];
    }

    /// Puts what was read into `slot`, or fails.
    #[inline]
    pub fn keep<T>(&mut self, slot: &mut T, read: Result<T, DecodeError>) {
        match read {
            Ok(value) => *slot = value,
            Err(error) => self.fail(error),
        }
    }

    /// Reads a value of any type; a mixture of read and blank parts after a failure.
    #[inline]
    pub fn value<T: Codec>(&mut self) -> T {
        let mut value = T::blank();
        value.read(self);
        value
    }

    /// As [`index`](Reader::index); 0 where the reader fails.
    pub fn position(&mut self, count: usize) -> usize {
        let mut position = 0;
        let index = self.index(count);
        self.keep(&mut position, index);
        position
    }

    /// As [`string`](Reader::string); empty where the reader fails.
    pub(super) fn text(&mut self) -> &'a str {
        let mut text = "";
        let read = self.string();
        self.keep(&mut text, read);
        text
    }

    /// As [`block`](Reader::block); 0 where the reader fails.
    pub(super) fn count(&mut self, min_size: usize) -> usize {
        let mut count = 0;
        let block = self.block(min_size);
        self.keep(&mut count, block);
        count
    }

    /// Runs `read` one level deeper, or fails beyond [`MAX_DEPTH`] levels.
    #[inline]
    pub fn deeper(&mut self, read: impl FnOnce(&mut Self)) {
        if self.depth == 0 {
            return self.fail(DecodeError::TooDeep);
        }
        self.depth -= 1;
        read(self);
        self.depth += 1;
    }

    /// Reads a boolean: one byte, 0 or 1.
    #[inline]
    pub fn boolean(&mut self) -> Result<bool, DecodeError> {
        match self.fixed::<1>()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [value] => Err(DecodeError::InvalidBoolean { value }),
        }
    }

    /// Reads an int: zig-zag, variable length, at most five bytes.
    #[inline]
    pub fn int(&mut self) -> Result<i32, DecodeError> {
        if let [byte, rest @ ..] = self.rest
            && *byte < 0x80
        {
            self.rest = rest;
            return Ok(i32::from(byte >> 1) ^ -i32::from(byte & 1));
        }
        let raw = self.long_varint::<5>()?;
        let raw = u32::try_from(raw).map_err(|_| DecodeError::VarintTooLong { bits: 32 })?;
        Ok((raw >> 1).cast_signed() ^ -(raw & 1).cast_signed())
    }

    /// Reads a long: zig-zag, variable length, at most ten bytes.
    #[inline]
    pub fn long(&mut self) -> Result<i64, DecodeError> {
        if let [byte, rest @ ..] = self.rest
            && *byte < 0x80
        {
            self.rest = rest;
            return Ok(i64::from(byte >> 1) ^ -i64::from(byte & 1));
        }
        let raw = self.long_varint::<10>()?;
        Ok((raw >> 1).cast_signed() ^ -(raw & 1).cast_signed())
    }

    /// A varint of up to `MAX` bytes; most take one, which the callers handle.
    #[inline(never)]
    fn long_varint<const MAX: usize>(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0u64;
        for (position, &byte) in self.rest.iter().take(MAX).enumerate() {
            // The tenth byte has room for one bit only.
            if position == 9 && byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << (7 * position);
            if byte < 0x80 {
                self.rest = &self.rest[position + 1..];
                return Ok(value);
            }
        }
        if self.rest.len() < MAX && self.rest.iter().all(|byte| *byte >= 0x80) {
            return Err(DecodeError::UnexpectedEnd { missing: 1 });
        }
        let bits = if MAX == 5 { 32 } else { 64 };
        Err(DecodeError::VarintTooLong { bits })
    }

    /// Reads a float: four bytes, little-endian.
    #[inline]
    pub fn float(&mut self) -> Result<f32, DecodeError> {
        Ok(f32::from_le_bytes(self.fixed()?))
    }

    /// Reads a double: eight bytes, little-endian.
    #[inline]
    pub fn double(&mut self) -> Result<f64, DecodeError> {
        Ok(f64::from_le_bytes(self.fixed()?))
    }

    /// Reads bytes: a length and that many bytes.
    #[inline]
    pub fn bytes(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.length()?;
        self.take(length)
    }

    /// Reads a big-endian two's complement number of one to eight bytes behind their length, by
    /// one load where eight bytes are left. `None` reads nothing: take the general way.
    #[inline]
    pub(super) fn narrow_number(&mut self) -> Option<i64> {
        let (&doubled, rest) = self.rest.split_first()?;
        if !matches!(doubled, 2 | 4 | 6 | 8 | 10 | 12 | 14 | 16) {
            return None;
        }
        let eight = i64::from_be_bytes(*rest.first_chunk()?);
        let length = usize::from(doubled / 2);
        self.rest = &rest[length..];
        Some(eight >> (64 - 8 * length))
    }

    /// Reads a short string of ASCII, which most are. `None` reads nothing: take the general way.
    #[inline]
    pub(super) fn short_ascii(&mut self) -> Option<&'a str> {
        let (&doubled, rest) = self.rest.split_first()?;
        if doubled & 0x81 != 0 {
            return None;
        }
        let (text, rest) = rest.split_at_checked(usize::from(doubled / 2))?;
        let text = raw::short_ascii(text)?;
        self.rest = rest;
        Some(text)
    }

    /// Reads a string: a length and that many bytes of UTF-8.
    pub fn string(&mut self) -> Result<&'a str, DecodeError> {
        raw::utf8(self.bytes()?).ok_or(DecodeError::InvalidUtf8)
    }

    /// Reads a fixed of `N` bytes.
    #[inline]
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let Some((head, rest)) = self.rest.split_first_chunk::<N>() else {
            return Err(too_short(N, self.rest.len()));
        };
        self.rest = rest;
        Ok(*head)
    }

    /// Takes the next `count` bytes as they are.
    #[inline]
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let Some((head, rest)) = self.rest.split_at_checked(count) else {
            return Err(too_short(count, self.rest.len()));
        };
        self.rest = rest;
        Ok(head)
    }

    /// Reads the position of an enum symbol or a union branch, below `count`.
    #[inline]
    pub fn index(&mut self, count: usize) -> Result<usize, DecodeError> {
        let index = self.int()?;
        match usize::try_from(index) {
            Ok(position) if position < count => Ok(position),
            _ => Err(DecodeError::IndexOutOfRange {
                index,
                count: u32::try_from(count).unwrap_or(u32::MAX),
            }),
        }
    }

    #[inline]
    fn length(&mut self) -> Result<usize, DecodeError> {
        let value = self.long()?;
        usize::try_from(value).map_err(|_| DecodeError::NegativeLength { value })
    }

    /// Runs `read` one level deeper.
    ///
    /// # Errors
    /// [`DecodeError::TooDeep`] beyond [`MAX_DEPTH`] levels, and what `read` returns.
    #[inline]
    pub(crate) fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        if self.depth == 0 {
            return Err(DecodeError::TooDeep);
        }
        self.depth -= 1;
        let value = read(self)?;
        self.depth += 1;
        Ok(value)
    }

    /// Reads the head of an array or map block and returns its number of items;
    /// zero ends the collection. `min_size` is the least size of one item.
    ///
    /// # Errors
    /// [`DecodeError::CountTooLarge`] if the rest of the input cannot hold them.
    #[inline]
    pub fn block(&mut self, min_size: usize) -> Result<usize, DecodeError> {
        let mut count = self.long()?;
        if count < 0 {
            // A negative count is followed by the block's size in bytes.
            self.length()?;
            count = count
                .checked_neg()
                .ok_or(DecodeError::NegativeLength { value: count })?;
        }
        let count = count.cast_unsigned();
        if min_size == 0 {
            return self.empty_block(count);
        }
        match usize::try_from(count) {
            Ok(items) if items <= self.rest.len() / min_size => Ok(items),
            _ => Err(DecodeError::CountTooLarge { count }),
        }
    }

    #[cold]
    fn empty_block(&mut self, count: u64) -> Result<usize, DecodeError> {
        let items = u32::try_from(count).map_err(|_| DecodeError::CountTooLarge { count })?;
        self.empty_items = self
            .empty_items
            .checked_sub(items)
            .ok_or(DecodeError::CountTooLarge { count })?;
        Ok(items as usize)
    }
}

#[cold]
#[inline(never)]
fn too_short(needed: usize, found: usize) -> DecodeError {
    DecodeError::UnexpectedEnd {
        missing: (needed - found) as u64,
    }
}
