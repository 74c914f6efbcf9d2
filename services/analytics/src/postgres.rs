//! Figures in PostgreSQL.

mod hour;
mod said;
mod sales;
mod sums;

use std::collections::BTreeMap;

use generated::types::{DeclineReason, OrderState};
use herald::store::StoreError;
use herald::store::postgres::{Migration, Postgres, PostgresTx};
use uuid::Uuid;

use crate::hour::Hour;
use crate::sales::{Breakdown, Dimension, Figure, Sale};
use crate::store::{Closed, Figures, Outcome, Turnover};

/// The service's tables.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "figures",
        sql: include_str!("../migrations/1_figures.sql"),
    },
    Migration {
        version: 2,
        name: "dashboard",
        sql: include_str!("../migrations/2_dashboard.sql"),
    },
];

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

    async fn mark(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
        outcome: Outcome,
    ) -> Result<(), StoreError> {
        sales::mark(tx.connection().await?, order_id, outcome).await
    }

    async fn put_closed(&self, tx: &mut Self::Tx, closed: Closed) -> Result<(), StoreError> {
        said::put_closed(tx.connection().await?, &closed).await
    }

    async fn put_declines(
        &self,
        tx: &mut Self::Tx,
        reason: DeclineReason,
        orders: i64,
    ) -> Result<(), StoreError> {
        said::put_declines(tx.connection().await?, reason, orders).await
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

    async fn hour(&self) -> Result<Hour, StoreError> {
        hour::hour(self.pool()).await
    }

    async fn closed(&self, since: &str) -> Result<Vec<Closed>, StoreError> {
        said::closed(self.pool(), since).await
    }

    async fn declines(&self) -> Result<Vec<(DeclineReason, i64)>, StoreError> {
        said::declines(self.pool()).await
    }
}
