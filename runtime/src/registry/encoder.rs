//! From values to framed bytes.

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;

use super::{Registry, RegistryError, SchemaId, subject};
use crate::envelope;
use crate::message::Message;

/// Frames values of types whose schema ids were looked up before. Clones share
/// what they know.
#[derive(Clone)]
pub struct Encoder {
    registry: Arc<dyn Registry>,
    ids: Arc<RwLock<HashMap<TypeId, SchemaId>>>,
}

thread_local! {
    /// Where messages are written before their size is known; what is kept of one fits it exactly.
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Bytes of scratch space that a large message may leave behind.
const SCRATCH_LIMIT: usize = 1 << 16;

/// Why a value was not framed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeFailure {
    /// [`Encoder::prepare`] was not called for its type.
    #[error("the schema id of {0} was not looked up")]
    Unprepared(&'static str),
}

/// What to do with a schema that the registry does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Register it: for development and simulation.
    Register,
    /// Fail: schemas are registered by provisioning.
    Refuse,
}

impl Encoder {
    /// An encoder on that registry.
    pub fn new(registry: Arc<dyn Registry>) -> Self {
        Self {
            registry,
            ids: Arc::default(),
        }
    }

    /// Looks up the schema id of a type, in the topic or queue that carries it.
    pub async fn prepare<M: Message>(
        &self,
        topic_or_queue: &str,
        missing: Missing,
    ) -> Result<SchemaId, RegistryError> {
        let subject = subject(topic_or_queue, M::TYPE);
        let schema = M::schema_json();
        let id = match missing {
            Missing::Register => self.registry.register(&subject, &schema).await?,
            Missing::Refuse => self.registry.id_of(&subject, &schema).await?,
        };
        let mut ids = self.ids.write().unwrap_or_else(PoisonError::into_inner);
        ids.insert(TypeId::of::<M>(), id);
        Ok(id)
    }

    /// The framed bytes of a value.
    pub fn encode<M: Message>(&self, message: &M) -> Result<Bytes, EncodeFailure> {
        let ids = self.ids.read().unwrap_or_else(PoisonError::into_inner);
        let id = ids.get(&TypeId::of::<M>()).copied();
        drop(ids);
        let id = id.ok_or(EncodeFailure::Unprepared(M::TYPE))?;
        Ok(SCRATCH.with_borrow_mut(|out| {
            out.clear();
            envelope::frame(id, out);
            message.encode(out);
            let framed = Bytes::copy_from_slice(out);
            out.shrink_to(SCRATCH_LIMIT);
            framed
        }))
    }
}
