//! The store on MongoDB's wire protocol: one document an aggregate, changed by
//! one atomic update.
//!
//! A document holds its state, the messages it processed, the messages that wait
//! for their broker, its timers, and messages parked behind it. So a unit of work
//! needs no session and no transaction, and works on any server that updates one
//! document atomically. Nothing here needs change streams, partial or TTL
//! indexes, or updates by pipeline.
//!
//! | field | what it holds |
//! |---|---|
//! | `version` | counts units of work; a commit names the one it read |
//! | `state` | the service's own document; absent until the first commit |
//! | `processed`, `processed_n`, `answer_bytes`, `oldest` | what was done, how many, how large, since when |
//! | `pending_log`, `pending_queues` | what waits for each broker, in order |
//! | `timers`, `timers_rev`, `next_timer` | timers set, and when the next is due |
//! | `parked`, `waiting`, `parking_rev` | parked keys, and what waits behind them |
//!
//! Relays, timers and parking leave the version alone, so they disturb no unit.

mod access;
mod outbox;
mod parking;
mod pending;
mod processed;
mod settings;
mod timers;
mod unit;
mod wire;

use std::marker::PhantomData;
use std::time::Duration;

use jiff::Timestamp;
use mongodb::options::IndexOptions;
use mongodb::{Client, IndexModel};

use access::Access;

pub use mongodb::bson;
pub use settings::MongodbSettings;

use super::{
    Begun, Broker, Claim, Committed, Document, DocumentTx, Effects, InboxKey, OutboxRow, ParkScope,
    Parked, Store, StoreError, TimerRow, Unit,
};

/// A document that has a form in BSON.
pub trait MongoDocument: Document {
    /// Its form in BSON.
    fn to_bson(&self) -> bson::Document;

    /// The value of what [`to_bson`](MongoDocument::to_bson) wrote, in this or an
    /// earlier version of the service; otherwise a sentence that says why not.
    fn from_bson(from: bson::Document) -> Result<Self, String>;
}

/// A collection of documents, each named by the key of the messages that change
/// it. Clones share its connections.
#[derive(Debug)]
pub struct MongoDocuments<D> {
    access: Access,
    document: PhantomData<fn() -> D>,
}

impl<D> Clone for MongoDocuments<D> {
    fn clone(&self) -> Self {
        Self {
            access: self.access.clone(),
            document: PhantomData,
        }
    }
}

impl<D: MongoDocument> MongoDocuments<D> {
    /// The documents of that collection. Connections are opened as they are
    /// needed, so a server that is down is noticed by the first operation.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where the settings name no server or no database.
    pub async fn connect(settings: &MongodbSettings, collection: &str) -> Result<Self, StoreError> {
        let options = settings.options().await?;
        let named = settings.database.clone();
        let Some(database) = named.or_else(|| options.default_database.clone()) else {
            let why = "the MongoDB URL names no database, and no other setting does";
            return Err(StoreError::Refused(why.to_owned()));
        };
        let client = Client::with_options(options)
            .map_err(|error| StoreError::Refused(error.kind.to_string()))?;
        let database = client.database(&database);
        let leases = database.collection(&format!("{collection}.leases"));
        Ok(Self {
            access: Access::new(database.collection(collection), leases, settings),
            document: PhantomData,
        })
    }

    /// A document as it is committed; `None` for one not stored.
    pub async fn get(&self, id: &str) -> Result<Option<D>, StoreError> {
        let fields = bson::doc! { "state": 1 };
        let Some(found) = self.access.read(id, fields).await? else {
            return Ok(None);
        };
        unit::state(found)
    }

    /// The number of documents that hold a state.
    pub async fn count(&self) -> Result<u64, StoreError> {
        let filter = bson::doc! { "version": { "$gt": 0 } };
        let counted = self.access.documents.count_documents(filter);
        self.access.ask(counted).await
    }
}

/// What is looked for across documents.
const INDEXES: [&str; 4] = [
    "pending_log.at",
    "pending_queues.at",
    "next_timer",
    "oldest",
];

impl<D: MongoDocument> Store for MongoDocuments<D> {
    type Tx = DocumentTx<D>;

    async fn prepare(&self, horizon: Duration) -> Result<(), StoreError> {
        let window = self.access.limits.window;
        if window < horizon {
            return Err(StoreError::Refused(format!(
                "processed ids are kept for {window:?}, a repeat may come after {horizon:?}"
            )));
        }
        let indexes = INDEXES.map(|field| {
            let options = IndexOptions::builder().name(field.replace('.', "_"));
            let index = IndexModel::builder().keys(bson::doc! { field: 1 });
            index.options(options.build()).build()
        });
        let created = self.access.documents.create_indexes(indexes);
        self.access.ask(created).await.map(drop)
    }

    async fn begin(&self, unit: &Unit) -> Result<Begun<Self::Tx>, StoreError> {
        self.access.begin(unit).await
    }

    async fn commit(
        &self,
        unit: &Unit,
        tx: Self::Tx,
        effects: Effects,
    ) -> Result<Committed, StoreError> {
        self.access.commit(unit, &tx, &effects).await
    }

    async fn claim_outbox(&self, claim: &Claim<'_>) -> Result<Vec<OutboxRow>, StoreError> {
        self.access.claim_outbox(claim).await
    }

    async fn leave_outbox(&self, broker: Broker, holder: &str) -> Result<(), StoreError> {
        self.access.leave_outbox(broker, holder).await
    }

    async fn delete_outbox(&self, broker: Broker, rows: &[OutboxRow]) -> Result<(), StoreError> {
        self.access.delete_outbox(broker, rows).await
    }

    async fn hold_outbox(
        &self,
        broker: Broker,
        row: &OutboxRow,
        reason: &str,
    ) -> Result<(), StoreError> {
        self.access.hold_outbox(broker, row, reason).await
    }

    async fn release_outbox(&self, broker: Broker) -> Result<u64, StoreError> {
        self.access.release_outbox(broker).await
    }

    async fn outbox_depth(&self, broker: Broker) -> Result<u64, StoreError> {
        self.access.outbox_depth(broker).await
    }

    async fn claim_timers(&self, claim: &Claim<'_>) -> Result<Vec<TimerRow>, StoreError> {
        self.access.claim_timers(claim).await
    }

    async fn postpone_timer(&self, timer: &TimerRow, until: Timestamp) -> Result<(), StoreError> {
        self.access.postpone_timer(timer, until).await
    }

    async fn next_timer(&self) -> Result<Option<Timestamp>, StoreError> {
        self.access.next_timer().await
    }

    async fn park_key(&self, scope: &ParkScope, head: &InboxKey) -> Result<(), StoreError> {
        self.access.park_key(scope, head).await
    }

    async fn park(&self, scope: &ParkScope, message: Parked) -> Result<bool, StoreError> {
        self.access.park(scope, &message).await
    }

    async fn next_parked(
        &self,
        scope: &ParkScope,
        head: &InboxKey,
    ) -> Result<Option<Parked>, StoreError> {
        self.access.next_parked(scope, head).await
    }

    async fn remove_parked(&self, scope: &ParkScope, id: &InboxKey) -> Result<(), StoreError> {
        self.access.remove_parked(scope, id).await
    }

    async fn prune(&self, older_than: Timestamp) -> Result<u64, StoreError> {
        self.access.prune(older_than).await
    }
}
