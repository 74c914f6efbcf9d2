//! The messages of one publishing call, on one channel.

use std::collections::{HashSet, VecDeque};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::FutureExt;
use lapin::options::BasicPublishOptions;
use lapin::{BasicProperties, Channel, Confirmation, types::ShortString};

use super::message::{header_frame, properties, route};
use super::publisher::Line;
use super::{NewMessage, PublishError};

/// Bytes that wait for their confirms at a time, unless one message alone has more.
const WINDOW_BYTES: usize = 16 << 20;
/// Room that a new message's headers leave in their frame, for what becomes of it
/// later: attempts, errors, the story of its death, the broker's own record.
const HEADROOM: usize = 8 << 10;
/// How often a silent broker is looked at.
const GLANCE: Duration = Duration::from_millis(250);

/// What became of one message.
pub(super) type Answer = Result<(), PublishError>;
type Confirm<'a> = Pin<Box<dyn Future<Output = lapin::Result<Confirmation>> + Send + 'a>>;

/// How far a call goes ahead of the broker.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Messages that wait for their confirms at a time.
    pub(super) window: usize,
    /// How long the broker may be silent.
    pub(super) patience: Duration,
}

/// Why a batch ended early.
pub(super) enum Halt {
    /// Its channel was closed.
    Channel(lapin::Error),
    /// The broker takes nothing, or says nothing.
    Silent(String),
}

pub(super) struct Batch<'a> {
    line: &'a Line,
    messages: &'a [NewMessage],
    answers: &'a mut [Option<Answer>],
    waiting: VecDeque<(usize, Confirm<'a>)>,
    waiting_bytes: usize,
    acked: Vec<usize>,
    returned: HashSet<(String, String)>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(
        line: &'a Line,
        messages: &'a [NewMessage],
        answers: &'a mut [Option<Answer>],
    ) -> Self {
        Self {
            line,
            messages,
            answers,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            acked: Vec::new(),
            returned: HashSet::new(),
        }
    }

    /// Publishes all that has no answer, in order. Dropped or failed, what was
    /// confirmed until then counts.
    pub(super) async fn run(&mut self, limits: Limits) -> Result<(), Halt> {
        for index in 0..self.messages.len() {
            if self.answers[index].is_some() {
                continue;
            }
            while self.waiting.len() >= limits.window || self.waiting_bytes > WINDOW_BYTES {
                self.await_first(limits.patience).await?;
            }
            self.send(index).await;
        }
        while !self.waiting.is_empty() {
            self.await_first(limits.patience).await?;
        }
        Ok(())
    }

    /// Hands a message to the connection. Polled once here, since that decides the
    /// order; the connection's writer need not be waited for.
    async fn send(&mut self, index: usize) {
        let new = &self.messages[index];
        if let Some(error) = self.overfull(new) {
            self.answers[index] = Some(Err(error));
            return;
        }
        let (to, properties) = match (route(new), properties(&new.message)) {
            (Ok(to), Ok(properties)) => (to, properties),
            (Err(error), _) | (_, Err(error)) => {
                self.answers[index] = Some(Err(error));
                return;
            }
        };
        let payload = &new.message.payload;
        let mut confirm: Confirm<'a> =
            Box::pin(publish(&self.line.channel, to, payload, properties));
        // A channel that is closed already answers at once, and is found below.
        if let Poll::Ready(answer) = futures_util::poll!(&mut confirm) {
            confirm = Box::pin(std::future::ready(answer));
        }
        self.waiting_bytes += new.message.size();
        self.waiting.push_back((index, confirm));
    }

    /// Headers that do not fit into one frame would cost the whole connection.
    fn overfull(&self, new: &NewMessage) -> Option<PublishError> {
        let frame = self.line.connection.configuration().frame_max() as usize;
        // What goes straight to a queue is a message that was there before.
        let headroom = if new.route.exchange.is_empty() {
            0
        } else {
            HEADROOM
        };
        let (size, limit) = (header_frame(&new.message), frame.saturating_sub(headroom));
        (size > limit).then_some(PublishError::TooLarge { size, limit })
    }

    /// Waits for the answer to the oldest message.
    async fn await_first(&mut self, patience: Duration) -> Result<(), Halt> {
        let mut silent = Duration::ZERO;
        while let Some((index, confirm)) = self.waiting.front_mut() {
            let index = *index;
            if let Ok(answer) = tokio::time::timeout(GLANCE, confirm).await {
                self.waiting.pop_front();
                self.waiting_bytes -= self.messages[index].message.size();
                return self.note(index, answer).map_err(Halt::Channel);
            }
            silent += GLANCE;
            if self.line.connection.status().blocked() {
                return Err(Halt::Silent("it takes no messages now".to_owned()));
            }
            if silent >= patience {
                return Err(Halt::Silent(format!("no confirm within {patience:?}")));
            }
        }
        Ok(())
    }

    fn note(&mut self, index: usize, answer: lapin::Result<Confirmation>) -> lapin::Result<()> {
        let confirmation = answer?;
        if confirmation.is_nack() {
            let full = "a queue is full".to_owned();
            self.answers[index] = Some(Err(PublishError::Refused(full)));
        } else {
            self.acked.push(index);
        }
        // The client library hands a returned message to any confirm of the channel.
        if let Some(returned) = confirmation.take_message() {
            let (exchange, key) = (&returned.exchange, &returned.routing_key);
            self.returned
                .insert((exchange.to_string(), key.to_string()));
        }
        Ok(())
    }

    /// Turns what the broker said into answers. A return names the route, which
    /// leads nowhere for every message of the call that took it.
    pub(super) fn finish(mut self) {
        while let Some((index, confirm)) = self.waiting.pop_front() {
            if let Some(answer) = confirm.now_or_never()
                && let Err(error) = self.note(index, answer)
            {
                tracing::trace!(%error, "not confirmed");
            }
        }
        for index in self.acked {
            let route = self.messages[index].route.clone();
            let (exchange, routing_key) = (route.exchange, route.routing_key);
            let unroutable = !self.returned.is_empty()
                && self
                    .returned
                    .contains(&(exchange.clone(), routing_key.clone()));
            self.answers[index] = Some(if unroutable {
                Err(PublishError::Unroutable {
                    exchange,
                    routing_key,
                })
            } else {
                Ok(())
            });
        }
    }
}

async fn publish(
    channel: &Channel,
    (exchange, routing_key): (ShortString, ShortString),
    payload: &[u8],
    properties: BasicProperties,
) -> lapin::Result<Confirmation> {
    let options = BasicPublishOptions {
        mandatory: true,
        immediate: false,
    };
    let sent = channel.basic_publish(exchange, routing_key, options, payload, properties);
    sent.await?.await
}
