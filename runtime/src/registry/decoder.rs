//! From framed bytes, of whatever version, to values.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Mutex;

use super::{Registry, RegistryError, SchemaId};
use crate::avro::codec::{DecodeError, Described, Reader};
use crate::avro::resolve::{Plan, resolve, resolve_lazily};
use crate::avro::schema::{Schema, parse};
use crate::envelope::{FrameError, unframe};

/// Decodes framed bytes of any writer into the reader's types. Clones share
/// what they know; each writer's schema is fetched once.
#[derive(Clone)]
pub struct Decoder {
    registry: Arc<dyn Registry>,
    ways: Arc<RwLock<HashMap<(TypeId, SchemaId), Way>>>,
    /// Held while one is fetched, so that others who need it wait for it.
    writers: Arc<Mutex<HashMap<SchemaId, Arc<Schema>>>>,
}

/// How to read one writer's datum as one type.
#[derive(Clone)]
enum Way {
    /// The schemas agree: the bytes are decoded as they are.
    Direct,
    /// The bytes are first made those of the reader's schema.
    Through(Arc<Plan>),
    /// So far as they can be: the schemas do not agree, for these reasons.
    Partly(Arc<Plan>, String),
    /// No datum of that writer can be read, for these reasons.
    None(String),
}

/// Why bytes were not decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeFailure {
    /// The registry could not be asked. To be tried again.
    #[error("the writer's schema cannot be had: {0}")]
    Unavailable(String),
    /// The bytes are not in the registry's wire format.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The registry does not know the writer's schema.
    #[error("writer schema {0} is unknown to the registry")]
    UnknownSchema(SchemaId),
    /// What was written with that schema cannot be read as this type: no datum,
    /// or not this one.
    #[error("written with schema {id}, which this reader does not understand: {reason}")]
    Mismatch {
        /// The writer's schema.
        id: SchemaId,
        /// Where and why.
        reason: String,
    },
    /// The bytes are not a datum of the writer's schema.
    #[error("the datum is damaged: {0}")]
    Datum(#[from] DecodeError),
}

impl DecodeFailure {
    /// Whether trying the same bytes again may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl Decoder {
    /// A decoder on that registry.
    pub fn new(registry: Arc<dyn Registry>) -> Self {
        Self {
            registry,
            ways: Arc::default(),
            writers: Arc::default(),
        }
    }

    /// Decodes one framed datum, all of it. As in Avro's Java library a writer's
    /// schema need not agree in full: what matters is the datum at hand.
    pub async fn decode<T: Described + 'static>(&self, framed: &[u8]) -> Result<T, DecodeFailure> {
        let (id, datum) = unframe(framed)?;
        let key = (TypeId::of::<T>(), id);
        let known = self.known(key);
        let way = match known {
            Some(way) => way,
            None => self.learn::<T>(key).await?,
        };
        match way {
            Way::Direct => Ok(read(datum)?),
            Way::Through(plan) => Ok(read(&transcode(&plan, datum)?)?),
            Way::Partly(plan, reason) => match transcode(&plan, datum) {
                Ok(bytes) => Ok(read(&bytes)?),
                Err(error) if plan.reason(error).is_some() => {
                    Err(DecodeFailure::Mismatch { id, reason })
                }
                Err(error) => Err(error.into()),
            },
            Way::None(reason) => Err(DecodeFailure::Mismatch { id, reason }),
        }
    }

    fn known(&self, key: (TypeId, SchemaId)) -> Option<Way> {
        let ways = self.ways.read().unwrap_or_else(PoisonError::into_inner);
        ways.get(&key).cloned()
    }

    async fn learn<T: Described>(&self, key: (TypeId, SchemaId)) -> Result<Way, DecodeFailure> {
        let writer = self.writer(key.1).await?;
        let way = way_between(&writer, &T::schema_json());
        let mut ways = self.ways.write().unwrap_or_else(PoisonError::into_inner);
        ways.insert(key, way.clone());
        Ok(way)
    }

    async fn writer(&self, id: SchemaId) -> Result<Arc<Schema>, DecodeFailure> {
        let mut writers = self.writers.lock().await;
        if let Some(schema) = writers.get(&id) {
            return Ok(schema.clone());
        }
        let json = self
            .registry
            .schema(id)
            .await
            .map_err(|error| match error {
                RegistryError::UnknownId(id) => DecodeFailure::UnknownSchema(id),
                other => DecodeFailure::Unavailable(other.to_string()),
            })?;
        let schema = parse(&json).map_err(|errors| DecodeFailure::Mismatch {
            id,
            reason: joined(&errors),
        })?;
        let schema = Arc::new(schema);
        writers.insert(id, schema.clone());
        Ok(schema)
    }
}

fn way_between(writer: &Schema, reader: &str) -> Way {
    let reader = match parse(reader) {
        Ok(reader) => reader,
        Err(errors) => return Way::None(format!("its own schema: {}", joined(&errors))),
    };
    match resolve(writer, &reader) {
        Ok(plan) if plan.is_identity() => Way::Direct,
        Ok(plan) => Way::Through(Arc::new(plan)),
        Err(reasons) => match resolve_lazily(writer, &reader) {
            Ok(plan) => Way::Partly(Arc::new(plan), joined(&reasons)),
            Err(_) => Way::None(joined(&reasons)),
        },
    }
}

fn transcode(plan: &Plan, datum: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::with_capacity(datum.len() + 32);
    plan.transcode(datum, &mut out)?;
    Ok(out)
}

fn read<T: Described>(datum: &[u8]) -> Result<T, DecodeError> {
    let mut reader = Reader::new(datum);
    let value = T::decode(&mut reader)?;
    reader.finish()?;
    Ok(value)
}

fn joined(errors: &[impl std::fmt::Display]) -> String {
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    errors.join("; ")
}
