//! The producer: idempotent, in batches, in order within each partition.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseRecord, Producer as _, PurgeConfig};
use tokio::sync::Notify;

use super::admin::{Admin, OFFSETS};
use super::context::Refusal;
use super::convert;
use super::delivery::{Answer, Call, Deliveries, Ticket};
use super::polled::Polled;
use super::settings::{KafkaSettings, millis};
use super::statistics::Meters;
use super::{is_unknown_topic, unusable};
use crate::transport::{NewRecord, Position, PublishError, TransportError};

/// How long a cluster may take to say whether it lets this client in.
const GREETING: Duration = Duration::from_secs(3);

type Producer = Arc<Polled>;
type Refusals = Vec<Option<PublishError>>;

/// Publishes, and replaces its producer when that one cannot go on.
pub(super) struct Publisher {
    config: ClientConfig,
    admin: Arc<Admin>,
    meters: Arc<Meters>,
    room: Arc<Notify>,
    refusal: Arc<Refusal>,
    current: RwLock<Producer>,
}

impl Publisher {
    pub(super) fn new(
        settings: &KafkaSettings,
        name: &str,
        admin: Arc<Admin>,
        meters: Arc<Meters>,
    ) -> Result<Self, TransportError> {
        let config = config(settings, name)?;
        let room = Arc::new(Notify::new());
        let refusal = Arc::default();
        let producer = create(&config, &meters, &room, &refusal);
        let producer = producer.map_err(|error| unusable(&error))?;
        Ok(Self {
            config,
            admin,
            meters,
            room,
            refusal,
            current: RwLock::new(producer),
        })
    }

    /// Waits a little for the cluster's first answer. Blocks.
    pub(super) fn greet(&self, settings: &KafkaSettings) -> Result<(), TransportError> {
        let began = Instant::now();
        while began.elapsed() < GREETING {
            let client = self.producer();
            let asked = client.client().fetch_metadata(Some(OFFSETS), GREETING / 10);
            if asked.is_ok() {
                return Ok(());
            }
            if let Some(refused) = self.refusal.told(settings) {
                return Err(refused);
            }
        }
        Ok(())
    }

    pub(super) async fn publish(
        &self,
        records: Vec<NewRecord>,
    ) -> Vec<Result<Position, PublishError>> {
        let mut refusals = self.refusals(&records).await;
        let producer = self.producer();
        let call = Call::new(records.len());
        for (index, record) in records.iter().enumerate() {
            if refusals[index].is_some() {
                continue;
            }
            if let Err(error) = self.send(&producer, record, call.ticket(index)).await {
                refusals[index] = Some(self.refusal(record, code_of(&error)));
            }
        }
        let answers = call.answers().await;
        if producer.client().fatal_error().is_some() {
            self.replace(&producer);
        }
        self.results(&records, refusals, answers)
    }

    fn producer(&self) -> Producer {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What can be refused before it is sent: brokers measure compressed batches,
    /// and answer for all records of one.
    async fn refusals(&self, records: &[NewRecord]) -> Refusals {
        let mut limits: HashMap<&str, Result<usize, PublishError>> = HashMap::new();
        let mut refusals = Vec::with_capacity(records.len());
        for record in records {
            let topic: &str = &record.topic;
            if !limits.contains_key(topic) {
                let limit = self.admin.limit_of(topic).await;
                limits.insert(topic, limit.map_err(|error| not_sent(topic, error)));
            }
            let size = record.size();
            refusals.push(match &limits[topic] {
                Ok(limit) if size > *limit => Some(PublishError::TooLarge {
                    size,
                    limit: *limit,
                }),
                Ok(_) => None,
                Err(error) => Some(error.clone()),
            });
        }
        refusals
    }

    /// Puts a record into the producer's queue, as soon as there is room.
    async fn send(
        &self,
        producer: &Producer,
        record: &NewRecord,
        ticket: Ticket,
    ) -> Result<(), KafkaError> {
        let mut base = BaseRecord {
            topic: &record.topic,
            partition: record.partition.map(u32::cast_signed),
            payload: record.payload.as_deref(),
            key: record.key.as_deref(),
            timestamp: record.timestamp.map(jiff::Timestamp::as_millisecond),
            headers: convert::headers(&record.headers),
            delivery_opaque: Box::new(ticket),
        };
        let mut room = None;
        loop {
            base = match producer.send(base) {
                Ok(()) => return Ok(()),
                Err((error, _)) if code_of(&error) != RDKafkaErrorCode::QueueFull => {
                    return Err(error);
                }
                Err((_, base)) => base,
            };
            // Whatever is queued is answered some day, if only by its timeout. Tried once more
            // between listening and waiting, so that no signal is missed.
            match room.take() {
                None => room = Some(self.room.notified()),
                Some(room) => room.await,
            }
        }
    }

    /// A producer that met a fatal error does nothing more: the next call gets
    /// a new one. What the old one still holds is answered as not delivered.
    fn replace(&self, broken: &Producer) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.client().fatal_error().is_none() {
            return;
        }
        match create(&self.config, &self.meters, &self.room, &self.refusal) {
            Ok(new) => {
                let old = std::mem::replace(&mut *current, new);
                broken.purge(PurgeConfig::default().queue().inflight());
                // Its last owner may wait for what it still holds.
                tokio::task::spawn_blocking(move || drop(old));
            }
            Err(error) => tracing::error!(%error, "no new producer"),
        }
    }

    fn refusal(&self, record: &NewRecord, code: RDKafkaErrorCode) -> PublishError {
        match code {
            code if is_unknown_topic(code) => {
                self.admin.forget(&record.topic);
                PublishError::UnknownTopic(record.topic.to_string())
            }
            RDKafkaErrorCode::MessageSizeTooLarge => {
                // The topic's limit was lowered, and is asked anew; or it is below `batch.size`.
                self.admin.forget(&record.topic);
                PublishError::Refused("its batch is larger than the topic allows".to_owned())
            }
            RDKafkaErrorCode::TopicAuthorizationFailed
            | RDKafkaErrorCode::ClusterAuthorizationFailed
            | RDKafkaErrorCode::InvalidRecord
            | RDKafkaErrorCode::PolicyViolation => PublishError::Refused(code.to_string()),
            code => PublishError::Unavailable(code.to_string()),
        }
    }

    /// The results in the order of the records. After one that failed for now, no
    /// later one of its partition counts as stored.
    fn results(
        &self,
        records: &[NewRecord],
        refusals: Refusals,
        answers: Vec<Option<Answer>>,
    ) -> Vec<Result<Position, PublishError>> {
        let mut broken: Vec<(&str, Option<u32>)> = Vec::new();
        let each = records.iter().zip(refusals).zip(answers);
        each.map(|((record, refusal), answer)| {
            let topic: &str = &record.topic;
            let (partition, error) = match (refusal, answer) {
                (Some(error), _) => (record.partition, error),
                (None, Some(Answer::Stored(position))) => {
                    let behind = broken.iter().any(|(at, partition)| {
                        *at == topic && partition.is_none_or(|it| it == position.partition)
                    });
                    if !behind {
                        return Ok(position);
                    }
                    return Err(PublishError::Unavailable(
                        "an earlier record of its partition failed".to_owned(),
                    ));
                }
                (None, Some(Answer::Failed(partition, code))) => {
                    (partition.or(record.partition), self.refusal(record, code))
                }
                (None, None) => {
                    let error = PublishError::Unavailable("no answer".to_owned());
                    (record.partition, error)
                }
            };
            if error.is_transient() {
                broken.push((topic, partition));
            }
            Err(error)
        })
        .collect()
    }
}

fn config(settings: &KafkaSettings, name: &str) -> Result<ClientConfig, TransportError> {
    let mut config = settings.common(name)?;
    config
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("partitioner", "murmur2_random")
        .set("compression.type", "lz4")
        .set("linger.ms", millis(settings.linger))
        .set("batch.size", "524288")
        // The topics' own limits are what counts; they are checked before.
        .set("message.max.bytes", "100000000")
        // Well before the delivery timeout, so that a topic that does not exist is called that.
        .set("topic.metadata.propagation.max.ms", "5000")
        .set("message.timeout.ms", millis(settings.delivery_timeout));
    settings.finish(&mut config)?;
    Ok(config)
}

fn create(
    config: &ClientConfig,
    meters: &Arc<Meters>,
    room: &Arc<Notify>,
    refusal: &Arc<Refusal>,
) -> Result<Producer, KafkaError> {
    let deliveries = Deliveries {
        meters: meters.clone(),
        room: room.clone(),
        refusal: refusal.clone(),
    };
    Polled::new(config, deliveries).map(Arc::new)
}

fn code_of(error: &KafkaError) -> RDKafkaErrorCode {
    error
        .rdkafka_error_code()
        .unwrap_or(RDKafkaErrorCode::Unknown)
}

fn not_sent(topic: &str, error: TransportError) -> PublishError {
    match error {
        TransportError::Unknown(_) => PublishError::UnknownTopic(topic.to_owned()),
        other => PublishError::Unavailable(other.to_string()),
    }
}
