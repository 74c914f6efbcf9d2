//! The order file, and what is computed from it without asking any service.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

const ORDERS: &str = include_str!("../data/orders.jsonl");
const STOCK: &str = include_str!("../data/stock.csv");

/// The orders are spread over so much time before the demo starts.
const SPAN: SignedDuration = SignedDuration::from_mins(60);

/// One customer in this many wants a refund.
const REFUND_EVERY: u32 = 20;

/// Why the data cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A line of the order file is no order.
    #[error("line {line} of the order file: {why}")]
    Order {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A line of the stock file is no stock.
    #[error("line {0} of the stock file is not `sku,pieces`")]
    Stock(usize),
}

/// An order of the file.
#[derive(Clone, Debug)]
pub struct SourceOrder {
    /// The version 5 UUID of the source's number.
    pub order_id: Uuid,
    /// The source's number, such as 10248.
    pub number: u32,
    /// The customer's number.
    pub customer_id: String,
    /// The customer's address.
    pub email: String,
    /// The country the goods go to.
    pub country: String,
    /// ISO 4217 code.
    pub currency: String,
    /// When it was placed, within the hour before the demo starts.
    pub placed_at: Timestamp,
    /// What was ordered.
    pub lines: Vec<SourceLine>,
}

/// A line of an order of the file.
#[derive(Clone, Debug)]
pub struct SourceLine {
    /// The article's number.
    pub sku: String,
    /// The article's name.
    pub name: String,
    /// Pieces.
    pub quantity: i64,
    /// Price of a piece before discount, in cents.
    pub unit_price_cents: i64,
    /// Discount in percent.
    pub discount_percent: i64,
}

impl SourceLine {
    /// What the customer pays, in cents, rounded half up.
    pub fn amount_cents(&self) -> i64 {
        let hundredths = self.quantity * self.unit_price_cents * (100 - self.discount_percent);
        (hundredths + 50).div_euclid(100)
    }
}

impl SourceOrder {
    /// The order's total in cents.
    pub fn total_cents(&self) -> i64 {
        self.lines.iter().map(SourceLine::amount_cents).sum()
    }

    /// Whether the customer wants a refund, once the order is confirmed.
    pub fn wants_refund(&self) -> bool {
        self.number.is_multiple_of(REFUND_EVERY)
    }

    /// The body that places the order.
    pub fn draft(&self) -> Value {
        let lines: Vec<Value> = self.lines.iter().map(SourceLine::draft).collect();
        json!({
            "order_id": self.order_id.to_string(),
            "customer_id": self.customer_id,
            "customer_email": self.email,
            "country": self.country,
            "placed_at": self.placed_at.to_string(),
            "currency": self.currency,
            "lines": lines,
            "attributes": { "source": format!("NW-{}", self.number) },
        })
    }
}

impl SourceLine {
    fn draft(&self) -> Value {
        let (whole, cents) = (self.unit_price_cents / 100, self.unit_price_cents % 100);
        json!({
            "sku": self.sku,
            "name": self.name,
            "quantity": self.quantity,
            "unit_price": format!("{whole}.{cents:02}"),
            "discount_percent": self.discount_percent,
        })
    }
}

/// How many orders the file holds.
pub fn in_file() -> usize {
    ORDERS.lines().count()
}

/// The first `limit` orders of the file, placed evenly within the hour before `now`.
///
/// # Errors
/// If a line is no order.
pub fn orders(limit: usize, now: Timestamp) -> Result<Vec<SourceOrder>, DataError> {
    let count = in_file().min(limit);
    let parse = |(index, text): (usize, &str)| {
        let placed_at = now - SPAN + fraction_of_span(index, count);
        order(text, placed_at).map_err(|why| DataError::Order {
            line: index + 1,
            why,
        })
    };
    ORDERS.lines().take(limit).enumerate().map(parse).collect()
}

fn fraction_of_span(index: usize, count: usize) -> SignedDuration {
    let millis = SPAN.as_millis() as i64 * index as i64 / count.max(1) as i64;
    SignedDuration::from_millis(millis)
}

fn order(text: &str, placed_at: Timestamp) -> Result<SourceOrder, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let source_id = string(&value, "order_id")?;
    let number = source_id.strip_prefix("NW-").and_then(|n| n.parse().ok());
    let number = number.ok_or_else(|| format!("`{source_id}` is not NW- and a number"))?;
    // To the millisecond, as the events carry it.
    let placed_at = Timestamp::from_millisecond(placed_at.as_millisecond());
    let lines = value.get("lines").and_then(Value::as_array);
    Ok(SourceOrder {
        order_id: Uuid::new_v5(&Uuid::NAMESPACE_URL, source_id.as_bytes()),
        number,
        customer_id: string(&value, "customer_id")?,
        email: string(&value, "customer_email")?,
        country: string(&value, "country")?,
        currency: string(&value, "currency")?,
        placed_at: placed_at.map_err(|error| error.to_string())?,
        lines: lines
            .ok_or("`lines` is missing")?
            .iter()
            .map(line)
            .collect::<Result<_, _>>()?,
    })
}

fn line(value: &Value) -> Result<SourceLine, String> {
    Ok(SourceLine {
        sku: string(value, "sku")?,
        name: string(value, "name")?,
        quantity: number(value, "quantity")?,
        unit_price_cents: number(value, "unit_price_cents")?,
        discount_percent: number(value, "discount_percent")?,
    })
}

fn string(value: &Value, key: &str) -> Result<String, String> {
    let text = value.get(key).and_then(Value::as_str);
    text.map(str::to_owned)
        .ok_or_else(|| format!("`{key}` is missing or no text"))
}

fn number(value: &Value, key: &str) -> Result<i64, String> {
    let number = value.get(key).and_then(Value::as_i64);
    number.ok_or_else(|| format!("`{key}` is missing or no whole number"))
}

/// What lies on the shelf before the first order, by article.
///
/// # Errors
/// If a line of the file is no stock.
pub fn initial_stock() -> Result<BTreeMap<String, i64>, DataError> {
    let parse = |text: &str| {
        let (sku, pieces) = text.split_once(',')?;
        Some((sku.to_owned(), pieces.parse().ok()?))
    };
    let rows = STOCK.lines().enumerate().skip(1);
    rows.map(|(index, text)| parse(text).ok_or(DataError::Stock(index + 1)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_767_225_600, 0);

    #[test]
    fn the_file_keeps_its_order_within_the_hour() {
        let all = orders(usize::MAX, NOW).unwrap();
        assert_eq!(all.len(), 830);
        assert_eq!((all[0].number, all[829].number), (10_248, 11_077));
        assert!(all.is_sorted_by_key(|order| order.placed_at));
        assert_eq!(all[0].placed_at, NOW - SPAN);
        assert!(all[829].placed_at < NOW);
        let ids: std::collections::BTreeSet<_> = all.iter().map(|order| order.order_id).collect();
        assert_eq!(ids.len(), all.len());
    }

    #[test]
    fn amounts_are_rounded_half_up_line_by_line() {
        let line = |quantity, unit_price_cents, discount_percent| SourceLine {
            sku: String::new(),
            name: String::new(),
            quantity,
            unit_price_cents,
            discount_percent,
        };
        assert_eq!(line(15, 1_680, 15).amount_cents(), 21_420);
        assert_eq!(line(1, 1, 50).amount_cents(), 1);
        assert_eq!(line(1, 1, 51).amount_cents(), 0);
    }

    #[test]
    fn the_shelf_holds_every_article_that_is_ordered() {
        let stock = initial_stock().unwrap();
        let all = orders(usize::MAX, NOW).unwrap();
        let mut lines = all.iter().flat_map(|order| &order.lines);
        assert!(lines.all(|line| stock.get(&line.sku).is_some_and(|pieces| *pieces > 0)));
    }

    #[test]
    fn a_broken_line_says_what_is_wrong() {
        let broken = r#"{"order_id": "NW-x"}"#;
        assert_eq!(
            order(broken, NOW).unwrap_err(),
            "`NW-x` is not NW- and a number"
        );
    }
}
