//! What a consumer has: which partitions are its own, and which it is handing back.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{ClientContext, Statistics, TopicPartitionList};

use super::context::{complain, log};
use super::convert::{list, partitions};
use super::mailbox::Mailbox;
use super::statistics::Meters;
use crate::transport::{Done, LogEvent, Record, TopicPartition};

/// A consumer of librdkafka.
pub(super) type Client = BaseConsumer<Context>;

/// What the consumer's thread and its callers share.
pub(super) struct Membership {
    pub(super) mailbox: Mailbox,
    /// How long revoked partitions may take to be handed back.
    pub(super) revoke_timeout: Duration,
    pub(super) meters: Arc<Meters>,
    /// Records that were polled and not yet put into the mailbox.
    fetched: Mutex<Vec<Record>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Held by the thread alone, so that it is the one who ends it.
    client: Weak<Client>,
    owned: BTreeSet<TopicPartition>,
    /// The offset after the last record that was read of each.
    read_to: BTreeMap<TopicPartition, i64>,
    revoking: Option<Revoking>,
    revocations: u64,
    /// It got partitions.
    assigned: bool,
}

impl State {
    /// Records of a partition come in order.
    fn note(&mut self, records: &[Record]) {
        let alike = |a: &Record, b: &Record| a.partition == b.partition && a.topic == b.topic;
        for last in records.chunk_by(alike).filter_map(<[Record]>::last) {
            let next = last.offset.saturating_add(1).cast_signed();
            self.read_to.insert(last.topic_partition(), next);
        }
    }
}

struct Revoking {
    number: u64,
    partitions: Vec<TopicPartition>,
    until: Instant,
}

impl Membership {
    pub(super) fn new(revoke_timeout: Duration, meters: Arc<Meters>) -> Arc<Self> {
        Arc::new(Self {
            mailbox: Mailbox::default(),
            revoke_timeout,
            meters,
            fetched: Mutex::default(),
            state: Mutex::default(),
        })
    }

    /// The consumer that there is now, if any.
    pub(super) fn client(&self) -> Option<Arc<Client>> {
        self.lock().client.upgrade()
    }

    /// Takes a new consumer, which has no assignment yet.
    pub(super) fn set_client(&self, client: &Arc<Client>) {
        let mut state = self.lock();
        state.client = Arc::downgrade(client);
        state.assigned = false;
    }

    /// Whether the consumer was ever given partitions.
    pub(super) fn was_assigned(&self) -> bool {
        self.lock().assigned
    }

    /// The partitions that are its own, those being handed back included.
    pub(super) fn owned(&self) -> Vec<TopicPartition> {
        self.lock().owned.iter().cloned().collect()
    }

    /// The first of those partitions that is not its own.
    pub(super) fn not_owned(&self, offsets: &[(TopicPartition, u64)]) -> Option<TopicPartition> {
        let state = self.lock();
        let mut parts = offsets.iter().map(|(at, _)| at);
        parts.find(|at| !state.owned.contains(*at)).cloned()
    }

    /// Keeps a record until the next [`flush`](Self::flush).
    pub(super) fn fetched(&self, record: Record) {
        let mut fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        fetched.push(record);
    }

    /// The offset after the last record that was read, by partition.
    pub(super) fn read_to(&self) -> BTreeMap<TopicPartition, i64> {
        let fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.lock();
        state.note(&fetched);
        state.read_to.clone()
    }

    /// Passes on what was fetched, except what is being handed back: that comes
    /// again to its next owner.
    pub(super) fn flush(&self) {
        let mut fetched = self.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        if fetched.is_empty() {
            return;
        }
        // The next batch is likely as large as this one.
        let next = Vec::with_capacity(fetched.len());
        let mut records = std::mem::replace(&mut *fetched, next);
        let mut state = self.lock();
        drop(fetched);
        state.note(&records);
        if let Some(revoking) = &state.revoking {
            let stays = |record: &Record| !revoking.partitions.contains(&record.topic_partition());
            records.retain(stays);
        }
        drop(state);
        if !records.is_empty() {
            self.mailbox.push(LogEvent::Records(records));
        }
    }

    /// Everything it had is gone.
    pub(super) fn lose_all(&self) {
        let mut state = self.lock();
        state.revoking = None;
        let lost: Vec<_> = std::mem::take(&mut state.owned).into_iter().collect();
        drop(state);
        if !lost.is_empty() {
            self.mailbox.push(LogEvent::Lost(lost));
        }
    }

    /// Hands back what was to be handed back by now, drained or not.
    pub(super) fn hand_back_overdue(&self) {
        let overdue = |revoking: &&Revoking| revoking.until <= Instant::now();
        let number = self
            .lock()
            .revoking
            .as_ref()
            .filter(overdue)
            .map(|it| it.number);
        if let Some(lost) = number.and_then(|number| self.hand_back(number)) {
            tracing::warn!(partitions = ?lost, "not drained in time, handed back");
            self.mailbox.push(LogEvent::Lost(lost));
        }
    }

    /// Ends a revocation, if it has not ended.
    fn hand_back(&self, number: u64) -> Option<Vec<TopicPartition>> {
        let mut state = self.lock();
        let revoking = state.revoking.take_if(|it| it.number == number)?;
        state.owned.retain(|at| !revoking.partitions.contains(at));
        let client = state.client.upgrade();
        drop(state);
        if let Some(client) = client {
            unassign(&client, &list(&revoking.partitions));
        }
        Some(revoking.partitions)
    }

    fn assigned(&self, client: &Client, assigned: &TopicPartitionList) {
        let parts = partitions(assigned);
        let mut state = self.lock();
        state.assigned |= !parts.is_empty();
        state.owned.extend(parts.iter().cloned());
        state.read_to.retain(|at, _| !parts.contains(at));
        drop(state);
        let result = match client.rebalance_protocol() {
            RebalanceProtocol::Cooperative => client.incremental_assign(assigned),
            _ => client.assign(assigned),
        };
        warn_of(result, "assign");
        if !parts.is_empty() {
            self.mailbox.push(LogEvent::Assigned(parts));
        }
    }

    fn revoked(self: &Arc<Self>, client: &Client, revoked: &TopicPartitionList) {
        let parts = partitions(revoked);
        let lost = client.assignment_lost();
        if parts.is_empty() || lost || self.mailbox.is_closed() {
            self.lock().owned.retain(|at| !parts.contains(at));
            unassign(client, revoked);
            if lost && !parts.is_empty() {
                self.mailbox.push(LogEvent::Lost(parts));
            }
            return;
        }
        // Polled on until it is handed back, for the session's sake; librdkafka fetches nothing
        // meanwhile, not even of the partitions that stay.
        let number = self.begin_revocation(&parts);
        let this = Arc::downgrade(self);
        let done = Done::new(move || {
            if let Some(this) = this.upgrade() {
                this.hand_back(number);
            }
        });
        self.mailbox.push(LogEvent::Revoked(parts, done));
    }

    fn begin_revocation(&self, partitions: &[TopicPartition]) -> u64 {
        let mut state = self.lock();
        state.revocations += 1;
        let number = state.revocations;
        state.revoking = Some(Revoking {
            number,
            partitions: partitions.to_vec(),
            until: Instant::now() + self.revoke_timeout,
        });
        number
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unassign(client: &Client, partitions: &TopicPartitionList) {
    let result = match client.rebalance_protocol() {
        RebalanceProtocol::Cooperative => client.incremental_unassign(partitions),
        _ => client.unassign(),
    };
    warn_of(result, "unassign");
}

fn warn_of(result: KafkaResult<()>, what: &str) {
    if let Err(error) = result {
        tracing::warn!(target: "kafka", %error, "{what}");
    }
}

/// The consumer's context.
pub(super) struct Context(pub(super) Arc<Membership>);

impl ConsumerContext for Context {
    fn rebalance(
        &self,
        client: &BaseConsumer<Self>,
        kind: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        self.0.flush();
        if kind == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            self.0.assigned(client, partitions);
        } else {
            self.0.revoked(client, partitions);
        }
    }
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        log(level, facility, message);
    }

    fn stats(&self, statistics: Statistics) {
        self.0.meters.note(&statistics);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        complain(&error, reason);
    }
}
