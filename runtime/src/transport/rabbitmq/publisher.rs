//! Publishing with confirms.
//!
//! Each call has a channel for itself while it lasts: a channel that the broker
//! closes takes no other call's messages with it, and what the broker returns as
//! unroutable belongs to this call.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use lapin::options::ConfirmSelectOptions;
use lapin::{Channel, Connection};
use tokio::sync::Semaphore;

use super::batch::{Answer, Batch, Halt, Limits};
use super::declare::is_missing_exchange;
use super::link::{Link, unavailable};
use super::{NewMessage, PublishError, RabbitmqSettings, TransportError};

/// Calls that publish at a time; others wait.
const CHANNELS: usize = 16;

pub(super) struct Publisher {
    link: Arc<Link>,
    idle: Mutex<Vec<Line>>,
    channels: Semaphore,
    limits: Limits,
    max_message_bytes: usize,
}

/// A channel in confirm mode.
pub(super) struct Line {
    pub(super) connection: Arc<Connection>,
    pub(super) channel: Channel,
}

impl Publisher {
    pub(super) fn new(link: Arc<Link>, settings: &RabbitmqSettings) -> Self {
        Self {
            link,
            idle: Mutex::default(),
            channels: Semaphore::new(CHANNELS),
            limits: Limits {
                window: usize::from(settings.confirm_window),
                patience: Duration::from_secs(settings.confirm_timeout.into()),
            },
            max_message_bytes: settings.max_message_bytes,
        }
    }

    pub(super) async fn publish(&self, messages: Vec<NewMessage>) -> Vec<Result<(), PublishError>> {
        let mut answers: Vec<_> = messages.iter().map(|new| self.too_large(new)).collect();
        let mut trouble = String::new();
        while answers.iter().any(Option::is_none) {
            if let Err(why) = self.round(&messages, &mut answers).await {
                trouble = why;
                break;
            }
        }
        let unanswered = || Err(PublishError::Unavailable(trouble.clone()));
        let answers = answers.into_iter();
        answers
            .map(|answer| answer.unwrap_or_else(unanswered))
            .collect()
    }

    fn too_large(&self, new: &NewMessage) -> Option<Answer> {
        let (size, limit) = (new.message.size(), self.max_message_bytes);
        (size > limit).then_some(Err(PublishError::TooLarge { size, limit }))
    }

    /// Publishes what has no answer yet. Answers at least one message, or says why
    /// the broker is unavailable.
    async fn round(
        &self,
        messages: &[NewMessage],
        answers: &mut [Option<Answer>],
    ) -> Result<(), String> {
        let slot = self.channels.acquire().await;
        let _slot = slot.map_err(|error| error.to_string())?;
        let line = self.line().await.map_err(|error| error.to_string())?;
        if line.connection.status().blocked() {
            self.put_back(line);
            return Err("it takes no messages now".to_owned());
        }
        let mut batch = Batch::new(&line, messages, answers);
        let ran = batch.run(self.limits).await;
        batch.finish();
        match ran {
            Ok(()) => self.put_back(line),
            Err(Halt::Silent(why)) => return Err(why),
            Err(Halt::Channel(error)) => blame(&error, messages, answers)?,
        }
        Ok(())
    }

    /// An idle channel, or a new one.
    async fn line(&self) -> Result<Line, TransportError> {
        while let Some(line) = self.idle().pop() {
            if line.channel.status().connected() {
                return Ok(line);
            }
        }
        let connection = self.link.connection().await?;
        let channel = connection
            .create_channel()
            .await
            .map_err(|error| unavailable(&error))?;
        let confirms = channel.confirm_select(ConfirmSelectOptions::default());
        confirms.await.map_err(|error| unavailable(&error))?;
        Ok(Line {
            connection,
            channel,
        })
    }

    fn put_back(&self, line: Line) {
        self.idle().push(line);
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Line>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A channel was closed: those to an exchange that does not exist are told so, the
/// others are published again, since the broker may not have come to them.
fn blame(
    error: &lapin::Error,
    messages: &[NewMessage],
    answers: &mut [Option<Answer>],
) -> Result<(), String> {
    let mut blamed = false;
    for (new, answer) in messages.iter().zip(answers) {
        let exchange = &new.route.exchange;
        if answer.is_none() && is_missing_exchange(error, exchange) {
            *answer = Some(Err(PublishError::UnknownExchange(exchange.clone())));
            blamed = true;
        }
    }
    if blamed {
        Ok(())
    } else {
        Err(error.to_string())
    }
}
