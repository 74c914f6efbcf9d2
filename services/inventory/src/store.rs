//! Where stock levels and reservations are kept.

use herald::store::StoreError;
use herald::store::memory::{Table, Tables, TablesTx};
use uuid::Uuid;

use crate::shelf::{Level, Levels, Reservation};

/// The levels by article, and the reservations by order.
pub trait Stock: Send + Sync + 'static {
    /// A transaction on both.
    type Tx: Send;

    /// The levels of some articles, locked in the order of their numbers until
    /// the transaction ends. Unknown articles are left out.
    fn levels<'a>(
        &self,
        tx: &mut Self::Tx,
        skus: impl Iterator<Item = &'a str> + Send,
    ) -> impl Future<Output = Result<Levels, StoreError>> + Send;

    /// Writes levels.
    fn put_levels(
        &self,
        tx: &mut Self::Tx,
        levels: Levels,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The reservation of an order, locked until the transaction ends.
    fn reservation(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
    ) -> impl Future<Output = Result<Option<Reservation>, StoreError>> + Send;

    /// Writes the reservation of an order.
    fn put_reservation(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
        reservation: Reservation,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The level of one article, as last committed.
    fn level(&self, sku: &str) -> impl Future<Output = Result<Option<Level>, StoreError>> + Send;

    /// All levels, as last committed.
    fn all(&self) -> impl Future<Output = Result<Levels, StoreError>> + Send;
}

/// The tables in memory.
#[derive(Clone, Debug, Default)]
pub struct StockTables {
    /// Levels by article.
    pub levels: Table<String, Level>,
    /// Reservations by order.
    pub reservations: Table<Uuid, Reservation>,
}

impl Stock for Tables<StockTables> {
    type Tx = TablesTx<StockTables>;

    async fn levels<'a>(
        &self,
        tx: &mut Self::Tx,
        skus: impl Iterator<Item = &'a str> + Send,
    ) -> Result<Levels, StoreError> {
        let all = &tx.state().await.levels;
        let level = |sku: &str| {
            let sku = sku.to_owned();
            let level = *all.get(&sku)?;
            Some((sku, level))
        };
        Ok(skus.filter_map(level).collect())
    }

    async fn put_levels(&self, tx: &mut Self::Tx, levels: Levels) -> Result<(), StoreError> {
        let all = &mut tx.state().await.levels;
        for (sku, level) in levels {
            all.insert(sku, level);
        }
        Ok(())
    }

    async fn reservation(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
    ) -> Result<Option<Reservation>, StoreError> {
        Ok(tx.state().await.reservations.get(&order_id).cloned())
    }

    async fn put_reservation(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
        reservation: Reservation,
    ) -> Result<(), StoreError> {
        tx.state().await.reservations.insert(order_id, reservation);
        Ok(())
    }

    async fn level(&self, sku: &str) -> Result<Option<Level>, StoreError> {
        let sku = sku.to_owned();
        Ok(self.read(|tables| tables.levels.get(&sku).copied()))
    }

    async fn all(&self) -> Result<Levels, StoreError> {
        Ok(self.read(|tables| {
            let levels = tables.levels.iter();
            levels.map(|(sku, level)| (sku.clone(), *level)).collect()
        }))
    }
}
