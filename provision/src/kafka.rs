//! Kafka: topics, their partitions, replicas and configuration.
//!
//! A topic has no room for a label. What is ours is what the catalog declares, and what the marker
//! topic (`herald.<system>.provisioned`, compacted, a record a topic) says that we made.
//!
//! Access control lists are derived ([`crate::desired::Access::kafka_acls`]) and printed, but neither
//! compared nor set: the client library offers no call for them.

mod admin;
mod compare;
mod marker;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
    time::Duration,
};

use rdkafka::{
    ClientConfig, admin::AdminClient, client::DefaultClientContext, producer::BaseProducer,
};

pub use compare::compare;

use crate::{Error, desired::Desired};

/// How long the broker may take for one request.
const TIMEOUT: Duration = Duration::from_secs(15);

/// How a broker is reached.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Bootstrap servers, `host:port`, separated by commas.
    pub brokers: String,
    /// User, password and mechanism, such as `SCRAM-SHA-512`.
    pub sasl: Option<(crate::http::Login, String)>,
    /// Certificate authorities of TLS; `None` speaks plain text.
    pub ca: Option<String>,
}

/// Topics that are ours, or have a name that shall be ours.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Live {
    /// By name: the declared ones that exist, and the marked ones that exist.
    pub topics: BTreeMap<String, Topic>,
    /// Whom the marker topics give each topic to.
    pub owners: BTreeMap<String, String>,
}

/// A topic as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topic {
    /// Number of partitions.
    pub partitions: u32,
    /// Number of replicas of the first partition.
    pub replication: u32,
    /// Effective configuration.
    pub config: BTreeMap<String, String>,
    /// Keys that are set on the topic itself.
    pub own: BTreeSet<String>,
}

/// What removes a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Makes a topic and marks it.
    Create(String, crate::desired::Topic),
    /// Marks a topic that was there.
    Mark(String),
    /// Adds partitions, up to this many.
    Partitions(String, u32),
    /// Sets and unsets configuration.
    Configure {
        /// Topic.
        topic: String,
        /// Keys to set.
        set: BTreeMap<String, String>,
        /// Keys to leave to the broker's default.
        unset: BTreeSet<String>,
    },
    /// Deletes a topic and its mark.
    Delete(String),
}

/// A connection for administration.
pub struct Kafka {
    config: ClientConfig,
    admin: AdminClient<DefaultClientContext>,
    system: String,
    /// Writes marks; made when the first is written.
    marks: OnceLock<BaseProducer>,
}

impl Kafka {
    /// Connects lazily: the first request says whether the broker is there.
    ///
    /// # Errors
    /// [`Error::Kafka`] when the settings do not fit together.
    pub fn new(settings: &Settings, system: &str) -> Result<Self, Error> {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &settings.brokers);
        config.set("client.id", "herald-provision");
        let protocol = match (&settings.sasl, &settings.ca) {
            (None, None) => "plaintext",
            (None, Some(_)) => "ssl",
            (Some(_), None) => "sasl_plaintext",
            (Some(_), Some(_)) => "sasl_ssl",
        };
        config.set("security.protocol", protocol);
        if let Some((login, mechanism)) = &settings.sasl {
            config.set("sasl.mechanism", mechanism);
            config.set("sasl.username", &login.user);
            config.set("sasl.password", &login.password);
        }
        if let Some(ca) = &settings.ca {
            config.set("ssl.ca.location", ca);
        }
        Ok(Self {
            admin: config.create()?,
            config,
            system: system.to_owned(),
            marks: OnceLock::new(),
        })
    }

    /// What is there of what is declared or marked.
    ///
    /// # Errors
    /// [`Error`] when the broker does not answer.
    pub async fn observe(&self, desired: &Desired) -> Result<Live, Error> {
        let mut there = self.metadata()?;
        let owners = marker::read(&self.config, there.keys())?;
        there.retain(|name, _| {
            let ours = owners.get(name).is_some_and(|owner| *owner == self.system);
            ours || desired.topics.contains_key(name)
        });
        self.describe(&mut there).await?;
        Ok(Live {
            topics: there,
            owners,
        })
    }

    /// Removes a difference.
    ///
    /// # Errors
    /// [`Error`] with the broker's reason.
    pub async fn apply(&self, step: &Step) -> Result<(), Error> {
        match step {
            Step::Create(name, topic) => {
                self.create(name, topic).await?;
                self.mark(name, true).await
            }
            Step::Mark(name) => self.mark(name, true).await,
            Step::Partitions(name, count) => self.add_partitions(name, *count).await,
            Step::Configure { topic, set, unset } => self.configure(topic, set, unset).await,
            Step::Delete(name) => {
                self.delete(name).await?;
                // A mark would make the marker topic anew.
                if marker::system(name).is_some() {
                    return Ok(());
                }
                self.mark(name, false).await
            }
        }
    }
}
