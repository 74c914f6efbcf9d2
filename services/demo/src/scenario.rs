//! What happens in the shop: goods arrive, customers order, some want their
//! money back.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use herald::World;
use jiff::Timestamp;
use serde_json::json;

use crate::client::{AskError, Client};
use crate::doors::Doors;
use crate::orders::{SourceOrder, initial_stock};
use crate::shop::Name;

/// Customers who order at the same time.
const CUSTOMERS: usize = 16;

/// In a simulation a customer waits up to so long between two orders, so that
/// faults have time to strike; in a plain run there is no such wait.
const THINKING: Duration = Duration::from_secs(1);

/// What the play must know of the shop it is played in.
pub trait Ground {
    /// The first orders are about to come.
    fn opens(&self) {}

    /// Waits until nothing is in flight, and says since when.
    fn rest(&self, world: &World) -> impl Future<Output = Result<Timestamp, PlayError>> + Send;

    /// Whether an order is confirmed.
    fn is_confirmed(
        &self,
        order: &SourceOrder,
    ) -> impl Future<Output = Result<bool, PlayError>> + Send;
}

/// Runs everything, and says how long it took from the first order to rest.
///
/// # Errors
/// If a service refuses, or never answers.
pub async fn play(
    world: &World,
    doors: &Doors,
    ground: &impl Ground,
    orders: &[SourceOrder],
) -> Result<Duration, PlayError> {
    fill_shelves(world, doors).await?;
    ground.rest(world).await?;
    ground.opens();
    let start = world.now();
    each(world, doors, orders.to_vec(), Wish::Goods).await?;
    let took = ground.rest(world).await?.duration_since(start);
    let mut refunds = Vec::new();
    for order in orders.iter().filter(|order| order.wants_refund()) {
        if ground.is_confirmed(order).await? {
            refunds.push(order.clone());
        }
    }
    each(world, doors, refunds, Wish::Refund).await?;
    ground.rest(world).await?;
    Ok(Duration::try_from(took).unwrap_or_default())
}

/// Why the play broke off.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// A request failed.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// A store failed.
    #[error(transparent)]
    Store(#[from] herald::store::StoreError),
    /// The data are wrong.
    #[error(transparent)]
    Data(#[from] crate::orders::DataError),
    /// What a stream emitted cannot be decoded.
    #[error(transparent)]
    Decode(#[from] herald::registry::DecodeFailure),
    /// A server that is not a service of the shop does not answer as it should.
    #[error("{server}: {why}")]
    Server {
        /// The server.
        server: &'static str,
        /// What is wrong.
        why: String,
    },
    /// Somebody stopped the demo.
    #[error("stopped by {0}; its services and servers are stopped too")]
    Stopped(&'static str),
}

async fn fill_shelves(world: &World, doors: &Doors) -> Result<(), PlayError> {
    let mut client = Client::new(world.clone(), doors.clone());
    for (sku, pieces) in initial_stock()? {
        let path = format!("/stock/{sku}/receipts");
        let body = json!({ "quantity": pieces });
        let key = format!("first-delivery-{sku}");
        client.post(Name::Inventory, &path, &body, &key).await?;
    }
    Ok(())
}

/// What a customer wants.
#[derive(Clone, Copy)]
enum Wish {
    Goods,
    Refund,
}

impl Wish {
    async fn tell(self, client: &mut Client, order: &SourceOrder) -> Result<(), AskError> {
        let order_id = order.order_id;
        let (path, body, key) = match self {
            Self::Goods => ("/orders".to_owned(), order.draft(), order_id.to_string()),
            Self::Refund => {
                let body = json!({ "reason": "The goods were not as expected." });
                let key = format!("refund-{order_id}");
                (format!("/orders/{order_id}/refund"), body, key)
            }
        };
        client.post(Name::Order, &path, &body, &key).await?;
        Ok(())
    }
}

/// Lets several customers work through the orders, each taking the next one.
async fn each(
    world: &World,
    doors: &Doors,
    orders: Vec<SourceOrder>,
    wish: Wish,
) -> Result<(), AskError> {
    let queue = Arc::new(Mutex::new(VecDeque::from(orders)));
    let failure = Arc::new(Mutex::new(None));
    let customers = (0..CUSTOMERS).map(|number| {
        let (world, queue, failure) = (world.clone(), queue.clone(), failure.clone());
        let mut client = Client::new(world.clone(), doors.clone());
        world
            .clone()
            .spawn(&format!("customer {number}"), async move {
                while let Some(order) = next(&queue) {
                    if world.is_simulated() {
                        let millis = world.random_below(THINKING.as_millis() as u64);
                        world.sleep(Duration::from_millis(millis)).await;
                    }
                    if let Err(error) = wish.tell(&mut client, &order).await {
                        *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        return;
                    }
                }
            })
    });
    for customer in customers.collect::<Vec<_>>() {
        customer.join().await;
    }
    let failure = failure
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    failure.map_or(Ok(()), Err)
}

fn next(queue: &Mutex<VecDeque<SourceOrder>>) -> Option<SourceOrder> {
    let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    queue.pop_front()
}
