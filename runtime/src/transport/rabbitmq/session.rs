//! Beginning to consume, again and again.

use std::sync::Arc;
use std::time::Duration;

use lapin::options::{BasicConsumeOptions, BasicQosOptions};
use lapin::types::{FieldTable, ShortString};
use lapin::{Channel, Consumer};

use super::declare::{self, Declared};
use super::link::{Link, unavailable};
use crate::transport::TransportError;

/// The first wait after a failed attempt; each further one doubles it.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest wait, so that a broker that is back is soon found.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A queue to consume, and how.
pub(super) struct Source {
    pub(super) link: Arc<Link>,
    pub(super) declared: Arc<Declared>,
    pub(super) queue: String,
    pub(super) prefetch: u16,
}

/// A consumer on a channel of its own.
pub(super) struct Session {
    pub(super) channel: Arc<Channel>,
    pub(super) deliveries: Consumer,
    /// The largest frame of its connection, in bytes.
    pub(super) frame: usize,
}

impl Source {
    /// Begins to consume. A queue that was declared here and is gone is made again.
    pub(super) async fn begin(&self) -> Result<Session, TransportError> {
        let begun = self.attempt().await;
        let (Err(TransportError::Unknown(_)), Some(spec)) =
            (&begun, self.declared.spec(&self.queue))
        else {
            return begun;
        };
        tracing::warn!(queue = self.queue, "the queue is gone: declaring it again");
        let channel = self.link.channel().await?;
        declare::declare(&channel, &[spec]).await?;
        self.attempt().await
    }

    /// Begins to consume, however long the broker is away. May be dropped.
    pub(super) async fn begin_again(&self) -> Session {
        let mut wait = FIRST_WAIT;
        loop {
            match self.begin().await {
                Ok(session) => return session,
                Err(error) => tracing::warn!(queue = self.queue, %error, ?wait, "not consuming"),
            }
            tokio::time::sleep(wait.mul_f64(0.5 + chance() / 2.0)).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// The prefetch comes before the first delivery, on every channel anew.
    async fn attempt(&self) -> Result<Session, TransportError> {
        let refused = |error| declare::refused(&self.queue, &error);
        let connection = self.link.connection().await?;
        let channel = connection.create_channel().await;
        let channel = channel.map_err(|error| unavailable(&error))?;
        channel
            .basic_qos(self.prefetch, BasicQosOptions::default())
            .await
            .map_err(|error| unavailable(&error))?;
        let queue = ShortString::try_new(self.queue.as_str())
            .map_err(|error| TransportError::Unknown(format!("queue: {error}")))?;
        let (tag, options) = (ShortString::default(), BasicConsumeOptions::default());
        let deliveries = channel
            .basic_consume(queue, tag, options, FieldTable::default())
            .await
            .map_err(refused)?;
        Ok(Session {
            channel: Arc::new(channel),
            deliveries,
            frame: connection.configuration().frame_max() as usize,
        })
    }
}

/// From 0 to 1, so that instances do not come back in one moment.
fn chance() -> f64 {
    f64::from(uuid::Uuid::new_v4().as_fields().0) / f64::from(u32::MAX)
}
