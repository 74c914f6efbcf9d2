//! What the streams emitted, compared with what the order file and the final states say.

use std::collections::BTreeMap;

use generated::events::SalesPerMinute;
use generated::types::OrderState;

use super::{Check, check_of, same};
use crate::facts::Facts;
use crate::orders::SourceOrder;
use crate::streams::Emitted;

/// Milliseconds of a minute.
pub(super) const MINUTE_MS: i64 = 60_000;

/// Figures of a country and minute, computed from orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    pub(super) lines: i64,
    pub(super) pieces: i64,
    pub(super) cents: i64,
    list_cents: i64,
    largest_cents: i64,
}

pub(super) fn agree(facts: &Facts, emitted: &Emitted) -> Check {
    let mut differences = Vec::new();
    let sold: Vec<&SourceOrder> = facts.orders.iter().filter(|o| is_sold(facts, o)).collect();
    let found = emitted.sold.len();
    same(&mut differences, "orders joined", found, sold.len());
    let expected = figures(
        sold.into_iter()
            .filter(|o| !emitted.late.contains(&o.order_id)),
    );
    for (key, wanted) in &expected {
        let what = format!("{} at {}", key.0, key.1);
        match emitted.sales.get(key).map(Vec::as_slice) {
            Some([one]) => {
                same(&mut differences, &what, of(one), *wanted);
                let mean = half_even(wanted.pieces * 100, wanted.lines);
                let found = one.mean_quantity.unscaled() as i64;
                same(&mut differences, format!("mean of {what}"), found, mean);
            }
            Some(several) => differences.push(format!("{what}: emitted {} times", several.len())),
            None => differences.push(format!("{what}: not emitted")),
        }
    }
    for key in emitted.sales.keys().filter(|k| !expected.contains_key(k)) {
        differences.push(format!("{} at {}: nothing was sold", key.0, key.1));
    }
    let declined = emitted.declines.values().sum::<i64>();
    same(
        &mut differences,
        "refused orders",
        declined,
        facts.declined as i64,
    );
    let repeats = emitted.repeats.unwrap_or_default();
    same(&mut differences, "records emitted twice", repeats, 0);
    let late = emitted.late.len();
    let note = format!(
        "{} minutes by country, {late} orders too late",
        expected.len()
    );
    check_of(
        "streams = the order file and the final states",
        note,
        differences,
    )
}

pub(super) fn is_sold(facts: &Facts, order: &SourceOrder) -> bool {
    let state = facts.states.get(&order.order_id);
    matches!(
        state,
        Some(OrderState::Confirmed | OrderState::Refunding | OrderState::Refunded)
    )
}

/// By country and the minute's start.
pub(super) fn figures<'o>(
    orders: impl Iterator<Item = &'o SourceOrder>,
) -> BTreeMap<(String, i64), Figures> {
    let mut figures: BTreeMap<(String, i64), Figures> = BTreeMap::new();
    for order in orders {
        let minute = order.placed_at.as_millisecond().div_euclid(MINUTE_MS) * MINUTE_MS;
        let of_minute = figures.entry((order.country.clone(), minute)).or_default();
        for line in &order.lines {
            of_minute.lines += 1;
            of_minute.pieces += line.quantity;
            of_minute.cents += line.amount_cents();
            of_minute.list_cents += line.quantity * line.unit_price_cents;
            of_minute.largest_cents = of_minute.largest_cents.max(line.amount_cents());
        }
    }
    figures
}

fn of(sales: &SalesPerMinute) -> Figures {
    Figures {
        lines: sales.lines,
        pieces: sales.pieces,
        cents: sales.revenue.unscaled() as i64,
        list_cents: sales.list_price.unscaled() as i64,
        largest_cents: sales.largest.unscaled() as i64,
    }
}

/// The quotient of two numbers that are not negative, half to even.
fn half_even(dividend: i64, divisor: i64) -> i64 {
    let (whole, rest) = (dividend / divisor, dividend % divisor);
    let up = 2 * rest > divisor || (2 * rest == divisor && whole % 2 == 1);
    whole + i64::from(up)
}
