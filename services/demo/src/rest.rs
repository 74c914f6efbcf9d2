//! Knowing when nothing is in flight any more.

use std::time::Duration;

use generated::types::OrderState;
use herald::World;
use herald::store::{Broker, Store, StoreError};
use jiff::Timestamp;

use crate::orders::SourceOrder;
use crate::scenario::{Ground, PlayError};
use crate::shop::Shop;

/// A relay publishes within such a time; it is looked at again then.
const RELAY: Duration = Duration::from_millis(2);

impl Ground for Shop {
    async fn rest(&self, world: &World) -> Result<Timestamp, PlayError> {
        rest(world, self).await?;
        Ok(world.now())
    }

    async fn is_confirmed(&self, order: &SourceOrder) -> Result<bool, PlayError> {
        let state = self.orders.read(&order.order_id.to_string(), |document| {
            let placed = document.and_then(|document| document.placed.as_ref());
            placed.map(|placed| placed.state)
        });
        Ok(state == Some(OrderState::Confirmed))
    }
}

/// Waits until the brokers have delivered everything, no outbox holds anything
/// and no timer is set.
///
/// # Errors
/// If a store cannot be read.
async fn rest(world: &World, shop: &Shop) -> Result<(), StoreError> {
    loop {
        shop.brokers.settled().await;
        let before = published(shop);
        let timer = next_timer(shop).await?;
        if outbox(shop).await? > 0 {
            world.sleep(RELAY).await;
        } else if let Some(timer) = timer {
            world.sleep_until(timer.max(world.now())).await;
            world.sleep(RELAY).await;
        } else if shop.brokers.is_settled() && published(shop) == before {
            // Nothing was published while the outboxes were looked at, so what
            // they held before was delivered and left nothing behind.
            return Ok(());
        }
    }
}

/// Messages ever published.
fn published(shop: &Shop) -> u64 {
    let records: u64 = shop
        .brokers
        .topics()
        .iter()
        .map(|topic| topic.records)
        .sum();
    let queues = shop.brokers.queue_counts();
    records + queues.iter().map(|queue| queue.published).sum::<u64>()
}

/// Messages that wait for their broker, over all services.
async fn outbox(shop: &Shop) -> Result<u64, StoreError> {
    let mut depth = 0;
    for broker in [Broker::Log, Broker::Queues] {
        depth += shop.orders.outbox_depth(broker).await?;
        depth += shop.payments.outbox_depth(broker).await?;
        depth += shop.stock.outbox_depth(broker).await?;
        depth += shop.mails.outbox_depth(broker).await?;
        depth += shop.figures.outbox_depth(broker).await?;
    }
    Ok(depth)
}

/// When the next timer runs out; only the order service sets any.
async fn next_timer(shop: &Shop) -> Result<Option<Timestamp>, StoreError> {
    shop.orders.next_timer().await
}
