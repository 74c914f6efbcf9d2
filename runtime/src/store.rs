//! Where a service keeps its state, its inbox, its outbox and its timers.
//!
//! A unit of work is one message, one timer or one HTTP request: its inbox row,
//! the handler's own writes, the messages it sends and the timers it sets become
//! durable together or not at all. [`memory`] holds the in-memory twins of
//! PostgreSQL ([`memory::Tables`]) and MongoDB ([`memory::Documents`]);
//! [`none::NoStore`] is for services without state.

mod document;
mod effects;
pub mod memory;
#[cfg(feature = "mongodb")]
pub mod mongodb;
#[cfg(any(feature = "postgres", feature = "mongodb"))]
mod names;
pub mod none;
#[cfg(feature = "postgres")]
pub mod postgres;
mod read_model;
mod unit;

use std::time::Duration;

use jiff::Timestamp;

pub use document::{Document, DocumentTx};
pub use effects::{
    Answer, Broker, Claim, Destination, Effects, OutboxRow, Outgoing, Parked, TimerKey, TimerRow,
};
pub use read_model::ReadModel;
pub use unit::{Begun, Committed, InboxKey, ParkScope, Unit};

/// Why the store did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, or is full for now. To be tried again, without
    /// using an attempt.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// Another unit of work changed the same data meanwhile. To be tried again
    /// from the beginning.
    #[error("another unit of work changed the same data")]
    Conflict,
    /// It can never be done.
    #[error("the store refused: {0}")]
    Refused(String),
}

/// A store. Handles are cheap to share; a unit of work that is dropped before
/// its commit leaves nothing behind.
///
/// Methods that change something say what they did only after it is durable.
pub trait Store: Send + Sync + 'static {
    /// What a handler writes through: a transaction, or the one document.
    type Tx: Send;

    /// Whether there is an inbox and an outbox. Without, delivery publishes a
    /// unit's messages before it settles the source.
    const DURABLE: bool = true;

    /// Makes the store ready (migrations), and refuses to start where it cannot
    /// recognise a repeat for as long as `horizon`: the longest time between two
    /// deliveries of one message.
    fn prepare(&self, horizon: Duration) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Begins a unit of work, unless its inbox row is there already.
    fn begin(
        &self,
        unit: &Unit,
    ) -> impl Future<Output = Result<Begun<Self::Tx>, StoreError>> + Send;

    /// Makes everything durable at once. [`Committed::Seen`] where another
    /// instance committed the same unit first; nothing was written then.
    fn commit(
        &self,
        unit: &Unit,
        tx: Self::Tx,
        effects: Effects,
    ) -> impl Future<Output = Result<Committed, StoreError>> + Send;

    /// Rows of the outbox to publish, oldest first, for the relay that holds the
    /// lease; empty for any other until the lease runs out. Rows of a held key
    /// are passed over.
    fn claim_outbox(
        &self,
        claim: &Claim<'_>,
    ) -> impl Future<Output = Result<Vec<OutboxRow>, StoreError>> + Send;

    /// Gives up the lease, if that holder has it, so that another need not wait
    /// until it runs out.
    fn leave_outbox(
        &self,
        broker: Broker,
        holder: &str,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Deletes rows that their broker acknowledged.
    fn delete_outbox(
        &self,
        broker: Broker,
        rows: &[OutboxRow],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Parks a row that its broker refused for good, and with it later rows of
    /// the same key, until [`release_outbox`](Store::release_outbox).
    fn hold_outbox(
        &self,
        broker: Broker,
        row: &OutboxRow,
        reason: &str,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Lets held rows of a broker be claimed again; says how many.
    fn release_outbox(
        &self,
        broker: Broker,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// The number of rows that wait for a broker.
    fn outbox_depth(&self, broker: Broker) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Waits until another instance left messages for a broker, whose relay runs
    /// here. Never ends where a store cannot tell; relays poll as well.
    fn outbox_filled(&self, _broker: Broker) -> impl Future<Output = ()> + Send {
        std::future::pending()
    }

    /// Timers that are due, earliest first; each is not given again before the
    /// lease ran out or its unit of work failed and was
    /// [given back](Store::postpone_timer).
    fn claim_timers(
        &self,
        claim: &Claim<'_>,
    ) -> impl Future<Output = Result<Vec<TimerRow>, StoreError>> + Send;

    /// Lets a claimed timer be due again at a later time.
    fn postpone_timer(
        &self,
        timer: &TimerRow,
        until: Timestamp,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// When the next timer may be claimed; `None` if there is none.
    fn next_timer(&self) -> impl Future<Output = Result<Option<Timestamp>, StoreError>> + Send;

    /// Marks a key as parked behind a dead-lettered message: later units of that
    /// scope begin as [`Begun::Parked`], that message itself does not.
    fn park_key(
        &self,
        scope: &ParkScope,
        head: &InboxKey,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Keeps a message behind its parked key; keeping it twice has one effect.
    /// `false` if the key is not parked (any more): the message is handled then.
    fn park(
        &self,
        scope: &ParkScope,
        message: Parked,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// The first message behind a key that is parked behind `head`. Where there
    /// is none, the key is parked no more, in the same step. `None` where the key
    /// is parked behind another message, or not at all.
    fn next_parked(
        &self,
        scope: &ParkScope,
        head: &InboxKey,
    ) -> impl Future<Output = Result<Option<Parked>, StoreError>> + Send;

    /// Removes a message that was kept, after it was handled.
    fn remove_parked(
        &self,
        scope: &ParkScope,
        id: &InboxKey,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Forgets inbox rows older than that; says how many.
    fn prune(&self, older_than: Timestamp) -> impl Future<Output = Result<u64, StoreError>> + Send;
}
