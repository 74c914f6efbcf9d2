//! The twin of MongoDB: one document a unit of work, changed by one atomic
//! update that fails if another came first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::ledger::{Inbox, Ledger, Seen};
use crate::store::{
    Begun, Broker, Claim, Committed, Document, DocumentTx, Effects, InboxKey, OutboxRow, ParkScope,
    Parked, Store, StoreError, TimerRow, Unit,
};

/// What one document may hold besides its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a processed message is remembered.
    pub window: Duration,
    /// How many are remembered; beyond that, and younger than the window, the
    /// next message is refused as unavailable rather than a repeat not noticed.
    pub processed: usize,
    /// Messages that wait for their broker; beyond that the next unit is refused
    /// as unavailable until the relay caught up.
    pub pending: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            window: Duration::from_hours(60 * 24),
            processed: 10_000,
            pending: 1_000,
        }
    }
}

/// A store of documents, each named by the key of the messages that change it.
#[derive(Debug)]
pub struct Documents<D> {
    shared: Arc<Mutex<Durable<D>>>,
    limits: Limits,
}

#[derive(Debug)]
struct Durable<D> {
    documents: BTreeMap<Arc<str>, Stored<D>>,
    ledger: Ledger,
}

/// A document as it is stored: state, version, processed ids, and the count of
/// its messages in the outbox.
#[derive(Debug)]
struct Stored<D> {
    state: D,
    version: u64,
    processed: Inbox,
    pending: usize,
}

impl<D: Document> Documents<D> {
    /// An empty store.
    pub fn new(limits: Limits) -> Self {
        let (documents, ledger) = (BTreeMap::new(), Ledger::default());
        Self {
            shared: Arc::new(Mutex::new(Durable { documents, ledger })),
            limits,
        }
    }

    /// Looks at a document as it is committed; `None` for one not stored.
    pub fn read<R>(&self, id: &str, look: impl FnOnce(Option<&D>) -> R) -> R {
        look(self.lock().documents.get(id).map(|stored| &stored.state))
    }

    /// A document as it is committed.
    pub fn get(&self, id: &str) -> Option<D> {
        self.lock()
            .documents
            .get(id)
            .map(|stored| stored.state.clone())
    }

    /// Every committed document, by id.
    pub fn snapshot(&self) -> BTreeMap<Arc<str>, D> {
        let durable = self.lock();
        let documents = durable.documents.iter();
        documents
            .map(|(id, stored)| (id.clone(), stored.state.clone()))
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Durable<D>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a document can take one more unit.
    fn has_room(&self, stored: &mut Stored<D>, now: Timestamp) -> Result<(), StoreError> {
        let full = |what| {
            Err(StoreError::Unavailable(format!(
                "a document's {what} are full"
            )))
        };
        if stored.pending >= self.limits.pending {
            return full("pending messages");
        }
        if stored.processed.len() >= self.limits.processed {
            let window = SignedDuration::try_from(self.limits.window);
            let window = window.unwrap_or(SignedDuration::MAX);
            stored
                .processed
                .prune(now.checked_sub(window).unwrap_or(Timestamp::MIN));
        }
        if stored.processed.len() >= self.limits.processed {
            return full("processed ids");
        }
        Ok(())
    }
}

impl<D> Clone for Documents<D> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
            limits: self.limits,
        }
    }
}

impl<D: Document> Default for Documents<D> {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl<D: Document> Store for Documents<D> {
    type Tx = DocumentTx<D>;

    async fn prepare(&self, horizon: Duration) -> Result<(), StoreError> {
        let window = self.limits.window;
        if window < horizon {
            return Err(StoreError::Refused(format!(
                "processed ids are kept for {window:?}, a repeat may come after {horizon:?}"
            )));
        }
        Ok(())
    }

    async fn begin(&self, unit: &Unit) -> Result<Begun<Self::Tx>, StoreError> {
        let Some(id) = unit.key.as_deref() else {
            let why = "without a key it names no document";
            return Err(StoreError::Refused(why.to_owned()));
        };
        let mut durable = self.lock();
        let durable = &mut *durable;
        if let Some(stored) = durable.documents.get_mut(id)
            && let Some(Seen(answer)) = stored.processed.seen(unit.inbox.as_ref())
        {
            return Ok(Begun::Seen(answer));
        }
        if durable.ledger.parking.holds(unit) {
            return Ok(Begun::Parked);
        }
        let tx = match durable.documents.get_key_value(id) {
            Some((id, stored)) => DocumentTx::new(id.clone(), stored.state.clone(), stored.version),
            None => DocumentTx::new(id, D::stub(id), 0),
        };
        match durable.documents.get_mut(id) {
            Some(stored) => self.has_room(stored, unit.now).map(|()| Begun::Fresh(tx)),
            None => Ok(Begun::Fresh(tx)),
        }
    }

    async fn commit(
        &self,
        unit: &Unit,
        tx: Self::Tx,
        effects: Effects,
    ) -> Result<Committed, StoreError> {
        let mut durable = self.lock();
        let durable = &mut *durable;
        if let Some(stored) = durable.documents.get(tx.id()) {
            if let Some(Seen(answer)) = stored.processed.seen(unit.inbox.as_ref()) {
                return Ok(Committed::Seen(answer));
            }
            if stored.version != tx.version() {
                return Err(StoreError::Conflict);
            }
        } else if tx.version() != 0 {
            return Err(StoreError::Conflict);
        }
        if !durable.ledger.timers.is_set(effects.fired.as_ref()) {
            return Ok(Committed::Seen(None));
        }
        let id = tx.shared_id();
        let stored = durable.documents.entry(id.clone());
        let stored = stored.or_insert_with(|| Stored {
            state: D::clone(&tx),
            version: 0,
            processed: Inbox::default(),
            pending: 0,
        });
        stored.state = tx.into_state();
        stored.version += 1;
        stored.pending += effects.outbox.len();
        if let Some(key) = &unit.inbox {
            stored.processed.add(key, effects.answer.clone(), unit.now);
        }
        durable.ledger.add_effects(Some(&id), effects);
        Ok(Committed::Done)
    }

    async fn claim_outbox(&self, claim: &Claim<'_>) -> Result<Vec<OutboxRow>, StoreError> {
        Ok(self.lock().ledger.outbox.claim(claim))
    }

    async fn leave_outbox(&self, broker: Broker, holder: &str) -> Result<(), StoreError> {
        self.lock().ledger.outbox.leave(broker, holder);
        Ok(())
    }

    /// Leaves the version alone, so that no unit of work is disturbed.
    async fn delete_outbox(&self, broker: Broker, rows: &[OutboxRow]) -> Result<(), StoreError> {
        let mut durable = self.lock();
        for row in durable.ledger.outbox.delete(broker, rows) {
            let id = row.document.as_ref();
            if let Some(stored) = id.and_then(|id| durable.documents.get_mut(id)) {
                stored.pending -= 1;
            }
        }
        Ok(())
    }

    async fn hold_outbox(
        &self,
        broker: Broker,
        row: &OutboxRow,
        _reason: &str,
    ) -> Result<(), StoreError> {
        self.lock().ledger.outbox.hold(broker, row);
        Ok(())
    }

    async fn release_outbox(&self, broker: Broker) -> Result<u64, StoreError> {
        Ok(self.lock().ledger.outbox.release(broker))
    }

    async fn outbox_depth(&self, broker: Broker) -> Result<u64, StoreError> {
        Ok(self.lock().ledger.outbox.depth(broker))
    }

    async fn claim_timers(&self, claim: &Claim<'_>) -> Result<Vec<TimerRow>, StoreError> {
        Ok(self.lock().ledger.timers.claim(claim))
    }

    async fn postpone_timer(&self, timer: &TimerRow, until: Timestamp) -> Result<(), StoreError> {
        self.lock().ledger.timers.postpone(timer, until);
        Ok(())
    }

    async fn next_timer(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.lock().ledger.timers.next())
    }

    async fn park_key(&self, scope: &ParkScope, head: &InboxKey) -> Result<(), StoreError> {
        self.lock().ledger.parking.park_key(scope, head);
        Ok(())
    }

    async fn park(&self, scope: &ParkScope, message: Parked) -> Result<bool, StoreError> {
        Ok(self.lock().ledger.parking.park(scope, message))
    }

    async fn next_parked(
        &self,
        scope: &ParkScope,
        head: &InboxKey,
    ) -> Result<Option<Parked>, StoreError> {
        Ok(self.lock().ledger.parking.next(scope, head))
    }

    async fn remove_parked(&self, scope: &ParkScope, id: &InboxKey) -> Result<(), StoreError> {
        self.lock().ledger.parking.remove(scope, id);
        Ok(())
    }

    async fn prune(&self, older_than: Timestamp) -> Result<u64, StoreError> {
        let mut durable = self.lock();
        let documents = durable.documents.values_mut();
        Ok(documents
            .map(|stored| stored.processed.prune(older_than))
            .sum())
    }
}
