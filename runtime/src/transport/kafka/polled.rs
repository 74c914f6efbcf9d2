//! A producer with a thread that serves its events.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::error::KafkaError;
use rdkafka::producer::BaseProducer;

use super::delivery::Deliveries;

/// How long a poll takes; events are served within it as they come. rdkafka spins through the last
/// millisecond of each, so that its own `ThreadedProducer`, with a tenth of this, costs a service
/// that has nothing to do a percent of a core.
const POLL: Duration = Duration::from_secs(1);

/// The producer ends within a [`POLL`] after this is dropped.
pub(super) struct Polled {
    producer: Arc<BaseProducer<Deliveries>>,
    dropped: Arc<AtomicBool>,
}

impl Polled {
    pub(super) fn new(config: &ClientConfig, deliveries: Deliveries) -> Result<Self, KafkaError> {
        let producer: BaseProducer<Deliveries> = config.create_with_context(deliveries)?;
        let (producer, dropped) = (Arc::new(producer), Arc::<AtomicBool>::default());
        let (polled, ended) = (producer.clone(), dropped.clone());
        let thread = thread::Builder::new().name("kafka producer".to_owned());
        let spawned = thread.spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                polled.poll(POLL);
            }
        });
        match spawned {
            Ok(_) => Ok(Self { producer, dropped }),
            Err(error) => Err(KafkaError::ClientCreation(error.to_string())),
        }
    }
}

impl Deref for Polled {
    type Target = BaseProducer<Deliveries>;

    fn deref(&self) -> &Self::Target {
        &self.producer
    }
}

impl Drop for Polled {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::Relaxed);
    }
}
