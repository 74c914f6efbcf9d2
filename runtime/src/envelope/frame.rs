//! The registry's wire format: a zero byte, the schema id in four bytes, big
//! endian, then the datum.

use crate::registry::SchemaId;

/// Bytes before the datum.
pub const HEADER_LEN: usize = 5;

const MAGIC: u8 = 0;

/// Why bytes are not a framed datum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Fewer bytes than the header takes.
    #[error("{0} bytes are fewer than the {HEADER_LEN} of the frame")]
    Short(usize),
    /// Another first byte.
    #[error("first byte {0:#04x} is not the magic byte 0x00")]
    Magic(u8),
}

/// Begins a framed datum: the datum is written after what `out` then holds.
pub fn frame(id: SchemaId, out: &mut Vec<u8>) {
    out.push(MAGIC);
    out.extend_from_slice(&id.0.to_be_bytes());
}

/// Splits framed bytes into the writer's schema id and the datum.
pub fn unframe(framed: &[u8]) -> Result<(SchemaId, &[u8]), FrameError> {
    match framed {
        [MAGIC, a, b, c, d, datum @ ..] => {
            Ok((SchemaId(u32::from_be_bytes([*a, *b, *c, *d])), datum))
        }
        [first, ..] if *first != MAGIC => Err(FrameError::Magic(*first)),
        short => Err(FrameError::Short(short.len())),
    }
}
