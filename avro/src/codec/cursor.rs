//! Writing the parts of a datum at a [`Cursor`].

use super::raw::Cursor;

impl Cursor<'_> {
    /// Appends an int: zig-zag, variable length.
    #[inline]
    pub fn int(self, value: i32) -> Self {
        let raw = (value << 1) ^ (value >> 31);
        self.varint(u64::from(raw.cast_unsigned()))
    }

    /// Appends a long: zig-zag, variable length.
    #[inline]
    pub fn long(self, value: i64) -> Self {
        let raw = (value << 1) ^ (value >> 63);
        self.varint(raw.cast_unsigned())
    }

    /// Appends a boolean: one byte.
    #[inline]
    pub fn boolean(self, value: bool) -> Self {
        self.array(&[u8::from(value)])
    }

    /// Appends a float: four bytes, little-endian.
    #[inline]
    pub fn float(self, value: f32) -> Self {
        self.array(&value.to_le_bytes())
    }

    /// Appends a double: eight bytes, little-endian.
    #[inline]
    pub fn double(self, value: f64) -> Self {
        self.array(&value.to_le_bytes())
    }

    /// Appends bytes: their length and themselves.
    #[inline]
    pub fn bytes(self, value: &[u8]) -> Self {
        self.framed(value)
    }

    /// Appends a string: its length in bytes and itself.
    #[inline]
    pub fn string(self, value: &str) -> Self {
        self.framed(value.as_bytes())
    }

    /// Appends a fixed: its bytes alone.
    #[inline]
    pub fn fixed<const N: usize>(self, value: &[u8; N]) -> Self {
        self.array(value)
    }

    /// Appends the position of an enum symbol or a union branch.
    #[inline]
    pub fn index(self, value: usize) -> Self {
        self.varint((value as u64) << 1)
    }

    /// Appends the head of an array or map block of `count` items; a count of zero
    /// ends the collection.
    #[inline]
    pub fn block(self, count: usize) -> Self {
        self.varint((count as u64) << 1)
    }
}
