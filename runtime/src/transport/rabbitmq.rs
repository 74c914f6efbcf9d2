//! The queues on RabbitMQ.
//!
//! One connection publishes, another one consumes, so that a publisher the
//! broker holds back never delays acknowledgements. Both are made again by this
//! module, not by the client library: only so is it known when delivery tags
//! become stale and that the prefetch is set before the first delivery.

#![allow(
    clippy::disallowed_methods,
    reason = "a real broker lives on the machine's clock, never in a simulation"
)]

mod batch;
mod consumer;
mod declare;
mod link;
mod message;
mod publisher;
mod session;
mod settings;

use std::sync::Arc;

use super::{
    NewMessage, PublishError, QueueConsumer, QueueSpec, Queues, SettleError, TransportError,
};
use crate::BoxFuture;
use consumer::Consumer;
use declare::Declared;
use link::Link;
use publisher::Publisher;
use session::Source;

pub use settings::RabbitmqSettings;

/// A broker. Dropping it, and its consumers, closes its connections.
pub struct Rabbitmq {
    publishing: Arc<Link>,
    consuming: Arc<Link>,
    publisher: Publisher,
    declared: Arc<Declared>,
}

impl Rabbitmq {
    /// Connects once, so that wrong settings show at start; from then on
    /// connections are made again as often as they are lost. `client` names the
    /// connections in the broker's views.
    ///
    /// # Errors
    /// `Unknown` if the settings name no broker or cannot be read, `Unavailable`
    /// if it cannot be reached. Must be called inside a tokio runtime.
    pub async fn connect(
        settings: &RabbitmqSettings,
        client: &str,
    ) -> Result<Self, TransportError> {
        let target = settings.target()?;
        let publishing = Arc::new(Link::new(target.clone(), format!("{client} publishing")));
        let consuming = Arc::new(Link::new(target, format!("{client} consuming")));
        publishing.connection().await?;
        Ok(Self {
            publisher: Publisher::new(publishing.clone(), settings),
            publishing,
            consuming,
            declared: Arc::default(),
        })
    }

    /// How many messages of a queue wait for a consumer; those that one holds do
    /// not count.
    ///
    /// # Errors
    /// `Unknown` if there is no such queue, `Unavailable` if the broker does not
    /// answer.
    pub async fn ready(&self, queue: &str) -> Result<u32, TransportError> {
        let channel = self.publishing.channel().await?;
        declare::ready(&channel, queue).await
    }
}

impl Queues for Rabbitmq {
    fn declare<'a>(&'a self, queues: &'a [QueueSpec]) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async move {
            let channel = self.publishing.channel().await?;
            declare::declare(&channel, queues).await?;
            self.declared.remember(queues);
            Ok(())
        })
    }

    fn publish(&self, messages: Vec<NewMessage>) -> BoxFuture<'_, Vec<Result<(), PublishError>>> {
        Box::pin(self.publisher.publish(messages))
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), TransportError>> {
        Box::pin(async move { self.publishing.channel().await.map(drop) })
    }

    fn consume(
        &self,
        queue: &str,
        prefetch: u16,
    ) -> BoxFuture<'_, Result<Box<dyn QueueConsumer>, TransportError>> {
        let source = Source {
            link: self.consuming.clone(),
            declared: self.declared.clone(),
            queue: queue.to_owned(),
            prefetch,
        };
        Box::pin(async move {
            let consumer = Consumer::begin(source).await?;
            Ok(Box::new(consumer) as Box<dyn QueueConsumer>)
        })
    }
}
