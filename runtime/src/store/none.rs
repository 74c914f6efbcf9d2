//! For services without state of their own.
//!
//! There is no transaction and no inbox: effects are published before the source
//! is settled, so that after a crash a message is handled, and its effects are
//! published, once more. They carry the same ids then, so consumers downstream
//! still recognise the repeat.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    Begun, Broker, Claim, Committed, Effects, InboxKey, OutboxRow, ParkScope, Parked, Store,
    StoreError, TimerRow, Unit,
};

/// No store: handlers of such a service get `()` for a transaction. Timers and
/// parking need a store; a service that declares them does not start on this.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStore;

fn nothing_kept<T>() -> Result<T, StoreError> {
    let why = "a service without a store keeps nothing";
    Err(StoreError::Refused(why.to_owned()))
}

impl Store for NoStore {
    type Tx = ();

    const DURABLE: bool = false;

    async fn prepare(&self, _horizon: Duration) -> Result<(), StoreError> {
        Ok(())
    }

    async fn begin(&self, _unit: &Unit) -> Result<Begun<()>, StoreError> {
        Ok(Begun::Fresh(()))
    }

    /// Delivery published the messages before; timers and answers cannot be kept.
    async fn commit(
        &self,
        _unit: &Unit,
        _tx: (),
        effects: Effects,
    ) -> Result<Committed, StoreError> {
        if effects.set_timers.is_empty() {
            Ok(Committed::Done)
        } else {
            nothing_kept()
        }
    }

    async fn claim_outbox(&self, _claim: &Claim<'_>) -> Result<Vec<OutboxRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn leave_outbox(&self, _broker: Broker, _holder: &str) -> Result<(), StoreError> {
        Ok(())
    }

    async fn delete_outbox(&self, _broker: Broker, _rows: &[OutboxRow]) -> Result<(), StoreError> {
        Ok(())
    }

    async fn hold_outbox(
        &self,
        _broker: Broker,
        _row: &OutboxRow,
        _reason: &str,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn release_outbox(&self, _broker: Broker) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn outbox_depth(&self, _broker: Broker) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn claim_timers(&self, _claim: &Claim<'_>) -> Result<Vec<TimerRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn postpone_timer(&self, _timer: &TimerRow, _until: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }

    async fn next_timer(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(None)
    }

    async fn park_key(&self, _scope: &ParkScope, _head: &InboxKey) -> Result<(), StoreError> {
        nothing_kept()
    }

    async fn park(&self, _scope: &ParkScope, _message: Parked) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn next_parked(
        &self,
        _scope: &ParkScope,
        _head: &InboxKey,
    ) -> Result<Option<Parked>, StoreError> {
        Ok(None)
    }

    async fn remove_parked(&self, _scope: &ParkScope, _id: &InboxKey) -> Result<(), StoreError> {
        Ok(())
    }

    async fn prune(&self, _older_than: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }
}
