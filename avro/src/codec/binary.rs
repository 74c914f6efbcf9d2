//! Bytes and fixed.

use super::{Codec, Cursor, Reader};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use std::str::FromStr;

/// Avro `bytes`. Shown and parsed as base64.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub Vec<u8>);

impl Codec for Bytes {
    const MIN_SIZE: usize = 1;

    fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a> {
        out.bytes(&self.0)
    }

    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    fn read(&mut self, r: &mut Reader<'_>) {
        match r.bytes() {
            Ok(bytes) => {
                self.0.clear();
                self.0.extend_from_slice(bytes);
            }
            Err(error) => r.fail(error),
        }
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(&self.0))
    }
}

impl FromStr for Bytes {
    type Err = base64::DecodeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        STANDARD.decode(text).map(Self)
    }
}

impl<const N: usize> Codec for [u8; N] {
    const MIN_SIZE: usize = N;

    #[inline]
    fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a> {
        out.fixed(self)
    }

    #[inline]
    fn blank() -> Self {
        [0; N]
    }

    #[inline]
    fn read(&mut self, r: &mut Reader<'_>) {
        let value = r.fixed();
        r.keep(self, value);
    }
}
