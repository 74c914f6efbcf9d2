//! Figures in PostgreSQL.

mod sales;
mod sums;

use std::collections::BTreeMap;

use generated::types::OrderState;
use herald::store::StoreError;
use herald::store::postgres::{Migration, Postgres, PostgresTx};
use uuid::Uuid;

use crate::sales::{Breakdown, Dimension, Figure, Sale};
use crate::store::{Figures, Turnover};

/// The service's tables.
pub const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "figures",
    sql: include_str!("../migrations/1_figures.sql"),
}];

impl Figures for Postgres {
    type Tx = PostgresTx;

    async fn sale(&self, tx: &mut Self::Tx, order_id: Uuid) -> Result<Option<Sale>, StoreError> {
        let there = sales::lock(tx.connection().await?, order_id).await?;
        if there.is_some() {
            return Ok(there);
        }
        // A row that is not there cannot be locked: its name is, and looked at again.
        let connection = tx.lock([format!("sale {order_id}")]).await?;
        sales::lock(connection, order_id).await
    }

    async fn put_sale(
        &self,
        tx: &mut Self::Tx,
        before: Option<&OrderState>,
        sale: Sale,
    ) -> Result<(), StoreError> {
        let connection = tx.connection().await?;
        sums::move_order(&mut *connection, before, sale.state).await?;
        sales::put(connection, &sale).await
    }

    async fn add_revenue(&self, tx: &mut Self::Tx, more: Breakdown) -> Result<(), StoreError> {
        sums::add_revenue(tx.connection().await?, &more).await
    }

    async fn add_turnover(&self, tx: &mut Self::Tx, more: Turnover) -> Result<(), StoreError> {
        sums::add_turnover(tx.connection().await?, more).await
    }

    async fn count(&self, tx: &mut Self::Tx, event: &'static str) -> Result<(), StoreError> {
        sums::count(tx.connection().await?, event).await
    }

    async fn revenue(&self, dimension: Dimension) -> Result<BTreeMap<String, Figure>, StoreError> {
        sums::revenue(self.pool(), dimension).await
    }

    async fn states(&self) -> Result<Vec<(OrderState, i64)>, StoreError> {
        sums::states(self.pool()).await
    }

    async fn turnover(&self) -> Result<Turnover, StoreError> {
        sums::turnover(self.pool()).await
    }

    async fn events(&self) -> Result<BTreeMap<String, i64>, StoreError> {
        sums::events(self.pool()).await
    }
}
