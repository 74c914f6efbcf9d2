//! What the figures must be, from the order file and the state each order ended
//! in. Nothing here looks at an event.

use std::collections::BTreeMap;

use generated::types::{MailTemplate, OrderState};
use jiff::Timestamp;
use uuid::Uuid;

use crate::orders::SourceOrder;

/// A figure of revenue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sales {
    /// Orders that have a part in it.
    pub orders: i64,
    /// Pieces they have of it.
    pub pieces: i64,
    /// What they pay for it, in cents.
    pub cents: i64,
}

/// Revenue by name: a country, an article, a minute.
pub type Breakdown = BTreeMap<String, Sales>;

/// What the figures must be.
#[derive(Debug, Default)]
pub struct Expected {
    /// Orders by the name of their state.
    pub states: BTreeMap<String, i64>,
    /// Revenue by dimension, then name.
    pub revenue: BTreeMap<&'static str, Breakdown>,
    /// What was taken from customers, in cents.
    pub captured_cents: i64,
    /// What was given back, in cents.
    pub refunded_cents: i64,
    /// Pieces that left and did not come back, by article.
    pub sold: BTreeMap<String, i64>,
    /// E-mails by address, order and subject.
    pub mails: BTreeMap<(Uuid, &'static str), String>,
}

/// Computes them.
pub fn expected(orders: &[SourceOrder], states: &BTreeMap<Uuid, OrderState>) -> Expected {
    let mut expected = Expected::default();
    for dimension in ["country", "sku", "minute"] {
        expected.revenue.insert(dimension, Breakdown::new());
    }
    for order in orders {
        let Some(&state) = states.get(&order.order_id) else {
            continue;
        };
        *expected.states.entry(state.to_string()).or_default() += 1;
        let total = order.total_cents();
        match state {
            OrderState::Confirmed => {
                expected.captured_cents += total;
                expected.sell(order);
            }
            OrderState::Refunded => {
                expected.captured_cents += total;
                expected.refunded_cents += total;
            }
            OrderState::Placed | OrderState::Cancelled | OrderState::Refunding => {}
        }
        for template in mails_of(state) {
            let to = order.email.clone();
            expected
                .mails
                .insert((order.order_id, template.as_str()), to);
        }
    }
    expected
}

impl Expected {
    fn sell(&mut self, order: &SourceOrder) {
        let minute = minute_of(order.placed_at);
        let pieces = order.lines.iter().map(|line| line.quantity).sum();
        let whole = Sales {
            orders: 1,
            pieces,
            cents: order.total_cents(),
        };
        self.add("country", &order.country, whole);
        self.add("minute", &minute, whole);
        for line in &order.lines {
            let part = Sales {
                orders: 1,
                pieces: line.quantity,
                cents: line.amount_cents(),
            };
            self.add("sku", &line.sku, part);
            *self.sold.entry(line.sku.clone()).or_default() += line.quantity;
        }
    }

    fn add(&mut self, dimension: &'static str, name: &str, more: Sales) {
        let names = self.revenue.entry(dimension).or_default();
        let sales = names.entry(name.to_owned()).or_default();
        sales.orders += more.orders;
        sales.pieces += more.pieces;
        sales.cents += more.cents;
    }
}

/// The e-mails that the customer of an order in that state has received.
fn mails_of(state: OrderState) -> &'static [MailTemplate] {
    use MailTemplate::{
        OrderCancelled, OrderConfirmed, OrderReceived, PaymentReceipt, RefundIssued,
    };
    match state {
        OrderState::Placed => &[OrderReceived],
        OrderState::Cancelled => &[OrderReceived, OrderCancelled],
        OrderState::Confirmed | OrderState::Refunding => {
            &[OrderReceived, OrderConfirmed, PaymentReceipt]
        }
        OrderState::Refunded => &[OrderReceived, OrderConfirmed, PaymentReceipt, RefundIssued],
    }
}

/// The start of the minute an instant lies in, as HTTP names it.
fn minute_of(at: Timestamp) -> String {
    let text = at.to_string();
    let minute: String = text.chars().take("2026-01-01T00:00".len()).collect();
    format!("{minute}:00Z")
}
