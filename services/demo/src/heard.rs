//! What the event store says of single orders that no other service's store does.

use std::collections::{BTreeMap, BTreeSet};

use generated::events::{OrderCancelled, OrderConfirmed, OrderPlaced, PaymentDeclined};
use herald::Message;
use herald::transport::Record;
use jiff::Timestamp;
use uuid::Uuid;

use crate::collect::order_of;
use crate::shop::Shop;

/// What was published about orders.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// Orders whose payment was declined.
    pub declined: BTreeSet<Uuid>,
    /// Milliseconds from each order's placing to its confirmation or cancellation.
    pub took_ms: BTreeMap<Uuid, i64>,
}

/// From the records of the embedded event store.
pub fn heard(shop: &Shop) -> Heard {
    let topics = ["ordering.orders", "payments.payments"];
    let records = topics.map(|topic| shop.brokers.records(topic));
    heard_in(&records.concat())
}

/// From records of the event store.
pub fn heard_in(records: &[Record]) -> Heard {
    let mut heard = Heard::default();
    let (mut placed, mut decided) = (BTreeMap::new(), BTreeMap::new());
    for record in records {
        let header = |name| record.headers.text(name).unwrap_or_default();
        let at = header("ce_time").parse::<Timestamp>().ok();
        let (Some(order_id), Some(at)) = (order_of(record), at) else {
            continue;
        };
        match header("ce_type") {
            OrderPlaced::TYPE => placed.insert(order_id, at),
            OrderConfirmed::TYPE | OrderCancelled::TYPE => decided.insert(order_id, at),
            PaymentDeclined::TYPE => {
                heard.declined.insert(order_id);
                None
            }
            _ => None,
        };
    }
    for (order_id, decided) in decided {
        if let Some(placed) = placed.get(&order_id) {
            let millis = decided.as_millisecond() - placed.as_millisecond();
            heard.took_ms.insert(order_id, millis);
        }
    }
    heard
}
