//! From framed bytes, of whatever version, to values.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::{Registry, RegistryError, SchemaId};
use crate::avro::codec::{DecodeError, Described, Reader};
use crate::envelope::{FrameError, unframe};

/// Decodes framed bytes of any writer into the reader's types. Clones share
/// what they know; each writer's schema is fetched once.
#[derive(Clone)]
pub struct Decoder {
    registry: Arc<dyn Registry>,
    ways: Arc<RwLock<HashMap<(TypeId, SchemaId), Arc<Way>>>>,
}

/// How to read one writer's datum as one type.
enum Way {
    /// The schemas agree: the bytes are decoded as they are.
    Direct,
}

/// Why bytes were not decoded.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
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
    /// The writer's schema cannot be read as this type.
    #[error("writer schema {id} cannot be read as {reader}: {reasons}")]
    Mismatch {
        /// The writer's schema.
        id: SchemaId,
        /// The type to read.
        reader: &'static str,
        /// Every reason, joined by semicolons.
        reasons: String,
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
        }
    }

    /// Decodes one framed datum, all of it.
    pub async fn decode<T: Described + 'static>(&self, framed: &[u8]) -> Result<T, DecodeFailure> {
        let (id, datum) = unframe(framed)?;
        match self.known(TypeId::of::<T>(), id) {
            Some(way) => way.decode(datum),
            None => self.learn::<T>(id).await?.decode(datum),
        }
    }

    fn known(&self, reader: TypeId, id: SchemaId) -> Option<Arc<Way>> {
        let ways = self.ways.read().unwrap_or_else(PoisonError::into_inner);
        ways.get(&(reader, id)).cloned()
    }

    async fn learn<T: Described + 'static>(&self, id: SchemaId) -> Result<Arc<Way>, DecodeFailure> {
        let writer = self
            .registry
            .schema(id)
            .await
            .map_err(|error| match error {
                RegistryError::UnknownId(id) => DecodeFailure::UnknownSchema(id),
                other => DecodeFailure::Unavailable(other.to_string()),
            })?;
        let way = Arc::new(Way::between::<T>(id, &writer)?);
        let mut ways = self.ways.write().unwrap_or_else(PoisonError::into_inner);
        ways.insert((TypeId::of::<T>(), id), way.clone());
        Ok(way)
    }
}

impl Way {
    fn between<T: Described>(_id: SchemaId, _writer: &str) -> Result<Self, DecodeFailure> {
        Ok(Self::Direct)
    }

    fn decode<T: Described>(&self, datum: &[u8]) -> Result<T, DecodeFailure> {
        let mut reader = Reader::new(datum);
        let value = T::decode(&mut reader)?;
        reader.finish()?;
        Ok(value)
    }
}
