//! Messages that wait for their broker.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use crate::store::{Broker, Claim, Destination, OutboxRow, Outgoing};

#[derive(Debug, Default)]
pub(in crate::store::memory) struct Outbox {
    last: u64,
    log: Lane,
    queues: Lane,
}

/// The rows of one broker.
#[derive(Debug, Default)]
struct Lane {
    rows: BTreeMap<u64, OutboxRow>,
    held: BTreeSet<(Destination, Bytes)>,
    lease: Option<(String, Timestamp)>,
}

impl Outbox {
    pub(in crate::store::memory) fn add(
        &mut self,
        document: Option<&Arc<str>>,
        messages: Vec<Outgoing>,
    ) {
        for message in messages {
            self.last += 1;
            let sequence = self.last;
            let row = OutboxRow {
                sequence,
                document: document.cloned(),
                message,
            };
            let broker = row.message.destination.broker();
            self.lane(broker).rows.insert(sequence, row);
        }
    }

    pub(in crate::store::memory) fn claim(&mut self, claim: &Claim<'_>) -> Vec<OutboxRow> {
        let Some(broker) = claim.broker else {
            return Vec::new();
        };
        let lane = self.lane(broker);
        if !lane.lease_to(claim) {
            return Vec::new();
        }
        let everything = lane.held.is_empty() && claim.except.is_empty();
        let wanted = |row: &&OutboxRow| {
            everything || {
                let key = row.order_key();
                !lane.held.contains(&key) && !claim.except.contains(&key)
            }
        };
        let rows = lane.rows.values().filter(wanted);
        rows.take(claim.limit).cloned().collect()
    }

    pub(in crate::store::memory) fn leave(&mut self, broker: Broker, holder: &str) {
        let lane = self.lane(broker);
        lane.lease.take_if(|(has, _)| has == holder);
    }

    /// Says which rows were there.
    pub(in crate::store::memory) fn delete(
        &mut self,
        broker: Broker,
        rows: &[OutboxRow],
    ) -> Vec<OutboxRow> {
        let lane = self.lane(broker);
        let rows = rows.iter();
        rows.filter_map(|row| lane.rows.remove(&row.sequence))
            .collect()
    }

    pub(in crate::store::memory) fn hold(&mut self, broker: Broker, row: &OutboxRow) {
        self.lane(broker).held.insert(row.order_key());
    }

    pub(in crate::store::memory) fn release(&mut self, broker: Broker) -> u64 {
        let lane = self.lane(broker);
        let held = lane.held.len() as u64;
        lane.held.clear();
        held
    }

    pub(in crate::store::memory) fn depth(&self, broker: Broker) -> u64 {
        let lane = match broker {
            Broker::Log => &self.log,
            Broker::Queues => &self.queues,
        };
        lane.rows.len() as u64
    }

    fn lane(&mut self, broker: Broker) -> &mut Lane {
        match broker {
            Broker::Log => &mut self.log,
            Broker::Queues => &mut self.queues,
        }
    }
}

impl Lane {
    /// Whether the claim's holder has the lease now.
    fn lease_to(&mut self, claim: &Claim<'_>) -> bool {
        if let Some((holder, until)) = &self.lease
            && holder != claim.holder
            && *until > claim.now
        {
            return false;
        }
        let lease = SignedDuration::try_from(claim.lease).unwrap_or(SignedDuration::MAX);
        let until = claim.now.checked_add(lease).unwrap_or(Timestamp::MAX);
        self.lease = Some((claim.holder.to_owned(), until));
        true
    }
}
