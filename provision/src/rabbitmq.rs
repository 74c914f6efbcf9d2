//! RabbitMQ: virtual host, exchange, queues, bindings, policies and permissions, through the
//! management interface's HTTP API.
//!
//! The virtual host has the system's name. The tag `herald` on it says that we made it; in a virtual
//! host without it, nothing but what the catalog declares is looked at.

mod access;
mod apply;
mod compare;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use compare::compare;

use crate::{
    Error,
    desired::Desired,
    http::{Http, Login, segment},
};

/// Tag of a virtual host that we made.
pub(crate) const TAG: &str = "herald";

/// How the management interface is reached.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Base URL, such as `http://localhost:15672`.
    pub url: String,
    /// Credentials, unless the URL has them.
    pub login: Option<Login>,
    /// Virtual host, where it is not the system's name.
    pub vhost: Option<String>,
}

/// A virtual host as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Live {
    /// Whether it exists.
    pub vhost: bool,
    /// Whether we made it.
    pub marked: bool,
    /// Exchanges by name, those of the protocol left out.
    pub exchanges: BTreeMap<String, Value>,
    /// Queues by name.
    pub queues: BTreeMap<String, Value>,
    /// Bindings, those of the default exchange left out.
    pub bindings: Vec<Value>,
    /// Policies by name.
    pub policies: BTreeMap<String, Value>,
    /// Permissions by user.
    pub permissions: BTreeMap<String, Value>,
    /// All users.
    pub users: BTreeSet<String>,
}

/// What removes a difference: one request.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Makes or changes what a path names.
    Put(String, Value),
    /// Makes a binding.
    Post(String, Value),
    /// Deletes what a path names.
    Delete(String),
    /// Deletes a queue that is empty and unused, and makes it anew.
    Recreate(String, Value),
}

/// A connection to the management interface.
pub struct Rabbitmq {
    http: Http,
    vhost: Option<String>,
}

impl Rabbitmq {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// [`Error::Address`].
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            http: Http::new(&settings.url, settings.login.as_ref(), "application/json")?,
            vhost: settings.vhost.clone(),
        })
    }

    /// The virtual host of a system.
    pub fn vhost(&self, system: &str) -> String {
        self.vhost.clone().unwrap_or_else(|| system.to_owned())
    }

    /// Everything in the virtual host.
    ///
    /// # Errors
    /// [`Error`] when the management interface does not answer.
    pub async fn observe(&self, desired: &Desired) -> Result<Live, Error> {
        let vhost = segment(&self.vhost(&desired.system));
        let Some(found) = self.http.find(&format!("/api/vhosts/{vhost}")).await? else {
            return Ok(Live {
                users: self.users().await?,
                ..Live::default()
            });
        };
        let tags = found["tags"].as_array();
        let list = |what: &str| {
            let path = format!("/api/{what}/{vhost}");
            async move { self.http.list(&path).await }
        };
        let mut exchanges = by("name", list("exchanges").await?);
        exchanges.retain(|name, _| !name.is_empty() && !name.starts_with("amq."));
        let mut bindings = list("bindings").await?;
        bindings.retain(|binding| binding["source"] != "");
        let permissions = format!("/api/vhosts/{vhost}/permissions");
        Ok(Live {
            vhost: true,
            marked: tags.is_some_and(|tags| tags.iter().any(|tag| tag == TAG)),
            exchanges,
            queues: by("name", list("queues").await?),
            bindings,
            policies: by("name", list("policies").await?),
            permissions: by("user", self.http.list(&permissions).await?),
            users: self.users().await?,
        })
    }

    async fn users(&self) -> Result<BTreeSet<String>, Error> {
        Ok(by("name", self.http.list("/api/users").await?)
            .into_keys()
            .collect())
    }
}

/// Objects by the value of one of their keys.
fn by(key: &str, items: Vec<Value>) -> BTreeMap<String, Value> {
    let named = items.into_iter().filter_map(|item| {
        let name = item[key].as_str()?.to_owned();
        Some((name, item))
    });
    named.collect()
}
