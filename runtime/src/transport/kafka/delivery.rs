//! How answers of the brokers come back to those who publish.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Message as _};
use rdkafka::producer::ProducerContext;
use rdkafka::{ClientContext, Statistics};
use tokio::sync::Notify;

use super::context::{Refusal, complain, log};
use super::statistics::Meters;
use crate::transport::Position;

/// What the brokers said of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// They have it.
    Stored(Position),
    /// They have it not, or nobody knows; the partition, if it was chosen.
    Failed(Option<u32>, RDKafkaErrorCode),
}

/// One call of `publish` that waits for its answers.
pub(super) struct Call {
    answers: Mutex<Vec<Option<Answer>>>,
    /// Answers that are missing, and one for the sender until it has sent all.
    missing: AtomicUsize,
    complete: Notify,
}

impl Call {
    /// A call of that many records.
    pub(super) fn new(records: usize) -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new(vec![None; records]),
            missing: AtomicUsize::new(1),
            complete: Notify::new(),
        })
    }

    /// What is passed along with a record.
    pub(super) fn ticket(self: &Arc<Self>, index: usize) -> Ticket {
        self.missing.fetch_add(1, Ordering::Relaxed);
        Ticket {
            call: self.clone(),
            index,
        }
    }

    /// Waits for all answers. A record that was never sent has none.
    pub(super) async fn answers(&self) -> Vec<Option<Answer>> {
        self.one_less();
        self.complete.notified().await;
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *answers)
    }

    fn one_less(&self) {
        if self.missing.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.complete.notify_one();
        }
    }
}

/// A record's place in its call.
pub(super) struct Ticket {
    call: Arc<Call>,
    index: usize,
}

impl Ticket {
    fn answer(&self, answer: Answer) {
        let answers = self.call.answers.lock();
        let mut answers = answers.unwrap_or_else(PoisonError::into_inner);
        answers[self.index] = Some(answer);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.call.one_less();
    }
}

/// The producer's context.
pub(super) struct Deliveries {
    pub(super) meters: Arc<Meters>,
    /// Signalled whenever the producer's queue became shorter.
    pub(super) room: Arc<Notify>,
    pub(super) refusal: Arc<Refusal>,
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Box<Ticket>;

    fn delivery(&self, result: &DeliveryResult<'_>, ticket: Box<Ticket>) {
        let answer = match result {
            Ok(message) => Answer::Stored(Position {
                partition: message.partition().unsigned_abs(),
                offset: message.offset().unsigned_abs(),
            }),
            Err((error, message)) => {
                let code = error.rdkafka_error_code();
                Answer::Failed(
                    u32::try_from(message.partition()).ok(),
                    code.unwrap_or(RDKafkaErrorCode::Unknown),
                )
            }
        };
        ticket.answer(answer);
        drop(ticket);
        self.room.notify_waiters();
    }
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        log(level, facility, message);
    }

    fn stats(&self, statistics: Statistics) {
        self.meters.note(&statistics);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.refusal.note(&error, reason);
        complain(&error, reason);
    }
}
