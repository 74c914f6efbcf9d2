//! Apache Kafka in `KRaft` mode: every node is broker and controller.

mod formatting;

use std::fmt::Write as _;
use std::process::Command;

use super::{Setting, USERS, java, lines, password};
use crate::certificates::{self, Certificates};
use crate::component::{Component, Node, Port, Server};
use crate::compose::Service;
use crate::install::{Installer, fill, holds};
use crate::probe::{self, Answer, Trouble};
use crate::tool::Tool;
use crate::{Error, Home, home, install};

const VERSION: &str = "4.4.0";
const HEAP: u32 = 384;
/// Stacks never meet (all listen on loopback), so one id serves them all.
const CLUSTER_ID: &str = "MkU3OEVBNTcwNTJENDM2Qk";

const POM: &str = include_str!("../../recipes/kafka/pom.xml");
const LOGGING: &str = include_str!("../../recipes/kafka/log4j2.yaml");

pub(crate) static COMPONENT: Component = Component {
    name: "kafka",
    product: "Apache Kafka 4.4.0",
    ports: &[
        Port {
            name: "client",
            preferred: 21092,
        },
        Port {
            name: "controller",
            preferred: 21091,
        },
        Port {
            name: "sasl",
            preferred: 21093,
        },
        Port {
            name: "tls",
            preferred: 21094,
        },
    ],
    cluster: 3,
    needs: &[],
    server: &Kafka,
};

struct Kafka;

/// What holds for one node and for three, here and in a container.
const SETTINGS: &[Setting] = &[
    ("process.roles", "broker,controller"),
    ("controller.listener.names", "CONTROLLER"),
    ("inter.broker.listener.name", "PLAINTEXT"),
    // Topics are the catalog's, made by `apply`.
    ("auto.create.topics.enable", "false"),
    // Rules can be written and read; whoever does not log in, as most clients on loopback, may do all.
    (
        "authorizer.class.name",
        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    ),
    ("super.users", "User:ANONYMOUS;User:herald"),
    ("num.partitions", "3"),
    ("offsets.topic.num.partitions", "3"),
    ("transaction.state.log.num.partitions", "3"),
    ("share.coordinator.state.topic.num.partitions", "3"),
    ("group.initial.rebalance.delay.ms", "0"),
    // A consumer that died keeps its partitions for this long; the defaults are 45 s.
    ("group.consumer.min.session.timeout.ms", "6000"),
    ("group.consumer.session.timeout.ms", "6000"),
    ("group.consumer.min.heartbeat.interval.ms", "1000"),
    ("group.consumer.heartbeat.interval.ms", "2000"),
    ("group.streams.initial.rebalance.delay.ms", "0"),
    ("group.streams.min.session.timeout.ms", "6000"),
    ("group.streams.session.timeout.ms", "6000"),
    ("group.streams.min.heartbeat.interval.ms", "1000"),
    ("group.streams.heartbeat.interval.ms", "2000"),
    // How often transactions are looked for that a killed producer left open; the default is 10 s.
    (
        "transaction.abort.timed.out.transaction.cleanup.interval.ms",
        "1000",
    ),
    ("num.network.threads", "2"),
    ("num.io.threads", "4"),
    // The default of 128 MB is half the memory of a small broker.
    ("log.cleaner.dedupe.buffer.size", "16777216"),
    // How long until the partitions of a killed broker move; the default is 9 s.
    ("broker.session.timeout.ms", "6000"),
    ("broker.heartbeat.interval.ms", "1000"),
];

/// Copies of everything, and how many must have it before a write counts.
fn replication(nodes: usize) -> [(&'static str, String); 6] {
    let (copies, least) = (
        nodes.to_string(),
        if nodes > 1 { "2" } else { "1" }.to_owned(),
    );
    [
        ("default.replication.factor", copies.clone()),
        ("min.insync.replicas", least.clone()),
        ("offsets.topic.replication.factor", copies.clone()),
        ("transaction.state.log.replication.factor", copies.clone()),
        ("transaction.state.log.min.isr", least),
        ("share.coordinator.state.topic.replication.factor", copies),
    ]
}

/// Listeners that ask for a login, and for TLS. Containers have none: their users bring certificates
/// of their own.
fn secured(certificates: &Certificates) -> [(&'static str, String); 6] {
    let users = USERS.map(|user| format!(" user_{user}=\"{}\"", password(user)));
    let module =
        |name: &str, rest: &str| format!("org.apache.kafka.common.security.{name} required{rest};");
    let scram = module("scram.ScramLoginModule", "");
    [
        (
            "listener.name.sasl.sasl.enabled.mechanisms",
            "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512".to_owned(),
        ),
        (
            "listener.name.sasl.plain.sasl.jaas.config",
            module("plain.PlainLoginModule", &users.concat()),
        ),
        (
            "listener.name.sasl.scram-sha-256.sasl.jaas.config",
            scram.clone(),
        ),
        ("listener.name.sasl.scram-sha-512.sasl.jaas.config", scram),
        ("listener.name.tls.ssl.keystore.type", "PEM".to_owned()),
        (
            "listener.name.tls.ssl.keystore.location",
            certificates.both.display().to_string(),
        ),
    ]
}

/// What differs between nodes, and between a process and a container.
struct Place {
    id: u8,
    /// Ids and controller ports of all nodes.
    voters: Vec<(u8, u16)>,
    /// The address clients are listened for on.
    bind: &'static str,
    client: u16,
    controller: u16,
    /// Further listeners: name, protocol, port.
    further: Vec<(&'static str, &'static str, u16)>,
    logs: String,
}

impl Place {
    fn of(node: &Node<'_>) -> Self {
        Self {
            id: node.index,
            voters: node
                .nodes
                .keys()
                .map(|index| (*index, node.port_of(*index, "controller")))
                .collect(),
            bind: "127.0.0.1",
            client: node.port("client"),
            controller: node.port("controller"),
            further: vec![
                ("SASL", "SASL_PLAINTEXT", node.port("sasl")),
                ("TLS", "SSL", node.port("tls")),
            ],
            logs: node.data().display().to_string(),
        }
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let (bind, client, controller) = (self.bind, self.client, self.controller);
        let voters: Vec<_> = self
            .voters
            .iter()
            .map(|(id, port)| format!("{id}@127.0.0.1:{port}"))
            .collect();
        let mut settings: Vec<_> = SETTINGS
            .iter()
            .map(|(key, value)| (*key, (*value).to_owned()))
            .collect();
        let mut protocols = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT".to_owned();
        let mut further = String::new();
        for (name, protocol, port) in &self.further {
            // Writing to a string cannot fail.
            let _ = write!(protocols, ",{name}:{protocol}");
            let _ = write!(further, ",{name}://127.0.0.1:{port}");
        }
        settings.extend([
            ("listener.security.protocol.map", protocols),
            ("node.id", self.id.to_string()),
            ("controller.quorum.voters", voters.join(",")),
            (
                "listeners",
                format!("PLAINTEXT://{bind}:{client},CONTROLLER://127.0.0.1:{controller}{further}"),
            ),
            (
                "advertised.listeners",
                format!("PLAINTEXT://127.0.0.1:{client}{further}"),
            ),
            ("log.dirs", self.logs.clone()),
        ]);
        settings.extend(replication(self.voters.len()));
        settings
    }
}

impl Kafka {
    fn pom() -> String {
        POM.replace("@VERSION@", VERSION)
    }

    fn java(node: &Node<'_>) -> Result<Command, Error> {
        let mut command = java::command(&install::jdk()?, HEAP);
        let logging = node.conf("log4j2.yaml");
        home::write(&logging, LOGGING)?;
        command.arg(format!("-Dlog4j2.configurationFile={}", logging.display()));
        Ok(command)
    }
}

impl Server for Kafka {
    fn tools(&self) -> &'static [Tool] {
        &[Tool::Jdk]
    }

    fn builders(&self) -> &'static [Tool] {
        &[Tool::Maven]
    }

    fn fetched(&self, home: &Home) -> bool {
        holds(&home.dist("kafka"), &Self::pom())
    }

    fn fetch(&self, installer: &Installer<'_>) -> Result<(), Error> {
        let pom = Self::pom();
        fill(&installer.home.dist("kafka"), &pom, |folder| {
            installer.libraries(&pom, &folder.join("lib"))
        })
    }

    fn launch(&self, node: &Node<'_>) -> Result<Command, Error> {
        let dist = node.home.dist("kafka");
        let class_path = java::class_path(&dist.join("lib"))?;
        let properties = node.conf("server.properties");
        let mut settings = Place::of(node).settings();
        settings.extend(secured(&certificates::of(node.home)?));
        home::write(&properties, &lines(&settings))?;
        formatting::format(node, &class_path)?;
        let mut command = Self::java(node)?;
        java::with_archive(&mut command, node, &install::jdk()?, &dist)?;
        command
            .args(["-cp", &class_path, "kafka.Kafka"])
            .arg(properties);
        Ok(command)
    }

    fn probe(&self, node: &Node<'_>) -> Answer {
        let brokers = probe::kafka::brokers(node.port("client"))?;
        if brokers.contains(&i32::from(node.index)) {
            return Ok(format!("{} of {} brokers", brokers.len(), node.of));
        }
        Err(Trouble::NotYet(
            "the broker has not joined its cluster".to_owned(),
        ))
    }

    fn ready(&self, node: &Node<'_>) -> Answer {
        let brokers = probe::kafka::brokers(node.port("client"))?.len();
        if brokers == usize::from(node.of) {
            self.probe(node)
        } else {
            Err(Trouble::NotYet(format!("{brokers} of {} brokers", node.of)))
        }
    }

    fn compose(&self) -> Option<Service> {
        let [client, controller, ..] = COMPONENT.ports else {
            return None;
        };
        let (client, controller, logs) = (
            client.preferred,
            controller.preferred,
            "/var/lib/kafka/data",
        );
        let place = Place {
            id: 1,
            voters: vec![(1, controller)],
            bind: "0.0.0.0",
            client,
            controller,
            further: Vec::new(),
            logs: logs.to_owned(),
        };
        // The image turns each KAFKA_A_B into the property a.b.
        let variable = |key: &str| format!("KAFKA_{}", key.to_uppercase().replace('.', "_"));
        let mut environment: Vec<_> = place
            .settings()
            .into_iter()
            .map(|(key, value)| (variable(key), value))
            .collect();
        environment.push(("CLUSTER_ID".to_owned(), CLUSTER_ID.to_owned()));
        environment.push(("KAFKA_HEAP_OPTS".to_owned(), format!("-Xmx{HEAP}m")));
        Some(Service {
            image: format!("apache/kafka:{VERSION}"),
            command: Vec::new(),
            environment,
            files: Vec::new(),
            ports: &["client"],
            data: logs,
            health: format!(
                "/opt/kafka/bin/kafka-broker-api-versions.sh --bootstrap-server 127.0.0.1:{client}"
            ),
            user: "",
            memory: 1024,
        })
    }
}
