//! Where figures are kept.

use std::collections::BTreeMap;

use generated::types::OrderState;
use herald::avro::codec::Decimal;
use herald::store::StoreError;
use herald::store::memory::{Table, Tables, TablesTx};
use uuid::Uuid;

use crate::sales::{Breakdown, Dimension, Figure, Sale};

/// Money that went through the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turnover {
    /// Taken from customers.
    pub captured: Decimal<2>,
    /// Given back.
    pub refunded: Decimal<2>,
}

/// The figures. Every change is a difference, so that a database can apply it
/// without reading first.
pub trait Figures: Send + Sync + 'static {
    /// A transaction on them.
    type Tx: Send;

    /// What is remembered of an order, locked until the transaction ends.
    fn sale(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
    ) -> impl Future<Output = Result<Option<Sale>, StoreError>> + Send;

    /// Remembers an order, and counts it in its state instead of the one before.
    fn put_sale(
        &self,
        tx: &mut Self::Tx,
        before: Option<&OrderState>,
        sale: Sale,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Adds to revenue.
    fn add_revenue(
        &self,
        tx: &mut Self::Tx,
        more: Breakdown,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Adds to the money that went through the provider.
    fn add_turnover(
        &self,
        tx: &mut Self::Tx,
        more: Turnover,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Counts an event that was read.
    fn count(
        &self,
        tx: &mut Self::Tx,
        event: &'static str,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// All figures of one dimension by name.
    fn revenue(
        &self,
        dimension: Dimension,
    ) -> impl Future<Output = Result<BTreeMap<String, Figure>, StoreError>> + Send;

    /// How many orders are in each state.
    fn states(&self) -> impl Future<Output = Result<Vec<(OrderState, i64)>, StoreError>> + Send;

    /// The money that went through the provider.
    fn turnover(&self) -> impl Future<Output = Result<Turnover, StoreError>> + Send;

    /// How many events of each name were read.
    fn events(&self) -> impl Future<Output = Result<BTreeMap<String, i64>, StoreError>> + Send;
}

/// The tables in memory.
#[derive(Clone, Debug, Default)]
pub struct FigureTables {
    /// What is remembered of orders.
    pub sales: Table<Uuid, Sale>,
    /// Orders by state.
    pub states: BTreeMap<OrderState, i64>,
    /// Revenue by dimension and name.
    pub revenue: Table<(Dimension, String), Figure>,
    /// Money that went through the provider.
    pub turnover: Turnover,
    /// Events read, by name.
    pub events: BTreeMap<&'static str, i64>,
}

impl Figures for Tables<FigureTables> {
    type Tx = TablesTx<FigureTables>;

    async fn sale(&self, tx: &mut Self::Tx, order_id: Uuid) -> Result<Option<Sale>, StoreError> {
        Ok(tx.state().await.sales.get(&order_id).cloned())
    }

    async fn put_sale(
        &self,
        tx: &mut Self::Tx,
        before: Option<&OrderState>,
        sale: Sale,
    ) -> Result<(), StoreError> {
        let tables = tx.state().await;
        if let Some(before) = before {
            *tables.states.entry(*before).or_default() -= 1;
        }
        *tables.states.entry(sale.state).or_default() += 1;
        tables.sales.insert(sale.order_id, sale);
        Ok(())
    }

    async fn add_revenue(&self, tx: &mut Self::Tx, more: Breakdown) -> Result<(), StoreError> {
        let revenue = &mut tx.state().await.revenue;
        for (place, more) in more {
            let figure = revenue.get_or_insert_with(place, Figure::default);
            *figure = figure.plus(more);
        }
        Ok(())
    }

    async fn add_turnover(&self, tx: &mut Self::Tx, more: Turnover) -> Result<(), StoreError> {
        let turnover = &mut tx.state().await.turnover;
        *turnover = Turnover {
            captured: sum(turnover.captured, more.captured),
            refunded: sum(turnover.refunded, more.refunded),
        };
        Ok(())
    }

    async fn count(&self, tx: &mut Self::Tx, event: &'static str) -> Result<(), StoreError> {
        *tx.state().await.events.entry(event).or_default() += 1;
        Ok(())
    }

    async fn revenue(&self, dimension: Dimension) -> Result<BTreeMap<String, Figure>, StoreError> {
        Ok(self.read(|tables| {
            let all = tables.revenue.iter();
            let mine = all.filter(|((of, _), _)| *of == dimension);
            mine.map(|((_, name), figure)| (name.clone(), *figure))
                .collect()
        }))
    }

    async fn states(&self) -> Result<Vec<(OrderState, i64)>, StoreError> {
        Ok(self.read(|tables| {
            let states = tables.states.iter();
            states.map(|(state, orders)| (*state, *orders)).collect()
        }))
    }

    async fn turnover(&self) -> Result<Turnover, StoreError> {
        Ok(self.read(|tables| tables.turnover))
    }

    async fn events(&self) -> Result<BTreeMap<String, i64>, StoreError> {
        Ok(self.read(|tables| {
            let events = tables.events.iter();
            events
                .map(|(name, count)| ((*name).to_owned(), *count))
                .collect()
        }))
    }
}

fn sum(a: Decimal<2>, b: Decimal<2>) -> Decimal<2> {
    [a, b].into_iter().sum()
}
