//! Figures in memory.

use std::collections::{BTreeMap, BTreeSet};

use generated::types::{DeclineReason, OrderState};
use herald::avro::codec::Decimal;
use herald::store::StoreError;
use herald::store::memory::{Table, Tables, TablesTx};
use uuid::Uuid;

use super::{Closed, Figures, Outcome, Turnover};
use crate::hour::{Hour, Took, first_of};
use crate::sales::{Breakdown, Dimension, Figure, Sale};

/// The tables in memory.
#[derive(Clone, Debug, Default)]
pub struct FigureTables {
    /// What is remembered of orders.
    pub sales: Table<Uuid, Sale>,
    /// What else happened to orders.
    pub outcomes: Table<Uuid, BTreeSet<Outcome>>,
    /// Orders by state.
    pub states: BTreeMap<OrderState, i64>,
    /// Revenue by dimension and name.
    pub revenue: Table<(Dimension, String), Figure>,
    /// What is closed, by minute and country.
    pub closed: Table<(String, String), Closed>,
    /// Orders by the reason of their last refusal.
    pub declines: BTreeMap<DeclineReason, i64>,
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

    async fn mark(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
        outcome: Outcome,
    ) -> Result<(), StoreError> {
        let outcomes = &mut tx.state().await.outcomes;
        outcomes
            .get_or_insert_with(order_id, BTreeSet::new)
            .insert(outcome);
        Ok(())
    }

    async fn put_closed(&self, tx: &mut Self::Tx, closed: Closed) -> Result<(), StoreError> {
        let key = (closed.minute.clone(), closed.country.clone());
        tx.state().await.closed.insert(key, closed);
        Ok(())
    }

    async fn put_declines(
        &self,
        tx: &mut Self::Tx,
        reason: DeclineReason,
        orders: i64,
    ) -> Result<(), StoreError> {
        tx.state().await.declines.insert(reason, orders);
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

    async fn hour(&self) -> Result<Hour, StoreError> {
        Ok(hour(&self.snapshot()))
    }

    async fn closed(&self, since: &str) -> Result<Vec<Closed>, StoreError> {
        Ok(self.read(|tables| {
            let all = tables.closed.iter();
            let recent = all.filter(|((minute, _), _)| minute.as_str() >= since);
            let recent: BTreeMap<_, _> = recent.collect();
            recent.into_values().cloned().collect()
        }))
    }

    async fn declines(&self) -> Result<Vec<(DeclineReason, i64)>, StoreError> {
        Ok(self.read(|tables| {
            let declines = tables.declines.iter();
            declines
                .map(|(reason, orders)| (*reason, *orders))
                .collect()
        }))
    }
}

fn hour(tables: &FigureTables) -> Hour {
    let mut hour = Hour::default();
    let latest = tables.sales.iter().map(|(_, sale)| &sale.minute).max();
    let Some(since) = latest.and_then(|latest| first_of(latest)) else {
        return hour;
    };
    let mut took: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    let sales = tables.sales.iter();
    for (order_id, sale) in sales.filter(|(_, sale)| sale.minute >= since) {
        let minute = hour.minutes.entry(sale.minute.clone()).or_default();
        let outcomes = tables.outcomes.get(order_id);
        let has = |outcome| i64::from(outcomes.is_some_and(|all| all.contains(&outcome)));
        minute.placed += 1;
        minute.declined += has(Outcome::Declined);
        minute.short += has(Outcome::Short);
        took.entry(&sale.minute).or_default().extend(sale.took_ms);
    }
    hour.took = Took::of(took.values().flatten().copied().collect());
    for (at, minute) in &mut hour.minutes {
        minute.took = Took::of(took.remove(at.as_str()).unwrap_or_default());
        let revenue = tables.revenue.get(&(Dimension::Minute, at.clone()));
        minute.revenue = revenue.map_or_else(Decimal::default, |figure| figure.amount);
    }
    for ((at, _), closed) in tables.closed.iter() {
        if let Some(minute) = hour.minutes.get_mut(at) {
            minute.closed = Some(sum(minute.closed.unwrap_or_default(), closed.revenue));
        }
    }
    hour
}

fn sum(a: Decimal<2>, b: Decimal<2>) -> Decimal<2> {
    [a, b].into_iter().sum()
}
