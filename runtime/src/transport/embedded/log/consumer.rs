//! A member of a group, seen from outside.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::LogBroker;
use super::group::{Change, Epoch, Member};
use super::look::{self, Found};
use super::state::{Part, State};
use crate::BoxFuture;
use crate::transport::embedded::{OUTAGE_PROBE, round_trip};
use crate::transport::{
    CommitError, Done, LogConsumer, LogEvent, Subscription, TopicPartition, TransportError,
};
use crate::world::Fault;

pub(super) struct Consumer {
    broker: LogBroker,
    group: Arc<str>,
    subscription: Subscription,
    topics: BTreeSet<usize>,
    wake: Arc<Notify>,
    membership: Mutex<Membership>,
}

struct Membership {
    epoch: Epoch,
    /// What this consumer was told it has, and not yet told to hand back.
    known: BTreeSet<Part>,
    closed: bool,
}

impl Consumer {
    pub(super) fn join(
        broker: LogBroker,
        subscription: Subscription,
    ) -> Result<Self, TransportError> {
        let find = |state: &mut State| {
            let find = |name: &String| {
                let unknown = || TransportError::Unknown(format!("topic {name}"));
                state.topic_index(name).ok_or_else(unknown)
            };
            subscription
                .topics
                .iter()
                .map(find)
                .collect::<Result<BTreeSet<usize>, _>>()
        };
        let topics = broker.with(find)?;
        let consumer = Self {
            broker,
            group: subscription.group.as_str().into(),
            subscription,
            topics,
            wake: Arc::default(),
            membership: Mutex::new(Membership {
                epoch: 0,
                known: BTreeSet::new(),
                closed: false,
            }),
        };
        consumer.enter();
        Ok(consumer)
    }

    fn membership(&self) -> MutexGuard<'_, Membership> {
        self.membership
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn epoch(&self) -> Epoch {
        self.membership().epoch
    }

    fn enter(&self) {
        let member = Member {
            id: self.subscription.member.clone(),
            topics: self.topics.clone(),
            changes: std::collections::VecDeque::new(),
            positions: std::collections::BTreeMap::new(),
            paused: BTreeSet::new(),
            last_read: (0, 0),
            wake: self.wake.clone(),
        };
        let epoch = self.broker.with(|state| {
            let epoch = state.next_epoch();
            let mut parts = Vec::new();
            for topic in &self.topics {
                let count = state.topics[*topic].partitions.len() as u32;
                parts.extend((0..count).map(|partition| (*topic, partition)));
            }
            let group = state.groups.entry(self.group.clone()).or_default();
            group.join(epoch, member, parts.into_iter());
            epoch
        });
        self.membership().epoch = epoch;
    }

    /// What can be said at once; `None` to wait.
    fn look(&self) -> Option<LogEvent> {
        let mut membership = self.membership();
        if membership.closed {
            return Some(LogEvent::Closed);
        }
        let epoch = membership.epoch;
        let (member, most) = (&self.subscription.member, self.broker.options.max_fetch);
        let found = self
            .broker
            .with(|state| look::look(state, &self.group, epoch, member, most));
        match found {
            Found::Nothing => None,
            Found::Records(records) => Some(LogEvent::Records(records)),
            Found::Change(Change::Assigned(parts), names) => {
                membership.known.extend(parts);
                Some(LogEvent::Assigned(names))
            }
            Found::Change(Change::Revoked(parts), names) => {
                membership.known.retain(|part| !parts.contains(part));
                Some(LogEvent::Revoked(names, self.done(epoch, parts)))
            }
            Found::Expelled(by_id) => {
                let known = std::mem::take(&mut membership.known);
                drop(membership);
                let names = known.into_iter();
                let lost = self
                    .broker
                    .with(|state| names.map(|part| state.name(part)).collect());
                if by_id {
                    // Fenced by another of its id: to join again would fence that.
                    self.membership().closed = true;
                } else {
                    self.enter();
                }
                Some(LogEvent::Lost(lost))
            }
        }
    }

    fn done(&self, epoch: Epoch, parts: Vec<Part>) -> Done {
        let (broker, group) = (self.broker.clone(), self.group.clone());
        Done::new(move || {
            broker.with(|state| {
                if let Some(group) = state.groups.get_mut(&group) {
                    group.handed_back(epoch, &parts);
                }
            });
        })
    }

    fn leave(&self) {
        let epoch = self.epoch();
        self.broker.with(|state| {
            if let Some(group) = state.groups.get_mut(&self.group) {
                group.leave(epoch);
            }
        });
    }

    fn with_member(&self, work: impl FnOnce(&mut Member, &[Part]), at: &[TopicPartition]) {
        let epoch = self.epoch();
        self.broker.with(|state| {
            let parts: Vec<Part> = at.iter().filter_map(|at| state.part(at)).collect();
            let group = state.groups.get_mut(&self.group);
            if let Some(member) = group.and_then(|group| group.members.get_mut(&epoch)) {
                work(member, &parts);
            }
        });
    }

    fn store(&self, offsets: &[(TopicPartition, u64)]) -> Result<(), CommitError> {
        let epoch = self.epoch();
        self.broker.with(|state| {
            let fenced = |at: &TopicPartition| CommitError::Fenced(at.clone());
            let mut parts = Vec::with_capacity(offsets.len());
            for (at, offset) in offsets {
                let part = state.part(at).ok_or_else(|| fenced(at))?;
                parts.push((at, part, *offset));
            }
            let group = state.groups.entry(self.group.clone()).or_default();
            // All or none, as a broker refuses the whole request of a zombie.
            for (at, part, _) in &parts {
                if !group.owns(epoch, *part) {
                    return Err(fenced(at));
                }
            }
            for (at, part, offset) in parts {
                group.commit(epoch, part, offset);
                self.broker
                    .world
                    .note(format_args!("commit {} {at}@{offset}", self.group));
            }
            Ok(())
        })
    }
}

impl LogConsumer for Consumer {
    fn next(&self) -> BoxFuture<'_, LogEvent> {
        Box::pin(async move {
            let world = &self.broker.world;
            loop {
                while self.broker.is_down() {
                    world.sleep(OUTAGE_PROBE).await;
                }
                // Struck before looking: what was looked up must not be lost.
                if let Some(delay) = world.fault_delay() {
                    world.sleep(delay).await;
                }
                if world.strikes(Fault::Disconnect) {
                    self.leave();
                }
                if let Some(event) = self.look() {
                    return event;
                }
                self.wake.notified().await;
            }
        })
    }

    fn commit(
        &self,
        offsets: Vec<(TopicPartition, u64)>,
    ) -> BoxFuture<'_, Result<(), CommitError>> {
        Box::pin(async move {
            let world = &self.broker.world;
            round_trip(world, &self.broker.options).await;
            if self.broker.is_down() {
                return Err(CommitError::Unavailable("outage".to_owned()));
            }
            self.store(&offsets)?;
            self.broker.settled.changed();
            if world.strikes(Fault::DropAck) {
                return Err(CommitError::Unavailable("no answer".to_owned()));
            }
            Ok(())
        })
    }

    fn pause(&self, partitions: &[TopicPartition]) {
        self.with_member(
            |member, parts| {
                // Only what it has: a paused partition comes back unpaused.
                let had = parts
                    .iter()
                    .filter(|part| member.positions.contains_key(part));
                member.paused.extend(had);
            },
            partitions,
        );
    }

    fn resume(&self, partitions: &[TopicPartition]) {
        self.with_member(
            |member, parts| {
                member.paused.retain(|part| !parts.contains(part));
                member.wake.notify_one();
            },
            partitions,
        );
    }

    fn lag(&self) -> BoxFuture<'_, Vec<(TopicPartition, u64)>> {
        Box::pin(async move {
            let epoch = self.epoch();
            self.broker.with(|state| {
                let Some(group) = state.groups.get(&self.group) else {
                    return Vec::new();
                };
                let lag = |(part, committed)| {
                    (state.name(part), state.end(part).saturating_sub(committed))
                };
                group.owned_by(epoch).map(lag).collect()
            })
        })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            self.leave();
            self.membership().closed = true;
            self.wake.notify_one();
        })
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        if self.membership().closed {
            return;
        }
        let (broker, group, epoch) = (self.broker.clone(), self.group.clone(), self.epoch());
        let world = broker.world.clone();
        let _ = world.clone().spawn("session timeout", async move {
            world.sleep(broker.options.session_timeout).await;
            broker.with(|state| {
                if let Some(group) = state.groups.get_mut(&group) {
                    group.leave(epoch);
                }
            });
        });
    }
}
