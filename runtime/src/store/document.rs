//! The one document that a unit of work changes.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// A document of a service whose state is one document per aggregate.
pub trait Document: Clone + Send + Sync + 'static {
    /// The document that stands for an id nothing is known of yet.
    fn stub(id: &str) -> Self;
}

/// The one document of a unit of work. It dereferences to the state; nothing of
/// it is kept unless the unit commits.
#[derive(Debug)]
pub struct DocumentTx<D> {
    id: Arc<str>,
    state: D,
    version: u64,
}

impl<D> DocumentTx<D> {
    /// A document as read: `version` 0 for one that is not stored yet.
    pub fn new(id: impl Into<Arc<str>>, state: D, version: u64) -> Self {
        Self {
            id: id.into(),
            state,
            version,
        }
    }

    /// The version it was read at; 0 for one that is not stored yet.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The state, as the handler left it.
    pub fn into_state(self) -> D {
        self.state
    }

    /// The document's id, shared.
    pub fn shared_id(&self) -> Arc<str> {
        self.id.clone()
    }

    /// The document's id, which is the message's key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether nothing was stored under this id: the state is a stub.
    pub fn is_new(&self) -> bool {
        self.version == 0
    }
}

impl<D> Deref for DocumentTx<D> {
    type Target = D;

    fn deref(&self) -> &D {
        &self.state
    }
}

impl<D> DerefMut for DocumentTx<D> {
    fn deref_mut(&mut self) -> &mut D {
        &mut self.state
    }
}
