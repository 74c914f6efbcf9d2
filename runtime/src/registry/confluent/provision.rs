//! What provisioning asks and sets: subjects, versions, compatibility levels.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use hyper::Method;
use serde_json::{Value, json};

use super::escape::encoded;
use super::http::Reply;
use super::{ConfluentRegistry, id_in, refused, strange};
use crate::registry::{RegistryError, SchemaId};

/// A version of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number; the first is 1.
    pub number: u32,
    /// Its schema's id.
    pub id: SchemaId,
    /// Its schema, as JSON.
    pub schema: Arc<str>,
}

/// Which versions of a subject must be able to read which others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compatibility {
    /// A new version reads what the last one wrote.
    Backward,
    /// A new version reads what every earlier one wrote.
    BackwardTransitive,
    /// The last version reads what a new one writes.
    Forward,
    /// Every earlier version reads what a new one writes.
    ForwardTransitive,
    /// Backward and forward.
    Full,
    /// Backward and forward, with every earlier version.
    FullTransitive,
    /// Nothing is checked.
    None,
}

impl Compatibility {
    const ALL: [Self; 7] = [
        Self::Backward,
        Self::BackwardTransitive,
        Self::Forward,
        Self::ForwardTransitive,
        Self::Full,
        Self::FullTransitive,
        Self::None,
    ];

    /// The name in the registry's API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Backward => "BACKWARD",
            Self::BackwardTransitive => "BACKWARD_TRANSITIVE",
            Self::Forward => "FORWARD",
            Self::ForwardTransitive => "FORWARD_TRANSITIVE",
            Self::Full => "FULL",
            Self::FullTransitive => "FULL_TRANSITIVE",
            Self::None => "NONE",
        }
    }
}

impl fmt::Display for Compatibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no compatibility level of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no compatibility level")]
pub struct NoLevel(String);

impl FromStr for Compatibility {
    type Err = NoLevel;

    fn from_str(name: &str) -> Result<Self, NoLevel> {
        let mut all = Self::ALL.into_iter();
        let level = all.find(|level| level.as_str() == name);
        level.ok_or_else(|| NoLevel(name.to_owned()))
    }
}

impl ConfluentRegistry {
    /// The subjects, in the registry's order.
    pub async fn subjects(&self) -> Result<Vec<String>, RegistryError> {
        let value = match self.http.ask(Method::GET, "/subjects", None).await? {
            Reply::Found(value) => value,
            Reply::No { message, .. } => return Err(RegistryError::Unavailable(message)),
        };
        let names = value.as_array().ok_or_else(strange)?.iter();
        names
            .map(|name| name.as_str().map(ToOwned::to_owned).ok_or_else(strange))
            .collect()
    }

    /// The numbers of a subject's versions, oldest first.
    ///
    /// # Errors
    /// [`RegistryError::NotRegistered`] if there is no such subject.
    pub async fn versions(&self, subject: &str) -> Result<Vec<u32>, RegistryError> {
        let path = format!("/subjects/{}/versions", encoded(subject));
        let value = self.of_subject(subject, Method::GET, &path, None).await?;
        let numbers = value.as_array().ok_or_else(strange)?.iter();
        numbers.map(|number| u32_in(Some(number))).collect()
    }

    /// One version of a subject.
    ///
    /// # Errors
    /// [`RegistryError::NotRegistered`] if there is no such subject or version.
    pub async fn version(&self, subject: &str, number: u32) -> Result<Version, RegistryError> {
        let path = format!("/subjects/{}/versions/{number}", encoded(subject));
        let value = self.of_subject(subject, Method::GET, &path, None).await?;
        let schema = value.get("schema").and_then(Value::as_str);
        Ok(Version {
            number: u32_in(value.get("version"))?,
            id: id_in(&value)?,
            schema: schema.ok_or_else(strange)?.into(),
        })
    }

    /// The level set for a subject; `None` where the registry's default holds.
    pub async fn compatibility(
        &self,
        subject: &str,
    ) -> Result<Option<Compatibility>, RegistryError> {
        let path = format!("/config/{}", encoded(subject));
        match self.of_subject(subject, Method::GET, &path, None).await {
            Ok(value) => level_in(&value).map(Some),
            Err(RegistryError::NotRegistered(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sets the level of a subject, which need not have versions yet.
    pub async fn set_compatibility(
        &self,
        subject: &str,
        level: Compatibility,
    ) -> Result<(), RegistryError> {
        let path = format!("/config/{}", encoded(subject));
        let body = json!({ "compatibility": level.as_str() });
        self.of_subject(subject, Method::PUT, &path, Some(body))
            .await
            .map(drop)
    }

    /// The level of subjects that have none of their own.
    pub async fn default_compatibility(&self) -> Result<Compatibility, RegistryError> {
        match self.http.ask(Method::GET, "/config", None).await? {
            Reply::Found(value) => level_in(&value),
            Reply::No { message, .. } => Err(RegistryError::Unavailable(message)),
        }
    }

    /// An answer about a subject; "not found" says that it is not registered.
    pub(super) async fn of_subject(
        &self,
        subject: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, RegistryError> {
        match self.http.ask(method, path, body).await? {
            Reply::Found(value) => Ok(value),
            Reply::No {
                status, message, ..
            } => Err(refused(subject, status, message)),
        }
    }
}

fn level_in(value: &Value) -> Result<Compatibility, RegistryError> {
    // What is set is called one thing, what was set another.
    let level = value
        .get("compatibilityLevel")
        .or(value.get("compatibility"));
    let level = level.and_then(Value::as_str).ok_or_else(strange)?;
    level.parse().map_err(|_| strange())
}

fn u32_in(value: Option<&Value>) -> Result<u32, RegistryError> {
    let number = value.and_then(Value::as_u64).ok_or_else(strange)?;
    number.try_into().map_err(|_| strange())
}
