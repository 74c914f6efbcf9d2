//! Avro's primitive types.

use super::{Codec, DecodeError, Reader, raw, write};

impl Codec for () {
    const MIN_SIZE: usize = 0;

    #[inline]
    fn encode(&self, _: &mut Vec<u8>) {}

    #[inline]
    fn blank() -> Self {}

    #[inline]
    fn decode(_: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(())
    }

    #[inline]
    fn size_hint(&self) -> usize {
        0
    }
}

macro_rules! primitive {
    ($type:ty, $read:ident, $min:literal, $max:literal) => {
        impl Codec for $type {
            const MIN_SIZE: usize = $min;

            #[inline]
            fn encode(&self, out: &mut Vec<u8>) {
                write::$read(*self, out);
            }

            #[inline]
            fn blank() -> Self {
                Self::default()
            }

            #[inline]
            fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
                r.$read()
            }

            #[inline]
            fn size_hint(&self) -> usize {
                $max
            }
        }
    };
}

primitive!(bool, boolean, 1, 1);
primitive!(i32, int, 1, 5);
primitive!(i64, long, 1, 10);
primitive!(f32, float, 4, 4);
primitive!(f64, double, 8, 8);

impl Codec for String {
    const MIN_SIZE: usize = 1;

    #[inline]
    fn encode(&self, out: &mut Vec<u8>) {
        write::string(self, out);
    }

    #[inline]
    fn blank() -> Self {
        Self::new()
    }

    #[inline]
    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match r.short_ascii() {
            Some(text) => Ok(text.to_owned()),
            None => r.string().map(str::to_owned),
        }
    }

    #[inline]
    fn decode_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        match r.short_ascii() {
            Some(text) => raw::assign(self, text),
            None => raw::assign(self, r.string()?),
        }
        Ok(())
    }

    #[inline]
    fn size_hint(&self) -> usize {
        self.len() + 5
    }
}
