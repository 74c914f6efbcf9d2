//! What the order service does when it hears something.

use generated::commands::{RefundPayment, RestockItems};
use generated::events::{
    OrderCancelled, OrderConfirmed, OrderPlaced, OrderRefunded, PaymentAuthorized, PaymentDeclined,
    PaymentRefunded, StockRejected, StockReserved,
};
use generated::order::{
    GetOrder, PaymentOverdue, Permits, PlaceOrder, RefundOrder, Service, WithdrawOrder,
};
use generated::types::{OrderView, OutOfStock};
use herald::avro::codec::TimestampMillis;
use herald::store::DocumentTx;
use herald::{Context, HandlerError, HttpError};

use crate::document::{OrderDocument, PaymentAnswer, Placed, StockAnswer};
use crate::saga::{Heard, Outcome};
use crate::store::Orders;
use crate::{draft, mails};

/// The order service over a place to read orders from.
#[derive(Debug, Clone)]
pub struct Order<S> {
    orders: S,
}

type Cx<'a> = Context<'a, Permits, DocumentTx<OrderDocument>>;

impl<S: Orders> Order<S> {
    /// The service that reads orders from `orders`.
    pub fn new(orders: S) -> Self {
        Self { orders }
    }
}

impl<S: Orders> Service for Order<S> {
    type Document = OrderDocument;

    async fn place_order(
        &self,
        request: PlaceOrder,
        cx: &mut Cx<'_>,
    ) -> Result<OrderView, HttpError> {
        let at = now(cx);
        let order = draft::accept(request.body, at)
            .map_err(|error| HttpError::unprocessable(error.to_string()))?;
        if let Some(placed) = &cx.tx().placed {
            return placed_again(placed, &order);
        }
        let placed = Placed::new(order.clone(), at);
        let view = OrderView::from(&placed);
        cx.tx().placed = Some(placed);
        cx.send(mails::received(&order))?;
        cx.set_timer(PaymentOverdue {
            order_id: order.order_id,
        })?;
        cx.publish(order)?;
        Ok(view)
    }

    async fn withdraw_order(
        &self,
        request: WithdrawOrder,
        cx: &mut Cx<'_>,
    ) -> Result<OrderView, HttpError> {
        let outcome = hear(Heard::Withdrawn(request.body.note), cx)?;
        let view = OrderView::from(&*placed(cx)?);
        match outcome {
            Outcome::Cancelled(_) => Ok(view),
            Outcome::Nothing | Outcome::Confirmed => Err(HttpError::conflict(format!(
                "the order is {:?} and cannot be withdrawn",
                view.state
            ))),
        }
    }

    async fn refund_order(
        &self,
        request: RefundOrder,
        cx: &mut Cx<'_>,
    ) -> Result<OrderView, HttpError> {
        let placed = placed(cx)?;
        let started = placed.request_refund();
        let view = OrderView::from(&*placed);
        if !started {
            return Err(HttpError::conflict(format!(
                "the order is {:?}; only a confirmed one can be refunded",
                view.state
            )));
        }
        cx.send(RefundPayment {
            order_id: request.order_id,
            reason: request.body.reason,
        })?;
        Ok(view)
    }

    async fn get_order(&self, request: GetOrder) -> Result<OrderView, HttpError> {
        let document = self.orders.find(request.order_id).await?;
        match document.and_then(|document| document.placed) {
            Some(placed) => Ok(OrderView::from(&placed)),
            None => Err(NoOrder.into()),
        }
    }

    async fn on_stock_reserved(
        &self,
        _: StockReserved,
        cx: &mut Cx<'_>,
    ) -> Result<(), HandlerError> {
        hear(Heard::Stock(StockAnswer::Reserved), cx).map(drop)
    }

    async fn on_stock_rejected(
        &self,
        event: StockRejected,
        cx: &mut Cx<'_>,
    ) -> Result<(), HandlerError> {
        let short = OutOfStock {
            sku: event.sku,
            requested: event.requested,
            available: event.available,
        };
        hear(Heard::Stock(StockAnswer::Rejected(short)), cx).map(drop)
    }

    async fn on_payment_authorized(
        &self,
        _: PaymentAuthorized,
        cx: &mut Cx<'_>,
    ) -> Result<(), HandlerError> {
        hear(Heard::Payment(PaymentAnswer::Authorized), cx).map(drop)
    }

    async fn on_payment_declined(
        &self,
        event: PaymentDeclined,
        cx: &mut Cx<'_>,
    ) -> Result<(), HandlerError> {
        hear(Heard::Payment(PaymentAnswer::Declined(event.reason)), cx).map(drop)
    }

    async fn on_payment_refunded(
        &self,
        event: PaymentRefunded,
        cx: &mut Cx<'_>,
    ) -> Result<(), HandlerError> {
        if placed(cx)?.refunded() {
            cx.publish(OrderRefunded {
                order_id: event.order_id,
                amount: event.amount,
                refunded_at: now(cx),
            })?;
            cx.send(RestockItems {
                order_id: event.order_id,
            })?;
        }
        Ok(())
    }

    async fn on_payment_overdue(
        &self,
        _: PaymentOverdue,
        cx: &mut Cx<'_>,
    ) -> Result<(), HandlerError> {
        hear(Heard::PaymentOverdue, cx).map(drop)
    }
}

/// An order that nobody placed was meant.
#[derive(Debug, thiserror::Error)]
#[error("no order of that id was placed")]
struct NoOrder;

impl From<NoOrder> for HandlerError {
    fn from(error: NoOrder) -> Self {
        Self::rejected(error)
    }
}

impl From<NoOrder> for HttpError {
    fn from(error: NoOrder) -> Self {
        Self::not_found(error.to_string())
    }
}

/// The order that the message is about.
fn placed<'a>(cx: &'a mut Cx<'_>) -> Result<&'a mut Placed, NoOrder> {
    cx.tx().placed.as_mut().ok_or(NoOrder)
}

/// The same order sent twice is one order; another one under its id is refused.
fn placed_again(placed: &Placed, order: &OrderPlaced) -> Result<OrderView, HttpError> {
    let same = OrderPlaced {
        placed_at: placed.order.placed_at,
        ..order.clone()
    };
    if same == placed.order {
        Ok(OrderView::from(placed))
    } else {
        Err(HttpError::conflict(
            "another order was placed under this id",
        ))
    }
}

/// Lets the saga decide, and tells the others.
fn hear(heard: Heard, cx: &mut Cx<'_>) -> Result<Outcome, HandlerError> {
    let at = now(cx);
    let placed = placed(cx)?;
    let outcome = placed.hear(heard, at);
    let order = placed.order.clone();
    match &outcome {
        Outcome::Nothing => return Ok(outcome),
        Outcome::Confirmed => {
            cx.send(mails::confirmed(&order))?;
            cx.publish(OrderConfirmed {
                order_id: order.order_id,
                total: order.total,
                confirmed_at: at,
            })?;
        }
        Outcome::Cancelled(cause) => {
            let reason = crate::saga::in_words(cause);
            cx.send(mails::cancelled(&order, &reason))?;
            cx.publish(OrderCancelled {
                order_id: order.order_id,
                cancelled_at: at,
                reason,
                cause: cause.clone(),
            })?;
        }
    }
    cx.cancel_timer::<PaymentOverdue>(order.order_id);
    Ok(outcome)
}

/// The time now, as events carry it.
fn now<Tx>(cx: &Context<'_, Permits, Tx>) -> TimestampMillis {
    TimestampMillis(cx.now().as_millisecond())
}
