//! Dead letters in queues: held while they are looked at, acknowledged when they are done with.

use std::sync::Arc;
use std::time::Duration;

use herald::delivery::dead_letter::{names, original_headers, unbundled};
use herald::transport::rabbitmq::Rabbitmq;
use herald::transport::{
    NewMessage, QueueConsumer, QueueEvent, QueueMessage, Queues as _, Route, TransportError,
};
use jiff::Timestamp;

use crate::Error;
use crate::filter::Filter;
use crate::letter::{Letter, Place};
use crate::origin::{Commands, Origin};
use crate::topics::Act;

/// The most messages that the protocol lets one consumer hold.
const MOST: u16 = u16::MAX;
/// How long the next message may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The letters of a queue, held for as long as this lives; then those that were not acted on go back
/// to their places.
pub struct Held {
    /// The dead-letter queue.
    pub queue: String,
    /// Those that the filter takes.
    pub letters: Vec<Letter>,
    /// Messages of the queue that were not looked at: more than one consumer can hold, or in
    /// somebody else's hands.
    pub unseen: u32,
    consumer: Option<Box<dyn QueueConsumer>>,
}

/// Takes what lies in a dead-letter queue into hand.
///
/// # Errors
/// [`Error::Missing`] and [`Error::Transport`].
pub async fn hold(
    rabbitmq: &Rabbitmq,
    origin: &Arc<Origin>,
    filter: &Filter,
    now: Timestamp,
) -> Result<Held, Error> {
    let queue = origin.dead();
    let failed = |error| Error::transport(queue, error);
    let lying = rabbitmq.ready(queue).await.map_err(failed)?;
    let mut held = Held {
        queue: queue.to_owned(),
        letters: Vec::new(),
        unseen: lying,
        consumer: None,
    };
    if lying == 0 {
        return Ok(held);
    }
    let consumer = rabbitmq.consume(queue, MOST).await.map_err(failed)?;
    for _ in 0..lying.min(u32::from(MOST)) {
        let Ok(event) = tokio::time::timeout(PATIENCE, consumer.next()).await else {
            break;
        };
        let QueueEvent::Delivery(delivery) = event else {
            let lost = "the connection was lost; run this again".to_owned();
            return Err(failed(TransportError::Unavailable(lost)));
        };
        held.unseen -= 1;
        let QueueMessage {
            headers,
            payload,
            timestamp,
        } = unbundled(delivery.message);
        let letter = Letter {
            place: Place::in_queue(queue, &headers, &payload, delivery.tag),
            origin: origin.clone(),
            record_key: None,
            headers,
            payload: Some(payload),
            appended: timestamp,
            handled: None,
        };
        if filter.takes(&letter, now) {
            held.letters.push(letter);
        }
    }
    held.consumer = Some(consumer);
    Ok(held)
}

impl Held {
    /// Acts on letters of this queue, in their order.
    pub async fn act(
        &self,
        rabbitmq: &Rabbitmq,
        commands: &Commands,
        letters: &[Letter],
        act: Act,
    ) -> Vec<Result<(), Error>> {
        let mut outcomes: Vec<Result<(), Error>> = match act {
            Act::Discard => letters.iter().map(|_| Ok(())).collect(),
            Act::Redrive => publish(rabbitmq, commands, letters).await,
        };
        for (letter, outcome) in letters.iter().zip(&mut outcomes) {
            if outcome.is_ok() {
                *outcome = self.done_with(letter).await;
            }
        }
        outcomes
    }

    async fn done_with(&self, letter: &Letter) -> Result<(), Error> {
        let (Place::Queue { tag, .. }, Some(consumer)) = (&letter.place, &self.consumer) else {
            return Ok(());
        };
        let acked = consumer.ack(*tag).await;
        acked.map_err(|why| Error::NotNoted {
            place: letter.place.to_string(),
            why: why.to_string(),
        })
    }
}

async fn publish(
    rabbitmq: &Rabbitmq,
    commands: &Commands,
    letters: &[Letter],
) -> Vec<Result<(), Error>> {
    let back = |letter: &Letter| {
        let from = letter.headers.text(names::SOURCE);
        let from = from.or_else(|| letter.headers.text("x-first-death-queue"));
        commands.back_to(from).to_owned()
    };
    let messages = letters.iter().map(|letter| NewMessage {
        route: Route::queue(back(letter)),
        message: QueueMessage {
            headers: original_headers(&letter.headers),
            payload: letter.payload.clone().unwrap_or_default(),
            timestamp: letter.appended,
        },
    });
    let answers = rabbitmq.publish(messages.collect()).await;
    let pairs = letters.iter().zip(answers);
    pairs
        .map(|(letter, answer)| {
            answer.map_err(|source| Error::Publish {
                place: back(letter),
                source,
            })
        })
        .collect()
}
