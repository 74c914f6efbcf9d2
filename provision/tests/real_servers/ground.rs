//! A system of its own on the real servers.

use std::{
    collections::BTreeSet,
    fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use herald_codegen::model::Settings;
use provision::{Applied, Plan, Servers, desired::Desired, kafka, rabbitmq, registry};

/// What a plan must consist of: sign, kind and name of each change.
pub(crate) type Lines<'a> = &'a [(&'a str, &'a str, &'a str)];

const CATALOG: &str = "\
system: SYSTEM
doc: A system for one test.
defaults: { partitions: 3, replication: 1, retention: 7d }
---
domain: DOMAIN
owner: a-team
doc: A domain.
---
event: Happened
version: 1
domain: DOMAIN
doc: Something happened.
key: id
compatibility: FULL
fields: { id: uuid, count: int }
---
topic: DOMAIN.happened
events: [Happened]
partitions: 3
retention: 7d
cleanup: delete
---
event: Gone
domain: DOMAIN
doc: Something went.
key: id
fields: { id: uuid }
---
command: DoWork
to: SYSTEM-worker
doc: Do it.
ttl: 1h
fields: { id: uuid }
---
service: SYSTEM-worker
owner: a-team
doc: Works.
publishes: [Happened, Gone]
receives:
  DoWork: { retry: { attempts: 3, backoff: 1s..2s } }
---
service: watcher
owner: a-team
doc: Watches.
sends: [DoWork]
consumes: [Happened]
";

/// A catalog, and where it goes.
pub(crate) struct Ground {
    pub(crate) system: String,
    desired: Desired,
    servers: Servers,
    text: String,
}

fn address(variable: &str, what: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("set {variable} to {what}"))
}

fn servers() -> Servers {
    Servers {
        kafka: Some(kafka::Settings {
            brokers: address("HERALD_TEST_KAFKA", "Kafka's host:port"),
            sasl: None,
            ca: None,
        }),
        rabbitmq: Some(rabbitmq::Settings {
            url: address(
                "HERALD_TEST_RABBITMQ_MANAGEMENT",
                "the URL of RabbitMQ's management interface, with user and password",
            ),
            login: None,
            vhost: None,
        }),
        registry: Some(registry::Settings {
            url: address(
                "HERALD_TEST_REGISTRY",
                "the URL of the registry's Confluent API",
            ),
            login: None,
        }),
    }
}

/// A word that no other test has.
fn unique() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("p{:x}x{}x{count}", now.as_millis(), std::process::id())
}

impl Ground {
    /// Nothing is applied yet.
    pub(crate) fn new() -> Self {
        let system = unique();
        let text = CATALOG
            .replace("SYSTEM", &system)
            .replace("DOMAIN", &format!("{system}d"));
        Self::of(system, text)
    }

    fn of(system: String, text: String) -> Self {
        let folder: PathBuf = std::env::temp_dir().join(unique());
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("all.yaml"), &text).unwrap();
        let settings = Settings {
            runtime: "runtime".to_owned(),
            standalone: true,
            today: None,
            ..Settings::default()
        };
        let loaded = herald_codegen::load(&folder, settings);
        fs::remove_dir_all(&folder).unwrap();
        let model = match loaded {
            Ok(loaded) => loaded.model,
            Err(herald_codegen::Failure::Catalog(report)) => {
                panic!("{}", report.text(herald_codegen::diagnostic::Color::No))
            }
            Err(error) => panic!("{error}"),
        };
        Self {
            desired: Desired::new(&model, "default").unwrap(),
            system,
            servers: servers(),
            text,
        }
    }

    /// Everything is applied.
    pub(crate) async fn ready() -> Self {
        let ground = Self::new();
        let applied = ground.apply(&[]).await;
        assert!(applied.errors.is_empty(), "{:?}", applied.errors);
        ground.expect(&[]).await;
        ground
    }

    /// The same system with another catalog.
    pub(crate) fn edited(&self, from: &str, to: &str) -> Self {
        // The topic's own line, where the system's defaults have the same words.
        let at = self.text.rfind(from).unwrap();
        let mut text = self.text.clone();
        text.replace_range(at..at + from.len(), to);
        if to == "event: Stranger" {
            text = text.replace("Happened, Gone", "Happened, Stranger");
        }
        Self::of(self.system.clone(), text)
    }

    /// The same system without the event `Gone`.
    pub(crate) fn without_gone(&self) -> Self {
        let documents: Vec<&str> = self.text.split("---\n").collect();
        let kept = documents
            .into_iter()
            .filter(|text| !text.starts_with("event: Gone"));
        let text = kept
            .collect::<Vec<_>>()
            .join("---\n")
            .replace("Happened, Gone", "Happened");
        Self::of(self.system.clone(), text)
    }

    pub(crate) fn domain(&self) -> String {
        format!("{}d", self.system)
    }

    pub(crate) fn topic(&self) -> String {
        format!("{}.happened", self.domain())
    }

    pub(crate) fn subject(&self) -> String {
        format!(
            "{}-{}.{}.Happened",
            self.topic(),
            self.system,
            self.domain()
        )
    }

    pub(crate) async fn plan(&self) -> Plan {
        match Plan::new(&self.desired, &self.servers).await {
            Ok(plan) => plan,
            Err(errors) => panic!("{errors:?}"),
        }
    }

    pub(crate) async fn apply(&self, destructive: &[&str]) -> Applied {
        let names: BTreeSet<String> = destructive.iter().map(|name| (*name).to_owned()).collect();
        let plan = self.plan().await;
        plan.apply(&self.desired, &self.servers, &names).await
    }

    /// The plan is exactly that.
    pub(crate) async fn expect(&self, lines: Lines<'_>) {
        let text = self.plan().await.text();
        let mut found: Vec<String> = text
            .lines()
            .filter_map(|line| line.strip_prefix("  "))
            .filter(|line| !line.starts_with(' '))
            .map(str::to_owned)
            .collect();
        found.sort();
        let mut wanted: Vec<String> = lines
            .iter()
            .map(|(sign, kind, name)| format!("{sign} {kind} {name}"))
            .collect();
        wanted.sort();
        assert_eq!(found, wanted, "{text}");
    }

    /// The plan is exactly one line; applying it makes it empty. What has to be named is left
    /// without being named.
    pub(crate) async fn mended(&self, line: (&str, &str, &str), destructive: &[&str]) {
        self.expect(&[line]).await;
        if !destructive.is_empty() {
            assert_eq!(self.apply(&[]).await.left, 1);
            self.expect(&[line]).await;
        }
        let applied = self.apply(destructive).await;
        assert!(applied.errors.is_empty(), "{:?}", applied.errors);
        self.expect(&[]).await;
    }

    /// Applying this does nothing about something, and says why.
    pub(crate) async fn refused(&self, name: &str, reason: &str) {
        let text = self.plan().await.text();
        assert!(
            text.contains(&format!(" {name}\n")) && text.contains(reason),
            "{text}"
        );
        let applied = self.apply(&[]).await;
        assert!(applied.errors.is_empty() && applied.left > 0, "{applied:?}");
        assert_eq!(self.plan().await.text(), text, "something was done");
    }

    pub(crate) async fn kafka(&self, step: kafka::Step) {
        self.kafka_of(&self.system, step).await;
    }

    /// As another system would.
    pub(crate) async fn kafka_of(&self, system: &str, step: kafka::Step) {
        let kafka = kafka::Kafka::new(self.servers.kafka.as_ref().unwrap(), system).unwrap();
        kafka.apply(&step).await.unwrap();
    }

    pub(crate) async fn queue(&self, step: rabbitmq::Step) {
        let settings = self.servers.rabbitmq.as_ref().unwrap();
        rabbitmq::Rabbitmq::new(settings)
            .unwrap()
            .apply(&step)
            .await
            .unwrap();
    }

    pub(crate) async fn schema(&self, step: registry::Step) {
        let settings = self.servers.registry.as_ref().unwrap();
        registry::Registry::new(settings)
            .unwrap()
            .apply(&step)
            .await
            .unwrap();
    }

    /// Leaves nothing behind.
    pub(crate) async fn clean(&self) {
        for topic in self.desired.topics.keys() {
            self.kafka(kafka::Step::Delete(topic.clone())).await;
        }
        self.kafka(kafka::Step::Delete(format!(
            "herald.{}.provisioned",
            self.system
        )))
        .await;
        self.queue(rabbitmq::Step::Delete(format!(
            "/api/vhosts/{}",
            self.system
        )))
        .await;
        for subject in self.desired.subjects.keys() {
            self.schema(registry::Step::Delete(subject.clone())).await;
        }
    }
}
