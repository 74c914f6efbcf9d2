//! A registry in memory, with Confluent's semantics.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Registry, RegistryError, SchemaId};
use crate::BoxFuture;

/// A registry in memory. Clones share their content.
#[derive(Debug, Clone, Default)]
pub struct MemoryRegistry {
    content: Arc<Mutex<Content>>,
}

#[derive(Debug, Default)]
struct Content {
    /// Schemas by id, which counts from 1.
    schemas: Vec<Arc<str>>,
    ids: BTreeMap<Arc<str>, SchemaId>,
    /// Versions by subject, oldest first.
    subjects: BTreeMap<String, Vec<SchemaId>>,
}

impl MemoryRegistry {
    /// A registry that knows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The subjects, sorted.
    pub fn subjects(&self) -> Vec<String> {
        self.with(|content| content.subjects.keys().cloned().collect())
    }

    /// The ids of a subject's versions, oldest first: version 1 is the first.
    pub fn versions(&self, subject: &str) -> Vec<SchemaId> {
        self.with(|content| content.subjects.get(subject).cloned().unwrap_or_default())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Content) -> T) -> T {
        work(&mut self.content.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The schema's text without insignificant white space; attributes that mean
/// nothing to Avro count, as they do in Confluent's registry.
fn normalised(schema: &str) -> Result<Arc<str>, RegistryError> {
    let invalid = |error: &dyn std::fmt::Display| RegistryError::Invalid(error.to_string());
    let value: serde_json::Value = serde_json::from_str(schema).map_err(|e| invalid(&e))?;
    Ok(value.to_string().into())
}

impl Registry for MemoryRegistry {
    fn register<'a>(
        &'a self,
        subject: &'a str,
        schema: &'a str,
    ) -> BoxFuture<'a, Result<SchemaId, RegistryError>> {
        Box::pin(async move {
            let schema = normalised(schema)?;
            Ok(self.with(|content| content.register(subject, &schema)))
        })
    }

    fn id_of<'a>(
        &'a self,
        subject: &'a str,
        schema: &'a str,
    ) -> BoxFuture<'a, Result<SchemaId, RegistryError>> {
        Box::pin(async move {
            let schema = normalised(schema)?;
            self.with(|content| {
                let id = content.ids.get(&schema)?;
                let versions = content.subjects.get(subject)?;
                versions.contains(id).then_some(*id)
            })
            .ok_or_else(|| RegistryError::NotRegistered(subject.to_owned()))
        })
    }

    fn schema(&self, id: SchemaId) -> BoxFuture<'_, Result<Arc<str>, RegistryError>> {
        Box::pin(async move {
            let index = (id.0 as usize).checked_sub(1);
            self.with(|content| content.schemas.get(index?).cloned())
                .ok_or(RegistryError::UnknownId(id))
        })
    }
}

impl Content {
    fn register(&mut self, subject: &str, schema: &Arc<str>) -> SchemaId {
        let next = SchemaId(self.schemas.len() as u32 + 1);
        let id = *self.ids.entry(schema.clone()).or_insert(next);
        if id == next {
            self.schemas.push(schema.clone());
        }
        let versions = self.subjects.entry(subject.to_owned()).or_default();
        if !versions.contains(&id) {
            versions.push(id);
        }
        id
    }
}
