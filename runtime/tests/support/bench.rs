//! A broker with the worker on it, in a simulation.

use std::sync::Arc;
use std::time::Duration;

use herald::avro::codec::Codec;
use herald::envelope::{self, Envelope};
use herald::host::Tuning;
use herald::registry::{MemoryRegistry, Missing, SchemaId};
use herald::topology::Topology;
use herald::transport::embedded::Embedded;
use herald::transport::{Headers, NewMessage, NewRecord, QueueMessage, Route};
use herald::world::sim::{Options, Sim};
use herald::world::{AbortOnDrop, FaultPlan};
use herald::{Message, Platform, World};

use super::worker::Worker;

/// A broker with the worker on it.
pub struct Bench {
    pub world: World,
    pub broker: Embedded,
    pub worker: Worker,
    pub platform: Platform,
}

/// Runs a test in a simulation of that seed and those faults.
pub fn simulate<F>(
    seed: u64,
    faults: FaultPlan,
    topology: &'static Topology,
    test: impl FnOnce(Bench) -> F + Send + 'static,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let sim = Sim::new(Options::seed(seed).faults(faults));
    let world = sim.world();
    let ran = sim.run(async move { test(Bench::new(world, topology).await).await });
    if let Err(deadlock) = ran {
        panic!("{deadlock}\n{}", sim.last_lines().join("\n"));
    }
}

impl Bench {
    pub async fn new(world: World, topology: &'static Topology) -> Self {
        let broker = Embedded::new(&world);
        broker.declare(topology).await.unwrap();
        let worker = Worker::new(&world);
        let platform = Platform {
            world: world.clone(),
            log: broker.log(),
            queues: broker.queues(),
            registry: Arc::new(MemoryRegistry::new()),
            missing_schemas: Missing::Register,
            topology,
            tuning: Tuning::default(),
        };
        Self {
            world,
            broker,
            worker,
            platform,
        }
    }

    /// Keeps instances of the worker running, whatever happens to them.
    pub fn keep_running(&self, instances: usize) -> Vec<AbortOnDrop> {
        let one = |_| {
            let (bound, platform) = (self.worker.bind(), self.platform.clone());
            let supervisor = self.world.supervise("worker", move |world| {
                let (bound, platform) = (bound.clone(), platform.clone());
                async move {
                    let platform = Platform { world, ..platform };
                    let _running = bound.start(platform).await.unwrap();
                    std::future::pending::<()>().await;
                }
            });
            supervisor.abort_on_drop()
        };
        (0..instances).map(one).collect()
    }

    pub async fn schema<M: Message>(&self, carrier: &str) -> SchemaId {
        let subject = herald::registry::subject(carrier, M::TYPE);
        self.platform
            .registry
            .register(&subject, &M::schema_json())
            .await
            .unwrap()
    }

    fn envelope<M: Message>(id: &str, key: &str) -> Envelope {
        Envelope {
            id: id.to_owned(),
            source: "/test/asker".to_owned(),
            message_type: M::TYPE.to_owned(),
            time: None,
            subject: Some(key.to_owned()),
            data_schema: None,
            correlation: None,
            causation: None,
            trace: None,
            trace_state: None,
        }
    }

    pub async fn record<M: Message>(&self, topic: &str, id: &str, message: &M) -> NewRecord {
        let mut payload = Vec::new();
        envelope::frame(self.schema::<M>(topic).await, &mut payload);
        message.encode(&mut payload);
        let key = message.key().unwrap_or_default();
        NewRecord {
            topic: topic.into(),
            partition: None,
            headers: Self::envelope::<M>(id, &key).to_headers(),
            key: Some(key.into()),
            payload: Some(payload.into()),
            timestamp: None,
        }
    }

    /// Publishes until the broker has it.
    pub async fn publish(&self, record: NewRecord) {
        while self.platform.log.publish(vec![record.clone()]).await[0].is_err() {
            self.world.sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn ask(&self, id: &str, key: &str, text: &str) {
        let record = self
            .record("asked", id, &super::Asked::new(key, text))
            .await;
        self.publish(record).await;
    }

    pub async fn raw(&self, topic: &str, headers: Headers, payload: &'static [u8]) {
        let (key, payload) = (Some("k".into()), Some(payload.into()));
        let (topic, partition, timestamp) = (topic.into(), None, None);
        self.publish(NewRecord {
            topic,
            partition,
            key,
            headers,
            payload,
            timestamp,
        })
        .await;
    }

    pub async fn command(&self, id: &str, key: &str, text: &str) {
        self.command_with(id, key, text, &[]).await;
    }

    /// Sends a command with headers of its own.
    pub async fn command_with(
        &self,
        id: &str,
        key: &str,
        text: &str,
        own: &[(&'static str, &'static str)],
    ) {
        let mut payload = Vec::new();
        envelope::frame(
            self.schema::<super::Work>("worker.work").await,
            &mut payload,
        );
        super::Work::new(key, text).encode(&mut payload);
        let mut headers = Self::envelope::<super::Work>(id, key).to_headers();
        for (name, value) in own {
            headers.push(*name, *value);
        }
        self.send(QueueMessage {
            headers,
            payload: payload.into(),
            timestamp: None,
        })
        .await;
    }

    pub async fn send(&self, message: QueueMessage) {
        let route = Route::new("test.commands", "worker.work");
        let message = NewMessage { route, message };
        while self.platform.queues.publish(vec![message.clone()]).await[0].is_err() {
            self.world.sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until nothing is in flight, in brokers and outbox.
    pub async fn settled(&self) {
        let bound = self.worker.bind();
        loop {
            self.broker.settled().await;
            if bound.pending().await.outbox == 0 && self.broker.is_settled() {
                return;
            }
            self.world.sleep(Duration::from_millis(100)).await;
        }
    }

    /// Texts of the records in a topic, with their ids.
    pub fn texts<M: Message + Text>(&self, topic: &str) -> Vec<(String, String)> {
        let records = self.broker.records(topic).into_iter();
        let text = |record: herald::transport::Record| {
            let id = record.headers.text(envelope::names::ID)?.to_owned();
            let (_, datum) = envelope::unframe(record.payload.as_ref()?).ok()?;
            Some((id, M::from_bytes(datum).ok()?.text()))
        };
        records.filter_map(text).collect()
    }
}

/// What every message here carries.
pub trait Text {
    fn text(&self) -> String;
}
