//! The logical type `duration`.

use super::{Codec, DecodeError, Reader};
use std::fmt;
use std::str::FromStr;

/// Months, days and milliseconds, none of which converts into another: Avro's
/// `duration`, a `fixed(12)`. Shown as ISO 8601, `P1M2DT3.004S`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Duration {
    /// Calendar months.
    pub months: u32,
    /// Calendar days.
    pub days: u32,
    /// Milliseconds.
    pub millis: u32,
}

impl Codec for Duration {
    const MIN_SIZE: usize = 12;

    #[inline]
    fn encode(&self, out: &mut Vec<u8>) {
        for part in [self.months, self.days, self.millis] {
            out.extend_from_slice(&part.to_le_bytes());
        }
    }

    #[inline]
    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            months: u32::from_le_bytes(r.fixed()?),
            days: u32::from_le_bytes(r.fixed()?),
            millis: u32::from_le_bytes(r.fixed()?),
        })
    }

    #[inline]
    fn size_hint(&self) -> usize {
        12
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        if self.months > 0 {
            write!(f, "{}M", self.months)?;
        }
        if self.days > 0 {
            write!(f, "{}D", self.days)?;
        }
        match (self.millis / 1000, self.millis % 1000) {
            (0, 0) if self.months > 0 || self.days > 0 => Ok(()),
            (seconds, 0) => write!(f, "T{seconds}S"),
            (seconds, millis) => write!(f, "T{seconds}.{millis:03}S"),
        }
    }
}

/// Why a text is no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no duration such as P1M2DT3.004S")]
pub struct ParseDurationError(String);

impl FromStr for Duration {
    type Err = ParseDurationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseDurationError(text.to_owned());
        let span: jiff::Span = text.parse().map_err(|_| error())?;
        let months = i64::from(span.get_years()) * 12 + i64::from(span.get_months());
        let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
        let seconds =
            i64::from(span.get_hours()) * 3600 + span.get_minutes() * 60 + span.get_seconds();
        let millis = seconds * 1000 + span.get_milliseconds();
        if span.get_microseconds() != 0 || span.get_nanoseconds() != 0 {
            return Err(error());
        }
        let part = |value| u32::try_from(value).map_err(|_| error());
        Ok(Self {
            months: part(months)?,
            days: part(days)?,
            millis: part(millis)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_shown_and_parsed() {
        let cases = [
            (
                Duration {
                    months: 1,
                    days: 2,
                    millis: 3004,
                },
                "P1M2DT3.004S",
            ),
            (
                Duration {
                    months: 14,
                    days: 0,
                    millis: 0,
                },
                "P14M",
            ),
            (Duration::default(), "PT0S"),
            (
                Duration {
                    months: 0,
                    days: 0,
                    millis: u32::MAX,
                },
                "PT4294967.295S",
            ),
        ];
        for (value, text) in cases {
            assert_eq!(value.to_string(), text);
            assert_eq!(text.parse::<Duration>().unwrap(), value);
        }
        assert_eq!(
            "P1Y2MT1H".parse::<Duration>().unwrap(),
            Duration {
                months: 14,
                days: 0,
                millis: 3_600_000
            }
        );
        assert!("-P1D".parse::<Duration>().is_err());
        assert!("PT0.0001S".parse::<Duration>().is_err());
    }
}
