//! The logical type `uuid`, over string and over `fixed(16)`.

use super::{Codec, DecodeError, Reader};
use uuid::Uuid;

/// Over string: 36 characters, hyphenated, lower case.
impl Codec for Uuid {
    const MIN_SIZE: usize = 1;

    #[inline]
    fn encode(&self, out: &mut Vec<u8>) {
        // The length and the text as one copy of constant size.
        let mut framed = [0u8; 37];
        framed[0] = 36 << 1;
        self.hyphenated().encode_lower(&mut framed[1..]);
        out.extend_from_slice(&framed);
    }

    #[inline]
    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        parse_uuid(r.bytes()?).ok_or(DecodeError::InvalidUuid)
    }

    #[inline]
    fn size_hint(&self) -> usize {
        37
    }
}

const BAD: u8 = 0xff;

/// The value of each hexadecimal digit.
static DIGITS: [u8; 256] = {
    let mut table = [BAD; 256];
    let mut digit = 0;
    while digit < 16 {
        table[b"0123456789abcdef"[digit] as usize] = digit as u8;
        table[b"0123456789ABCDEF"[digit] as usize] = digit as u8;
        digit += 1;
    }
    table
};

/// Parses the text of a UUID: hyphenated directly, its rarer forms through the
/// `uuid` crate.
#[inline]
pub fn parse_uuid(text: &[u8]) -> Option<Uuid> {
    match text.as_array::<36>() {
        Some(text) => hyphenated(text),
        None => Uuid::try_parse_ascii(text).ok(),
    }
}

#[inline]
fn hyphenated(text: &[u8; 36]) -> Option<Uuid> {
    const STARTS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    let mut bytes = [0u8; 16];
    let mut seen = 0u8;
    for (byte, start) in bytes.iter_mut().zip(STARTS) {
        let high = DIGITS[text[start] as usize];
        let low = DIGITS[text[start + 1] as usize];
        seen |= high | low;
        *byte = high << 4 | (low & 0xf);
    }
    let hyphens = text[8] == b'-' && text[13] == b'-' && text[18] == b'-' && text[23] == b'-';
    (hyphens && seen < 16).then(|| Uuid::from_bytes(bytes))
}

/// The logical type `uuid` over `fixed(16)`.
pub mod uuid_fixed {
    use super::{DecodeError, Reader, Uuid};

    /// Appends the sixteen bytes of `value`.
    #[inline]
    pub fn encode(value: &Uuid, out: &mut Vec<u8>) {
        out.extend_from_slice(value.as_bytes());
    }

    /// Reads sixteen bytes.
    ///
    /// # Errors
    /// [`DecodeError::UnexpectedEnd`].
    #[inline]
    pub fn decode(r: &mut Reader<'_>) -> Result<Uuid, DecodeError> {
        r.fixed().map(Uuid::from_bytes)
    }

    /// Reads sixteen bytes over `slot`.
    ///
    /// # Errors
    /// [`DecodeError::UnexpectedEnd`].
    #[inline]
    pub fn decode_into(slot: &mut Uuid, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        *slot = decode(r)?;
        Ok(())
    }
}
