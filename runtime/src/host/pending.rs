//! What a service has still to do, as its store tells.

use jiff::Timestamp;

use crate::store::{Broker, Store};

/// What waits in a service's store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pending {
    /// Messages that wait for a broker.
    pub outbox: u64,
    /// When the next timer fires.
    pub next_timer: Option<Timestamp>,
}

/// Messages that wait for a broker, as far as the store can say.
pub(super) async fn outbox<St: Store>(store: &St) -> u64 {
    let mut depth = 0;
    for broker in Broker::ALL {
        depth += store.outbox_depth(broker).await.unwrap_or(0);
    }
    depth
}

pub(super) async fn of<St: Store>(store: &St) -> Pending {
    Pending {
        outbox: outbox(store).await,
        next_timer: store.next_timer().await.ok().flatten(),
    }
}
