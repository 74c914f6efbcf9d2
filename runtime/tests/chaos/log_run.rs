//! Producers that try again, members that crash, join and leave.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use herald::World;
use herald::transport::embedded::Embedded;
use herald::transport::{
    CommitError, Headers, LogConsumer, LogEvent, NewRecord, Record, Subscription, TopicSpec,
};
use herald::world::Step;
use herald::world::sim::Sim;

/// How much of everything there is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) partitions: u32,
    pub(crate) members: usize,
    pub(crate) keys: usize,
    pub(crate) records_per_key: usize,
}

impl Default for Shape {
    fn default() -> Self {
        Self {
            partitions: 4,
            members: 3,
            keys: 6,
            records_per_key: 30,
        }
    }
}

/// What was worked on, in the order it was.
#[derive(Default)]
struct Done {
    by_key: BTreeMap<String, Vec<usize>>,
    /// For each partition, the offset below which all is done.
    watermarks: BTreeMap<u32, u64>,
    /// What went wrong: a panic in a member would only restart it.
    wrong: Vec<String>,
}

impl Done {
    fn work_on(&mut self, record: &Record) {
        let text = |bytes: &bytes::Bytes| String::from_utf8(bytes.to_vec()).unwrap();
        let key = text(record.key.as_ref().unwrap());
        let number = text(record.payload.as_ref().unwrap()).parse().unwrap();
        let seen = self.by_key.entry(key).or_default();
        if !seen.contains(&number) {
            if number != seen.len() {
                self.wrong.push(format!("{record:?} was overtaken"));
            }
            seen.push(number);
        }
        let mark = self.watermarks.entry(record.partition).or_default();
        if record.offset > *mark {
            self.wrong.push(format!("a gap before {record:?}"));
        }
        *mark = (*mark).max(record.offset + 1);
    }
}

/// Runs until all is read and committed; panics where something is wrong.
pub(crate) fn run(sim: &Sim, shape: Shape) {
    let world = sim.world();
    let outcome = sim.run(async move {
        let broker = Embedded::new(&world);
        let topic = TopicSpec::new("orders", shape.partitions);
        broker.log().declare(&[topic]).await.unwrap();
        let done = Arc::new(Mutex::new(Done::default()));
        for member in 0..shape.members {
            let (broker, done) = (broker.clone(), done.clone());
            let _ = world.supervise(&format!("member {member}"), move |world| {
                member_life(world, broker.clone(), done.clone())
            });
        }
        let mut producers = Vec::new();
        for key in 0..shape.keys {
            let (broker, inner) = (broker.clone(), world.clone());
            producers.push(world.spawn("producer", async move {
                produce(inner, broker, format!("k{key}"), shape.records_per_key).await;
            }));
        }
        for producer in producers {
            producer.join().await;
        }
        let settled = async {
            // A group that nobody has joined yet has nothing in flight.
            while done.lock().unwrap().by_key.len() < shape.keys {
                world.sleep(Duration::from_millis(100)).await;
            }
            broker.settled().await;
        };
        let settled = world.timeout(super::PATIENCE, settled).await;

        let done = done.lock().unwrap();
        assert_eq!(done.wrong, [""; 0]);
        assert!(settled.is_some(), "still in flight: {:?}", broker.lags());
        assert_eq!(done.by_key.len(), shape.keys);
        assert!(
            done.by_key
                .values()
                .all(|seen| seen.len() == shape.records_per_key)
        );
        for (partition, mark) in &done.watermarks {
            let committed = broker.committed("group", "orders", *partition);
            assert_eq!(committed, Some(*mark), "partition {partition}");
        }
    });
    if let Err(deadlock) = outcome {
        panic!("{deadlock}\n{}", sim.last_lines().join("\n"));
    }
}

/// Publishes one key's records in order, each until it is acknowledged.
async fn produce(world: World, broker: Embedded, key: String, count: usize) {
    for number in 0..count {
        let record = NewRecord {
            topic: "orders".into(),
            partition: None,
            key: Some(key.clone().into()),
            headers: Headers::new(),
            payload: Some(number.to_string().into()),
            timestamp: None,
        };
        while broker.log().publish(vec![record.clone()]).await[0].is_err() {
            world.sleep(Duration::from_millis(50)).await;
        }
        world
            .sleep(Duration::from_millis(world.random_below(1_500)))
            .await;
    }
}

/// Reads, works, commits; leaves now and then, and is started again.
async fn member_life(world: World, broker: Embedded, done: Arc<Mutex<Done>>) {
    loop {
        let subscription = Subscription {
            group: "group".into(),
            topics: vec!["orders".into()],
            member: world.new_id().to_string(),
        };
        let Ok(consumer) = broker.log().subscribe(subscription).await else {
            world.sleep(Duration::from_millis(100)).await;
            continue;
        };
        for _ in 0..50 {
            match consumer.next().await {
                LogEvent::Records(records) => work(&world, &*consumer, records, &done).await,
                LogEvent::Revoked(_, handing_back) => {
                    world.checkpoint(Step::Drained).await;
                    handing_back.complete();
                }
                LogEvent::Assigned(_) | LogEvent::Lost(_) => {}
                LogEvent::Closed => unreachable!("nobody closes it"),
            }
        }
        consumer.close().await;
    }
}

async fn work(world: &World, consumer: &dyn LogConsumer, records: Vec<Record>, done: &Mutex<Done>) {
    for record in records {
        world.checkpoint(Step::Received).await;
        world
            .sleep(Duration::from_micros(world.random_below(20_000)))
            .await;
        done.lock().unwrap().work_on(&record);
        world.checkpoint(Step::Handled).await;
        let offsets = vec![(record.topic_partition(), record.offset + 1)];
        while let Err(CommitError::Unavailable(_)) = consumer.commit(offsets.clone()).await {
            world.sleep(Duration::from_millis(50)).await;
        }
    }
}
