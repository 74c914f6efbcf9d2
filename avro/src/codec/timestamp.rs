//! The logical types `timestamp-*` (instants) and `local-timestamp-*` (wall clocks).

use super::macros::{number, text};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Error, Timestamp};

macro_rules! timestamp {
    ($name:ident, $local:ident, $logical:literal, $unit:literal, $nanos:literal) => {
        #[doc = concat!($unit, " since 1970-01-01T00:00:00Z: the logical type `timestamp-",
                                                        $logical, "`. Shown as RFC 3339.")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        #[doc = concat!($unit, " since 1970-01-01T00:00:00 on whatever clock the reader \
                        thinks of: the logical type `local-timestamp-", $logical,
                                                        "`. Shown as RFC 3339 without an offset.")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $local(pub i64);

        number!($name, i64);
        number!($local, i64);
        text!($name, Timestamp);
        text!($local, DateTime);

        impl TryFrom<$name> for Timestamp {
            type Error = Error;

            fn try_from(value: $name) -> Result<Self, Error> {
                Self::from_nanosecond(i128::from(value.0) * $nanos)
            }
        }

        impl TryFrom<$local> for DateTime {
            type Error = Error;

            fn try_from(value: $local) -> Result<Self, Error> {
                Timestamp::try_from($name(value.0))
                    .map(|instant| TimeZone::UTC.to_datetime(instant))
            }
        }

        /// Digits finer than the unit are cut off, towards the past.
        impl TryFrom<Timestamp> for $name {
            type Error = Error;

            fn try_from(instant: Timestamp) -> Result<Self, Error> {
                i64::try_from(instant.as_nanosecond().div_euclid($nanos))
                    .map(Self)
                    .map_err(|_| Error::from_args(format_args!("{instant} exceeds 64 bits")))
            }
        }

        /// Digits finer than the unit are cut off, towards the past.
        impl TryFrom<DateTime> for $local {
            type Error = Error;

            fn try_from(time: DateTime) -> Result<Self, Error> {
                let instant = TimeZone::UTC.to_timestamp(time)?;
                $name::try_from(instant).map(|value| Self(value.0))
            }
        }
    };
}

timestamp!(
    TimestampMillis,
    LocalTimestampMillis,
    "millis",
    "Milliseconds",
    1_000_000
);
timestamp!(
    TimestampMicros,
    LocalTimestampMicros,
    "micros",
    "Microseconds",
    1_000
);
timestamp!(
    TimestampNanos,
    LocalTimestampNanos,
    "nanos",
    "Nanoseconds",
    1
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_shown_and_parsed() {
        let instant = TimestampMillis(1_709_208_000_123);
        assert_eq!(instant.to_string(), "2024-02-29T12:00:00.123Z");
        assert_eq!(
            "2024-02-29T13:00:00.123+01:00"
                .parse::<TimestampMillis>()
                .unwrap(),
            instant
        );
        assert_eq!(TimestampMillis(i64::MAX).to_string(), i64::MAX.to_string());
        assert!("9999-01-01T00:00:00Z".parse::<TimestampNanos>().is_err());
    }

    #[test]
    fn finer_digits_are_cut_towards_the_past() {
        let before = "1969-12-31T23:59:59.9999Z"
            .parse::<TimestampMillis>()
            .unwrap();
        assert_eq!(before, TimestampMillis(-1));
    }

    #[test]
    fn wall_clocks_have_no_offset() {
        let time = LocalTimestampMicros(1_709_208_000_123_456);
        assert_eq!(time.to_string(), "2024-02-29T12:00:00.123456");
        assert_eq!(
            "2024-02-29T12:00:00.123456"
                .parse::<LocalTimestampMicros>()
                .unwrap(),
            time
        );
    }
}
