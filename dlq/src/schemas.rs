//! Payloads by their schema: the writer's, from the registry, and the reader's, from the catalog.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use herald::envelope::unframe;
use herald::registry::confluent::ConfluentRegistry;
use herald::registry::{Registry, SchemaId};
use herald_avro::json::to_plain;
use herald_avro::resolve::resolve;
use herald_avro::schema::{Schema, parse};
use serde_json::Value;

use crate::letter::Letter;

/// What is known of a payload.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Payload {
    /// The writer's schema id, where the payload is framed.
    pub schema_id: Option<u32>,
    /// The Avro full name of the writer's schema.
    pub written_as: Option<String>,
    /// The payload as plain JSON, or why it is none.
    pub value: Option<Result<Value, String>>,
    /// Why the catalog's current schema of the message's type cannot read what this writer writes.
    pub unreadable: Option<String>,
}

/// Schemas that were asked for.
pub struct Schemas {
    registry: Option<ConfluentRegistry>,
    writers: HashMap<SchemaId, Result<Arc<Schema>, String>>,
    readers: BTreeMap<String, String>,
}

impl Schemas {
    /// Writers' schemas from a registry, readers' by Avro full name.
    pub fn new(registry: Option<ConfluentRegistry>, readers: BTreeMap<String, String>) -> Self {
        Self {
            registry,
            writers: HashMap::new(),
            readers,
        }
    }

    /// A letter's payload, so far as it can be understood.
    pub async fn payload(&mut self, letter: &Letter) -> Payload {
        let Some(bytes) = &letter.payload else {
            return Payload::default();
        };
        let (id, datum) = match unframe(bytes) {
            Ok(framed) => framed,
            Err(error) => {
                return Payload {
                    value: Some(Err(error.to_string())),
                    ..Payload::default()
                };
            }
        };
        let writer = self.writer(id).await;
        let value = match &writer {
            Ok(schema) => to_plain(schema, datum).map_err(|error| error.to_string()),
            Err(why) => Err(why.clone()),
        };
        let schema = writer.ok();
        Payload {
            schema_id: Some(id.0),
            unreadable: schema.as_ref().and_then(|it| self.unreadable(letter, it)),
            written_as: schema.map(|it| it.type_name(it.root()).to_owned()),
            value: Some(value),
        }
    }

    async fn writer(&mut self, id: SchemaId) -> Result<Arc<Schema>, String> {
        if let Some(known) = self.writers.get(&id) {
            return known.clone();
        }
        let Some(registry) = &self.registry else {
            return Err(format!(
                "schema {id} is not known here: HERALD_REGISTRY_URL names the registry"
            ));
        };
        let asked = registry.schema(id).await.map_err(|error| error.to_string());
        let found = asked.and_then(|json| {
            let parsed = parse(&json);
            parsed.map(Arc::new).map_err(|errors| joined(&errors))
        });
        self.writers.insert(id, found.clone());
        found
    }

    fn unreadable(&self, letter: &Letter, writer: &Schema) -> Option<String> {
        let reader = parse(self.readers.get(letter.message_type()?)?).ok()?;
        resolve(writer, &reader).err().map(|why| joined(&why))
    }
}

fn joined(errors: &[impl std::fmt::Display]) -> String {
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    errors.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::tests::letter;
    use bytes::Bytes;

    fn schema(name: &str, ty: &str) -> String {
        format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":"n","type":"{ty}"}}]}}"#)
    }

    /// As if the registry had been asked.
    fn schemas(written: &str) -> Schemas {
        let readers = BTreeMap::from([("A".to_owned(), schema("A", "long"))]);
        let mut schemas = Schemas::new(None, readers);
        let parsed = parse(written)
            .map(Arc::new)
            .map_err(|errors| joined(&errors));
        schemas.writers.insert(SchemaId(7), parsed);
        schemas
    }

    async fn payload(mut schemas: Schemas, bytes: &'static [u8]) -> Payload {
        let mut dead = letter(&[("ce_type", "A")]);
        dead.payload = Some(Bytes::from_static(bytes));
        schemas.payload(&dead).await
    }

    #[tokio::test]
    async fn a_payload_is_decoded_as_it_was_written() {
        let good = payload(schemas(&schema("A", "int")), b"\0\0\0\0\x07\x06").await;
        assert_eq!(good.value, Some(Ok(serde_json::json!({ "n": 3 }))));
        assert_eq!(good.written_as.as_deref(), Some("A"));
        assert_eq!(good.unreadable, None);
        let other = payload(schemas(&schema("A", "string")), b"\0\0\0\0\x07\x02x").await;
        assert_eq!(other.value, Some(Ok(serde_json::json!({ "n": "x" }))));
        assert!(other.unreadable.is_some_and(|why| why.contains('n')));
    }

    #[tokio::test]
    async fn what_cannot_be_decoded_says_why() {
        let cut = payload(schemas(&schema("A", "string")), b"\0\0\0\0\x07\x08x").await;
        assert!(matches!(cut.value, Some(Err(_))));
        assert_eq!(cut.schema_id, Some(7));
        let garbage = payload(schemas(&schema("A", "int")), b"garbage").await;
        assert!(matches!(garbage.value, Some(Err(why)) if why.contains("magic")));
        let unknown = payload(schemas(&schema("A", "int")), b"\0\0\0\0\x09\x06").await;
        assert!(matches!(unknown.value, Some(Err(why)) if why.contains("schema 9")));
    }
}
