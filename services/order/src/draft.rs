//! From what a client sends to the order it becomes: checks and prices.
//!
//! A line's amount is quantity × unit price × (100 − discount) / 100, rounded
//! half up to the cent; the total is the sum of the rounded amounts, so that a
//! customer who adds up the lines gets the total. All of it is exact.

use std::collections::BTreeSet;

use generated::events::OrderPlaced;
use generated::types::{DraftLine, OrderDraft, OrderLine};
use herald::avro::codec::{Decimal, TimestampMillis};

/// The smallest total that `decimal(12, 2)` cannot hold, in cents.
const TOO_MUCH: i128 = 1_000_000_000_000;

/// Why a draft does not become an order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// There is nothing to order.
    #[error("an order needs at least one line")]
    NoLines,
    /// An article stands in two lines.
    #[error("{0} stands in two lines; order it once, with the whole quantity")]
    Twice(String),
    /// A quantity below one.
    #[error("the quantity of {sku} is {quantity}, less than 1")]
    Quantity {
        /// The article.
        sku: String,
        /// What was asked for.
        quantity: i32,
    },
    /// A discount that is none.
    #[error("the discount on {sku} is {percent} %, not between 0 and 100")]
    Discount {
        /// The article.
        sku: String,
        /// What was asked for.
        percent: i32,
    },
    /// A price below zero.
    #[error("the price of {0} is below zero")]
    Price(String),
    /// A total that no order can have.
    #[error("the total has more than 12 digits")]
    TooMuch,
    /// A currency that is no ISO 4217 code.
    #[error("`{0}` is not a currency of three capital letters")]
    Currency(String),
    /// An address that no e-mail can reach.
    #[error("`{0}` is not an e-mail address")]
    Address(String),
}

/// Checks a draft and puts prices on it.
///
/// # Errors
/// The first thing that keeps the draft from becoming an order.
pub fn accept(draft: OrderDraft, now: TimestampMillis) -> Result<OrderPlaced, DraftError> {
    check_customer(&draft)?;
    if draft.lines.is_empty() {
        return Err(DraftError::NoLines);
    }
    let mut seen = BTreeSet::new();
    let mut total = 0_i128;
    let mut lines = Vec::with_capacity(draft.lines.len());
    for line in draft.lines {
        if !seen.insert(line.sku.clone()) {
            return Err(DraftError::Twice(line.sku));
        }
        let line = price(line)?;
        total += line.amount.unscaled();
        lines.push(line);
    }
    if total >= TOO_MUCH {
        return Err(DraftError::TooMuch);
    }
    Ok(OrderPlaced {
        order_id: draft.order_id,
        customer_id: draft.customer_id,
        customer_email: draft.customer_email,
        country: draft.country,
        placed_at: draft.placed_at.unwrap_or(now),
        currency: draft.currency,
        total: Decimal::from_unscaled(total),
        lines,
        attributes: draft.attributes,
        channel: draft.channel,
        coupon: draft.coupon,
    })
}

fn check_customer(draft: &OrderDraft) -> Result<(), DraftError> {
    let currency = draft.currency.as_bytes();
    if currency.len() != 3 || !currency.iter().all(u8::is_ascii_uppercase) {
        return Err(DraftError::Currency(draft.currency.clone()));
    }
    match draft.customer_email.split_once('@') {
        Some((name, host)) if !name.is_empty() && !host.is_empty() => Ok(()),
        _ => Err(DraftError::Address(draft.customer_email.clone())),
    }
}

/// Checks one line and computes its amount.
///
/// # Errors
/// What is wrong with the line's numbers.
pub fn price(line: DraftLine) -> Result<OrderLine, DraftError> {
    let DraftLine {
        sku,
        name,
        quantity,
        unit_price,
        discount_percent: percent,
    } = line;
    if quantity < 1 {
        return Err(DraftError::Quantity { sku, quantity });
    }
    if !(0..=100).contains(&percent) {
        return Err(DraftError::Discount { sku, percent });
    }
    let cents = unit_price.unscaled();
    if cents < 0 {
        return Err(DraftError::Price(sku));
    }
    let hundredths = cents
        .checked_mul(i128::from(quantity) * i128::from(100 - percent))
        .ok_or(DraftError::TooMuch)?;
    let amount = hundredths.checked_add(50).ok_or(DraftError::TooMuch)? / 100;
    if amount >= TOO_MUCH {
        return Err(DraftError::TooMuch);
    }
    Ok(OrderLine {
        sku,
        name,
        quantity,
        unit_price,
        discount_percent: percent,
        amount: Decimal::from_unscaled(amount),
    })
}

#[cfg(test)]
mod tests;
