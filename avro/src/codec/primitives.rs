//! Avro's primitive types.

use super::{Codec, Cursor, Reader, raw};

impl Codec for () {
    const MIN_SIZE: usize = 0;

    #[inline]
    fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a> {
        out
    }

    #[inline]
    fn blank() -> Self {}

    #[inline]
    fn read(&mut self, _: &mut Reader<'_>) {}
}

macro_rules! primitive {
    ($type:ty, $read:ident, $min:literal) => {
        impl Codec for $type {
            const MIN_SIZE: usize = $min;

            #[inline]
            fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a> {
                out.$read(*self)
            }

            #[inline]
            fn blank() -> Self {
                Self::default()
            }

            #[inline]
            fn read(&mut self, r: &mut Reader<'_>) {
                let value = r.$read();
                r.keep(self, value);
            }
        }
    };
}

primitive!(bool, boolean, 1);
primitive!(i32, int, 1);
primitive!(i64, long, 1);
primitive!(f32, float, 4);
primitive!(f64, double, 8);

/// Reading is not inlined: most fields are strings, and each would bring all of it along.
impl Codec for String {
    const MIN_SIZE: usize = 1;

    #[inline]
    fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a> {
        out.string(self)
    }

    #[inline]
    fn blank() -> Self {
        Self::new()
    }

    fn read(&mut self, r: &mut Reader<'_>) {
        match r.short_ascii() {
            Some(text) => raw::assign(self, text),
            None => match r.string() {
                Ok(text) => raw::assign(self, text),
                Err(error) => r.fail(error),
            },
        }
    }
}
