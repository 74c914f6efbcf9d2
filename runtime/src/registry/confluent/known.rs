//! What the registry said before. A schema and its id belong together for ever;
//! that an id is unknown is true for the moment only, so it is not kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{Shared, WeakShared};

use crate::BoxFuture;
use crate::registry::{RegistryError, SchemaId};

type Answer = Result<Arc<str>, RegistryError>;
type Request = Shared<BoxFuture<'static, Answer>>;

#[derive(Debug, Default)]
pub(super) struct Known {
    content: Mutex<Content>,
}

#[derive(Debug, Default)]
struct Content {
    schemas: HashMap<SchemaId, Arc<str>>,
    /// Requests under way. They are their askers': with the last of them goes
    /// the request.
    asked: HashMap<SchemaId, WeakShared<BoxFuture<'static, Answer>>>,
    ids: HashMap<(String, String), SchemaId>,
}

impl Known {
    /// The schema of an id: known, or from a request that all who ask at the
    /// same time share, whatever its answer.
    pub(super) async fn schema(
        &self,
        id: SchemaId,
        ask: impl FnOnce() -> BoxFuture<'static, Answer>,
    ) -> Answer {
        let request = match self.known_or_asked(id, ask) {
            Ok(schema) => return Ok(schema),
            Err(request) => request,
        };
        let answer = request.clone().await;
        let mut content = self.lock();
        // Another request may have begun since, by somebody who came too late.
        let asked = content.asked.get(&id).and_then(WeakShared::upgrade);
        if asked.is_some_and(|asked| asked.ptr_eq(&request)) {
            content.asked.remove(&id);
        }
        if let Ok(schema) = &answer {
            content.schemas.insert(id, schema.clone());
        }
        answer
    }

    fn known_or_asked(
        &self,
        id: SchemaId,
        ask: impl FnOnce() -> BoxFuture<'static, Answer>,
    ) -> Result<Arc<str>, Request> {
        let mut content = self.lock();
        if let Some(schema) = content.schemas.get(&id) {
            return Ok(schema.clone());
        }
        if let Some(request) = content.asked.get(&id).and_then(WeakShared::upgrade) {
            return Err(request);
        }
        let request = ask().shared();
        if let Some(weak) = request.downgrade() {
            content.asked.insert(id, weak);
        }
        Err(request)
    }

    pub(super) fn id(&self, subject: &str, schema: &str) -> Option<SchemaId> {
        let key = (subject.to_owned(), schema.to_owned());
        self.lock().ids.get(&key).copied()
    }

    pub(super) fn learn_id(&self, subject: &str, schema: &str, id: SchemaId) {
        let key = (subject.to_owned(), schema.to_owned());
        self.lock().ids.insert(key, id);
    }

    fn lock(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
