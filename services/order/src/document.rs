//! The document that the order service keeps of each order; its id is the order's.

use generated::events::{OrderCancelledCause, OrderPlaced};
use generated::types::{DeclineReason, OrderState, OutOfStock};
use herald::avro::codec::TimestampMillis;
use herald::store::Document;

/// What the service knows of one order. It is empty until the order was placed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OrderDocument {
    /// The order and where it stands.
    pub placed: Option<Placed>,
}

impl Document for OrderDocument {
    fn stub(_: &str) -> Self {
        Self::default()
    }
}

/// An order that was accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The order as it was announced.
    pub order: OrderPlaced,
    /// When the service accepted it.
    pub accepted_at: TimestampMillis,
    /// When it was confirmed or cancelled.
    pub decided_at: Option<TimestampMillis>,
    /// What cancelled it, if something did.
    pub cause: Option<OrderCancelledCause>,
    /// Where it stands.
    pub state: OrderState,
    /// What inventory answered, if it did.
    pub stock: Option<StockAnswer>,
    /// What payment answered, if it did.
    pub payment: Option<PaymentAnswer>,
}

/// Inventory's answer about an order.
#[derive(Clone, Debug, PartialEq)]
pub enum StockAnswer {
    /// Everything is set aside.
    Reserved,
    /// An article is short, so nothing is.
    Rejected(OutOfStock),
}

/// Payment's answer about an order.
#[derive(Clone, Debug, PartialEq)]
pub enum PaymentAnswer {
    /// The total is held.
    Authorized,
    /// The provider refused.
    Declined(DeclineReason),
}

impl Placed {
    /// An order that was just accepted and waits for both answers.
    pub fn new(order: OrderPlaced, accepted_at: TimestampMillis) -> Self {
        Self {
            order,
            accepted_at,
            decided_at: None,
            cause: None,
            state: OrderState::Placed,
            stock: None,
            payment: None,
        }
    }
}
