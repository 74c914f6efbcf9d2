//! Where figures are kept.

mod memory;

use std::collections::BTreeMap;

use generated::types::{DeclineReason, OrderState};
use herald::avro::codec::Decimal;
use herald::store::StoreError;
use uuid::Uuid;

pub use memory::FigureTables;

use crate::hour::Hour;
use crate::sales::{Breakdown, Dimension, Figure, Sale};

/// Money that went through the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turnover {
    /// Taken from customers.
    pub captured: Decimal<2>,
    /// Given back.
    pub refunded: Decimal<2>,
}

/// What else happened to an order. It may be heard before the order's placing, which has a topic of
/// its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The payment provider refused.
    Declined,
    /// An article was out of stock.
    Short,
}

/// What the stream `sales-per-minute` says of a country's minute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The country the goods go to.
    pub country: String,
    /// The minute's start in RFC 3339.
    pub minute: String,
    /// How many lines were sold.
    pub lines: i64,
    /// How many pieces they had.
    pub pieces: i64,
    /// What customers pay for them.
    pub revenue: Decimal<2>,
}

/// The figures. Every sum changes by a difference, so that a database can apply it
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

    /// Remembers what else happened to an order, in whatever order that is heard, and however often.
    fn mark(
        &self,
        tx: &mut Self::Tx,
        order_id: Uuid,
        outcome: Outcome,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// What a stream says of a country's minute takes the place of what it said before.
    fn put_closed(
        &self,
        tx: &mut Self::Tx,
        closed: Closed,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// What a stream says of a reason takes the place of what it said before.
    fn put_declines(
        &self,
        tx: &mut Self::Tx,
        reason: DeclineReason,
        orders: i64,
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

    /// The minutes of the hour that ends with the latest order, as far as there are orders in them.
    fn hour(&self) -> impl Future<Output = Result<Hour, StoreError>> + Send;

    /// What is closed of the minutes from `since` on, a minute's start in RFC 3339.
    fn closed(&self, since: &str) -> impl Future<Output = Result<Vec<Closed>, StoreError>> + Send;

    /// Orders by the reason of their last refusal.
    fn declines(
        &self,
    ) -> impl Future<Output = Result<Vec<(DeclineReason, i64)>, StoreError>> + Send;
}
