//! The schema registry: subjects (topic-record names), their schemas and compatibility levels,
//! through Confluent's HTTP API.
//!
//! A subject is ours when the record it names is in the system's namespace and its topic or queue
//! begins like one of the catalog's. Subjects of messages that
//! were released once stay: records written with them may still be there.

mod compare;
pub mod export;

use std::collections::BTreeMap;

use hyper::Method;
use serde_json::{Value, json};

pub use compare::compare;

use crate::{
    Error,
    desired::Desired,
    http::{Http, Login, segment},
};

const CONTENT: &str = "application/vnd.schemaregistry.v1+json";

/// How the registry is reached.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Base URL of its API.
    pub url: String,
    /// Credentials, unless the URL has them.
    pub login: Option<Login>,
}

/// Subjects that are ours, or have a name that shall be ours.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Live {
    /// By name.
    pub subjects: BTreeMap<String, Subject>,
}

/// A subject as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Subject {
    /// Schemas by version.
    pub versions: BTreeMap<u64, Value>,
    /// Its own compatibility level, if it has one.
    pub compatibility: Option<String>,
    /// Why the registry would not take the current schema of the catalog.
    pub rejects: Option<String>,
}

/// What removes a difference.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Registers schemas as the next versions, in order, and sets the level.
    Create(String, Vec<Value>, &'static str),
    /// Registers schemas as the next versions, in order.
    Register(String, Vec<Value>),
    /// Sets the compatibility level.
    Level(String, &'static str),
    /// Deletes a version; it can still be found by its id.
    DeleteVersion(String, u64),
    /// Deletes a subject; its schemas can still be found by id.
    Delete(String),
}

/// A connection to the registry.
pub struct Registry {
    http: Http,
}

impl Registry {
    /// Nothing is asked yet.
    ///
    /// # Errors
    /// [`Error::Address`].
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let http = Http::new(&settings.url, settings.login.as_ref(), CONTENT)?;
        Ok(Self { http })
    }

    /// Every subject that is declared, or can only be this catalog's.
    ///
    /// # Errors
    /// [`Error`] when the registry does not answer.
    pub async fn observe(&self, desired: &Desired) -> Result<Live, Error> {
        let names = self.http.list("/subjects").await?;
        let mut live = Live::default();
        for name in names.iter().filter_map(Value::as_str) {
            let declared = desired.subjects.get(name);
            if declared.is_none() && !compare::ours(name, desired) {
                continue;
            }
            let mut subject = self.subject(name).await?;
            let current = declared.and_then(|declared| declared.schemas.last());
            if let Some(current) = current.filter(|it| !subject.versions.values().any(|v| v == *it))
            {
                subject.rejects = self.rejects(name, current).await?;
            }
            live.subjects.insert(name.to_owned(), subject);
        }
        Ok(live)
    }

    /// Every subject there is.
    ///
    /// # Errors
    /// [`Error`] when the registry does not answer.
    pub async fn all(&self) -> Result<BTreeMap<String, Subject>, Error> {
        let names = self.http.list("/subjects").await?;
        let mut subjects = BTreeMap::new();
        for name in names.iter().filter_map(Value::as_str) {
            subjects.insert(name.to_owned(), self.subject(name).await?);
        }
        Ok(subjects)
    }

    async fn subject(&self, name: &str) -> Result<Subject, Error> {
        let path = segment(name);
        let mut subject = Subject::default();
        for version in self
            .http
            .list(&format!("/subjects/{path}/versions"))
            .await?
        {
            let Some(version) = version.as_u64() else {
                continue;
            };
            let at = format!("/subjects/{path}/versions/{version}");
            let found = self.http.find(&at).await?.unwrap_or_default();
            let text = found["schema"].as_str().unwrap_or_default();
            // A schema of another kind than Avro is one that is not declared.
            let schema = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
            subject.versions.insert(version, schema);
        }
        let level = self.http.find(&format!("/config/{path}")).await?;
        subject.compatibility =
            level.and_then(|it| it["compatibilityLevel"].as_str().map(str::to_owned));
        Ok(subject)
    }

    /// Asks whether the next version may be that schema.
    async fn rejects(&self, name: &str, schema: &Value) -> Result<Option<String>, Error> {
        let path = format!(
            "/compatibility/subjects/{}/versions?verbose=true",
            segment(name)
        );
        let body = json!({ "schema": schema.to_string() });
        let answer = self.http.call(Method::POST, &path, Some(&body)).await?;
        if answer["is_compatible"] != false {
            return Ok(None);
        }
        let messages = answer["messages"].as_array().into_iter().flatten();
        let messages: Vec<&str> = messages.filter_map(Value::as_str).collect();
        Ok(Some(match messages.as_slice() {
            [] => "without saying why; `cargo xtask compat` does".to_owned(),
            some => some.join("; "),
        }))
    }

    /// Removes a difference.
    ///
    /// # Errors
    /// [`Error`] with the registry's reason.
    pub async fn apply(&self, step: &Step) -> Result<(), Error> {
        match step {
            Step::Create(name, schemas, level) => {
                self.register(name, schemas).await?;
                self.level(name, level).await
            }
            Step::Register(name, schemas) => self.register(name, schemas).await,
            Step::Level(name, level) => self.level(name, level).await,
            Step::DeleteVersion(name, version) => {
                self.delete(&format!("/subjects/{}/versions/{version}", segment(name)))
                    .await
            }
            Step::Delete(name) => self.delete(&format!("/subjects/{}", segment(name))).await,
        }
    }

    async fn register(&self, name: &str, schemas: &[Value]) -> Result<(), Error> {
        let path = format!("/subjects/{}/versions", segment(name));
        for schema in schemas {
            let body = json!({ "schema": schema.to_string() });
            self.http.call(Method::POST, &path, Some(&body)).await?;
        }
        Ok(())
    }

    async fn level(&self, name: &str, level: &str) -> Result<(), Error> {
        let body = json!({ "compatibility": level });
        let path = format!("/config/{}", segment(name));
        self.http
            .call(Method::PUT, &path, Some(&body))
            .await
            .map(drop)
    }

    async fn delete(&self, path: &str) -> Result<(), Error> {
        self.http.call(Method::DELETE, path, None).await.map(drop)
    }
}
