//! The twin of PostgreSQL: transactions over any state that is cheap to clone.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::OwnedMutexGuard;

use super::ledger::{Ledger, Seen};
use crate::store::{
    Begun, Broker, Claim, Committed, Effects, InboxKey, OutboxRow, ParkScope, Parked, Store,
    StoreError, TimerRow, Unit,
};

/// A transactional store of one `State`: a struct of [`Table`](super::Table)s
/// and other values that clone cheaply.
///
/// A transaction sees the state as of its first look at it, and from then until
/// its end no other one does: transactions are serialised, and a handler that
/// talks to somebody else first (a payment provider) holds up nobody.
#[derive(Debug)]
pub struct Tables<State> {
    shared: Arc<Shared<State>>,
}

#[derive(Debug)]
struct Shared<State> {
    /// Held by the one transaction that looks at the state.
    turn: Arc<tokio::sync::Mutex<()>>,
    committed: Mutex<Durable<State>>,
}

#[derive(Debug, Default)]
struct Durable<State> {
    state: State,
    ledger: Ledger,
}

/// A transaction; dropped before its commit, it leaves nothing behind.
#[derive(Debug)]
pub struct TablesTx<State> {
    shared: Arc<Shared<State>>,
    working: Option<(State, OwnedMutexGuard<()>)>,
}

impl<State: Clone + Send + 'static> TablesTx<State> {
    /// The state, to read and to change. Waits until no other transaction has it.
    pub async fn state(&mut self) -> &mut State {
        let working = if let Some(working) = self.working.take() {
            working
        } else {
            let turn = self.shared.turn.clone().lock_owned().await;
            (self.shared.lock().state.clone(), turn)
        };
        &mut self.working.insert(working).0
    }
}

impl<State: Clone + Send + 'static> Tables<State> {
    /// A store that begins with that state.
    pub fn new(state: State) -> Self {
        let ledger = Ledger::default();
        let durable = Durable { state, ledger };
        Self {
            shared: Arc::new(Shared {
                turn: Arc::default(),
                committed: Mutex::new(durable),
            }),
        }
    }

    /// Looks at what is committed.
    pub fn read<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&self.shared.lock().state)
    }

    /// What is committed, as it is now.
    pub fn snapshot(&self) -> State {
        self.read(State::clone)
    }
}

impl<State> Shared<State> {
    fn lock(&self) -> MutexGuard<'_, Durable<State>> {
        self.committed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<State> Clone for Tables<State> {
    fn clone(&self) -> Self {
        Self {
            shared: self.shared.clone(),
        }
    }
}

impl<State: Clone + Default + Send + 'static> Default for Tables<State> {
    fn default() -> Self {
        Self::new(State::default())
    }
}

impl<State: Clone + Send + 'static> Store for Tables<State> {
    type Tx = TablesTx<State>;

    /// Inbox rows are never forgotten before [`prune`](Store::prune) is asked to.
    async fn prepare(&self, _horizon: Duration) -> Result<(), StoreError> {
        Ok(())
    }

    async fn begin(&self, unit: &Unit) -> Result<Begun<Self::Tx>, StoreError> {
        let durable = self.shared.lock();
        if let Some(Seen(answer)) = durable.ledger.inbox.seen(unit.inbox.as_ref()) {
            return Ok(Begun::Seen(answer));
        }
        if durable.ledger.parking.holds(unit) {
            return Ok(Begun::Parked);
        }
        Ok(Begun::Fresh(TablesTx {
            shared: self.shared.clone(),
            working: None,
        }))
    }

    async fn commit(
        &self,
        unit: &Unit,
        tx: Self::Tx,
        effects: Effects,
    ) -> Result<Committed, StoreError> {
        let mut durable = self.shared.lock();
        if let Some(Seen(answer)) = durable.ledger.inbox.seen(unit.inbox.as_ref()) {
            return Ok(Committed::Seen(answer));
        }
        if !durable.ledger.timers.is_set(effects.fired.as_ref()) {
            return Ok(Committed::Seen(None));
        }
        durable.ledger.add(unit, None, effects);
        if let Some((state, _turn)) = tx.working {
            durable.state = state;
        }
        Ok(Committed::Done)
    }

    async fn claim_outbox(&self, claim: &Claim<'_>) -> Result<Vec<OutboxRow>, StoreError> {
        Ok(self.shared.lock().ledger.outbox.claim(claim))
    }

    async fn leave_outbox(&self, broker: Broker, holder: &str) -> Result<(), StoreError> {
        self.shared.lock().ledger.outbox.leave(broker, holder);
        Ok(())
    }

    async fn delete_outbox(&self, broker: Broker, rows: &[OutboxRow]) -> Result<(), StoreError> {
        self.shared.lock().ledger.outbox.delete(broker, rows);
        Ok(())
    }

    async fn hold_outbox(
        &self,
        broker: Broker,
        row: &OutboxRow,
        _reason: &str,
    ) -> Result<(), StoreError> {
        self.shared.lock().ledger.outbox.hold(broker, row);
        Ok(())
    }

    async fn release_outbox(&self, broker: Broker) -> Result<u64, StoreError> {
        Ok(self.shared.lock().ledger.outbox.release(broker))
    }

    async fn outbox_depth(&self, broker: Broker) -> Result<u64, StoreError> {
        Ok(self.shared.lock().ledger.outbox.depth(broker))
    }

    async fn claim_timers(&self, claim: &Claim<'_>) -> Result<Vec<TimerRow>, StoreError> {
        Ok(self.shared.lock().ledger.timers.claim(claim))
    }

    async fn postpone_timer(&self, timer: &TimerRow, until: Timestamp) -> Result<(), StoreError> {
        self.shared.lock().ledger.timers.postpone(timer, until);
        Ok(())
    }

    async fn next_timer(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.shared.lock().ledger.timers.next())
    }

    async fn park_key(&self, scope: &ParkScope, head: &InboxKey) -> Result<(), StoreError> {
        self.shared.lock().ledger.parking.park_key(scope, head);
        Ok(())
    }

    async fn park(&self, scope: &ParkScope, message: Parked) -> Result<bool, StoreError> {
        Ok(self.shared.lock().ledger.parking.park(scope, message))
    }

    async fn next_parked(
        &self,
        scope: &ParkScope,
        head: &InboxKey,
    ) -> Result<Option<Parked>, StoreError> {
        Ok(self.shared.lock().ledger.parking.next(scope, head))
    }

    async fn remove_parked(&self, scope: &ParkScope, id: &InboxKey) -> Result<(), StoreError> {
        self.shared.lock().ledger.parking.remove(scope, id);
        Ok(())
    }

    async fn prune(&self, older_than: Timestamp) -> Result<u64, StoreError> {
        Ok(self.shared.lock().ledger.inbox.prune(older_than))
    }
}
