//! Letters of all origins, and acting on them.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use herald::transport::kafka::Kafka;
use herald::transport::rabbitmq::Rabbitmq;
use jiff::Timestamp;

use crate::Error;
use crate::filter::Filter;
use crate::letter::Letter;
use crate::origin::Origin;
use crate::queues::{self, Held};
use crate::topics::{self, Act};

/// Topics and queues that are read at a time.
const AT_ONCE: usize = 8;

/// The brokers that are looked at.
#[derive(Default)]
pub struct Brokers {
    /// Kafka.
    pub kafka: Option<Kafka>,
    /// RabbitMQ.
    pub rabbitmq: Option<Rabbitmq>,
}

/// What lies in one dead-letter topic or queue.
pub struct Lot {
    /// Where.
    pub origin: Arc<Origin>,
    /// The letters that were asked for, in order of partition and offset; of a queue, in its order.
    pub letters: Vec<Letter>,
    /// Messages that could not be looked at.
    pub unseen: u32,
    held: Option<Held>,
}

impl Brokers {
    /// The letters that a filter takes, by origin; those of queues are held until the lots are
    /// dropped. Handled ones are left out unless they are asked for.
    ///
    /// # Errors
    /// Everything that cannot be read.
    pub async fn find(
        &self,
        origins: &[Arc<Origin>],
        filter: &Filter,
        handled: bool,
        now: Timestamp,
    ) -> Result<Vec<Lot>, Vec<Error>> {
        let looks = stream::iter(origins.iter().cloned())
            .map(|origin| self.look(origin, filter, handled, now))
            .buffered(AT_ONCE);
        let (mut lots, mut errors) = (Vec::new(), Vec::new());
        for looked in looks.collect::<Vec<_>>().await {
            match looked {
                Ok(lot) => lots.extend(lot),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            Ok(lots)
        } else {
            Err(errors)
        }
    }

    async fn look(
        &self,
        origin: Arc<Origin>,
        filter: &Filter,
        handled: bool,
        now: Timestamp,
    ) -> Result<Option<Lot>, Error> {
        match (&*origin, &self.kafka, &self.rabbitmq) {
            (Origin::Group(_), Some(kafka), _) => {
                let mut letters = topics::letters(kafka, &origin, filter, now).await?;
                letters.retain(|letter| handled || letter.handled.is_none());
                // Partitions are read side by side.
                letters.sort_by_key(Letter::place_in_topic);
                Ok(Some(Lot {
                    origin,
                    letters,
                    unseen: 0,
                    held: None,
                }))
            }
            (Origin::Queue(_), _, Some(rabbitmq)) => {
                let mut held = queues::hold(rabbitmq, &origin, filter, now).await?;
                Ok(Some(Lot {
                    origin,
                    letters: std::mem::take(&mut held.letters),
                    unseen: held.unseen,
                    held: Some(held),
                }))
            }
            _ => Ok(None),
        }
    }

    /// Acts on some letters of a lot, in their order.
    pub async fn act(
        &self,
        lot: &Lot,
        letters: &[Letter],
        act: Act,
        now: Timestamp,
    ) -> Vec<Result<(), Error>> {
        match (&*lot.origin, &self.kafka, &self.rabbitmq, &lot.held) {
            (Origin::Group(group), Some(kafka), _, _) => {
                topics::act(kafka, group, letters, act, now).await
            }
            (Origin::Queue(commands), _, Some(rabbitmq), Some(held)) => {
                held.act(rabbitmq, commands, letters, act).await
            }
            // A lot comes from a broker that is looked at.
            _ => Vec::new(),
        }
    }
}
