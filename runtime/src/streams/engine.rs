//! Runs streams on a log: reads, feeds pipelines, keeps state, publishes.
//!
//! A batch of records is taken in wholly before anything is kept. Then one commit of the state
//! store holds what the pipelines know, how far each partition was read, and what is to be
//! published; only then is it published. An instance that dies starts from the last commit: what
//! it read since is read again, what it did not publish is published then, what it may have
//! published goes out again under the same id.

pub(super) mod feed;
mod kept;
mod side;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};

use crate::host::Platform;
use crate::registry::{DecodeFailure, Decoder, Encoder, RegistryError};
use crate::signal::Signal;
use crate::telemetry::Metrics;
use crate::transport::{
    LogConsumer, LogEvent, NewRecord, Record, Subscription, TopicPartition, TransportError,
};
use crate::world::{AbortOnDrop, Step};

use super::{Definition, Outcome, StateError, StateStore};
use feed::Feed;
use kept::Kept;

/// Pause before something that failed is tried again.
const AGAIN: Duration = Duration::from_millis(200);
/// How often silent partitions are looked for.
const LOOK: Duration = Duration::from_millis(500);

/// How an engine works.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The consumer group.
    pub group: String,
}

/// Why an engine did not start.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// State could not be read.
    #[error(transparent)]
    State(#[from] StateError),
    /// A schema id could not be had.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The log could not be used.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

/// Running streams. Dropping it is a crash.
pub struct Engine {
    stopping: Signal,
    closing: mpsc::UnboundedSender<oneshot::Sender<()>>,
    task: AbortOnDrop,
    metrics: Arc<Metrics>,
}

impl Engine {
    /// Starts streams on a platform, from where the store says that they were.
    ///
    /// # Errors
    /// If the store, the registry or the log cannot be used.
    pub async fn start(
        definitions: &[Definition],
        platform: &Platform,
        store: Arc<dyn StateStore>,
        settings: Settings,
    ) -> Result<Self, EngineError> {
        let metrics = Arc::new(Metrics::default());
        let stopping = Signal::default();
        let worker = Worker::new(definitions, platform, store, &settings, metrics.clone()).await?;
        let signal = stopping.clone();
        let (closing, requests) = mpsc::unbounded_channel();
        let task = platform
            .world
            .spawn("streams", async move { worker.run(signal, requests).await });
        Ok(Self {
            stopping,
            closing,
            task: task.abort_on_drop(),
            metrics,
        })
    }

    /// Closes every window now, as silence would later: for the end of a demonstration or a
    /// test. It waits until what they gave is published.
    ///
    /// `false` if the engine died before that.
    pub async fn close_windows(&self) -> bool {
        let (done, wait) = oneshot::channel();
        self.closing.send(done).is_ok() && wait.await.is_ok()
    }

    /// What was counted.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Finishes the batch in hand, keeps and publishes it, and leaves the group.
    pub async fn stop(self) {
        self.stopping.raise();
        self.task.join().await;
    }
}

/// A stream that runs.
struct Running {
    feed: Feed,
    /// When each partition of its groups last took something in.
    stirred: BTreeMap<u32, Timestamp>,
}

struct Worker {
    platform: Platform,
    streams: Vec<Running>,
    consumer: Box<dyn LogConsumer>,
    decoder: Decoder,
    encoder: Encoder,
    kept: Kept,
    metrics: Arc<Metrics>,
}

impl Worker {
    async fn new(
        definitions: &[Definition],
        platform: &Platform,
        store: Arc<dyn StateStore>,
        settings: &Settings,
        metrics: Arc<Metrics>,
    ) -> Result<Self, EngineError> {
        let encoder = Encoder::new(platform.registry.clone());
        let mut streams = Vec::new();
        for definition in definitions {
            let topics = definition.topics();
            let partitions = topics.iter().filter_map(|t| platform.topology.topic(t));
            let partitions = partitions.map(|t| t.partitions).max().unwrap_or(1);
            let feed = Feed::new(definition, true, partitions);
            let prepared = feed.runner().prepare(&encoder, platform.missing_schemas);
            prepared.await?;
            streams.push(Running {
                feed,
                stirred: BTreeMap::new(),
            });
        }
        let (kept, entries) = Kept::load(store)?;
        for (key, value) in &entries {
            for stream in &mut streams {
                stream.feed.load(key, value);
            }
        }
        let mut topics: Vec<String> = Vec::new();
        for topic in definitions.iter().flat_map(Definition::topics) {
            if !topics.iter().any(|t| t == topic) {
                topics.push(topic.to_owned());
            }
        }
        let subscription = Subscription {
            group: settings.group.clone(),
            topics,
            member: platform.world.new_id().to_string(),
        };
        let consumer = platform.log.subscribe(subscription).await?;
        Ok(Self {
            platform: platform.clone(),
            streams,
            consumer,
            decoder: Decoder::new(platform.registry.clone()),
            encoder,
            kept,
            metrics,
        })
    }

    async fn run(
        mut self,
        stopping: Signal,
        mut requests: mpsc::UnboundedReceiver<oneshot::Sender<()>>,
    ) {
        // What the last instance kept and may not have published.
        self.flush().await;
        while !stopping.is_raised() {
            let world = self.platform.world.clone();
            tokio::select! {
                biased;
                () = stopping.wait() => {}
                event = self.consumer.next() => match event {
                    LogEvent::Records(records) => self.batch(records).await,
                    LogEvent::Revoked(_, done) => done.complete(),
                    LogEvent::Assigned(_) | LogEvent::Lost(_) => {}
                    LogEvent::Closed => break,
                },
                Some(done) = requests.recv() => {
                    self.silence(Some(0)).await;
                    let _ = done.send(());
                }
                () = world.sleep(LOOK) => {}
            }
            self.silence(None).await;
        }
        self.consumer.close().await;
    }

    async fn batch(&mut self, records: Vec<Record>) {
        self.platform.world.checkpoint(Step::Received).await;
        let mut owed = Vec::new();
        let mut ends: BTreeMap<TopicPartition, u64> = BTreeMap::new();
        for record in records {
            let partition = record.topic_partition();
            let next = record.offset + 1;
            // Read before: the commit of offsets may be behind that of the state.
            if record.offset >= self.kept.next(&partition) {
                self.record(&record, &mut owed).await;
                self.kept.read(&partition, next);
            }
            ends.insert(partition, next);
        }
        self.keep(owed).await;
        let ends = ends.into_iter().collect();
        if let Err(error) = self.consumer.commit(ends).await {
            tracing::debug!(%error, "offsets are committed with the next batch");
        }
        self.platform.world.checkpoint(Step::Settled).await;
    }

    async fn record(&mut self, record: &Record, owed: &mut Vec<NewRecord>) {
        for at in 0..self.streams.len() {
            let definition = self.streams[at].feed.definition.clone();
            let value = loop {
                match Feed::value(&definition, record, &self.decoder).await {
                    Err(DecodeFailure::Unavailable(why)) => {
                        tracing::warn!(%why, "the registry is waited for");
                        self.platform.world.sleep(AGAIN).await;
                    }
                    value => break value,
                }
            };
            let about = (self.platform.topology.system, self.now());
            let feed = &mut self.streams[at].feed;
            let taken = feed.take(record, value, &self.encoder, about);
            owed.extend(taken.records);
            if let Some(outcome) = taken.outcome {
                self.count(definition.name, outcome);
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.platform.world.now()
    }

    fn count(&self, stream: &'static str, outcome: Outcome) {
        let word = match outcome {
            Outcome::Taken => "taken",
            Outcome::Repeat => "repeat",
            Outcome::Late => "late",
            Outcome::Dropped => "dropped",
            Outcome::Overflow => "overflow",
            Outcome::Undecodable => "undecodable",
        };
        let labels = [("stream", stream), ("outcome", word)];
        let help = "Records of streams by what became of them.";
        let counter = self
            .metrics
            .counter("herald_stream_records_total", help, &labels);
        counter.increment();
    }

    /// Closes the windows of partitions that have been silent for as long as their stream says,
    /// or for so many milliseconds.
    async fn silence(&mut self, instead: Option<u64>) {
        let now = self.now();
        let environment = self.platform.topology.environment;
        let mut owed = Vec::new();
        for stream in &mut self.streams {
            let idle_ms = stream.feed.definition.idle.ms(environment);
            let Some(idle_ms) = instead.or(idle_ms) else {
                continue;
            };
            for partition in stream.feed.stirred() {
                stream.stirred.insert(partition, now);
            }
            let limit = i64::try_from(idle_ms).unwrap_or(i64::MAX);
            let silent = |since: &Timestamp| now.as_millisecond() - since.as_millisecond() >= limit;
            let found: Vec<u32> = stream
                .stirred
                .iter()
                .filter(|(_, since)| silent(since))
                .map(|(partition, _)| *partition)
                .collect();
            for partition in found {
                stream.stirred.remove(&partition);
                let system = self.platform.topology.system;
                owed.extend(stream.feed.idle(partition, &self.encoder, system));
            }
        }
        if !owed.is_empty() {
            self.keep(owed).await;
        }
    }

    /// Keeps what the pipelines know and what is to be published, then publishes it.
    async fn keep(&mut self, owed: Vec<NewRecord>) {
        self.kept.owe(owed.into_iter());
        let mut changes = Vec::new();
        for stream in &mut self.streams {
            stream.feed.save(&mut changes);
        }
        self.kept.save(&mut changes);
        while let Err(error) = self.kept.store().commit(&changes) {
            tracing::warn!(%error, "the state is kept later");
            self.platform.world.sleep(AGAIN).await;
        }
        self.platform.world.checkpoint(Step::Committed).await;
        self.flush().await;
        self.platform.world.checkpoint(Step::RelayPublished).await;
    }

    /// Publishes what is owed, in order.
    async fn flush(&mut self) {
        while let Some(owed) = self.kept.owed() {
            let results = self.platform.log.publish(owed).await;
            let mut wait = false;
            for result in results {
                match result {
                    Err(error) if error.is_transient() => {
                        wait = true;
                        break;
                    }
                    Err(error) => {
                        tracing::error!(%error, "a record of a stream is refused for good");
                        self.kept.paid();
                    }
                    Ok(_) => self.kept.paid(),
                }
            }
            if wait {
                self.platform.world.sleep(AGAIN).await;
            }
        }
    }
}
