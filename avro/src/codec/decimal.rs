//! The logical type `decimal`, over bytes and over fixed.

use super::{Codec, Cursor, DecodeError, Reader};
use std::fmt;
use std::iter::Sum;
use std::ops::Neg;
use std::str::FromStr;

/// A decimal number of `S` digits after the point, up to 38 digits in all. Exact:
/// no operation rounds. Shown as `12.50`.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal<const S: u32>(i128);

/// The largest number of 38 digits.
const MAX: i128 = 10i128.pow(38) - 1;

impl<const S: u32> Decimal<S> {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// The number `unscaled` / 10^`S`.
    pub const fn from_unscaled(unscaled: i128) -> Self {
        Self(unscaled)
    }

    /// The number times 10^`S`.
    pub const fn unscaled(self) -> i128 {
        self.0
    }

    /// A whole number; `None` beyond 38 digits.
    pub fn from_int(whole: i64) -> Option<Self> {
        Self::within(10i128.checked_pow(S)?.checked_mul(i128::from(whole))?)
    }

    /// The sum; `None` beyond 38 digits.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::within(self.0.checked_add(other.0)?)
    }

    /// The difference; `None` beyond 38 digits.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::within(self.0.checked_sub(other.0)?)
    }

    /// The product with a whole number; `None` beyond 38 digits.
    pub fn checked_mul_int(self, factor: i64) -> Option<Self> {
        Self::within(self.0.checked_mul(i128::from(factor))?)
    }

    fn within(unscaled: i128) -> Option<Self> {
        (-MAX..=MAX).contains(&unscaled).then_some(Self(unscaled))
    }
}

impl<const S: u32> Neg for Decimal<S> {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

/// Stops at the largest number rather than wrapping; use
/// [`checked_add`](Decimal::checked_add) where a sum may come near 38 digits.
impl<const S: u32> Sum for Decimal<S> {
    fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
        Self(
            values
                .fold(0i128, |sum, value| sum.saturating_add(value.0))
                .clamp(-MAX, MAX),
        )
    }
}

impl<const S: u32> fmt::Display for Decimal<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&scaled_text(self.0, S))
    }
}

impl<const S: u32> fmt::Debug for Decimal<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `unscaled` with a point before its last `scale` digits.
pub(crate) fn scaled_text(unscaled: i128, scale: u32) -> String {
    let scale = scale as usize;
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if unscaled < 0 { "-" } else { "" };
    if scale == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// Why a text is no decimal of the wanted scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseDecimalError {
    /// Not digits with at most one point.
    #[error("not a decimal number such as 12.50")]
    NoNumber,
    /// Digits other than zero behind the last one that the scale keeps.
    #[error("more than {scale} digit(s) after the point")]
    TooFine {
        /// Digits after the point.
        scale: u32,
    },
    /// More than 38 digits.
    #[error("more than 38 digits")]
    TooLarge,
}

impl<const S: u32> FromStr for Decimal<S> {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, ParseDecimalError> {
        parse_scaled(text, S).map(Self)
    }
}

/// The exact number that `text` means, times 10^`scale`.
pub(crate) fn parse_scaled(text: &str, scale: u32) -> Result<i128, ParseDecimalError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return Err(ParseDecimalError::NoNumber);
    }
    let kept = fraction.len().min(scale as usize);
    if fraction[kept..].bytes().any(|digit| digit != b'0') {
        return Err(ParseDecimalError::TooFine { scale });
    }
    let missing = scale as usize - kept;
    let all = whole
        .bytes()
        .chain(fraction[..kept].bytes())
        .chain((0..missing).map(|_| b'0'));
    let magnitude = all
        .into_iter()
        .try_fold(0i128, |value, digit| {
            value.checked_mul(10)?.checked_add(i128::from(digit - b'0'))
        })
        .filter(|value| *value <= MAX)
        .ok_or(ParseDecimalError::TooLarge)?;
    Ok(if negative { -magnitude } else { magnitude })
}

impl<const S: u32> Codec for Decimal<S> {
    const MIN_SIZE: usize = 1;

    #[inline]
    fn write<'a>(&self, out: Cursor<'a>) -> Cursor<'a> {
        shortest(&self.0, out)
    }

    #[inline]
    fn blank() -> Self {
        Self(0)
    }

    #[inline]
    fn read(&mut self, r: &mut Reader<'_>) {
        read_unscaled(&mut self.0, r);
    }
}

/// Reads a number behind its length.
fn read_unscaled(slot: &mut i128, r: &mut Reader<'_>) {
    if let Some(narrow) = r.narrow_number() {
        *slot = narrow.into();
    } else {
        let value = r.bytes().and_then(unscaled_of);
        r.keep(slot, value);
    }
}

/// Appends a number: with its length, in as few bytes as it needs, or in exactly
/// `size` bytes.
pub(crate) fn encode_unscaled(value: i128, size: Option<usize>, out: &mut Vec<u8>) {
    let Some(size) = size else {
        return shortest(&value, Cursor::new(out)).finish();
    };
    let fill = if value < 0 { 0xff } else { 0 };
    out.resize(out.len() + size.saturating_sub(16), fill);
    out.extend_from_slice(&value.to_be_bytes()[16usize.saturating_sub(size)..]);
}

fn shortest<'a>(value: &i128, out: Cursor<'a>) -> Cursor<'a> {
    match i64::try_from(*value) {
        Ok(narrow) => write_narrow(narrow, out),
        Err(_) => write_wide(value, out),
    }
}

#[cold]
#[inline(never)]
fn write_wide<'a>(value: &i128, out: Cursor<'a>) -> Cursor<'a> {
    out.bytes(&value.to_be_bytes()[minimal_start(*value)..])
}

/// Appends the shortest two's complement of `value`.
#[inline]
fn write_narrow(value: i64, out: Cursor<'_>) -> Cursor<'_> {
    // The lowest bit is kept in any case.
    let redundant = ((value ^ (value >> 63)) | 1).leading_zeros() - 1;
    out.framed_tail(value.cast_unsigned(), redundant / 8)
}

/// Where the shortest two's complement of `value` starts in its sixteen bytes.
#[inline]
fn minimal_start(value: i128) -> usize {
    let redundant = (value ^ (value >> 127)).leading_zeros() - 1;
    (redundant / 8) as usize
}

/// The big-endian two's complement number in `bytes`; none is zero.
#[inline]
pub(crate) fn unscaled_of(bytes: &[u8]) -> Result<i128, DecodeError> {
    if bytes.len() <= 8 {
        let negative = bytes.first().is_some_and(|byte| *byte >= 0x80);
        let start = if negative { -1i64 } else { 0 };
        let value = bytes
            .iter()
            .fold(start, |value, byte| (value << 8) | i64::from(*byte));
        return Ok(i128::from(value));
    }
    wide(bytes)
}

#[cold]
fn wide(bytes: &[u8]) -> Result<i128, DecodeError> {
    let fill = if bytes[0] >= 0x80 { 0xff } else { 0 };
    let (excess, low) = bytes.split_at(bytes.len().saturating_sub(16));
    let mut all = [fill; 16];
    all[16 - low.len()..].copy_from_slice(low);
    let sign_kept = (all[0] >= 0x80) == (fill == 0xff);
    if !sign_kept || excess.iter().any(|byte| *byte != fill) {
        return Err(DecodeError::DecimalTooWide);
    }
    Ok(i128::from_be_bytes(all))
}

/// The logical type `decimal` over a `fixed(N)`.
pub mod decimal_fixed {
    use super::{Cursor, Decimal, Reader, unscaled_of};

    /// Appends `value` in `N` bytes; digits beyond their range are cut off, so `N`
    /// must suit the declared precision, as the schema parser checks.
    #[inline]
    pub fn write<'a, const N: usize, const S: u32>(
        value: &Decimal<S>,
        out: Cursor<'a>,
    ) -> Cursor<'a> {
        let value = value.unscaled();
        let mut bytes = [if value < 0 { 0xff } else { 0 }; N];
        let kept = N.min(16);
        bytes[N - kept..].copy_from_slice(&value.to_be_bytes()[16 - kept..]);
        out.fixed(&bytes)
    }

    /// Reads a decimal of `N` bytes over `slot`, as [`Codec::read`](super::Codec::read) does.
    #[inline]
    pub fn read<const N: usize, const S: u32>(slot: &mut Decimal<S>, r: &mut Reader<'_>) {
        let value = r.fixed::<N>().and_then(|bytes| unscaled_of(&bytes));
        r.keep(slot, value.map(Decimal::from_unscaled));
    }

    /// Reads a decimal of `N` bytes; zero where the reader fails.
    #[inline]
    pub fn value<const N: usize, const S: u32>(r: &mut Reader<'_>) -> Decimal<S> {
        let mut value = Decimal::ZERO;
        read::<N, S>(&mut value, r);
        value
    }
}

#[cfg(test)]
#[path = "decimal_tests.rs"]
mod tests;
