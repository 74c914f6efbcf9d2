//! One stream that runs: a record goes in, records to publish come out.

use std::sync::Arc;

use jiff::Timestamp;

use crate::envelope::Envelope;
use crate::registry::{DecodeFailure, Decoder, EncodeFailure, Encoder};
use crate::streams::runner::{Ready, Runner, Value};
use crate::streams::{Arrival, Change, Definition, Outcome, Overflow};
use crate::transport::{NewRecord, Record};

use super::side;

/// A stream that runs.
pub(in crate::streams) struct Feed {
    pub(in crate::streams) definition: Arc<Definition>,
    runner: Box<dyn Runner>,
}

/// What a record gives.
pub(in crate::streams) struct Taken {
    /// What became of it; nothing where the stream does not read it.
    pub(in crate::streams) outcome: Option<Outcome>,
    /// What is published, in order.
    pub(in crate::streams) records: Vec<NewRecord>,
}

impl Feed {
    pub(in crate::streams) fn new(definition: &Definition, tracked: bool, partitions: u32) -> Self {
        Self {
            runner: (definition.make)(tracked, partitions),
            definition: Arc::new(definition.clone()),
        }
    }

    pub(in crate::streams) fn runner(&self) -> &dyn Runner {
        &*self.runner
    }

    /// What a record is to the stream: a value, a tombstone of a side, or nothing.
    pub(in crate::streams) async fn value(
        definition: &Definition,
        record: &Record,
        decoder: &Decoder,
    ) -> Result<Option<Result<Value, bool>>, DecodeFailure> {
        let readings = definition.readings.iter();
        let mut of_topic = readings.filter(|r| *r.topic == *record.topic);
        let message_type = Envelope::message_type_of(&record.headers).ok();
        let Some(payload) = &record.payload else {
            // A tombstone may say of what, and need not.
            let reading = of_topic.find(|r| message_type.is_none_or(|t| t == r.message_type));
            return Ok(reading.map(|r| Err(r.other)));
        };
        let Some(reading) = of_topic.find(|r| Some(r.message_type) == message_type) else {
            return Ok(None);
        };
        let value = (reading.decode)(payload, decoder).await?;
        Ok(Some(Ok(value)))
    }

    /// Takes a record in whose value is known.
    pub(in crate::streams) fn take(
        &mut self,
        record: &Record,
        value: Result<Option<Result<Value, bool>>, DecodeFailure>,
        encoder: &Encoder,
        (system, now): (&str, Timestamp),
    ) -> Taken {
        let name = self.definition.name;
        let value = match value {
            Ok(Some(value)) => value,
            Ok(None) => {
                return Taken {
                    outcome: None,
                    records: Vec::new(),
                };
            }
            Err(error) => {
                let dead = side::dead(record, name, "undecodable", &error.to_string(), now);
                return Taken {
                    outcome: Some(Outcome::Undecodable),
                    records: vec![dead],
                };
            }
        };
        let (source, id) = identity(record);
        let arrival = Arrival {
            partition: record.partition,
            time: record.timestamp.as_millisecond(),
            key: record.key.as_deref(),
            source: &source,
            id: &id,
        };
        let mut ready = Vec::new();
        let outcome = self.runner.process(&arrival, value, encoder, &mut ready);
        let outcome = outcome.unwrap_or_else(|error| unprepared(name, &error));
        let emitted = ready.into_iter().map(|r| side::emitted(r, system));
        let mut records: Vec<NewRecord> = emitted.collect();
        match outcome {
            Outcome::Late => {
                let topic = self.definition.late;
                records.extend(topic.map(|topic| side::late(record, topic)));
            }
            Outcome::Overflow => {
                let why = Overflow.to_string();
                records.push(side::dead(record, name, "rejected", &why, now));
            }
            _ => {}
        }
        Taken {
            outcome: Some(outcome),
            records,
        }
    }

    /// Closes the windows of a partition of groups.
    pub(in crate::streams) fn idle(
        &mut self,
        partition: u32,
        encoder: &Encoder,
        system: &str,
    ) -> Vec<NewRecord> {
        let mut ready: Vec<Ready> = Vec::new();
        if let Err(error) = self.runner.idle(partition, encoder, &mut ready) {
            unprepared(self.definition.name, &error);
        }
        let emitted = ready.into_iter().map(|r| side::emitted(r, system));
        emitted.collect()
    }

    pub(in crate::streams) fn stirred(&mut self) -> Vec<u32> {
        self.runner.stirred()
    }

    pub(in crate::streams) fn save(&mut self, changes: &mut Vec<Change>) {
        self.runner.save(changes);
    }

    pub(in crate::streams) fn load(&mut self, key: &[u8], value: &[u8]) {
        self.runner.load(key, value);
    }
}

/// Source and id of a record; a foreign one is named by its place.
fn identity(record: &Record) -> (String, String) {
    if let Ok(envelope) = Envelope::of_record(record) {
        return (envelope.source, envelope.id);
    }
    let (id, source) = Envelope::place(&record.topic, record.partition, record.offset);
    (source, id)
}

/// Every type was prepared when the engine started.
fn unprepared(stream: &str, error: &EncodeFailure) -> Outcome {
    tracing::error!(stream, %error, "an emission is lost");
    Outcome::Dropped
}
