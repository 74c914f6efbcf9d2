//! A schema registry behind Confluent's HTTP API, version 7: Confluent's own,
//! Apicurio, Karapace.

mod escape;
mod http;
mod known;
mod settings;

use std::sync::Arc;

use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Registry, RegistryError, SchemaId};
use crate::BoxFuture;
use escape::encoded;
use http::{Http, Reply};
use known::Known;

pub use settings::RegistrySettings;

/// A registry behind HTTP. Clones share its connections and what it said.
///
/// Schemas and ids are kept for ever once they are known. Who asks for an
/// unknown id at the same time as others shares their request.
#[derive(Debug, Clone)]
pub struct ConfluentRegistry {
    http: Http,
    known: Arc<Known>,
}

impl ConfluentRegistry {
    /// The registry that the settings name. Nothing is asked yet, so one that is
    /// down is noticed by the first question.
    ///
    /// # Errors
    /// [`RegistryError::Unavailable`] if the URL or the credentials are of no use.
    pub fn connect(settings: &RegistrySettings) -> Result<Self, RegistryError> {
        Ok(Self {
            http: Http::new(settings)?,
            known: Arc::default(),
        })
    }

    /// Posts a schema to a path of its subject and takes the id of the answer.
    async fn post(
        &self,
        subject: &str,
        path: &str,
        schema: &str,
    ) -> Result<SchemaId, RegistryError> {
        if let Some(id) = self.known.id(subject, schema) {
            return Ok(id);
        }
        let body = Some(json!({ "schema": schema }));
        let value = match self.http.ask(Method::POST, path, body).await? {
            Reply::Found(value) => value,
            Reply::No { status, message } => return Err(refused(subject, status, message)),
        };
        let id = id_in(&value)?;
        self.known.learn_id(subject, schema, id);
        Ok(id)
    }
}

impl Registry for ConfluentRegistry {
    fn register<'a>(
        &'a self,
        subject: &'a str,
        schema: &'a str,
    ) -> BoxFuture<'a, Result<SchemaId, RegistryError>> {
        Box::pin(async move {
            let path = format!("/subjects/{}/versions", encoded(subject));
            self.post(subject, &path, schema).await
        })
    }

    fn id_of<'a>(
        &'a self,
        subject: &'a str,
        schema: &'a str,
    ) -> BoxFuture<'a, Result<SchemaId, RegistryError>> {
        Box::pin(async move {
            let path = format!("/subjects/{}", encoded(subject));
            self.post(subject, &path, schema).await
        })
    }

    fn schema(&self, id: SchemaId) -> BoxFuture<'_, Result<Arc<str>, RegistryError>> {
        let ask = move || -> BoxFuture<'static, _> { Box::pin(fetch(self.http.clone(), id)) };
        Box::pin(self.known.schema(id, ask))
    }
}

async fn fetch(http: Http, id: SchemaId) -> Result<Arc<str>, RegistryError> {
    let path = format!("/schemas/ids/{id}");
    let value = match http.ask(Method::GET, &path, None).await? {
        Reply::Found(value) => value,
        Reply::No { .. } => return Err(RegistryError::UnknownId(id)),
    };
    // Absent for Avro.
    let language = value.get("schemaType").and_then(Value::as_str);
    if let Some(language) = language.filter(|language| *language != "AVRO") {
        let why = format!("schema {id} is written in {language}");
        return Err(RegistryError::Invalid(why));
    }
    let schema = value.get("schema").and_then(Value::as_str);
    schema.map(Into::into).ok_or_else(strange)
}

/// What a refusal about a subject means.
fn refused(subject: &str, status: StatusCode, message: String) -> RegistryError {
    match status {
        StatusCode::NOT_FOUND => RegistryError::NotRegistered(subject.to_owned()),
        StatusCode::CONFLICT => RegistryError::Incompatible {
            subject: subject.to_owned(),
            reason: message,
        },
        _ => RegistryError::Invalid(message),
    }
}

fn id_in(value: &Value) -> Result<SchemaId, RegistryError> {
    let id = value.get("id").and_then(Value::as_u64);
    let id = id.and_then(|id| id.try_into().ok());
    id.map(SchemaId).ok_or_else(strange)
}

/// An answer without what was asked for: not a registry, or a broken one.
fn strange() -> RegistryError {
    RegistryError::Unavailable("its answer has not what was asked for".to_owned())
}
