//! The crate's only unsafe code: a buffer's end in a register, short copies and ASCII text without a
//! call each.
//!
//! Most strings of a message are shorter than 64 bytes, where a call to `memcpy` and one to the
//! UTF-8 validator cost several times the work itself. Every function falls back to the safe way
//! beyond that length. Miri runs over the tests below.
#![allow(unsafe_code)]

use std::ptr::{self, NonNull};

/// From this length on, the standard library's way is as fast.
const SHORT: usize = 64;

/// The end of a buffer that is being written, passed from hand to hand: it stays in a register, where
/// a buffer's own length would be stored and loaded again at each field of a message.
///
/// The buffer has its new length after [`finish`](Cursor::finish); of a cursor that is dropped
/// before, nothing is kept.
#[must_use]
#[derive(Debug)]
pub struct Cursor<'a> {
    /// Within the allocation of `out`, at or behind its length; all bytes up to here are initialised.
    end: NonNull<u8>,
    out: &'a mut Vec<u8>,
}

impl<'a> Cursor<'a> {
    /// The end of `out`.
    #[inline]
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        // SAFETY: the length is within the allocation, and a vector's pointer is never null.
        let end = unsafe { NonNull::new_unchecked(out.as_mut_ptr().add(out.len())) };
        Self { end, out }
    }

    /// Gives the buffer its new length.
    #[inline]
    pub fn finish(self) {
        let length = self.length();
        // SAFETY: `end` is within the allocation, and all bytes up to it are initialised.
        unsafe { self.out.set_len(length) }
    }

    #[inline]
    fn length(&self) -> usize {
        self.end.addr().get() - self.out.as_ptr().addr()
    }

    #[inline]
    fn spare(&self) -> usize {
        self.out.capacity() - self.length()
    }

    /// A cursor before at least `bytes` spare bytes.
    #[inline]
    fn room(self, bytes: usize) -> Self {
        if self.spare() < bytes {
            return self.grown(bytes);
        }
        self
    }

    #[cold]
    #[inline(never)]
    fn grown(self, bytes: usize) -> Self {
        let (before, length) = (self.out.len(), self.length());
        // SAFETY: as in `finish`; then no more than the length before, of which nothing changed.
        unsafe {
            self.out.set_len(length);
            self.out.reserve(bytes.max(SHORT + 1));
            let end = Cursor::new(self.out).end;
            self.out.set_len(before);
            Self { end, ..self }
        }
    }

    /// # Safety
    /// The `bytes` bytes behind the end are spare and were written.
    #[inline]
    unsafe fn advanced(self, bytes: usize) -> Self {
        Self {
            // SAFETY: within the allocation, by the caller's promise.
            end: unsafe { self.end.add(bytes) },
            ..self
        }
    }

    /// Appends `bytes`.
    #[inline]
    pub(super) fn array<const N: usize>(self, bytes: &[u8; N]) -> Self {
        let this = self.room(N);
        // SAFETY: N bytes are spare, all are written. `bytes` is borrowed, so it lies elsewhere.
        unsafe {
            this.end
                .copy_from_nonoverlapping(NonNull::from(bytes).cast(), N);
            this.advanced(N)
        }
    }

    /// Appends `raw` in groups of seven bits, lowest first, each but the last with its high bit set.
    #[inline]
    pub(super) fn varint(self, raw: u64) -> Self {
        if raw < 0x80 {
            return self.array(&[raw as u8]);
        }
        self.long_varint(raw)
    }

    #[inline(never)]
    fn long_varint(self, raw: u64) -> Self {
        let bits = u64::BITS - raw.leading_zeros();
        if bits > 56 {
            return self.longest_varint(raw);
        }
        let length = bits.div_ceil(7) as usize;
        let more = 0x0080_8080_8080_8080 & ((1 << (8 * (length - 1))) - 1);
        self.low_bytes(septets(raw) | more, length)
    }

    /// Appends the `length` lowest bytes of `value`, at most 8, the lowest first.
    #[inline]
    pub(super) fn low_bytes(self, value: u64, length: usize) -> Self {
        let bytes = value.to_le_bytes();
        let this = self.room(8);
        // SAFETY: eight bytes are spare and all eight are written, of which at most all count.
        unsafe {
            this.end
                .copy_from_nonoverlapping(NonNull::from(&bytes).cast(), 8);
            this.advanced(length.min(8))
        }
    }

    /// Nine or ten groups.
    #[cold]
    fn longest_varint(self, raw: u64) -> Self {
        let low = septets(raw & (u64::MAX >> 8)) | 0x8080_8080_8080_8080;
        let this = self.array(&low.to_le_bytes());
        match raw >> 56 {
            rest @ 0..0x80 => this.array(&[rest as u8]),
            rest => this.array(&[rest as u8 | 0x80, 1]),
        }
    }

    /// Appends the length of `bytes` and themselves.
    #[inline]
    pub(super) fn framed(self, bytes: &[u8]) -> Self {
        let length = bytes.len();
        if length >= SHORT || self.spare() <= SHORT {
            return self.framed_slowly(bytes);
        }
        // SAFETY: more than SHORT bytes are spare: one takes the length (below 64, so that its zig-zag
        // is one varint byte), at most SHORT - 1 the copy. `bytes` is borrowed, so it lies elsewhere.
        unsafe {
            self.end.write((length << 1) as u8);
            copy(bytes.as_ptr(), self.end.add(1).as_ptr(), length);
            self.advanced(1 + length)
        }
    }

    #[cold]
    #[inline(never)]
    fn framed_slowly(self, bytes: &[u8]) -> Self {
        let this = self.varint((bytes.len() as u64) << 1).room(bytes.len());
        // SAFETY: as many bytes are spare, all are written. `bytes` is borrowed, so it lies elsewhere.
        unsafe {
            this.end
                .as_ptr()
                .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            this.advanced(bytes.len())
        }
    }

    /// Appends the bytes of `value`, big-endian, without the first `skip`, at most 7, behind their
    /// number.
    #[inline]
    pub(super) fn framed_tail(self, value: u64, skip: u32) -> Self {
        let skip = skip & 7;
        let top = (value << (8 * skip)).to_be_bytes();
        let length = 8 - skip as usize;
        let this = self.room(9);
        // SAFETY: nine bytes are spare and all nine are written, of which 1 + length count.
        unsafe {
            this.end.write((length << 1) as u8);
            this.end
                .add(1)
                .copy_from_nonoverlapping(NonNull::from(&top).cast(), 8);
            this.advanced(1 + length)
        }
    }
}

/// The lowest 56 bits, seven in each byte.
#[inline]
fn septets(raw: u64) -> u64 {
    let raw = (raw & 0x0000_0000_0fff_ffff) | (raw & 0x00ff_ffff_f000_0000) << 4;
    let raw = (raw & 0x0000_3fff_0000_3fff) | (raw & 0x0fff_c000_0fff_c000) << 2;
    (raw & 0x007f_007f_007f_007f) | (raw & 0x3f80_3f80_3f80_3f80) << 1
}

/// Replaces the text of `slot`, keeping its allocation where it suffices.
#[inline]
pub(super) fn assign(slot: &mut String, text: &str) {
    let length = text.len();
    if length >= SHORT || slot.capacity() < length {
        slot.clear();
        return slot.push_str(text);
    }
    // SAFETY: the capacity holds `length` bytes, `text` is borrowed and so lies elsewhere, and the
    // bytes that remain in `slot` are exactly those of `text`, which is UTF-8.
    unsafe {
        let bytes = slot.as_mut_vec();
        copy(text.as_ptr(), bytes.as_mut_ptr(), length);
        bytes.set_len(length);
    }
}

/// `bytes` as text, where they are UTF-8.
#[inline]
pub(super) fn utf8(bytes: &[u8]) -> Option<&str> {
    short_ascii(bytes).or_else(|| std::str::from_utf8(bytes).ok())
}

/// `bytes` as text, where they are fewer than [`SHORT`] and all below 0x80.
#[inline]
pub(super) fn short_ascii(bytes: &[u8]) -> Option<&str> {
    if bytes.len() >= SHORT || !is_ascii(bytes) {
        return None;
    }
    // SAFETY: bytes below 0x80 are UTF-8, each a character of its own.
    Some(unsafe { std::str::from_utf8_unchecked(bytes) })
}

/// Copies `length` bytes, fewer than [`SHORT`], as a first and a last chunk that may overlap.
///
/// # Safety
/// `from` is valid for reads and `to` for writes of `length` bytes, and the two do not overlap.
#[inline]
unsafe fn copy(from: *const u8, to: *mut u8, length: usize) {
    // Longer texts first: they are the commoner, and a chain beats a table of jumps.
    // SAFETY: in each arm N <= length <= 2 N, so both chunks lie within `length` bytes.
    unsafe {
        if length >= 32 {
            two_chunks::<32>(from, to, length);
        } else if length >= 16 {
            two_chunks::<16>(from, to, length);
        } else if length >= 8 {
            two_chunks::<8>(from, to, length);
        } else if length >= 4 {
            two_chunks::<4>(from, to, length);
        } else if length >= 2 {
            two_chunks::<2>(from, to, length);
        } else if length == 1 {
            to.write(from.read());
        }
    }
}

/// # Safety
/// As [`copy`], with `N <= length <= 2 * N`.
#[inline]
unsafe fn two_chunks<const N: usize>(from: *const u8, to: *mut u8, length: usize) {
    // SAFETY: both chunks of N bytes lie within `length` bytes, by the caller's promise.
    unsafe {
        ptr::copy_nonoverlapping(from, to, N);
        ptr::copy_nonoverlapping(from.add(length - N), to.add(length - N), N);
    }
}

/// Whether all bytes, fewer than [`SHORT`], are below 0x80: chunks that may overlap, as in [`copy`].
#[inline]
fn is_ascii(bytes: &[u8]) -> bool {
    let length = bytes.len();
    let high_bits = if length >= 32 {
        both(bytes, |chunk: [u8; 32]| {
            chunk
                .as_chunks()
                .0
                .iter()
                .fold(0, |seen, half| seen | u128::from_le_bytes(*half))
        })
    } else if length >= 16 {
        both(bytes, u128::from_le_bytes)
    } else if length >= 8 {
        both(bytes, |chunk| u64::from_le_bytes(chunk).into())
    } else if length >= 4 {
        both(bytes, |chunk| u32::from_le_bytes(chunk).into())
    } else {
        bytes.iter().fold(0, |seen, byte| seen | u128::from(*byte))
    };
    high_bits & 0x8080_8080_8080_8080_8080_8080_8080_8080 == 0
}

/// The bits of the first and of the last `N` bytes; all of them where there are fewer than `N`.
#[inline]
fn both<const N: usize>(bytes: &[u8], load: impl Fn([u8; N]) -> u128) -> u128 {
    match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => load(*first) | load(*last),
        _ => u128::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, assign, utf8};

    #[test]
    fn every_length_is_framed_whole() {
        let source: Vec<u8> = (0..200).collect();
        for length in 0..=source.len() {
            for spare in [0, 1, 64, 65, 66, 300] {
                let mut out = Vec::with_capacity(3 + spare);
                out.extend_from_slice(&[0xaa; 3]);
                Cursor::new(&mut out).framed(&source[..length]).finish();
                let mut expected = vec![0xaa; 3];
                super::super::write::long(length as i64, &mut expected);
                expected.extend_from_slice(&source[..length]);
                assert_eq!(out, expected, "{length} bytes, {spare} spare");
            }
        }
    }

    #[test]
    fn the_tail_of_a_number_is_framed() {
        for skip in 0..8 {
            for spare in [0, 8, 9, 20] {
                let mut out = Vec::with_capacity(spare);
                Cursor::new(&mut out)
                    .framed_tail(0x0102_0304_0506_0708, skip)
                    .finish();
                assert_eq!(out[0], 2 * (8 - skip as u8));
                assert_eq!(out[1..], [1, 2, 3, 4, 5, 6, 7, 8][skip as usize..]);
            }
        }
    }

    /// Avro 1.12, "Binary Encoding", of which this is the plain way.
    fn groups_of_seven_bits(mut raw: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while raw >= 0x80 {
            bytes.push(raw as u8 | 0x80);
            raw >>= 7;
        }
        bytes.push(raw as u8);
        bytes
    }

    #[test]
    fn numbers_of_every_length_are_written() {
        for bit in 0..64 {
            for raw in [
                1u64 << bit,
                (1 << bit) - 1,
                u64::MAX >> bit,
                0xa5a5_a5a5_a5a5_a5a5 >> bit,
            ] {
                for spare in [0, 1, 7, 8, 10] {
                    let mut out = Vec::with_capacity(spare);
                    Cursor::new(&mut out).varint(raw).finish();
                    assert_eq!(out, groups_of_seven_bits(raw), "{raw:#x}, {spare} spare");
                }
            }
        }
    }

    #[test]
    fn a_dropped_cursor_leaves_the_buffer_as_it_was() {
        let mut out = vec![1, 2, 3];
        let _ = Cursor::new(&mut out).framed(&[7; 100]).varint(300);
        assert_eq!(out, [1, 2, 3]);
    }

    #[test]
    fn assigning_replaces_text_of_any_length() {
        for old in [0, 1, 7, 63, 64, 200] {
            for new in 0..100 {
                let mut slot = "x".repeat(old);
                let text: String = ('a'..='z').cycle().take(new).collect();
                assign(&mut slot, &text);
                assert_eq!(slot, text);
            }
        }
    }

    #[test]
    fn only_utf8_is_text() {
        for length in 0..100 {
            let mut bytes = vec![b'a'; length];
            assert_eq!(utf8(&bytes), std::str::from_utf8(&bytes).ok());
            for at in 0..length {
                bytes[at] = 0xff;
                assert_eq!(utf8(&bytes), None, "bad byte {at} of {length}");
                bytes[at] = b'a';
            }
        }
        assert_eq!(utf8("grün".as_bytes()), Some("grün"));
    }
}
