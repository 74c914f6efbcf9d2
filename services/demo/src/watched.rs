//! A stock store that remembers the fewest free pieces that were ever written.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use herald::store::StoreError;
use inventory::shelf::{Level, Levels, Reservation};
use inventory::store::Stock;
use uuid::Uuid;

/// Watches what is written to another store.
#[derive(Clone, Debug)]
pub struct Watched<S> {
    stock: S,
    fewest: Arc<AtomicI64>,
}

impl<S> Watched<S> {
    /// Watches `stock`.
    pub fn new(stock: S) -> Self {
        let fewest = Arc::new(AtomicI64::new(i64::MAX));
        Self { stock, fewest }
    }

    /// The fewest free pieces of any article that were ever written.
    pub fn fewest_free(&self) -> i64 {
        self.fewest.load(Ordering::SeqCst)
    }
}

impl<S: Stock> Stock for Watched<S> {
    type Tx = S::Tx;

    async fn levels<'a>(
        &self,
        tx: &mut Self::Tx,
        skus: impl Iterator<Item = &'a str> + Send,
    ) -> Result<Levels, StoreError> {
        self.stock.levels(tx, skus).await
    }

    async fn put_levels(&self, tx: &mut Self::Tx, levels: Levels) -> Result<(), StoreError> {
        for level in levels.values() {
            self.fewest.fetch_min(level.free(), Ordering::SeqCst);
        }
        self.stock.put_levels(tx, levels).await
    }

    async fn reservation(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
    ) -> Result<Option<Reservation>, StoreError> {
        self.stock.reservation(tx, order_id).await
    }

    async fn put_reservation(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
        reservation: Reservation,
    ) -> Result<(), StoreError> {
        self.stock.put_reservation(tx, order_id, reservation).await
    }

    async fn level(&self, sku: &str) -> Result<Option<Level>, StoreError> {
        self.stock.level(sku).await
    }

    async fn all(&self) -> Result<Levels, StoreError> {
        self.stock.all().await
    }
}
