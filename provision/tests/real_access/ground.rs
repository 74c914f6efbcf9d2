//! A system of its own whose services have principals, and clients that log in as those.

use std::{
    collections::BTreeSet,
    fs,
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use herald_codegen::model::Settings;
use provision::{Error, Login, Plan, Servers, desired::Desired, kafka};
use rdkafka::{
    ClientConfig, ClientContext, Message,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaError,
    producer::{BaseProducer, BaseRecord, DeliveryResult, Producer, ProducerContext},
    types::RDKafkaErrorCode,
};

/// Users that the stack's broker knows.
pub(crate) const ORDER: &str = "order";
pub(crate) const PAYMENT: &str = "payment";
const PATIENCE: Duration = Duration::from_secs(20);

const CATALOG: &str = "\
system: SYSTEM
doc: A system for one test.
defaults: { partitions: 1, replication: 1, retention: 7d }
---
domain: SYSTEMd
owner: a-team
doc: A domain.
---
event: Happened
domain: SYSTEMd
doc: Something happened.
key: id
fields: { id: uuid }
---
event: Gone
domain: SYSTEMd
doc: Something went.
key: id
fields: { id: uuid }
---
service: SYSTEM-worker
owner: a-team
doc: Works.
publishes: [Happened]
---
service: SYSTEM-other
owner: a-team
doc: Works too.
publishes: [Gone]
---
service: SYSTEM-watcher
owner: a-team
doc: Watches, and keeps what it read alone.
store: postgres
consumes: [Happened]
---
environment: secured
doc: Where services log in.
principals: { SYSTEM-worker: order, SYSTEM-watcher: payment }
";

pub(crate) fn secret(user: &str) -> String {
    format!("{user}-secret")
}

fn address(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("set {variable}: `stack run` does"))
}

/// What the broker said of the record.
#[derive(Clone, Default)]
struct Answer(Arc<Mutex<Option<Result<(), RDKafkaErrorCode>>>>);

impl ClientContext for Answer {}

impl ProducerContext for Answer {
    type DeliveryOpaque = ();

    fn delivery(&self, delivered: &DeliveryResult<'_>, (): ()) {
        let delivered = delivered.as_ref().map(drop);
        *self.0.lock().unwrap() = Some(delivered.map_err(|(error, _)| code(error)));
    }
}

pub(crate) struct Ground {
    pub(crate) system: String,
    desired: Desired,
    servers: Servers,
}

impl Ground {
    pub(crate) fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let system = format!("a{:x}x{}", now.as_nanos(), std::process::id());
        let folder = std::env::temp_dir().join(&system);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("all.yaml"), CATALOG.replace("SYSTEM", &system)).unwrap();
        let settings = Settings {
            runtime: "runtime".to_owned(),
            standalone: true,
            ..Settings::default()
        };
        let loaded = herald_codegen::load(&folder, settings);
        fs::remove_dir_all(&folder).unwrap();
        let model = match loaded {
            Ok(loaded) => loaded.model,
            Err(error) => panic!("{error}"),
        };
        Self {
            desired: Desired::new(&model, "secured").unwrap(),
            system,
            servers: Servers {
                kafka: Some(kafka::Settings {
                    brokers: address("HERALD_TEST_KAFKA"),
                    sasl: None,
                    ca: None,
                }),
                ..Servers::default()
            },
        }
    }

    pub(crate) fn topic(&self, event: &str) -> String {
        format!("{}d.{event}", self.system)
    }

    pub(crate) async fn plan(&self) -> String {
        let plan = Plan::new(&self.desired, &self.servers).await.unwrap();
        assert!(plan.remarks.is_empty());
        plan.text()
    }

    /// Says how much is left.
    pub(crate) async fn apply(&self, destructive: &[&str]) -> usize {
        let plan = Plan::new(&self.desired, &self.servers).await.unwrap();
        let names: BTreeSet<String> = destructive.iter().map(|it| (*it).to_owned()).collect();
        let applied = plan.apply(&self.desired, &self.servers, &names).await;
        assert!(applied.errors.is_empty(), "{:?}", applied.errors);
        applied.left
    }

    /// A plan by somebody who logs in.
    pub(crate) async fn plan_as(
        &self,
        user: &str,
        password: &str,
        mechanism: &str,
    ) -> Result<Plan, Error> {
        let login = Login {
            user: user.to_owned(),
            password: password.to_owned(),
        };
        let servers = Servers {
            kafka: Some(kafka::Settings {
                brokers: address("HERALD_TEST_KAFKA_SASL"),
                sasl: Some((login, mechanism.to_owned())),
                ca: None,
            }),
            ..Servers::default()
        };
        let planned = Plan::new(&self.desired, &servers).await;
        planned.map_err(|mut errors| errors.remove(0))
    }

    /// A plan over TLS, trusting the authorities of a file.
    #[cfg(feature = "kafka-tls")]
    pub(crate) async fn plan_by_tls(&self, ca: &str) -> Result<Plan, Error> {
        let servers = Servers {
            kafka: Some(kafka::Settings {
                brokers: address("HERALD_TEST_KAFKA_TLS"),
                sasl: None,
                ca: Some(ca.to_owned()),
            }),
            ..Servers::default()
        };
        let planned = Plan::new(&self.desired, &servers).await;
        planned.map_err(|mut errors| errors.remove(0))
    }

    pub(crate) async fn kafka(&self, step: kafka::Step) {
        let settings = self.servers.kafka.as_ref().unwrap();
        let kafka = kafka::Kafka::new(settings, &self.system).unwrap();
        kafka.apply(&step).await.unwrap();
    }

    fn client(user: &str) -> ClientConfig {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", address("HERALD_TEST_KAFKA_SASL"))
            .set("security.protocol", "sasl_plaintext")
            .set("sasl.mechanism", "PLAIN")
            .set("sasl.username", user)
            .set("sasl.password", secret(user));
        config
    }

    /// Publishes a record as the runtime does.
    pub(crate) async fn publish(&self, user: &str, topic: &str) -> Result<(), RDKafkaErrorCode> {
        let mut config = Self::client(user);
        config.set("enable.idempotence", "true").set("acks", "all");
        let answer = Answer::default();
        let producer: BaseProducer<Answer> = config.create_with_context(answer.clone()).unwrap();
        let topic = topic.to_owned();
        let publishing = tokio::task::spawn_blocking(move || {
            let record: BaseRecord<'_, str, str> = BaseRecord::to(&topic).payload("it").key("k");
            producer.send(record).map_err(|(error, _)| code(&error))?;
            producer.flush(PATIENCE).map_err(|error| code(&error))
        });
        publishing.await.unwrap()?;
        answer.0.lock().unwrap().take().unwrap()
    }

    /// Reads a topic to its end in a group, and commits.
    pub(crate) async fn read(
        &self,
        user: &str,
        group: &str,
        topic: &str,
    ) -> Result<usize, RDKafkaErrorCode> {
        let mut config = Self::client(user);
        config
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("auto.offset.reset", "earliest")
            .set("enable.partition.eof", "true");
        let consumer: BaseConsumer = config.create().unwrap();
        consumer.subscribe(&[topic]).unwrap();
        let reading = tokio::task::spawn_blocking(move || read_all(&consumer));
        reading.await.unwrap()
    }

    /// Leaves nothing behind.
    pub(crate) async fn clean(&self) {
        self.revoke().await;
        for topic in self.desired.topics.keys() {
            self.kafka(kafka::Step::Delete(topic.clone())).await;
        }
        let marker = format!("herald.{}.provisioned", self.system);
        self.kafka(kafka::Step::Delete(marker)).await;
    }

    /// Takes every rule from the principals, those included that a run left that did not end.
    pub(crate) async fn revoke(&self) {
        let mut bare = self.desired.clone();
        bare.topics.clear();
        for access in &mut bare.access {
            access.writes.clear();
            access.reads.clear();
            access.groups.clear();
            access.generations.clear();
        }
        let plan = Plan::new(&bare, &self.servers).await.unwrap();
        let names = plan
            .kafka
            .iter()
            .map(|change| change.name.clone())
            .collect();
        plan.apply(&bare, &self.servers, &names).await;
    }
}

fn read_all(consumer: &BaseConsumer) -> Result<usize, RDKafkaErrorCode> {
    let (mut count, until) = (0, Instant::now() + PATIENCE);
    while Instant::now() < until {
        match consumer.poll(Duration::from_millis(200)) {
            Some(Ok(record)) => {
                assert!(record.payload().is_some());
                consumer
                    .commit_message(&record, CommitMode::Sync)
                    .map_err(|error| code(&error))?;
                count += 1;
            }
            Some(Err(KafkaError::PartitionEOF(_))) => return Ok(count),
            Some(Err(error)) => return Err(code(&error)),
            None => {}
        }
    }
    panic!("neither records nor a refusal within {PATIENCE:?}");
}

fn code(error: &KafkaError) -> RDKafkaErrorCode {
    error
        .rdkafka_error_code()
        .unwrap_or(RDKafkaErrorCode::Unknown)
}
