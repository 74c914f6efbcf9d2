//! The logical types `date`, `time-millis` and `time-micros`.

use super::macros::{number, text};
use jiff::civil;
use jiff::{SignedDuration, ToSpan as _};

/// Days since 1970-01-01. Shown as `2024-02-29`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

/// Milliseconds since midnight. Shown as `10:15:30.123`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeMillis(pub i32);

/// Microseconds since midnight. Shown as `10:15:30.123456`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeMicros(pub i64);

number!(Date, i32);
number!(TimeMillis, i32);
number!(TimeMicros, i64);
text!(Date, civil::Date);
text!(TimeMillis, civil::Time);
text!(TimeMicros, civil::Time);

const EPOCH: civil::Date = civil::Date::constant(1970, 1, 1);
const SECONDS_A_DAY: i64 = 86_400;

impl TryFrom<Date> for civil::Date {
    type Error = jiff::Error;

    fn try_from(date: Date) -> Result<Self, jiff::Error> {
        EPOCH.checked_add(SignedDuration::from_secs(i64::from(date.0) * SECONDS_A_DAY))
    }
}

impl From<civil::Date> for Date {
    fn from(date: civil::Date) -> Self {
        // jiff's years end at 9999: the days fit.
        Self((date.duration_since(EPOCH).as_secs() / SECONDS_A_DAY) as i32)
    }
}

impl TryFrom<TimeMillis> for civil::Time {
    type Error = jiff::Error;

    fn try_from(time: TimeMillis) -> Result<Self, jiff::Error> {
        Self::midnight().checked_add(i64::from(time.0).milliseconds())
    }
}

impl From<civil::Time> for TimeMillis {
    fn from(time: civil::Time) -> Self {
        Self(time.duration_since(civil::Time::midnight()).as_millis() as i32)
    }
}

impl TryFrom<TimeMicros> for civil::Time {
    type Error = jiff::Error;

    fn try_from(time: TimeMicros) -> Result<Self, jiff::Error> {
        Self::midnight().checked_add(SignedDuration::from_micros(time.0))
    }
}

impl From<civil::Time> for TimeMicros {
    fn from(time: civil::Time) -> Self {
        Self(time.duration_since(civil::Time::midnight()).as_micros() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_shown_and_parsed() {
        for (days, text) in [
            (0, "1970-01-01"),
            (19_782, "2024-02-29"),
            (-1, "1969-12-31"),
        ] {
            assert_eq!(Date(days).to_string(), text);
            assert_eq!(text.parse::<Date>().unwrap(), Date(days));
        }
        assert_eq!(Date(i32::MAX).to_string(), "2147483647");
        assert!("2023-02-29".parse::<Date>().is_err());
    }

    #[test]
    fn times_are_shown_and_parsed() {
        assert_eq!(TimeMillis(36_930_123).to_string(), "10:15:30.123");
        assert_eq!(
            "10:15:30.123".parse::<TimeMillis>().unwrap(),
            TimeMillis(36_930_123)
        );
        assert_eq!(TimeMicros(36_930_123_456).to_string(), "10:15:30.123456");
        assert_eq!(
            "10:15:30.123456".parse::<TimeMicros>().unwrap(),
            TimeMicros(36_930_123_456)
        );
        assert_eq!(TimeMillis(86_400_000).to_string(), "86400000");
        assert_eq!(TimeMillis(-1).to_string(), "-1");
    }
}
