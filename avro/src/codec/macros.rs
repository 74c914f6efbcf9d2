//! What the logical newtypes over a number have in common.

/// Implements `Codec` for a newtype over `i32` or `i64`, and conversions from and
/// to the number.
macro_rules! number {
    ($name:ident, $repr:ty) => {
        impl $crate::codec::Codec for $name {
            const MIN_SIZE: usize = 1;

            #[inline]
            fn write<'a>(&self, out: $crate::codec::Cursor<'a>) -> $crate::codec::Cursor<'a> {
                self.0.write(out)
            }

            #[inline]
            fn blank() -> Self {
                Self(0)
            }

            #[inline]
            fn read(&mut self, r: &mut $crate::codec::Reader<'_>) {
                self.0.read(r);
            }
        }

        impl From<$repr> for $name {
            fn from(number: $repr) -> Self {
                Self(number)
            }
        }

        impl From<$name> for $repr {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

/// Implements `Display` and `FromStr` through a type of `jiff`. A number outside
/// of that type's range is shown as it is.
macro_rules! text {
    ($name:ident, $jiff:ty) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match <$jiff>::try_from(*self) {
                    Ok(value) => value.fmt(f),
                    Err(_) => self.0.fmt(f),
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = jiff::Error;

            fn from_str(text: &str) -> Result<Self, jiff::Error> {
                Self::try_from(text.parse::<$jiff>()?)
                    .map_err(|error| jiff::Error::from_args(format_args!("{error}")))
            }
        }
    };
}

pub(super) use {number, text};
