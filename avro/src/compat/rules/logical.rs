//! What values mean to both sides, and values that mean something else to each.

use super::Place;
use crate::codec::encode_unscaled;
use crate::schema::{Kind, Logical};
use crate::value::Value;

/// How the meaning of a value differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Added(Logical),
    Removed(Logical),
    /// To another one.
    Changed,
    /// To the same in another unit of time.
    Unit,
    Scale,
    /// To so many digits.
    PrecisionReduced(u32),
    PrecisionRaised,
}

/// What differs, where values are read at all.
pub(super) fn change(place: &Place<'_, '_>) -> Option<Change> {
    let is_union = |kind: &Kind| matches!(kind, Kind::Union(_));
    let (writer, reader) = place.kinds();
    if is_union(writer) || is_union(reader) || place.failure().is_some() || place.is_refused {
        return None;
    }
    let logical = (
        place.original.get(place.w).logical,
        place.reader.get(place.r).logical,
    );
    let (writer, reader) = match logical {
        (None, None) => return None,
        (None, Some(reader)) => return Some(Change::Added(reader)),
        (Some(writer), None) => return Some(Change::Removed(writer)),
        (Some(writer), Some(reader)) if writer == reader => return None,
        (Some(writer), Some(reader)) => (writer, reader),
    };
    Some(match (decimal(writer), decimal(reader)) {
        (Some((_, before)), Some((_, after))) if before != after => Change::Scale,
        (Some((before, _)), Some((after, _))) if before > after => Change::PrecisionReduced(after),
        (Some(_), Some(_)) => Change::PrecisionRaised,
        _ if clock(writer).is_some() && clock(writer) == clock(reader) => Change::Unit,
        _ => Change::Changed,
    })
}

/// Precision and scale.
fn decimal(logical: Logical) -> Option<(u32, u32)> {
    match logical {
        Logical::Decimal { precision, scale } => Some((precision, scale)),
        _ => None,
    }
}

#[derive(PartialEq, Eq)]
enum Clock {
    Time,
    Instant,
    Local,
}

fn clock(logical: Logical) -> Option<Clock> {
    Some(match logical {
        Logical::TimeMillis | Logical::TimeMicros => Clock::Time,
        Logical::TimestampMillis | Logical::TimestampMicros | Logical::TimestampNanos => {
            Clock::Instant
        }
        Logical::LocalTimestampMillis
        | Logical::LocalTimestampMicros
        | Logical::LocalTimestampNanos => Clock::Local,
        _ => return None,
    })
}

/// The smallest value that is not zero, as the writer writes it.
pub(super) fn one(place: &Place<'_, '_>) -> Option<Value> {
    number(place, 1)
}

/// A whole number as the writer's type has it: as itself, or as a decimal's digits.
pub(super) fn number(place: &Place<'_, '_>, number: i64) -> Option<Value> {
    Some(match place.kinds().0 {
        Kind::Int => Value::Int(i32::try_from(number).ok()?),
        Kind::Long => Value::Long(number),
        Kind::Bytes => Value::Bytes(unscaled(i128::from(number), None)),
        Kind::Fixed(fixed) => Value::Fixed(unscaled(i128::from(number), Some(fixed.size))),
        _ => return None,
    })
}

/// The smallest decimal, as the writer's bytes, that has more than `precision` digits;
/// nothing if its fixed cannot hold one.
pub(super) fn beyond(place: &Place<'_, '_>, precision: u32) -> Option<Value> {
    let bytes = match 10i128.checked_pow(precision) {
        Some(limit) => unscaled(limit, None),
        None => large(precision),
    };
    match place.kinds().0 {
        Kind::Bytes => Some(Value::Bytes(bytes)),
        Kind::Fixed(fixed) => {
            let missing = fixed.size.checked_sub(bytes.len())?;
            Some(Value::Fixed([vec![0; missing], bytes].concat()))
        }
        _ => None,
    }
}

/// The bytes of a number, at its least length or at that of a fixed.
fn unscaled(number: i128, size: Option<usize>) -> Vec<u8> {
    let mut bytes = Vec::new();
    match size {
        Some(size) if size < 16 => {
            let all = number.to_be_bytes();
            bytes.extend_from_slice(&all[16 - size..]);
        }
        Some(size) => encode_unscaled(number, Some(size), &mut bytes),
        None => {
            encode_unscaled(number, None, &mut bytes);
            // Its length, which is one byte, is the encoding's affair.
            bytes.remove(0);
        }
    }
    bytes
}

/// A power of two that has more than `precision` digits.
fn large(precision: u32) -> Vec<u8> {
    let bits = f64::from(precision) * std::f64::consts::LOG2_10;
    let length = ((bits / 8.0).ceil() as usize).min(1 << 10);
    let mut bytes = vec![0; length + 1];
    bytes[0] = 1;
    bytes
}
