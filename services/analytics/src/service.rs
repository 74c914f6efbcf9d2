//! What the analytics service does when it hears something.

use generated::analytics::{
    GetDashboard, GetDeclines, GetEventCounts, GetMoney, GetOpenSales, GetOrdersByState,
    GetRevenue, GetSales, Permits, Service,
};
use generated::events::{
    DeclinesByReason, OrderCancelled, OrderConfirmed, OrderPlaced, OrderRefunded,
    PaymentAuthorized, PaymentCaptured, PaymentDeclined, PaymentRefunded, PaymentVoided,
    SalesPerMinute, StockDepleted, StockReceived, StockRejected, StockReleased, StockReserved,
    StockReturned,
};
use generated::types::{
    Dashboard, Declines, EventCount, MinuteSales, Money, OrderState, OrdersInState, Revenue,
};
use herald::{Context, Event, HandlerError, HttpError};
use uuid::Uuid;

use crate::dashboard;
use crate::sales::{Dimension, Sale, minute_of};
use crate::store::{Closed, Figures, Outcome, Turnover};
use crate::streams::Streams;

/// The analytics service over a place to keep figures.
#[derive(Debug, Clone)]
pub struct Analytics<S> {
    figures: S,
    streams: Streams,
    from_midway: bool,
}

impl<S: Figures> Analytics<S> {
    /// The service that keeps its figures in `figures`, and asks `streams` what is open.
    pub fn new(figures: S, streams: Streams) -> Self {
        Self {
            figures,
            streams,
            from_midway: false,
        }
    }

    /// Its figures begin in the middle of the log: messages about orders that were placed before
    /// are counted, and change nothing else.
    #[must_use]
    pub fn from_midway(self, from_midway: bool) -> Self {
        Self {
            from_midway,
            ..self
        }
    }

    async fn count<E: Event>(
        &self,
        cx: &mut Context<'_, Permits, S::Tx>,
    ) -> Result<(), HandlerError> {
        Ok(self.figures.count(cx.tx(), E::NAME).await?)
    }

    /// Moves an order to another state and adds it to revenue (`sign` 1), takes
    /// it out (-1) or leaves revenue alone (0).
    async fn move_to(
        &self,
        order_id: Uuid,
        state: OrderState,
        sign: i64,
        cx: &mut Context<'_, Permits, S::Tx>,
    ) -> Result<(), HandlerError> {
        let Some(mut sale) = self.figures.sale(cx.tx(), order_id).await? else {
            if self.from_midway {
                return Ok(());
            }
            return Err(HandlerError::rejected(NeverPlaced(order_id)));
        };
        if sign != 0 {
            let more = sale.contribution(sign);
            self.figures.add_revenue(cx.tx(), more).await?;
        }
        let before = sale.move_to(state, cx.message().time);
        self.figures.put_sale(cx.tx(), Some(&before), sale).await?;
        Ok(())
    }
}

impl<S: Figures> Service for Analytics<S> {
    type Tx = S::Tx;

    async fn on_order_placed(
        &self,
        order: OrderPlaced,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<OrderPlaced>(cx).await?;
        let sale = Sale::new(order, cx.message().time);
        self.figures.put_sale(cx.tx(), None, sale).await?;
        Ok(())
    }

    async fn on_order_confirmed(
        &self,
        order: OrderConfirmed,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<OrderConfirmed>(cx).await?;
        self.move_to(order.order_id, OrderState::Confirmed, 1, cx)
            .await
    }

    async fn on_order_cancelled(
        &self,
        order: OrderCancelled,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<OrderCancelled>(cx).await?;
        self.move_to(order.order_id, OrderState::Cancelled, 0, cx)
            .await
    }

    async fn on_order_refunded(
        &self,
        order: OrderRefunded,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<OrderRefunded>(cx).await?;
        self.move_to(order.order_id, OrderState::Refunded, -1, cx)
            .await
    }

    async fn on_payment_captured(
        &self,
        payment: PaymentCaptured,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<PaymentCaptured>(cx).await?;
        let more = Turnover {
            captured: payment.amount,
            ..Turnover::default()
        };
        Ok(self.figures.add_turnover(cx.tx(), more).await?)
    }

    async fn on_payment_refunded(
        &self,
        payment: PaymentRefunded,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<PaymentRefunded>(cx).await?;
        let more = Turnover {
            refunded: payment.amount,
            ..Turnover::default()
        };
        Ok(self.figures.add_turnover(cx.tx(), more).await?)
    }

    async fn on_payment_authorized(
        &self,
        _: PaymentAuthorized,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<PaymentAuthorized>(cx).await
    }

    async fn on_payment_declined(
        &self,
        payment: PaymentDeclined,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<PaymentDeclined>(cx).await?;
        let (order_id, outcome) = (payment.order_id, Outcome::Declined);
        Ok(self.figures.mark(cx.tx(), order_id, outcome).await?)
    }

    async fn on_payment_voided(
        &self,
        _: PaymentVoided,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<PaymentVoided>(cx).await
    }

    async fn on_stock_reserved(
        &self,
        _: StockReserved,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<StockReserved>(cx).await
    }

    async fn on_stock_rejected(
        &self,
        stock: StockRejected,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<StockRejected>(cx).await?;
        let (order_id, outcome) = (stock.order_id, Outcome::Short);
        Ok(self.figures.mark(cx.tx(), order_id, outcome).await?)
    }

    async fn on_stock_released(
        &self,
        _: StockReleased,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<StockReleased>(cx).await
    }

    async fn on_stock_returned(
        &self,
        _: StockReturned,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<StockReturned>(cx).await
    }

    async fn on_stock_received(
        &self,
        _: StockReceived,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<StockReceived>(cx).await
    }

    async fn on_stock_depleted(
        &self,
        _: StockDepleted,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<StockDepleted>(cx).await
    }

    async fn on_sales_per_minute(
        &self,
        sales: SalesPerMinute,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<SalesPerMinute>(cx).await?;
        let closed = Closed {
            country: sales.country,
            minute: minute_of(sales.window_start),
            lines: sales.lines,
            pieces: sales.pieces,
            revenue: sales.revenue,
        };
        Ok(self.figures.put_closed(cx.tx(), closed).await?)
    }

    async fn on_declines_by_reason(
        &self,
        declines: DeclinesByReason,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.count::<DeclinesByReason>(cx).await?;
        let DeclinesByReason { reason, orders } = declines;
        Ok(self.figures.put_declines(cx.tx(), reason, orders).await?)
    }

    async fn get_orders_by_state(
        &self,
        _: GetOrdersByState,
    ) -> Result<Vec<OrdersInState>, HttpError> {
        let states = self.figures.states().await?.into_iter();
        let row = |(state, orders)| OrdersInState { state, orders };
        Ok(states.map(row).collect())
    }

    async fn get_revenue(&self, request: GetRevenue) -> Result<Vec<Revenue>, HttpError> {
        let Some(dimension) = Dimension::parse(&request.dimension) else {
            return Err(HttpError::not_found(
                NoDimension(request.dimension).to_string(),
            ));
        };
        let figures = self.figures.revenue(dimension).await?;
        let rows = figures.iter().map(|(name, figure)| figure.named(name));
        Ok(rows.collect())
    }

    async fn get_money(&self, _: GetMoney) -> Result<Money, HttpError> {
        let Turnover { captured, refunded } = self.figures.turnover().await?;
        Ok(Money { captured, refunded })
    }

    async fn get_event_counts(&self, _: GetEventCounts) -> Result<Vec<EventCount>, HttpError> {
        let counts = self.figures.events().await?.into_iter();
        let row = |(event, events)| EventCount { event, events };
        Ok(counts.map(row).collect())
    }

    async fn get_sales(&self, _: GetSales) -> Result<Vec<MinuteSales>, HttpError> {
        dashboard::sales(&self.figures).await
    }

    async fn get_open_sales(&self, _: GetOpenSales) -> Result<Vec<MinuteSales>, HttpError> {
        Ok(self.streams.open_sales().await?)
    }

    async fn get_declines(&self, _: GetDeclines) -> Result<Vec<Declines>, HttpError> {
        dashboard::declines(&self.figures).await
    }

    async fn get_dashboard(&self, _: GetDashboard) -> Result<Dashboard, HttpError> {
        dashboard::dashboard(&self.figures, &self.streams).await
    }
}

/// A message about an order whose placing this service never heard.
#[derive(Debug, thiserror::Error)]
#[error("order {0} was never placed")]
struct NeverPlaced(Uuid);

/// A breakdown that is not kept.
#[derive(Debug, thiserror::Error)]
#[error("revenue is kept by `country`, `sku` and `minute`, not by `{0}`")]
struct NoDimension(String);
