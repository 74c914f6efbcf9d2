//! One queue against a model of a few lines, step by step.

use std::collections::BTreeMap;
use std::time::Duration;

use herald::World;
use herald::transport::embedded::Embedded;
use herald::transport::queues::QueueRole;
use herald::transport::{
    NewMessage, QueueConsumer, QueueEvent, QueueMessage, QueueSpec, Route, SettleError, Tag,
};
use herald::world::sim::{Options, Sim};
use proptest::prelude::*;

const CONSUMERS: usize = 3;
const PREFETCH: usize = 3;
const LIMIT: u32 = 2;

/// Something a client does; numbers choose among what is there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Publish,
    Take(usize),
    Ack(usize),
    Nack(usize, bool),
    Replace(usize),
    Cut,
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Publish),
        6 => (0..CONSUMERS).prop_map(Step::Take),
        3 => any::<usize>().prop_map(Step::Ack),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(which, requeue)| Step::Nack(which, requeue)),
        1 => (0..CONSUMERS).prop_map(Step::Replace),
        1 => Just(Step::Cut),
    ]
}

/// What the queue should hold. Messages are numbered as they are published.
#[derive(Default)]
struct Model {
    published: usize,
    /// Waiting messages and how often they came back.
    ready: BTreeMap<usize, u32>,
    /// By consumer: tag, message, how often it came back.
    held: Vec<(usize, Tag, usize, u32)>,
    stale: Vec<(usize, Tag)>,
    dead: Vec<usize>,
}

impl Model {
    fn give_back(&mut self, message: usize, returns: u32) {
        if returns + 1 > LIMIT {
            self.dead.push(message);
        } else {
            self.ready.insert(message, returns + 1);
        }
    }

    fn lose(&mut self, whose: impl Fn(usize) -> bool) {
        let (lost, kept) = std::mem::take(&mut self.held)
            .into_iter()
            .partition(|(consumer, ..)| whose(*consumer));
        self.held = kept;
        for (consumer, tag, message, returns) in lost {
            self.stale.push((consumer, tag));
            self.give_back(message, returns);
        }
    }
}

struct Run {
    world: World,
    broker: Embedded,
    consumers: Vec<Box<dyn QueueConsumer>>,
    model: Model,
}

/// Takes the steps with both and compares after each.
pub(crate) fn compare(steps: Vec<Step>) {
    let sim = Sim::new(Options::seed(1));
    let world = sim.world();
    sim.run(async move {
        let broker = Embedded::new(&world);
        let work = QueueSpec {
            delivery_limit: Some(LIMIT),
            dead_letter: Some(Route::queue("dead")),
            ..QueueSpec::new("work", QueueRole::Work)
        };
        let dead = QueueSpec::new("dead", QueueRole::DeadLetter);
        broker.queues().declare(&[work, dead]).await.unwrap();
        let mut consumers = Vec::new();
        for _ in 0..CONSUMERS {
            consumers.push(
                broker
                    .queues()
                    .consume("work", PREFETCH as u16)
                    .await
                    .unwrap(),
            );
        }
        let model = Model::default();
        let mut run = Run {
            world,
            broker,
            consumers,
            model,
        };
        for step in steps {
            run.take(step).await;
            run.check();
        }
    })
    .unwrap();
}

impl Run {
    async fn take(&mut self, step: Step) {
        match step {
            Step::Publish => self.publish().await,
            Step::Take(consumer) => self.deliver(consumer).await,
            Step::Ack(which) => self.settle(which, None).await,
            Step::Nack(which, requeue) => self.settle(which, Some(requeue)).await,
            Step::Replace(consumer) => {
                let new = self.broker.queues().consume("work", PREFETCH as u16).await;
                self.consumers[consumer] = new.unwrap();
                self.model.lose(|at| at == consumer);
                // Its tags went with it.
                self.model.stale.retain(|(at, _)| *at != consumer);
            }
            Step::Cut => {
                self.broker.disconnect_consumers();
                self.model.lose(|_| true);
                for consumer in &self.consumers {
                    assert!(matches!(consumer.next().await, QueueEvent::Reconnected));
                }
            }
        }
        // Time for dead letters on their way.
        self.world.sleep(Duration::from_millis(10)).await;
    }

    async fn publish(&mut self) {
        let number = self.model.published;
        self.model.published += 1;
        self.model.ready.insert(number, 0);
        let message = QueueMessage {
            payload: number.to_string().into(),
            ..QueueMessage::default()
        };
        let route = Route::queue("work");
        let answers = self
            .broker
            .queues()
            .publish(vec![NewMessage { route, message }])
            .await;
        assert_eq!(answers, [Ok(())]);
    }

    async fn deliver(&mut self, consumer: usize) {
        let next = self.consumers[consumer].next();
        let event = self.world.timeout(Duration::from_millis(10), next).await;
        let holds = self
            .model
            .held
            .iter()
            .filter(|(at, ..)| *at == consumer)
            .count();
        let expected = if holds < PREFETCH {
            self.model.ready.pop_first()
        } else {
            None
        };
        match (event, expected) {
            (None, None) => {}
            (Some(QueueEvent::Delivery(delivery)), Some((message, returns))) => {
                assert_eq!(delivery.message.payload, message.to_string());
                assert_eq!(delivery.delivery_count, returns);
                assert_eq!(delivery.redelivered, returns > 0);
                self.model
                    .held
                    .push((consumer, delivery.tag, message, returns));
            }
            (event, expected) => panic!("{event:?} where {expected:?} was expected"),
        }
    }

    /// Acknowledges, or with `Some(requeue)` gives back, one of all tags ever
    /// given out that were not settled yet.
    async fn settle(&mut self, which: usize, nack: Option<bool>) {
        let (held, stale) = (self.model.held.len(), self.model.stale.len());
        if held + stale == 0 {
            return;
        }
        let which = which % (held + stale);
        let (consumer, tag) = match which.checked_sub(held) {
            Some(stale) => self.model.stale[stale],
            None => (self.model.held[which].0, self.model.held[which].1),
        };
        let settled = match nack {
            None => self.consumers[consumer].ack(tag).await,
            Some(requeue) => self.consumers[consumer].nack(tag, requeue).await,
        };
        if which >= held {
            assert_eq!(settled, Err(SettleError::Stale));
            return;
        }
        assert_eq!(settled, Ok(()));
        let (_, _, message, returns) = self.model.held.remove(which);
        match nack {
            None => {}
            Some(true) => self.model.give_back(message, returns),
            Some(false) => self.model.dead.push(message),
        }
    }

    fn check(&self) {
        let numbers = |queue: &str| -> Vec<usize> {
            let payload = |message: &QueueMessage| {
                std::str::from_utf8(&message.payload)
                    .unwrap()
                    .parse()
                    .unwrap()
            };
            self.broker.messages(queue).iter().map(payload).collect()
        };
        assert!(numbers("work").iter().eq(self.model.ready.keys()));
        assert_eq!(self.broker.queue("work").unacked, self.model.held.len());
        let (mut dead, mut expected) = (numbers("dead"), self.model.dead.clone());
        dead.sort_unstable();
        expected.sort_unstable();
        assert_eq!(dead, expected);
        let settled = self.model.ready.is_empty() && self.model.held.is_empty();
        assert_eq!(self.broker.is_settled(), settled);
    }
}
