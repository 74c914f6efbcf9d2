//! What the inventory service does when it hears something.

use generated::commands::RestockItems;
use generated::events::{
    OrderCancelled, OrderConfirmed, OrderPlaced, StockDepleted, StockReceived, StockRejected,
    StockReleased, StockReserved, StockReturned,
};
use generated::inventory::{GetStock, ListStock, Permits, ReceiveStock, Service};
use generated::types::StockLevel;
use herald::avro::codec::TimestampMillis;
use herald::{Context, HandlerError, HttpError};
use uuid::Uuid;

use crate::shelf::{Level, Levels, Reservation, ReservationState, needs, reserve};
use crate::store::Stock;

/// The inventory service over a place to keep levels and reservations.
#[derive(Debug, Clone)]
pub struct Inventory<S> {
    stock: S,
}

impl<S: Stock> Inventory<S> {
    /// The service that keeps its books in `stock`.
    pub fn new(stock: S) -> Self {
        Self { stock }
    }

    /// Lets a step change the reservation of an order and the levels it holds.
    /// Returns the reservation if the step changed it.
    async fn step(
        &self,
        order_id: Uuid,
        cx: &mut Context<'_, Permits, S::Tx>,
        step: impl FnOnce(&mut Reservation, &mut Levels) -> bool + Send,
    ) -> Result<Option<Reservation>, HandlerError> {
        let Some(mut reservation) = self.stock.reservation(cx.tx(), order_id).await? else {
            return Err(HandlerError::rejected(NoReservation(order_id)));
        };
        let skus = reservation.lines.iter().map(|line| line.sku.as_str());
        let mut levels = self.stock.levels(cx.tx(), skus).await?;
        if !step(&mut reservation, &mut levels) {
            return Ok(None);
        }
        self.stock.put_levels(cx.tx(), levels).await?;
        let kept = reservation.clone();
        self.stock.put_reservation(cx.tx(), order_id, kept).await?;
        Ok(Some(reservation))
    }
}

impl<S: Stock> Service for Inventory<S> {
    type Tx = S::Tx;

    async fn on_order_placed(
        &self,
        order: OrderPlaced,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        let order_id = order.order_id;
        if self.stock.reservation(cx.tx(), order_id).await?.is_some() {
            return Ok(());
        }
        let at = now(cx);
        let lines = needs(&order.lines);
        let skus = lines.iter().map(|line| line.sku.as_str());
        let mut levels = self.stock.levels(cx.tx(), skus).await?;
        let reservation = match reserve(&mut levels, &lines) {
            Ok(depleted) => {
                self.stock.put_levels(cx.tx(), levels).await?;
                for sku in depleted {
                    let depleted_at = at;
                    cx.publish(StockDepleted { sku, depleted_at })?;
                }
                cx.publish(StockReserved {
                    order_id,
                    lines: lines.clone(),
                    reserved_at: at,
                })?;
                let state = ReservationState::Reserved;
                Reservation { lines, state }
            }
            Err(short) => {
                cx.publish(StockRejected {
                    order_id,
                    sku: short.sku,
                    requested: short.requested,
                    available: short.available,
                    rejected_at: at,
                })?;
                let state = ReservationState::Rejected;
                Reservation {
                    lines: Vec::new(),
                    state,
                }
            }
        };
        self.stock
            .put_reservation(cx.tx(), order_id, reservation)
            .await?;
        Ok(())
    }

    async fn on_order_confirmed(
        &self,
        order: OrderConfirmed,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        self.step(order.order_id, cx, Reservation::ship).await?;
        Ok(())
    }

    async fn on_order_cancelled(
        &self,
        order: OrderCancelled,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        let order_id = order.order_id;
        if let Some(released) = self.step(order_id, cx, Reservation::release).await? {
            cx.publish(StockReleased {
                order_id,
                lines: released.lines,
                released_at: now(cx),
            })?;
        }
        Ok(())
    }

    async fn handle_restock_items(
        &self,
        command: RestockItems,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<(), HandlerError> {
        let order_id = command.order_id;
        if let Some(returned) = self.step(order_id, cx, Reservation::take_back).await? {
            cx.publish(StockReturned {
                order_id,
                lines: returned.lines,
                returned_at: now(cx),
            })?;
        }
        Ok(())
    }

    async fn receive_stock(
        &self,
        request: ReceiveStock,
        cx: &mut Context<'_, Permits, Self::Tx>,
    ) -> Result<StockLevel, HttpError> {
        let quantity = request.body.quantity;
        if quantity < 1 {
            return Err(HttpError::unprocessable(
                NothingReceived(quantity).to_string(),
            ));
        }
        let sku = request.sku;
        let known = std::iter::once(sku.as_str());
        let mut levels = self.stock.levels(cx.tx(), known).await?;
        let level = levels.entry(sku.clone()).or_default();
        level.on_hand += i64::from(quantity);
        let view = view(&sku, *level);
        self.stock.put_levels(cx.tx(), levels).await?;
        cx.publish(StockReceived {
            sku,
            quantity,
            received_at: now(cx),
        })?;
        Ok(view)
    }

    async fn get_stock(&self, request: GetStock) -> Result<StockLevel, HttpError> {
        match self.stock.level(&request.sku).await? {
            Some(level) => Ok(view(&request.sku, level)),
            None => Err(HttpError::not_found(NoArticle(request.sku).to_string())),
        }
    }

    async fn list_stock(&self, _: ListStock) -> Result<Vec<StockLevel>, HttpError> {
        let levels = self.stock.all().await?;
        Ok(levels
            .iter()
            .map(|(sku, level)| view(sku, *level))
            .collect())
    }
}

/// A message about an order whose placing this service never heard.
#[derive(Debug, thiserror::Error)]
#[error("nothing was decided about order {0}")]
struct NoReservation(Uuid);

/// An article that never lay on the shelf.
#[derive(Debug, thiserror::Error)]
#[error("there is no article {0}")]
struct NoArticle(String);

/// A receipt of nothing.
#[derive(Debug, thiserror::Error)]
#[error("{0} pieces cannot arrive; at least 1 must")]
struct NothingReceived(i32);

fn view(sku: &str, level: Level) -> StockLevel {
    StockLevel {
        sku: sku.to_owned(),
        on_hand: level.on_hand,
        reserved: level.reserved,
    }
}

/// The time now, as events carry it.
fn now<Tx>(cx: &Context<'_, Permits, Tx>) -> TimestampMillis {
    TimestampMillis(cx.now().as_millisecond())
}
