//! All exchanges, queues and consumers.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Notify;

use super::queue::{Place, Queue, Reason, Stored};
use crate::transport::embedded::QueueCounts;
use crate::transport::{PublishError, QueueMessage, QueueSpec, Route, Tag, TransportError};

pub(super) type ConsumerId = u64;

#[derive(Default)]
pub(super) struct State {
    pub(super) queues: Vec<Queue>,
    names: BTreeMap<String, usize>,
    /// Queues by exchange and routing key.
    exchanges: BTreeMap<String, BTreeMap<String, Vec<usize>>>,
    pub(super) consumers: BTreeMap<ConsumerId, Held>,
    /// Messages in queues that are no dead-letter queues.
    pub(super) in_flight: usize,
    /// Queues that need a janitor.
    pub(super) unattended: Vec<usize>,
    last_place: Place,
    last_consumer: ConsumerId,
}

/// What a consumer holds.
pub(super) struct Held {
    pub(super) queue: usize,
    pub(super) prefetch: usize,
    pub(super) connection: u64,
    last_tag: u64,
    pub(super) unacked: BTreeMap<u64, (Place, Stored)>,
    pub(super) wake: Arc<Notify>,
    /// Whether it has yet to be told that its connection is another.
    pub(super) reconnected: bool,
}

impl State {
    pub(super) fn declare(&mut self, spec: &QueueSpec) -> Result<(), TransportError> {
        let index = match self.names.get(&spec.name) {
            Some(index) if self.queues[*index].spec == *spec => *index,
            Some(_) => {
                return Err(TransportError::Conflict {
                    name: spec.name.clone(),
                    difference: "its arguments".to_owned(),
                });
            }
            None => {
                self.names.insert(spec.name.clone(), self.queues.len());
                self.queues.push(Queue::new(spec.clone()));
                self.queues.len() - 1
            }
        };
        for Route {
            exchange,
            routing_key,
        } in &spec.bindings
        {
            let keys = self.exchanges.entry(exchange.clone()).or_default();
            let bound = keys.entry(routing_key.clone()).or_default();
            if !bound.contains(&index) {
                bound.push(index);
            }
        }
        Ok(())
    }

    pub(super) fn queue_index(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    fn targets(&self, route: &Route) -> Result<Vec<usize>, PublishError> {
        let targets = if route.exchange.is_empty() {
            self.queue_index(&route.routing_key).into_iter().collect()
        } else {
            let unknown = || PublishError::UnknownExchange(route.exchange.clone());
            let keys = self.exchanges.get(&route.exchange).ok_or_else(unknown)?;
            keys.get(&route.routing_key).cloned().unwrap_or_default()
        };
        if targets.is_empty() {
            return Err(PublishError::Unroutable {
                exchange: route.exchange.clone(),
                routing_key: route.routing_key.clone(),
            });
        }
        Ok(targets)
    }

    pub(super) fn publish(
        &mut self,
        route: &Route,
        message: &QueueMessage,
        now: Timestamp,
    ) -> Result<(), PublishError> {
        let targets = self.targets(route)?;
        for target in &targets {
            if let Some(refusal) = self.queues[*target].refusal() {
                return Err(refusal);
            }
        }
        for target in targets {
            self.last_place += 1;
            self.queues[target].put(self.last_place, message.clone(), now);
            self.in_flight += usize::from(self.queues[target].is_passage());
            self.look_after(target);
        }
        Ok(())
    }

    /// Sends on what is leaving a queue; what its target refuses stays.
    pub(super) fn send_leaving(&mut self, index: usize, now: Timestamp) {
        let leaving = std::mem::take(&mut self.queues[index].leaving);
        for (stored, reason) in leaving {
            match self.send_on(index, stored.clone(), reason, now) {
                Ok(()) => {
                    self.in_flight -= usize::from(self.queues[index].is_passage());
                }
                Err(_) => self.queues[index].leaving.push_back((stored, reason)),
            }
        }
        self.look_after(index);
    }

    fn send_on(
        &mut self,
        index: usize,
        stored: Stored,
        reason: Reason,
        now: Timestamp,
    ) -> Result<(), PublishError> {
        let from = &self.queues[index].spec;
        let Some(route) = from.dead_letter.clone() else {
            self.queues[index].counts.dropped += 1;
            return Ok(());
        };
        let mut message = stored.message;
        if message.headers.get("x-first-death-queue").is_none() {
            message
                .headers
                .push("x-first-death-queue", from.name.clone());
            message.headers.push("x-first-death-reason", reason.name());
        }
        message.headers.set("x-last-death-queue", from.name.clone());
        message.headers.set("x-last-death-reason", reason.name());
        self.publish(&route, &message, now)?;
        self.queues[index].counts.dead_lettered += 1;
        Ok(())
    }

    /// Calls for a janitor if the queue needs one.
    pub(super) fn look_after(&mut self, index: usize) {
        let queue = &mut self.queues[index];
        if queue.is_unattended() {
            queue.attended = true;
            self.unattended.push(index);
        }
    }

    pub(super) fn add_consumer(
        &mut self,
        queue: usize,
        prefetch: u16,
        wake: Arc<Notify>,
    ) -> ConsumerId {
        self.last_consumer += 1;
        let id = self.last_consumer;
        self.queues[queue].consumers.insert(id, wake.clone());
        let held = Held {
            queue,
            prefetch: usize::from(prefetch.max(1)),
            connection: 1,
            last_tag: 0,
            unacked: BTreeMap::new(),
            wake,
            reconnected: false,
        };
        self.consumers.insert(id, held);
        id
    }

    /// Takes a consumer off its queue; what it holds can still be settled.
    pub(super) fn cancel(&mut self, id: ConsumerId) {
        if let Some(held) = self.consumers.get(&id) {
            let queue = &mut self.queues[held.queue];
            queue.consumers.remove(&id);
            // Another may be the single active one now.
            queue.wake();
        }
    }

    /// Removes a consumer, and gives back what it holds.
    pub(super) fn remove_consumer(&mut self, id: ConsumerId) {
        self.cancel(id);
        self.give_all_back(id);
        self.consumers.remove(&id);
    }

    /// Cuts a consumer's connection and makes another.
    pub(super) fn disconnect(&mut self, id: ConsumerId) {
        self.give_all_back(id);
        if let Some(held) = self.consumers.get_mut(&id) {
            held.connection += 1;
            // Tags count anew on every connection.
            held.last_tag = 0;
            held.reconnected = true;
            held.wake.notify_one();
        }
    }

    pub(super) fn disconnect_all(&mut self) {
        let ids: Vec<ConsumerId> = self.consumers.keys().copied().collect();
        for id in ids {
            self.disconnect(id);
        }
    }

    fn give_all_back(&mut self, id: ConsumerId) {
        let Some(held) = self.consumers.get_mut(&id) else {
            return;
        };
        let index = held.queue;
        for (place, stored) in std::mem::take(&mut held.unacked).into_values() {
            self.queues[index].give_back(place, stored);
        }
        self.look_after(index);
    }

    /// The next message for a consumer that may hold one more.
    pub(super) fn deliver(&mut self, id: ConsumerId, now: Timestamp) -> Option<(Tag, Stored)> {
        let held = self.consumers.get_mut(&id)?;
        if held.unacked.len() >= held.prefetch {
            return None;
        }
        let queue = &mut self.queues[held.queue];
        let taken = queue.take(id, now);
        let index = held.queue;
        let delivered = taken.map(|(place, stored)| {
            held.last_tag += 1;
            held.unacked.insert(held.last_tag, (place, stored.clone()));
            queue.counts.most_unacked = queue.counts.most_unacked.max(held.unacked.len());
            let tag = Tag {
                connection: held.connection,
                delivery: held.last_tag,
            };
            (tag, stored)
        });
        self.look_after(index);
        delivered
    }

    /// Takes an unacknowledged message out of a consumer's hands.
    pub(super) fn release(&mut self, id: ConsumerId, tag: Tag) -> Option<(usize, Place, Stored)> {
        let held = self.consumers.get_mut(&id)?;
        if held.connection != tag.connection {
            return None;
        }
        let (place, stored) = held.unacked.remove(&tag.delivery)?;
        held.wake.notify_one();
        Some((held.queue, place, stored))
    }

    pub(super) fn counts(&self) -> Vec<QueueCounts> {
        let counts = self.queues.iter().map(|queue| QueueCounts {
            ready: queue.ready.len() + queue.leaving.len(),
            ..queue.counts.clone()
        });
        counts.collect()
    }

    pub(super) fn messages(&self, queue: &str) -> Vec<QueueMessage> {
        let index = self.queue_index(queue);
        let ready = index.map(|index| self.queues[index].ready.values());
        ready
            .into_iter()
            .flatten()
            .map(|stored| stored.message.clone())
            .collect()
    }
}
