//! The crate's only unsafe code: short copies and ASCII text without a call each.
//!
//! Most strings of a message are shorter than 64 bytes, where a call to `memcpy` and one to the
//! UTF-8 validator cost several times the work itself. Every function falls back to the safe way
//! beyond that length. Miri runs over the tests below.
#![allow(unsafe_code)]

use std::ptr;

/// From this length on, the standard library's way is as fast.
const SHORT: usize = 64;

/// Appends the length of `bytes` and themselves.
#[inline]
pub(super) fn framed(bytes: &[u8], out: &mut Vec<u8>) {
    let length = bytes.len();
    if length >= SHORT || out.capacity() - out.len() <= SHORT {
        return framed_slowly(bytes, out);
    }
    // SAFETY: more than SHORT bytes are spare: one takes the length (below 64, so that its zig-zag
    // is one varint byte), at most SHORT - 1 the copy. `bytes` is borrowed, so it lies elsewhere.
    // All bytes up to the new length are initialised.
    unsafe {
        let end = out.as_mut_ptr().add(out.len());
        end.write((length << 1) as u8);
        copy(bytes.as_ptr(), end.add(1), length);
        out.set_len(out.len() + 1 + length);
    }
}

#[cold]
#[inline(never)]
fn framed_slowly(bytes: &[u8], out: &mut Vec<u8>) {
    out.reserve(bytes.len() + SHORT + 1);
    super::write::long(bytes.len() as i64, out);
    out.extend_from_slice(bytes);
}

/// Appends the bytes of `value`, big-endian, without the first `skip`, at most 7, behind their
/// number.
#[inline]
pub(super) fn framed_tail(value: u64, skip: u32, out: &mut Vec<u8>) {
    let skip = skip & 7;
    if out.capacity() - out.len() < 9 {
        return framed_tail_slowly(value, skip, out);
    }
    let top = (value << (8 * skip)).to_be_bytes();
    let length = 8 - skip as usize;
    // SAFETY: nine bytes are spare and all nine are written, of which 1 + length count.
    unsafe {
        let end = out.as_mut_ptr().add(out.len());
        end.write((length << 1) as u8);
        ptr::copy_nonoverlapping(top.as_ptr(), end.add(1), 8);
        out.set_len(out.len() + 1 + length);
    }
}

#[cold]
#[inline(never)]
fn framed_tail_slowly(value: u64, skip: u32, out: &mut Vec<u8>) {
    out.reserve(SHORT + 1);
    framed_tail(value, skip, out);
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
    // SAFETY: in each arm N <= length <= 2 N, so both chunks lie within `length` bytes.
    unsafe {
        match length {
            0 => {}
            1 => to.write(from.read()),
            2..4 => two_chunks::<2>(from, to, length),
            4..8 => two_chunks::<4>(from, to, length),
            8..16 => two_chunks::<8>(from, to, length),
            16..32 => two_chunks::<16>(from, to, length),
            _ => two_chunks::<32>(from, to, length),
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
    let high_bits = match bytes.len() {
        0 => 0,
        1 => u128::from(bytes[0]),
        2..4 => both(bytes, |chunk| u16::from_le_bytes(chunk).into()),
        4..8 => both(bytes, |chunk| u32::from_le_bytes(chunk).into()),
        8..16 => both(bytes, |chunk| u64::from_le_bytes(chunk).into()),
        16..32 => both(bytes, u128::from_le_bytes),
        _ => both(bytes, |chunk: [u8; 32]| {
            chunk
                .as_chunks()
                .0
                .iter()
                .fold(0, |seen, half| seen | u128::from_le_bytes(*half))
        }),
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
    use super::{assign, framed, framed_tail, utf8};

    #[test]
    fn every_length_is_framed_whole() {
        let source: Vec<u8> = (0..200).collect();
        for length in 0..=source.len() {
            for spare in [0, 1, 64, 65, 66, 300] {
                let mut out = Vec::with_capacity(3 + spare);
                out.extend_from_slice(&[0xaa; 3]);
                framed(&source[..length], &mut out);
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
                framed_tail(0x0102_0304_0506_0708, skip, &mut out);
                assert_eq!(out[0], 2 * (8 - skip as u8));
                assert_eq!(out[1..], [1, 2, 3, 4, 5, 6, 7, 8][skip as usize..]);
            }
        }
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
