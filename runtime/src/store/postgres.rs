//! The store on PostgreSQL: the service's tables, inbox, outbox and timers in one
//! database, so that one SQL transaction holds a whole unit of work.
//!
//! Delivery's own tables lie in the schema `herald`, the service's in the schema
//! of its name, or of the name of a generation of its read model; one database belongs to one service. Units of work run at READ
//! COMMITTED: a service's adaptor locks the rows that it reads to change them.
//!
//! Messages of one destination and key are published in the order their units
//! committed in: a unit locks the key (`pg_advisory_xact_lock`) before its rows
//! get their numbers, and relays claim by number, delete what was acknowledged,
//! and keep no cursor that could pass a number by which is not committed yet. A
//! relay that was stopped for longer than its lease may publish once more what
//! another published since, in the same order.

mod columns;
mod commit;
mod error;
mod inbox;
mod listen;
mod migrate;
mod outbox;
mod parking;
mod read_models;
mod settings;
mod timers;
mod tx;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

pub use columns::{decimal, symbol};
pub use migrate::Migration;
pub(crate) use read_models::ReadModels;
pub use settings::PostgresSettings;
pub use tx::PostgresTx;

use super::{
    Begun, Broker, Claim, Committed, Effects, InboxKey, OutboxRow, ParkScope, Parked, Store,
    StoreError, TimerRow, Unit,
};
use listen::Listener;

/// A connection that lay idle for longer is tried before it is used.
const TRIED_AFTER: Duration = Duration::from_secs(1);

/// The store of one service on PostgreSQL; clones share its connections.
#[derive(Debug, Clone)]
pub struct Postgres {
    pool: PgPool,
    service: Arc<str>,
    schema: Arc<str>,
    migrations: &'static [Migration],
    listener: Arc<Listener>,
}

impl Postgres {
    /// The store of a service, whose own tables `migrations` make. Connections
    /// are opened when they are needed; [`prepare`](Store::prepare) opens the
    /// first, and brings the tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if the settings name no server that could be tried.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn connect(
        settings: &PostgresSettings,
        service: &str,
        migrations: &'static [Migration],
    ) -> Result<Self, StoreError> {
        Self::connect_generation(settings, service, 0, migrations)
    }

    /// As [`connect`](Self::connect), with the tables of that generation of the service's read
    /// model: they lie in a schema of their own.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn connect_generation(
        settings: &PostgresSettings,
        service: &str,
        generation: u32,
        migrations: &'static [Migration],
    ) -> Result<Self, StoreError> {
        let schema = read_models::schema(service, generation);
        let options = settings.options(service, &schema)?;
        let pool = PgPoolOptions::new()
            .max_connections(settings.connections)
            .acquire_timeout(settings.acquire_timeout)
            // Not a round trip before each unit of work; see below.
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > TRIED_AFTER {
                        sqlx::Connection::ping(connection).await?;
                    }
                    Ok(true)
                })
            });
        Ok(Self {
            pool: pool.connect_lazy_with(options.clone()),
            service: service.into(),
            schema: schema.into(),
            migrations,
            listener: Arc::new(Listener::new(options)),
        })
    }

    /// The connections, for reads of what is committed.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }
}

impl Store for Postgres {
    type Tx = PostgresTx;

    /// Inbox rows are never forgotten before [`prune`](Store::prune) is asked to,
    /// so any horizon will do.
    async fn prepare(&self, _horizon: Duration) -> Result<(), StoreError> {
        migrate::run(&self.pool, &self.service, &self.schema, self.migrations).await
    }

    async fn begin(&self, unit: &Unit) -> Result<Begun<PostgresTx>, StoreError> {
        inbox::begin(&self.pool, unit).await
    }

    async fn commit(
        &self,
        unit: &Unit,
        tx: PostgresTx,
        effects: Effects,
    ) -> Result<Committed, StoreError> {
        commit::commit(&self.pool, unit, tx, &effects).await
    }

    async fn claim_outbox(&self, claim: &Claim<'_>) -> Result<Vec<OutboxRow>, StoreError> {
        outbox::claim(&self.pool, claim).await
    }

    async fn leave_outbox(&self, broker: Broker, holder: &str) -> Result<(), StoreError> {
        outbox::leave(&self.pool, broker, holder).await
    }

    async fn delete_outbox(&self, broker: Broker, rows: &[OutboxRow]) -> Result<(), StoreError> {
        outbox::delete(&self.pool, broker, rows).await
    }

    async fn hold_outbox(
        &self,
        broker: Broker,
        row: &OutboxRow,
        reason: &str,
    ) -> Result<(), StoreError> {
        outbox::hold(&self.pool, broker, row, reason).await
    }

    async fn release_outbox(&self, broker: Broker) -> Result<u64, StoreError> {
        outbox::release(&self.pool, broker).await
    }

    async fn outbox_depth(&self, broker: Broker) -> Result<u64, StoreError> {
        outbox::depth(&self.pool, broker).await
    }

    async fn outbox_filled(&self, broker: Broker) {
        self.listener.filled(broker).await;
    }

    async fn claim_timers(&self, claim: &Claim<'_>) -> Result<Vec<TimerRow>, StoreError> {
        timers::claim(&self.pool, claim).await
    }

    async fn postpone_timer(&self, timer: &TimerRow, until: Timestamp) -> Result<(), StoreError> {
        timers::postpone(&self.pool, timer, until).await
    }

    async fn next_timer(&self) -> Result<Option<Timestamp>, StoreError> {
        timers::next(&self.pool).await
    }

    async fn park_key(&self, scope: &ParkScope, head: &InboxKey) -> Result<(), StoreError> {
        parking::park_key(&self.pool, scope, head).await
    }

    async fn park(&self, scope: &ParkScope, message: Parked) -> Result<bool, StoreError> {
        parking::park(&self.pool, scope, &message).await
    }

    async fn next_parked(
        &self,
        scope: &ParkScope,
        head: &InboxKey,
    ) -> Result<Option<Parked>, StoreError> {
        parking::next(&self.pool, scope, head).await
    }

    async fn remove_parked(&self, scope: &ParkScope, id: &InboxKey) -> Result<(), StoreError> {
        parking::remove(&self.pool, scope, id).await
    }

    async fn prune(&self, older_than: Timestamp) -> Result<u64, StoreError> {
        inbox::prune(&self.pool, older_than).await
    }
}
