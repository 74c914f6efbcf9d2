//! The logical type `duration`.

use super::{Codec, Cursor, Reader};
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
    fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a> {
        [self.months, self.days, self.millis]
            .iter()
            .fold(out, |out, part| out.fixed(&part.to_le_bytes()))
    }

    #[inline]
    fn blank() -> Self {
        Self::default()
    }

    fn read(&mut self, r: &mut Reader<'_>) {
        for part in [&mut self.months, &mut self.days, &mut self.millis] {
            let value = r.fixed().map(u32::from_le_bytes);
            r.keep(part, value);
        }
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
        parse(text).ok_or_else(|| ParseDurationError(text.to_owned()))
    }
}

/// `P[nY][nM][nW][nD][T[nH][nM][n[.fff]S]]`, with at least one part.
fn parse(text: &str) -> Option<Duration> {
    let (date, time) = match text.strip_prefix('P')?.split_once('T') {
        Some((date, time)) if !time.is_empty() => (date, time),
        None => (text.strip_prefix('P')?, ""),
        Some(_) => return None,
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let [years, months, weeks, days] = parts(date, ['Y', 'M', 'W', 'D'])?;
    let (time, fraction) = match time.split_once('.') {
        Some((time, fraction)) => (format!("{time}S"), fraction.strip_suffix('S')?),
        None => (time.to_owned(), "0"),
    };
    let [hours, minutes, seconds] = parts(&time, ['H', 'M', 'S'])?;
    let is_millis = fraction.len() <= 3 && fraction.bytes().all(|digit| digit.is_ascii_digit());
    let millis: u64 = format!("{fraction:0<3}")
        .parse()
        .ok()
        .filter(|_| is_millis)?;
    let seconds = hours
        .checked_mul(3600)?
        .checked_add(minutes.checked_mul(60)?)?
        .checked_add(seconds)?;
    Some(Duration {
        months: u32::try_from(years.checked_mul(12)?.checked_add(months)?).ok()?,
        days: u32::try_from(weeks.checked_mul(7)?.checked_add(days)?).ok()?,
        millis: u32::try_from(seconds.checked_mul(1000)?.checked_add(millis)?).ok()?,
    })
}

/// The numbers before the given letters, which come in order, each at most once.
fn parts<const N: usize>(mut text: &str, letters: [char; N]) -> Option<[u64; N]> {
    let mut numbers = [0; N];
    for (number, letter) in numbers.iter_mut().zip(letters) {
        if let Some((digits, rest)) = text.split_once(letter)
            && digits.bytes().all(|digit| digit.is_ascii_digit())
        {
            *number = digits.parse().ok()?;
            text = rest;
        }
    }
    text.is_empty().then_some(numbers)
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
        assert_eq!("PT0.5S".parse::<Duration>().unwrap().millis, 500);
        for wrong in [
            "",
            "P",
            "PT",
            "-P1D",
            "P1",
            "1D",
            "P1D1M",
            "PT0.0001S",
            "PT.5M",
            "P-1D",
            "P4294967296D",
        ] {
            assert!(wrong.parse::<Duration>().is_err(), "{wrong}");
        }
    }
}
