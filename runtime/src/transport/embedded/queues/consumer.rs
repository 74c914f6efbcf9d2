//! A consumer of one queue, seen from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

use super::QueueBroker;
use super::queue::Reason;
use super::state::{ConsumerId, State};
use crate::BoxFuture;
use crate::transport::embedded::OUTAGE_PROBE;
use crate::transport::{Delivery, QueueConsumer, QueueEvent, SettleError, Tag, TransportError};
use crate::world::Fault;

pub(super) struct Consumer {
    broker: QueueBroker,
    id: ConsumerId,
    wake: Arc<Notify>,
    closed: AtomicBool,
}

impl Consumer {
    pub(super) fn begin(
        broker: QueueBroker,
        queue: &str,
        prefetch: u16,
    ) -> Result<Self, TransportError> {
        let wake = Arc::new(Notify::new());
        let id = broker.with(|state| {
            let unknown = || TransportError::Unknown(format!("queue {queue}"));
            let index = state.queue_index(queue).ok_or_else(unknown)?;
            Ok(state.add_consumer(index, prefetch, wake.clone()))
        })?;
        Ok(Self {
            broker,
            id,
            wake,
            closed: AtomicBool::new(false),
        })
    }

    fn look(&self) -> Option<QueueEvent> {
        if self.closed.load(Ordering::SeqCst) {
            return Some(QueueEvent::Closed);
        }
        let now = self.broker.world.now();
        self.broker.with(|state| {
            let held = state.consumers.get_mut(&self.id)?;
            if std::mem::take(&mut held.reconnected) {
                return Some(QueueEvent::Reconnected);
            }
            let (tag, stored) = state.deliver(self.id, now)?;
            Some(QueueEvent::Delivery(Delivery {
                message: stored.message,
                tag,
                redelivered: stored.returns > 0,
                delivery_count: stored.returns,
                cramped: false,
            }))
        })
    }

    fn settle(&self, tag: Tag, how: impl FnOnce(&mut State) -> bool) -> Result<(), SettleError> {
        if self.broker.is_down() {
            // The connection is gone, though `next` may not have noticed yet.
            self.broker.with(|state| state.disconnect(self.id));
            return Err(SettleError::Unavailable("outage".to_owned()));
        }
        if self.broker.world.strikes(Fault::DropAck) {
            // An acknowledgement is only lost with its connection; the client
            // does not learn of it.
            self.broker.with(|state| state.disconnect(self.id));
            return Ok(());
        }
        self.broker
            .world
            .note(format_args!("settle {}.{}", self.id, tag.delivery));
        if self.broker.with(how) {
            Ok(())
        } else {
            Err(SettleError::Stale)
        }
    }
}

impl QueueConsumer for Consumer {
    fn next(&self) -> BoxFuture<'_, QueueEvent> {
        Box::pin(async move {
            let world = &self.broker.world;
            loop {
                if self.broker.is_down() {
                    self.broker.with(|state| state.disconnect(self.id));
                    while self.broker.is_down() {
                        world.sleep(OUTAGE_PROBE).await;
                    }
                }
                // Struck before looking: what was looked up must not be lost.
                if let Some(delay) = world.fault_delay() {
                    world.sleep(delay).await;
                }
                if world.strikes(Fault::Disconnect) {
                    self.broker.with(|state| state.disconnect(self.id));
                }
                if let Some(event) = self.look() {
                    return event;
                }
                self.wake.notified().await;
            }
        })
    }

    fn ack(&self, tag: Tag) -> BoxFuture<'_, Result<(), SettleError>> {
        Box::pin(async move {
            self.settle(tag, |state| {
                let Some((queue, ..)) = state.release(self.id, tag) else {
                    return false;
                };
                let queue = &mut state.queues[queue];
                queue.counts.unacked -= 1;
                queue.counts.acked += 1;
                state.in_flight -= usize::from(queue.is_passage());
                true
            })
        })
    }

    fn nack(&self, tag: Tag, requeue: bool) -> BoxFuture<'_, Result<(), SettleError>> {
        Box::pin(async move {
            let now = self.broker.world.now();
            self.settle(tag, |state| {
                let Some((index, place, stored)) = state.release(self.id, tag) else {
                    return false;
                };
                let queue = &mut state.queues[index];
                if requeue {
                    queue.give_back(place, stored);
                } else {
                    queue.counts.unacked -= 1;
                    queue.leaving.push_back((stored, Reason::Rejected));
                }
                state.send_leaving(index, now);
                true
            })
        })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            self.closed.store(true, Ordering::SeqCst);
            self.broker.with(|state| state.cancel(self.id));
            self.wake.notify_one();
        })
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        self.broker.with(|state| state.remove_consumer(self.id));
    }
}
