//! Values of the runtime as columns.

use jiff::Timestamp;
use uuid::Uuid;

use crate::store::{Broker, Destination, StoreError};
use crate::transport::Headers;

/// The number of a broker in the column `broker`.
pub(super) fn broker_number(broker: Broker) -> i16 {
    match broker {
        Broker::Log => 0,
        Broker::Queues => 1,
    }
}

/// Microseconds since 1970.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The time of that many microseconds since 1970.
pub(super) fn time(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(damaged)
}

/// A column holds what no instance wrote.
pub(super) fn damaged(error: impl std::fmt::Display) -> StoreError {
    StoreError::Refused(format!("a row cannot be read: {error}"))
}

/// The digest of a destination and a key: what keeps its order.
pub(super) fn lane(destination: &Destination, key: &[u8]) -> Uuid {
    let mut text = Vec::with_capacity(64 + key.len());
    let mut part = |bytes: &[u8]| {
        text.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        text.extend_from_slice(bytes);
    };
    match destination {
        Destination::Topic(topic) => part(topic.as_bytes()),
        Destination::Exchange {
            exchange,
            routing_key,
        } => {
            part(exchange.as_bytes());
            part(routing_key.as_bytes());
        }
    }
    part(key);
    Uuid::new_v5(&Uuid::NAMESPACE_OID, &text)
}

/// The advisory lock of a lane.
pub(super) fn lock_of(lane: Uuid) -> i64 {
    lane.as_u64_pair().0.cast_signed()
}

/// The headers of a column: written as they lie in memory.
pub(super) fn headers(column: Vec<u8>) -> Result<Headers, StoreError> {
    Headers::read(column.into()).map_err(damaged)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn lanes_differ_wherever_destination_or_key_do() {
        let topic = |name: &str| Destination::Topic(name.into());
        let exchange = |exchange: &str, key: &str| Destination::Exchange {
            exchange: exchange.into(),
            routing_key: key.into(),
        };
        let lanes = [
            lane(&topic("t"), b"k"),
            lane(&topic("t"), b""),
            lane(&topic("tk"), b""),
            lane(&exchange("t", "k"), b""),
            lane(&exchange("t", ""), b"k"),
            lane(&exchange("", "t"), b"k"),
        ];
        assert_eq!(BTreeSet::from(lanes).len(), lanes.len());
    }
}
