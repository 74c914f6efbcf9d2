//! Exact arithmetic of generated expressions: a result has room, or the record is a dead letter.

use crate::avro::codec::Decimal;

/// A number has no room: a whole number beyond 64 bits, a decimal beyond 38 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number has no room: more than 64 bits, or than 38 digits")]
pub struct Overflow;

/// One more than the largest decimal.
const LIMIT: i128 = 10i128.pow(38);

fn within<const S: u32>(unscaled: Option<i128>) -> Result<Decimal<S>, Overflow> {
    let found = unscaled.filter(|u| -LIMIT < *u && *u < LIMIT);
    found.map(Decimal::from_unscaled).ok_or(Overflow)
}

/// `a + b`
pub fn add<const S: u32>(a: Decimal<S>, b: Decimal<S>) -> Result<Decimal<S>, Overflow> {
    within(a.unscaled().checked_add(b.unscaled()))
}

/// `a - b`
pub fn subtract<const S: u32>(a: Decimal<S>, b: Decimal<S>) -> Result<Decimal<S>, Overflow> {
    within(a.unscaled().checked_sub(b.unscaled()))
}

/// `a * b`; the caller names the scale of the result, the sum of both.
pub fn multiply<const A: u32, const B: u32, const S: u32>(
    a: Decimal<A>,
    b: Decimal<B>,
) -> Result<Decimal<S>, Overflow> {
    within(a.unscaled().checked_mul(b.unscaled()))
}

/// The same number with more digits after the point.
pub fn rescale<const A: u32, const S: u32>(a: Decimal<A>) -> Result<Decimal<S>, Overflow> {
    let more = S.checked_sub(A).ok_or(Overflow)?;
    let factor = 10i128.checked_pow(more).ok_or(Overflow)?;
    within(a.unscaled().checked_mul(factor))
}

/// `-a`
pub fn negate<const S: u32>(a: Decimal<S>) -> Result<Decimal<S>, Overflow> {
    within(a.unscaled().checked_neg())
}

/// `a + b`
pub fn add_long(a: i64, b: i64) -> Result<i64, Overflow> {
    a.checked_add(b).ok_or(Overflow)
}

/// `a - b`
pub fn subtract_long(a: i64, b: i64) -> Result<i64, Overflow> {
    a.checked_sub(b).ok_or(Overflow)
}

/// `a * b`
pub fn multiply_long(a: i64, b: i64) -> Result<i64, Overflow> {
    a.checked_mul(b).ok_or(Overflow)
}

/// `-a`
pub fn negate_long(a: i64) -> Result<i64, Overflow> {
    a.checked_neg().ok_or(Overflow)
}

/// The less of two where there are two, the first where they are alike or have no order.
pub fn least<T: PartialOrd + Clone>(was: Option<&T>, value: Option<&T>) -> Option<T> {
    match (was, value) {
        (Some(was), Some(value)) if value < was => Some(value.clone()),
        (was, value) => was.or(value).cloned(),
    }
}

/// The greater of two where there are two, the first where they are alike or have no order.
pub fn greatest<T: PartialOrd + Clone>(was: Option<&T>, value: Option<&T>) -> Option<T> {
    match (was, value) {
        (Some(was), Some(value)) if value > was => Some(value.clone()),
        (was, value) => was.or(value).cloned(),
    }
}

/// `sum / count` with `S` digits after the point, half to even; `None` of no values.
pub fn average<const A: u32, const S: u32>(sum: Decimal<A>, count: i64) -> Option<Decimal<S>> {
    if count <= 0 {
        return None;
    }
    let (unscaled, count) = (sum.unscaled(), i128::from(count));
    let negative = unscaled < 0;
    let magnitude = unscaled.unsigned_abs();
    let divisor = count.unsigned_abs();
    // Digit by digit, so that nothing exceeds 128 bits.
    let (mut quotient, mut rest) = (magnitude / divisor, magnitude % divisor);
    for _ in A..S {
        rest *= 10;
        quotient = quotient.checked_mul(10)?.checked_add(rest / divisor)?;
        rest %= divisor;
    }
    let rounded = if S >= A {
        let up = twice_against(rest, divisor).is_gt()
            || (twice_against(rest, divisor).is_eq() && quotient % 2 == 1);
        quotient + u128::from(up)
    } else {
        let unit = 10u128.checked_pow(A - S)?;
        let (kept, cut) = (quotient / unit, quotient % unit);
        // What division left over breaks a tie.
        let half = cut.cmp(&(unit / 2)).then(rest.cmp(&0));
        let up = half.is_gt() || (half.is_eq() && kept % 2 == 1);
        kept + u128::from(up)
    };
    let signed = i128::try_from(rounded).ok()?;
    let signed = if negative { -signed } else { signed };
    within(Some(signed)).ok()
}

fn twice_against(rest: u128, divisor: u128) -> std::cmp::Ordering {
    rest.cmp(&(divisor - rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean<const A: u32, const S: u32>(sum: &str, count: i64) -> String {
        let sum: Decimal<A> = sum.parse().unwrap();
        average::<A, S>(sum, count).unwrap().to_string()
    }

    #[test]
    fn means_round_half_to_even() {
        assert_eq!(mean::<2, 2>("0.05", 2), "0.02");
        assert_eq!(mean::<2, 2>("0.15", 2), "0.08");
        assert_eq!(mean::<2, 2>("-0.05", 2), "-0.02");
        assert_eq!(mean::<2, 2>("-0.15", 2), "-0.08");
        assert_eq!(mean::<0, 3>("1", 3), "0.333");
        assert_eq!(mean::<0, 3>("2", 3), "0.667");
        assert_eq!(mean::<2, 0>("4.50", 1), "4");
        assert_eq!(mean::<2, 0>("5.50", 1), "6");
        // 13.5/3 = 4.5 exactly; 13.51/3 is a little more.
        assert_eq!(mean::<2, 0>("13.50", 3), "4");
        assert_eq!(mean::<2, 0>("13.51", 3), "5");
        assert_eq!(mean::<2, 1>("0.45", 1), "0.4");
        assert_eq!(average::<2, 2>(Decimal::ZERO, 0), None);
    }

    #[test]
    fn large_sums_have_means() {
        let sum = Decimal::<2>::from_unscaled(LIMIT - 1);
        let mean = average::<2, 2>(sum, 3).unwrap();
        assert_eq!(mean.unscaled(), (LIMIT - 1) / 3);
    }

    #[test]
    fn no_result_beyond_its_room() {
        let most = Decimal::<2>::from_unscaled(LIMIT - 1);
        let cent = Decimal::<2>::from_unscaled(1);
        assert_eq!(add(most, cent), Err(Overflow));
        assert_eq!(subtract(most, cent).unwrap().unscaled(), LIMIT - 2);
        assert_eq!(multiply::<2, 2, 4>(most, most), Err(Overflow));
        assert_eq!(rescale::<2, 4>(cent).unwrap().to_string(), "0.0100");
        assert_eq!(rescale::<2, 3>(most), Err(Overflow));
        assert_eq!(add_long(i64::MAX, 1), Err(Overflow));
        assert_eq!(negate_long(i64::MIN), Err(Overflow));
    }
}
