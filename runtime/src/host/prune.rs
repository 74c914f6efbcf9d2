//! Forgets inbox rows by age.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::delivery::Engine;
use crate::store::Store;

/// How often rows are pruned.
const EVERY: Duration = Duration::from_hours(1);

pub(super) async fn run<S, St: Store>(engine: Arc<Engine<S, St>>) {
    let age = engine.platform.tuning.inbox_age;
    let age = SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX);
    loop {
        engine.world().sleep(EVERY).await;
        let now = engine.world().now();
        let older_than = now.checked_sub(age).unwrap_or(Timestamp::MIN);
        match engine.parts.store.prune(older_than).await {
            Ok(rows) => tracing::debug!(rows, "inbox pruned"),
            Err(error) => tracing::warn!(%error, "inbox not pruned"),
        }
    }
}
