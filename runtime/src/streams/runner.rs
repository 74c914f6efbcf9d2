//! Pipelines without their types, as the engine runs them side by side.

use std::any::Any;

use bytes::Bytes;

use crate::BoxFuture;
use crate::message::{Event, Message};
use crate::registry::{EncodeFailure, Encoder, Missing, RegistryError};

use super::{Arrival, Arrived, Change, Logic, Outbox, Outcome, Pipeline};

/// A decoded record, its type known to the stream alone.
pub(super) type Value = Box<dyn Any + Send>;

/// A record to publish, framed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ready {
    pub(super) topic: &'static str,
    pub(super) message_type: &'static str,
    pub(super) key: Option<String>,
    pub(super) id: uuid::Uuid,
    pub(super) time: i64,
    pub(super) payload: Bytes,
}

/// A pipeline without its types.
pub(super) trait Runner: Send {
    fn prepare<'a>(
        &'a self,
        encoder: &'a Encoder,
        missing: Missing,
    ) -> BoxFuture<'a, Result<(), RegistryError>>;

    /// Takes a record in; without a value it is a tombstone of that side.
    fn process(
        &mut self,
        arrival: &Arrival<'_>,
        value: Result<Value, bool>,
        encoder: &Encoder,
        ready: &mut Vec<Ready>,
    ) -> Result<Outcome, EncodeFailure>;

    fn idle(
        &mut self,
        partition: u32,
        encoder: &Encoder,
        ready: &mut Vec<Ready>,
    ) -> Result<(), EncodeFailure>;

    fn stirred(&mut self) -> Vec<u32>;
    fn save(&mut self, changes: &mut Vec<Change>);
    fn load(&mut self, key: &[u8], value: &[u8]);
}

impl<L: Logic> Runner for Pipeline<L> {
    fn prepare<'a>(
        &'a self,
        encoder: &'a Encoder,
        missing: Missing,
    ) -> BoxFuture<'a, Result<(), RegistryError>> {
        Box::pin(async move {
            let topic = <L::Output as Event>::TOPIC;
            encoder.prepare::<L::Output>(topic, missing).await?;
            Ok(())
        })
    }

    fn process(
        &mut self,
        arrival: &Arrival<'_>,
        value: Result<Value, bool>,
        encoder: &Encoder,
        ready: &mut Vec<Ready>,
    ) -> Result<Outcome, EncodeFailure> {
        let arrived = match value {
            Ok(value) => match value.downcast::<Arrived<L>>() {
                Ok(arrived) => *arrived,
                // The engine hands back what the same stream decoded.
                Err(_) => return Ok(Outcome::Dropped),
            },
            Err(other) => Arrived::Tombstone(other),
        };
        let mut out = Outbox::new();
        let outcome = Pipeline::process(self, arrival, arrived, &mut out);
        framed(out, encoder, ready)?;
        Ok(outcome)
    }

    fn idle(
        &mut self,
        partition: u32,
        encoder: &Encoder,
        ready: &mut Vec<Ready>,
    ) -> Result<(), EncodeFailure> {
        let mut out = Outbox::new();
        Pipeline::idle(self, partition, &mut out);
        framed(out, encoder, ready)
    }

    fn stirred(&mut self) -> Vec<u32> {
        Pipeline::stirred(self)
    }

    fn save(&mut self, changes: &mut Vec<Change>) {
        Pipeline::save(self, changes);
    }

    fn load(&mut self, key: &[u8], value: &[u8]) {
        Pipeline::load(self, key, value);
    }
}

fn framed<L: Logic>(
    out: Outbox<L>,
    encoder: &Encoder,
    ready: &mut Vec<Ready>,
) -> Result<(), EncodeFailure> {
    for emission in out.emitted {
        ready.push(Ready {
            topic: <L::Output as Event>::TOPIC,
            message_type: <L::Output as Message>::TYPE,
            key: emission.event.key(),
            id: emission.id,
            time: emission.time,
            payload: encoder.encode(&emission.event)?,
        });
    }
    Ok(())
}
