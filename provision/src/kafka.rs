//! Kafka: topics, their partitions, replicas and configuration.
//!
//! A topic has no room for a label. What is ours is what the catalog declares, and what the marker
//! topic (`herald.<system>.provisioned`, compacted, a record a topic) says that we made.
//!
//! Access control lists follow from what a service, or the streams' application, publishes and
//! consumes. Ours are those of the principals that the environment names, but for rules on topics that another system has marked.

pub mod acl;
mod acl_compare;
mod admin;
mod compare;
mod marker;
mod rules;
mod sasl;
mod wire;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
    time::Duration,
};

use rdkafka::{
    ClientConfig, admin::AdminClient, client::DefaultClientContext, producer::BaseProducer,
};

use acl::Acl;
use wire::Wire;

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
    /// All access control lists; `None` where the broker has no authorizer, or no service a principal.
    pub acls: Option<BTreeSet<Acl>>,
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
    /// Makes access control lists.
    Allow(Vec<Acl>),
    /// Deletes one.
    Revoke(Acl),
}

/// A connection for administration.
pub struct Kafka {
    settings: Settings,
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
        possible(settings)?;
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
            settings: settings.clone(),
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
        let acls = self.rules(desired).await?;
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
            acls,
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
            Step::Allow(acls) => {
                rules::allow(&mut Wire::connect(&self.settings).await?, acls).await
            }
            Step::Revoke(acl) => {
                rules::revoke(&mut Wire::connect(&self.settings).await?, acl).await
            }
        }
    }

    /// Connecting first says what is wrong with a login or a certificate; librdkafka would say no more
    /// than that no broker answered.
    async fn rules(&self, desired: &Desired) -> Result<Option<BTreeSet<Acl>>, Error> {
        let mut wire = Wire::connect(&self.settings).await?;
        if desired.access.is_empty() {
            return Ok(None);
        }
        rules::list(&mut wire).await
    }
}

/// Says so before librdkafka does, in words that do not help.
fn possible(settings: &Settings) -> Result<(), Error> {
    let mut openssl = settings.ca.is_some();
    if let Some((login, name)) = &settings.sasl {
        let unknown = || wire::unknown_mechanism(login, name);
        let mechanism = sasl::Mechanism::named(name).ok_or_else(unknown)?;
        openssl |= matches!(mechanism, sasl::Mechanism::Scram(_));
    }
    if openssl && cfg!(not(feature = "kafka-tls")) {
        return Err(Error::NoOpenSsl);
    }
    Ok(())
}
