//! The form of an order in MongoDB, and reading it back.
//!
//! Amounts are decimal numbers and times are dates there, so that the collection
//! can be searched; nothing is a binary fraction.

mod fields;
mod order;

use generated::events::OrderCancelledCause;
use generated::types::{
    DeclineReason, OrderState, OutOfStock, PaymentRefused, PaymentUnanswered, WithdrawnByCustomer,
};
use herald::store::StoreError;
use herald::store::mongodb::bson::{Document, doc};
use herald::store::mongodb::{MongoDocument, MongoDocuments};
use uuid::Uuid;

use crate::document::{OrderDocument, PaymentAnswer, Placed, StockAnswer};
use crate::store::Orders;
use fields::{Read, Reader, date};

impl Orders for MongoDocuments<OrderDocument> {
    async fn find(&self, order_id: Uuid) -> Result<Option<OrderDocument>, StoreError> {
        self.get(&order_id.to_string()).await
    }
}

impl MongoDocument for OrderDocument {
    /// Empty until the order was placed.
    fn to_bson(&self) -> Document {
        self.placed.as_ref().map(from_placed).unwrap_or_default()
    }

    fn from_bson(from: Document) -> Result<Self, String> {
        let placed = (!from.is_empty()).then(|| to_placed(Reader(&from)));
        Ok(Self {
            placed: placed.transpose()?,
        })
    }
}

fn from_placed(placed: &Placed) -> Document {
    let Placed {
        order,
        accepted_at,
        decided_at,
        cause,
        state,
        stock,
        payment,
    } = placed;
    let mut to = doc! {
        "order": order::from_order(order),
        "accepted_at": date(*accepted_at),
        "state": state.as_str(),
    };
    if let Some(at) = decided_at {
        to.insert("decided_at", date(*at));
    }
    if let Some(cause) = cause {
        to.insert("cause", from_cause(cause));
    }
    if let Some(answer) = stock {
        to.insert("stock", from_stock(answer));
    }
    if let Some(answer) = payment {
        to.insert("payment", from_payment(answer));
    }
    to
}

fn to_placed(from: Reader<'_>) -> Read<Placed> {
    Ok(Placed {
        order: order::to_order(from.inner("order")?)?,
        accepted_at: from.date("accepted_at")?,
        decided_at: from.optional("decided_at", Reader::date)?,
        cause: from.optional("cause", |from, name| to_cause(from.inner(name)?))?,
        state: from.symbol("state", &STATES, OrderState::as_str)?,
        stock: from.optional("stock", |from, name| to_stock(from.inner(name)?))?,
        payment: from.optional("payment", |from, name| to_payment(from.inner(name)?))?,
    })
}

const STATES: [OrderState; 5] = [
    OrderState::Placed,
    OrderState::Confirmed,
    OrderState::Cancelled,
    OrderState::Refunding,
    OrderState::Refunded,
];

const REASONS: [DeclineReason; 4] = [
    DeclineReason::LimitExceeded,
    DeclineReason::InsufficientFunds,
    DeclineReason::SuspectedFraud,
    DeclineReason::Other,
];

fn from_cause(cause: &OrderCancelledCause) -> Document {
    match cause {
        OrderCancelledCause::OutOfStock(short) => {
            let mut to = doc! { "kind": "out of stock" };
            to.extend(from_short(short));
            to
        }
        OrderCancelledCause::PaymentRefused(PaymentRefused { reason }) => {
            doc! { "kind": "payment refused", "reason": reason.as_str() }
        }
        OrderCancelledCause::PaymentUnanswered(PaymentUnanswered { waited_ms }) => {
            doc! { "kind": "payment unanswered", "waited_ms": *waited_ms }
        }
        OrderCancelledCause::WithdrawnByCustomer(WithdrawnByCustomer { note }) => {
            doc! { "kind": "withdrawn by customer", "note": note.clone() }
        }
    }
}

fn to_cause(from: Reader<'_>) -> Read<OrderCancelledCause> {
    Ok(match from.text("kind")?.as_str() {
        "out of stock" => OrderCancelledCause::OutOfStock(to_short(from)?),
        "payment refused" => OrderCancelledCause::PaymentRefused(PaymentRefused {
            reason: from.symbol("reason", &REASONS, DeclineReason::as_str)?,
        }),
        "payment unanswered" => OrderCancelledCause::PaymentUnanswered(PaymentUnanswered {
            waited_ms: from.long("waited_ms")?,
        }),
        "withdrawn by customer" => OrderCancelledCause::WithdrawnByCustomer(WithdrawnByCustomer {
            note: from.optional("note", Reader::text)?,
        }),
        other => return Err(format!("{other:?} is no cause of a cancellation")),
    })
}

fn from_stock(answer: &StockAnswer) -> Document {
    match answer {
        StockAnswer::Reserved => doc! { "reserved": true },
        StockAnswer::Rejected(short) => doc! { "short": from_short(short) },
    }
}

fn to_stock(from: Reader<'_>) -> Read<StockAnswer> {
    let short = from.optional("short", |from, name| to_short(from.inner(name)?))?;
    Ok(short.map_or(StockAnswer::Reserved, StockAnswer::Rejected))
}

fn from_payment(answer: &PaymentAnswer) -> Document {
    match answer {
        PaymentAnswer::Authorized => doc! { "authorized": true },
        PaymentAnswer::Declined(reason) => doc! { "declined": reason.as_str() },
    }
}

fn to_payment(from: Reader<'_>) -> Read<PaymentAnswer> {
    let declined = from.optional("declined", |from, name| {
        from.symbol(name, &REASONS, DeclineReason::as_str)
    })?;
    Ok(declined.map_or(PaymentAnswer::Authorized, PaymentAnswer::Declined))
}

fn from_short(short: &OutOfStock) -> Document {
    let OutOfStock {
        sku,
        requested,
        available,
    } = short;
    doc! { "sku": sku, "requested": *requested, "available": *available }
}

fn to_short(from: Reader<'_>) -> Read<OutOfStock> {
    Ok(OutOfStock {
        sku: from.text("sku")?,
        requested: from.int("requested")?,
        available: from.int("available")?,
    })
}

#[cfg(test)]
mod tests;
