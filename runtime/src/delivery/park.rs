//! Keys that wait behind a dead letter, and their release.

use super::backoff::Probes;
use super::dead_letter::Attempts;
use super::group::Group;
use super::group_worker::{Ended, Verdict};
use crate::store::{InboxKey, ParkScope, Parked, Store, StoreError};
use crate::transport::Record;

impl<S, St> Group<S, St>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    /// Parks the key of a record that was given up.
    pub(super) async fn park_key(&self, scope: &ParkScope, head: &InboxKey) {
        let store = &self.engine.parts.store;
        self.surely(|| store.park_key(scope, head)).await;
    }

    /// Keeps a record behind its parked key; it is tried at once if the key was
    /// released meanwhile.
    pub(super) async fn keep(&self, record: &Record, id: InboxKey, scope: ParkScope) -> Ended {
        let parked = Parked {
            id,
            record: record.clone(),
        };
        let store = &self.engine.parts.store;
        let kept = self.surely(|| store.park(&scope, parked.clone())).await;
        if kept == Some(false) {
            return Ended::Again(std::time::Duration::ZERO);
        }
        self.meters.parked.increment();
        Ended::Finished
    }

    /// Gives a dead letter up for good, and releases what waits behind it.
    pub(super) async fn after_discard(&self, record: &Record, id: &InboxKey) -> Ended {
        if let Ok((_, consumed)) = self.identify(record)
            && let Some(scope) = self.park_scope(consumed, record)
        {
            self.release(&scope, id).await;
        }
        Ended::Finished
    }

    /// Handles what waits behind a record that was redriven or discarded, in
    /// order, until one is given up in its turn.
    pub(super) async fn release(&self, scope: &ParkScope, head: &InboxKey) {
        let store = &self.engine.parts.store;
        while let Some(Some(parked)) = self.surely(|| store.next_parked(scope, head)).await {
            let given_up = self.handle_parked(&parked).await;
            if given_up {
                self.park_key(scope, &parked.id).await;
            }
            self.surely(|| store.remove_parked(scope, &parked.id)).await;
            if given_up {
                return;
            }
        }
    }

    /// Takes one kept record to its end; says whether it was given up.
    async fn handle_parked(&self, parked: &Parked) -> bool {
        let record = &parked.record;
        // What cannot be identified was never kept.
        let Ok((envelope, consumed)) = self.identify(record) else {
            return false;
        };
        let mut attempts = Attempts::default();
        loop {
            let id = &parked.id;
            let tried = self.try_record(consumed, &envelope, record, &mut attempts, id, None);
            match tried.await {
                Verdict::Again(pause) => self.engine.world().sleep(pause).await,
                Verdict::GivenUp => return true,
                Verdict::Handled | Verdict::Parked => return false,
            }
        }
    }

    /// Asks the store until it answers; `None` if it refused.
    async fn surely<T, F>(&self, ask: impl Fn() -> F) -> Option<T>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut probes = Probes::new(self.engine.platform.tuning.probe);
        loop {
            match ask().await {
                Ok(answer) => return Some(answer),
                Err(StoreError::Refused(why)) => {
                    tracing::error!(group = %self.id, why, "the store refused to park");
                    return None;
                }
                Err(_) => self.engine.world().sleep(probes.next()).await,
            }
        }
    }
}
