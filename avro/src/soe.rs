//! Single Object Encoding (Avro 1.12): the marker `C3 01`, the fingerprint of the
//! writer's schema, the datum.

use crate::codec::{Codec, DecodeError, ROOM};

const MARKER: [u8; 2] = [0xc3, 0x01];

/// Bytes before the datum.
pub const HEADER: usize = 10;

/// The message that carries `value`, whose schema has the given
/// [`fingerprint_rabin`](crate::canonical::fingerprint_rabin).
pub fn encode<T: Codec>(fingerprint: u64, value: &T) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER + ROOM);
    out.extend_from_slice(&MARKER);
    out.extend_from_slice(&fingerprint.to_le_bytes());
    value.encode(&mut out);
    out
}

/// The fingerprint of the writer's schema, and the datum.
///
/// # Errors
/// [`DecodeError::NoMarker`] and [`DecodeError::UnexpectedEnd`].
pub fn split(message: &[u8]) -> Result<(u64, &[u8]), DecodeError> {
    let rest = message.strip_prefix(&MARKER).ok_or(DecodeError::NoMarker)?;
    let missing = || DecodeError::UnexpectedEnd {
        missing: (8 - rest.len()) as u64,
    };
    let (fingerprint, datum) = rest.split_first_chunk::<8>().ok_or_else(missing)?;
    Ok((u64::from_le_bytes(*fingerprint), datum))
}

/// Decodes a message written with the schema of that fingerprint.
///
/// # Errors
/// As [`split`] and [`Codec::from_bytes`]; [`DecodeError::UnknownFingerprint`] if the
/// message has another one.
pub fn decode<T: Codec>(expected: u64, message: &[u8]) -> Result<T, DecodeError> {
    let (fingerprint, datum) = split(message)?;
    if fingerprint == expected {
        T::from_bytes(datum)
    } else {
        Err(DecodeError::UnknownFingerprint { fingerprint })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::fingerprint_rabin;
    use crate::schema::parse;

    #[test]
    fn a_message_has_marker_fingerprint_and_datum() {
        let fingerprint = fingerprint_rabin(&parse("\"int\"").unwrap());
        let message = encode(fingerprint, &42);
        assert_eq!(
            message,
            [
                0xc3, 0x01, 0x8f, 0x5c, 0x39, 0x3f, 0x1a, 0xd5, 0x75, 0x72, 84
            ]
        );
        assert_eq!(decode::<i32>(fingerprint, &message), Ok(42));
        let other = DecodeError::UnknownFingerprint { fingerprint };
        assert_eq!(decode::<i32>(1, &message), Err(other));
        assert_eq!(
            split(&message[..9]),
            Err(DecodeError::UnexpectedEnd { missing: 1 })
        );
        assert_eq!(split(b"{}"), Err(DecodeError::NoMarker));
    }
}
