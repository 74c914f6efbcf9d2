//! The consumer's thread.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::ClientConfig;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message as _};

use super::board::Board;
use super::convert;
use super::membership::{Client, Context, Membership};

/// How long the thread waits before it looks whether it is to end.
const TICK: Duration = Duration::from_millis(100);
/// How long a consumer that is to end waits for its first partitions.
const SETTLING: Duration = Duration::from_secs(2);
/// Records that go into one event, at most.
const BATCH: usize = 1_024;

/// What the thread works with.
pub(super) struct Fetching {
    pub(super) membership: Arc<Membership>,
    pub(super) config: ClientConfig,
    pub(super) topics: Vec<String>,
    /// How long to wait before joining anew after a fatal error.
    pub(super) pause: Duration,
    /// The topic of the last record.
    pub(super) topic: Arc<str>,
    pub(super) board: Board,
}

/// librdkafka gave the consumer up.
struct Fatal;

impl Fetching {
    /// A consumer that has asked to join.
    pub(super) fn join(&self) -> Result<Arc<Client>, KafkaError> {
        let context = Context(self.membership.clone());
        let client: Client = self.config.create_with_context(context)?;
        let topics: Vec<&str> = self.topics.iter().map(String::as_str).collect();
        client.subscribe(&topics)?;
        let client = Arc::new(client);
        self.membership.set_client(&client);
        Ok(client)
    }

    /// Reads until the mailbox is closed; joins anew when librdkafka gives up.
    /// Dropping the consumer leaves the group.
    pub(super) fn run(mut self, first: Arc<Client>) {
        let mut client = Some(first);
        while !self.membership.mailbox.is_closed() {
            let Some(current) = client.take() else {
                client = self.join_again();
                continue;
            };
            if let Err(Fatal) = self.read(&current) {
                self.membership.flush();
                self.membership.lose_all();
            } else {
                settle(&current, &self.membership);
            }
        }
    }

    fn join_again(&self) -> Option<Arc<Client>> {
        self.membership.mailbox.wait_closed(self.pause);
        let joined = self.join();
        joined
            .inspect_err(|error| tracing::error!(topics = ?self.topics, %error, "cannot join"))
            .ok()
    }

    fn read(&mut self, client: &Client) -> Result<(), Fatal> {
        let membership = self.membership.clone();
        while !membership.mailbox.is_closed() {
            membership.hand_back_overdue();
            if !membership.mailbox.has_room(TICK) {
                continue;
            }
            let mut patience = TICK;
            // A name of this batch alone: its reader and this thread do not count the same uses.
            self.topic = (&*self.topic).into();
            for _ in 0..BATCH {
                let Some(polled) = client.poll(patience) else {
                    break;
                };
                patience = Duration::ZERO;
                self.take(client, polled)?;
            }
            membership.flush();
        }
        Ok(())
    }

    fn take(
        &mut self,
        client: &Client,
        polled: Result<BorrowedMessage<'_>, KafkaError>,
    ) -> Result<(), Fatal> {
        match polled {
            Ok(message) => {
                if message.topic() != &*self.topic {
                    self.topic = message.topic().into();
                }
                let record = convert::record(&message, self.topic.clone(), &mut self.board);
                self.membership.fetched(record);
                Ok(())
            }
            Err(error) => {
                if let Some((code, reason)) = client.client().fatal_error() {
                    tracing::error!(topics = ?self.topics, %code, reason, "the consumer ended");
                    return Err(Fatal);
                }
                // Whatever it is, librdkafka tries on.
                tracing::warn!(topics = ?self.topics, %error, "cannot read for now");
                Ok(())
            }
        }
    }
}

/// Serves what is under way before the consumer leaves. librdkafka says nothing to
/// the group when one goes that was given no partitions yet: the group would wait
/// for it until its session times out.
fn settle(client: &Client, membership: &Membership) {
    if let Ok(assignment) = client.assignment() {
        // Refused where there is none.
        let _ = client.pause(&assignment);
    }
    let until = Instant::now() + SETTLING;
    loop {
        let idle = client.poll(TICK / 4).is_none();
        if (idle && membership.was_assigned()) || Instant::now() >= until {
            return;
        }
    }
}
