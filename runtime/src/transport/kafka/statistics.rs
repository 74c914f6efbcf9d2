//! What librdkafka counts.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rdkafka::statistics::Statistics;

/// What all clients of this process counted, as of the last interval.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KafkaStatistics {
    /// Records sent to brokers since the start.
    pub sent: u64,
    /// Records received from brokers since the start.
    pub received: u64,
    /// Records that wait to be sent or acknowledged.
    pub queued: u64,
    /// The brokers, by `host:port/id`.
    pub brokers: BTreeMap<String, BrokerStatistics>,
}

/// A broker as the clients see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BrokerStatistics {
    /// Whether a client is connected to it.
    pub up: bool,
    /// The longest of the clients' average round trips in the last interval.
    pub round_trip: Duration,
}

/// The last statistics of each client.
#[derive(Default)]
pub(super) struct Meters(Mutex<BTreeMap<String, KafkaStatistics>>);

impl Meters {
    /// Takes a client's statistics.
    pub(super) fn note(&self, statistics: &Statistics) {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        clients.insert(statistics.name.clone(), of(statistics));
    }

    /// The sum over all clients.
    pub(super) fn snapshot(&self) -> KafkaStatistics {
        let clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sum = KafkaStatistics::default();
        for client in clients.values() {
            sum.sent += client.sent;
            sum.received += client.received;
            sum.queued += client.queued;
            for (name, broker) in &client.brokers {
                let at = sum.brokers.entry(name.clone()).or_default();
                at.up |= broker.up;
                at.round_trip = at.round_trip.max(broker.round_trip);
            }
        }
        sum
    }
}

fn of(statistics: &Statistics) -> KafkaStatistics {
    // Bootstrap and coordinator connections have no id of their own.
    let brokers = statistics.brokers.values().filter(|at| at.nodeid >= 0);
    let brokers = brokers.map(|at| {
        let micros = at.rtt.as_ref().map_or(0, |rtt| rtt.avg.max(0));
        let broker = BrokerStatistics {
            up: at.state == "UP",
            round_trip: Duration::from_micros(micros.unsigned_abs()),
        };
        (at.name.clone(), broker)
    });
    KafkaStatistics {
        sent: statistics.txmsgs.max(0).unsigned_abs(),
        received: statistics.rxmsgs.max(0).unsigned_abs(),
        queued: statistics.msg_cnt,
        brokers: brokers.collect(),
    }
}
