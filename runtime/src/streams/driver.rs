//! One stream without a broker, for tests: records go in one by one, what it publishes comes out.

use std::sync::Arc;

use jiff::Timestamp;

use crate::registry::{Decoder, Encoder, Missing, Registry, RegistryError};
use crate::transport::{NewRecord, Record};

use super::engine::feed::Feed;
use super::{Definition, Outcome};

/// A stream of one partition of groups, as Kafka's `TopologyTestDriver` runs one.
pub struct Driver {
    feed: Feed,
    decoder: Decoder,
    encoder: Encoder,
    system: String,
}

impl Driver {
    /// Starts a stream.
    ///
    /// # Errors
    /// If the registry gives no id for the schema of what it emits.
    pub async fn start(
        definition: &Definition,
        registry: Arc<dyn Registry>,
        system: &str,
    ) -> Result<Self, RegistryError> {
        let feed = Feed::new(definition, false, 1);
        let encoder = Encoder::new(registry.clone());
        let prepared = feed.runner().prepare(&encoder, Missing::Register);
        prepared.await?;
        Ok(Self {
            feed,
            decoder: Decoder::new(registry),
            encoder,
            system: system.to_owned(),
        })
    }

    /// Takes a record in, and gives what the stream publishes.
    pub async fn pipe(&mut self, record: &Record) -> (Option<Outcome>, Vec<NewRecord>) {
        let definition = self.feed.definition.clone();
        let value = Feed::value(&definition, record, &self.decoder).await;
        let about = (self.system.as_str(), Timestamp::UNIX_EPOCH);
        let taken = self.feed.take(record, value, &self.encoder, about);
        (taken.outcome, taken.records)
    }

    /// Nothing comes for so many milliseconds: windows close where that is as long as the stream
    /// says.
    pub fn silence(&mut self, lasts_ms: u64) -> Vec<NewRecord> {
        let idle_ms = self.feed.definition.idle.ms("default");
        if idle_ms.is_none_or(|idle_ms| lasts_ms < idle_ms) {
            return Vec::new();
        }
        self.feed.idle(0, &self.encoder, &self.system)
    }
}
