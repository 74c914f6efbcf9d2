//! A consumer group member: reads partitions, hands records to lanes, commits.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use tokio::sync::Notify;

use super::Engine;
use super::backoff::Probes;
use super::dead_letter::Attempts;
use super::gate::Gate;
use super::lanes::{LaneId, Lanes};
use super::partition::Partition;
use crate::binding::MessageHandler;
use crate::envelope::Envelope;
use crate::store::Store;
use crate::telemetry::ConsumerMeters;
use crate::topology::{Consumes, Order, Policy};
use crate::transport::{
    LogConsumer, LogEvent, Record, Subscription, TopicPartition, TransportError,
};

/// A record on its way to its handler.
pub(super) struct Item {
    pub(super) record: Record,
    pub(super) partition: Arc<Partition>,
    pub(super) attempts: Attempts,
}

/// A consumed type: its handler and how failures of it are treated.
pub(super) struct Consumed<S, Tx> {
    pub(super) handler: Arc<dyn MessageHandler<S, Tx>>,
    pub(super) policy: &'static Policy,
}

/// One group that the service reads one topic with.
pub(crate) struct Group<S, St: Store> {
    pub(super) engine: Arc<Engine<S, St>>,
    pub(super) consumes: &'static Consumes,
    pub(super) types: HashMap<&'static str, Consumed<S, St::Tx>>,
    /// What the inbox calls this consumer.
    pub(super) name: Arc<str>,
    pub(super) topic: Arc<str>,
    pub(super) id: Arc<str>,
    pub(super) meters: ConsumerMeters,
    pub(super) gate: Gate,
    pub(super) lanes: Lanes<Item>,
    /// A record was finished: there may be something to commit, or to resume.
    pub(super) progress: Notify,
    pub(super) relief: Notify,
}

/// The partitions that are this member's.
pub(super) type Partitions = BTreeMap<TopicPartition, Arc<Partition>>;

impl<S, St> Group<S, St>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    pub(crate) fn new(
        engine: Arc<Engine<S, St>>,
        consumes: &'static Consumes,
        handlers: &[Arc<dyn MessageHandler<S, St::Tx>>],
    ) -> Self {
        let types = handlers.iter().filter_map(|handler| {
            let name = handler.message_type();
            let policy = consumes.policy(name)?;
            let handler = handler.clone();
            Some((name, Consumed { handler, policy }))
        });
        Self {
            types: types.collect(),
            name: format!("{}/{}", engine.service().name, consumes.group).into(),
            topic: consumes.topic.into(),
            id: engine.group_id(consumes.group),
            meters: engine.meters.consumer(consumes.topic, consumes.group),
            gate: Gate::default(),
            lanes: Lanes::default(),
            progress: Notify::new(),
            relief: Notify::new(),
            engine,
            consumes,
        }
    }

    /// Reads until the instance stops; then drains, commits and leaves the group.
    /// Says how many records were dropped at work.
    pub(crate) async fn run(self: Arc<Self>) -> u64 {
        let Some(consumer) = self.join().await else {
            return 0;
        };
        let consumer: Arc<dyn LogConsumer> = Arc::from(consumer);
        self.engine.watch(&self.meters, &consumer);
        let workers: Vec<_> = (0..self.consumes.concurrency.max(1))
            .map(|_| {
                let name = format!("{} of {}", self.id, self.topic);
                let worker = self.engine.world().spawn(&name, self.clone().work());
                worker.abort_on_drop()
            })
            .collect();
        let mut partitions = Partitions::new();
        self.read(&*consumer, &mut partitions).await;
        let left = self
            .hand_back(&*consumer, partitions.values().cloned().collect())
            .await;
        consumer.close().await;
        drop(workers);
        left
    }

    async fn join(&self) -> Option<Box<dyn LogConsumer>> {
        let world = self.engine.world();
        let topics = [Some(self.consumes.topic), self.consumes.redrive_topic];
        let subscription = Subscription {
            group: self.id.to_string(),
            topics: topics.into_iter().flatten().map(str::to_owned).collect(),
            member: format!("{}-{}", world.instance_name(), world.new_id()),
        };
        let mut probes = Probes::new(self.engine.platform.tuning.probe);
        loop {
            let error = match self
                .engine
                .platform
                .log
                .subscribe(subscription.clone())
                .await
            {
                Ok(consumer) => return Some(consumer),
                Err(error) => error,
            };
            if let TransportError::Unavailable(_) = &error {
                tracing::warn!(group = %self.id, %error);
            } else {
                // Someone may create it yet; until then this is no use.
                tracing::error!(group = %self.id, topic = %self.topic, %error);
            }
            tokio::select! {
                biased;
                () = self.engine.stopping.wait() => return None,
                () = world.sleep(probes.next()) => {}
            }
        }
    }

    async fn read(&self, consumer: &dyn LogConsumer, partitions: &mut Partitions) {
        let every = self.engine.platform.tuning.commit_every;
        let due = || async {
            self.progress.notified().await;
            self.engine.world().sleep(every).await;
        };
        let mut commit_due = Box::pin(due());
        loop {
            tokio::select! {
                biased;
                () = self.engine.stopping.wait() => return,
                () = &mut commit_due => {
                    commit_due.set(due());
                    self.commit(consumer, partitions.values()).await;
                }
                () = self.relief.notified() => self.resume(consumer, partitions),
                event = consumer.next() => match event {
                    LogEvent::Records(records) => self.take(consumer, partitions, records),
                    LogEvent::Assigned(assigned) => {
                        for at in assigned {
                            partitions.insert(at.clone(), Arc::new(Partition::new(at)));
                        }
                    }
                    LogEvent::Revoked(revoked, done) => {
                        let revoked = revoked.iter().filter_map(|at| partitions.remove(at));
                        self.hand_back(consumer, revoked.collect()).await;
                        done.complete();
                    }
                    LogEvent::Lost(lost) => {
                        for partition in lost.iter().filter_map(|at| partitions.remove(at)) {
                            partition.work.halt();
                            partition.work.cancelled.raise();
                        }
                    }
                    LogEvent::Closed => return,
                },
            }
        }
    }

    /// Hands records to their lanes; what is not consumed here is passed over.
    fn take(&self, consumer: &dyn LogConsumer, partitions: &Partitions, records: Vec<Record>) {
        let mut current: Option<&Arc<Partition>> = None;
        let mut items = Vec::with_capacity(records.len());
        for record in records {
            let same =
                |at: &TopicPartition| at.partition == record.partition && at.topic == record.topic;
            if current.is_none_or(|partition| !same(&partition.at)) {
                current = partitions.get(&record.topic_partition());
            }
            // A record of a partition that was handed back comes again elsewhere.
            let Some(partition) = current else { continue };
            partition.watermark().begin(record.offset);
            if self.is_too_old(&record) {
                self.finish(partition, record.offset);
                continue;
            }
            if self.is_foreign(&record) {
                self.meters.foreign.increment();
                self.finish(partition, record.offset);
                continue;
            }
            let lane = self.lane_of(&record);
            let partition = partition.clone();
            let attempts = Attempts::default();
            items.push((
                lane,
                Item {
                    record,
                    partition,
                    attempts,
                },
            ));
        }
        self.lanes.push(items);
        self.pause_full(consumer, partitions);
    }

    /// Whether a record was published before the read model begins.
    fn is_too_old(&self, record: &Record) -> bool {
        let since = self.engine.platform.tuning.since;
        since.is_some_and(|since| record.timestamp < since)
    }

    /// Whether a record is of a type this group does not consume. One without a
    /// type is broken rather than foreign, unless it is a tombstone.
    fn is_foreign(&self, record: &Record) -> bool {
        match Envelope::message_type_of(&record.headers) {
            Ok(name) => !self.types.contains_key(name),
            Err(_) => record.payload.is_none(),
        }
    }

    fn lane_of(&self, record: &Record) -> LaneId {
        let mut hasher = DefaultHasher::new();
        let consumed = record.headers.text(crate::envelope::names::TYPE);
        let consumed = consumed.and_then(|name| self.types.get(name));
        let ordered = consumed.is_none_or(|consumed| consumed.policy.order == Order::Key);
        match &record.key {
            Some(key) if ordered => key.hash(&mut hasher),
            _ => (&record.topic, record.partition, record.offset).hash(&mut hasher),
        }
        hasher.finish()
    }
}
