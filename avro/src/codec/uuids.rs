//! The logical type `uuid`, over string and over `fixed(16)`.

use super::{Codec, Cursor, DecodeError, Reader};
use uuid::Uuid;

/// Over string: 36 characters, hyphenated, lower case.
impl Codec for Uuid {
    const MIN_SIZE: usize = 1;

    fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a> {
        let bits = u128::from_le_bytes(*self.as_bytes());
        let [first, second, third, last] = [0, 32, 64, 96].map(|at| text_of((bits >> at) as u32));
        out.block(36)
            .low_bytes(first, 8)
            .low_bytes(hyphen_and(second), 5)
            .low_bytes(hyphen_and(second >> 32), 5)
            .low_bytes(hyphen_and(third), 5)
            .low_bytes(hyphen_and(third >> 32), 5)
            .low_bytes(last, 8)
    }

    #[inline]
    fn blank() -> Self {
        Self::nil()
    }

    fn read(&mut self, r: &mut Reader<'_>) {
        let value = r
            .bytes()
            .and_then(|text| parse_uuid(text).ok_or(DecodeError::InvalidUuid));
        r.keep(self, value);
    }
}

/// A hyphen before the four lowest characters.
#[inline]
fn hyphen_and(text: u64) -> u64 {
    text << 8 | u64::from(b'-')
}

/// Parses the text of a UUID: hyphenated directly, its rarer forms through the
/// `uuid` crate.
#[inline]
pub fn parse_uuid(text: &[u8]) -> Option<Uuid> {
    match text.as_array::<36>() {
        Some(text) => hyphenated(text),
        None => Uuid::try_parse_ascii(text).ok(),
    }
}

/// Eight digits at a time. Positions per RFC 9562, section 4: 8-4-4-4-12.
#[inline]
fn hyphenated(text: &[u8; 36]) -> Option<Uuid> {
    let four = |at: usize| [text[at], text[at + 1], text[at + 2], text[at + 3]];
    let eight = |a: usize, b: usize| {
        let (low, high) = (u32::from_le_bytes(four(a)), u32::from_le_bytes(four(b)));
        digits(u64::from(low) | u64::from(high) << 32)
    };
    let groups = [eight(0, 4)?, eight(9, 14)?, eight(19, 24)?, eight(28, 32)?];
    let hyphens = [text[8], text[13], text[18], text[23]];
    let mut bytes = [0; 16];
    for (four, group) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(groups) {
        *four = group;
    }
    (hyphens == *b"----").then(|| Uuid::from_bytes(bytes))
}

/// A one in each of the eight bytes.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The eight hexadecimal digits of four bytes, lower case; the first of each is in the lowest byte.
#[inline]
fn text_of(bytes: u32) -> u64 {
    let spread = u64::from(bytes);
    let spread = (spread | spread << 16) & 0x0000_ffff_0000_ffff;
    let spread = (spread | spread << 8) & 0x00ff_00ff_00ff_00ff;
    let values = (spread >> 4 | spread << 8) & (ONES * 0x0f);
    let letters = ((values + ONES * 6) >> 4) & ONES;
    values + ONES * u64::from(b'0') + letters * u64::from(b'a' - b'0' - 10)
}

/// The four bytes that eight hexadecimal digits stand for, the first digit in the lowest byte.
#[inline]
fn digits(text: u64) -> Option<[u8; 4]> {
    // Bit 6 tells letters from digits; `a` to `f` end in 1 to 6.
    let values = (text & (ONES * 0x0f)) + 9 * ((text >> 6) & ONES);
    let letters = ((values + ONES * 6) >> 4) & ONES;
    let written = values + ONES * u64::from(b'0') + letters * u64::from(b'a' - b'0' - 10);
    let lower_case = text | ((text >> 1) & (ONES * 0x20));
    let beyond_f = values & (ONES * 0xf0);
    if written != lower_case || beyond_f != 0 {
        return None;
    }
    let pairs = (values << 4 | values >> 8) & 0x00ff_00ff_00ff_00ff;
    let pairs = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    Some(((pairs | pairs >> 16) as u32).to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::{Codec as _, Uuid, parse_uuid};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_uuid_crate(bytes: [u8; 16], at in 0usize..36, byte: u8) {
            let uuid = Uuid::from_bytes(bytes);
            let mut text = uuid.to_string().into_bytes();
            let mut encoded = Vec::new();
            uuid.encode(&mut encoded);
            prop_assert_eq!(&encoded[1..], &text);
            prop_assert_eq!(parse_uuid(&text), Some(uuid));
            prop_assert_eq!(parse_uuid(&text.to_ascii_uppercase()), Some(uuid));
            text[at] = byte;
            prop_assert_eq!(parse_uuid(&text), Uuid::try_parse_ascii(&text).ok());
        }
    }

    #[test]
    fn every_byte_is_judged_in_every_place() {
        let text = *b"01234567-89ab-cdef-0123-456789abcdef";
        for at in 0..text.len() {
            for byte in 0..=255 {
                let mut text = text;
                text[at] = byte;
                let expected = Uuid::try_parse_ascii(&text).ok();
                assert_eq!(parse_uuid(&text), expected, "{byte:#x} at {at}");
            }
        }
    }
}

/// The logical type `uuid` over `fixed(16)`.
pub mod uuid_fixed {
    use super::{Cursor, Reader, Uuid};

    /// Appends the sixteen bytes of `value`.
    #[inline]
    pub fn write<'a>(value: &Uuid, out: Cursor<'a>) -> Cursor<'a> {
        out.fixed(value.as_bytes())
    }

    /// Reads sixteen bytes over `slot`, as [`Codec::read`](super::Codec::read) does.
    #[inline]
    pub fn read(slot: &mut Uuid, r: &mut Reader<'_>) {
        let value = r.fixed().map(Uuid::from_bytes);
        r.keep(slot, value);
    }

    /// Reads sixteen bytes; nil where the reader fails.
    #[inline]
    pub fn value(r: &mut Reader<'_>) -> Uuid {
        let mut value = Uuid::nil();
        read(&mut value, r);
        value
    }
}
