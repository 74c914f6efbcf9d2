//! Publishing without an outbox, for services without a store.

use super::Engine;
use super::relay;
use crate::error::HandlerError;
use crate::store::{Broker, Outgoing, Store};
use crate::transport::PublishError;

impl<S, St> Engine<S, St>
where
    S: Send + Sync + 'static,
    St: Store,
{
    /// Publishes messages and waits for their brokers, in order per broker.
    pub(super) async fn publish_now(&self, messages: &[Outgoing]) -> Result<(), HandlerError> {
        for broker in Broker::ALL {
            let mine = messages.iter();
            let mine: Vec<_> = mine
                .filter(|message| message.destination.broker() == broker)
                .collect();
            if mine.is_empty() {
                continue;
            }
            let answers = relay::publish(&self.platform, broker, &mine).await;
            for (message, answer) in mine.iter().zip(answers) {
                answer.map_err(|error| refused(broker, error))?;
                self.meters.produced(message.name).increment();
            }
        }
        Ok(())
    }
}

fn refused(broker: Broker, error: PublishError) -> HandlerError {
    if error.is_transient() {
        HandlerError::unavailable(broker.as_str(), error)
    } else {
        HandlerError::rejected(error)
    }
}
