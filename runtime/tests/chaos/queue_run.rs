//! Publishers that try again, consumers that crash, refuse and retry later.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use herald::World;
use herald::transport::embedded::Embedded;
use herald::transport::queues::QueueRole;
use herald::transport::{
    Delivery, NewMessage, QueueConsumer, QueueEvent, QueueMessage, QueueSpec, Queues, Route,
};
use herald::world::Step;
use herald::world::sim::Sim;

/// How much of everything there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) consumers: usize,
    pub(crate) prefetch: u16,
    pub(crate) messages: usize,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            consumers: 3,
            prefetch: 4,
            messages: 100,
        }
    }
}

/// How often each message was worked on.
type Done = Mutex<BTreeMap<usize, usize>>;

/// Runs until all is worked on; panics where something is wrong.
pub(crate) fn run(sim: &Sim, shape: Shape) {
    let world = sim.world();
    let outcome = sim.run(async move {
        let broker = Embedded::new(&world);
        broker.queues().declare(&queues()).await.unwrap();
        let done = Arc::new(Done::default());
        for consumer in 0..shape.consumers {
            let (broker, done) = (broker.clone(), done.clone());
            let _ = world.supervise(&format!("consumer {consumer}"), move |world| {
                consumer_life(world, broker.queues(), shape.prefetch, done.clone())
            });
        }
        for number in 0..shape.messages {
            let to = Route::new("commands", "work");
            publish(&world, &*broker.queues(), message(to, number)).await;
            let pause = Duration::from_millis(world.random_below(600));
            world.sleep(pause).await;
        }
        let settled = world.timeout(super::PATIENCE, broker.settled()).await;

        let done = done.lock().unwrap();
        assert!(
            settled.is_some(),
            "still in flight: {:?}",
            broker.queue("work")
        );
        assert!(done.keys().copied().eq(0..shape.messages));
        let work = broker.queue("work");
        assert!(work.most_unacked <= usize::from(shape.prefetch));
        assert_eq!((work.ready, work.unacked, work.dropped), (0, 0, 0));
        let dead: BTreeSet<usize> = broker.messages("work.dlq").iter().map(number).collect();
        let rejected: BTreeSet<usize> = (0..shape.messages).filter(|it| is_bad(*it)).collect();
        assert_eq!(dead, rejected);
    });
    if let Err(deadlock) = outcome {
        panic!("{deadlock}\n{}", sim.last_lines().join("\n"));
    }
}

fn queues() -> [QueueSpec; 3] {
    let work = QueueSpec {
        bindings: vec![Route::new("commands", "work")],
        dead_letter: Some(Route::queue("work.dlq")),
        ..QueueSpec::new("work", QueueRole::Work)
    };
    let wait = QueueSpec {
        ttl: Some(Duration::from_secs(3)),
        dead_letter: Some(Route::queue("work")),
        ..QueueSpec::new("work.wait", QueueRole::Wait)
    };
    [
        work,
        wait,
        QueueSpec::new("work.dlq", QueueRole::DeadLetter),
    ]
}

/// Every seventh message is refused for good.
fn is_bad(number: usize) -> bool {
    number % 7 == 3
}

fn message(route: Route, number: usize) -> NewMessage {
    NewMessage {
        route,
        message: QueueMessage {
            payload: number.to_string().into(),
            ..QueueMessage::default()
        },
    }
}

fn number(message: &QueueMessage) -> usize {
    std::str::from_utf8(&message.payload)
        .unwrap()
        .parse()
        .unwrap()
}

async fn publish(world: &World, queues: &dyn Queues, message: NewMessage) {
    while queues.publish(vec![message.clone()]).await[0].is_err() {
        world.sleep(Duration::from_millis(50)).await;
    }
}

async fn consumer_life(world: World, queues: Arc<dyn Queues>, prefetch: u16, done: Arc<Done>) {
    let consumer = loop {
        match queues.consume("work", prefetch).await {
            Ok(consumer) => break Arc::<dyn QueueConsumer>::from(consumer),
            Err(_) => world.sleep(Duration::from_millis(100)).await,
        }
    };
    loop {
        match consumer.next().await {
            QueueEvent::Delivery(delivery) => {
                let (inner, queues) = (world.clone(), queues.clone());
                let (consumer, done) = (consumer.clone(), done.clone());
                let _ = world.spawn("work", async move {
                    work(&inner, &*queues, &*consumer, delivery, &done).await;
                });
            }
            QueueEvent::Reconnected => {}
            QueueEvent::Closed => return,
        }
    }
}

async fn work(
    world: &World,
    queues: &dyn Queues,
    consumer: &dyn QueueConsumer,
    delivery: Delivery,
    done: &Done,
) {
    world.checkpoint(Step::Received).await;
    world
        .sleep(Duration::from_micros(world.random_below(400_000)))
        .await;
    let number = number(&delivery.message);
    let times = {
        let mut done = done.lock().unwrap();
        let times = done.entry(number).or_default();
        *times += 1;
        *times
    };
    world.checkpoint(Step::Handled).await;
    // A stale tag means that the message comes again: nothing to do.
    let _ = if is_bad(number) {
        consumer.nack(delivery.tag, false).await
    } else if times == 1 && number.is_multiple_of(5) {
        // The way of a retry: publish, then acknowledge.
        let later = message(Route::queue("work.wait"), number);
        publish(world, queues, later).await;
        world.checkpoint(Step::RetryPublished).await;
        consumer.ack(delivery.tag).await
    } else if times == 1 && number.is_multiple_of(11) {
        consumer.nack(delivery.tag, true).await
    } else {
        consumer.ack(delivery.tag).await
    };
}
