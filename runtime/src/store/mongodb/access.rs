//! One operation on the server: bounded in time, its errors sorted.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use mongodb::bson::{Document, doc};
use mongodb::error::{ErrorKind, WriteFailure};
use mongodb::{Collection, Cursor};

use super::pending::Pending;
use super::settings::MongodbSettings;
use crate::store::StoreError;

/// The collections of one store, and its bounds.
#[derive(Debug, Clone)]
pub(super) struct Access {
    /// One document an aggregate.
    pub(super) documents: Collection<Document>,
    /// Who relays at the moment, one document a broker.
    pub(super) leases: Collection<Document>,
    pub(super) pending: Arc<Pending>,
    pub(super) limits: Limits,
    timeout: Duration,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) window: Duration,
    pub(super) processed: u64,
    pub(super) pending: u64,
    pub(super) pending_bytes: u64,
}

impl Access {
    pub(super) fn new(
        documents: Collection<Document>,
        leases: Collection<Document>,
        settings: &MongodbSettings,
    ) -> Self {
        Self {
            documents,
            leases,
            pending: Arc::default(),
            limits: Limits {
                window: settings.window,
                processed: settings.processed.into(),
                pending: settings.pending.into(),
                pending_bytes: settings.pending_bytes.into(),
            },
            timeout: settings.timeout,
        }
    }

    /// Waits for an operation, but not for ever: a server that hangs is down.
    pub(super) async fn ask<T>(
        &self,
        operation: impl IntoFuture<Output = Result<T, mongodb::error::Error>>,
    ) -> Result<T, StoreError> {
        self.bounded(operation).await?.map_err(|e| sorted(&e))
    }

    /// The fields asked for of one document; `None` where there is none.
    pub(super) async fn read(
        &self,
        id: &str,
        fields: Document,
    ) -> Result<Option<Document>, StoreError> {
        let found = self.documents.find_one(doc! { "_id": id });
        self.ask(found.projection(fields)).await
    }

    /// Changes the one document that the filter names. `false` if there is none.
    pub(super) async fn update(
        &self,
        filter: Document,
        update: Document,
    ) -> Result<bool, StoreError> {
        let result = self.ask(self.documents.update_one(filter, update)).await?;
        Ok(result.matched_count > 0)
    }

    /// Changes the one document that the filter names, or adds it. `false` if
    /// there is one of that id that the filter does not fit.
    pub(super) async fn upsert(
        &self,
        collection: &Collection<Document>,
        filter: Document,
        update: Document,
    ) -> Result<bool, StoreError> {
        let update = collection.update_one(filter, update).upsert(true);
        match self.bounded(update).await? {
            Ok(_) => Ok(true),
            Err(error) if is_duplicate(&error) => Ok(false),
            Err(error) => Err(sorted(&error)),
        }
    }

    pub(super) async fn next(
        &self,
        cursor: &mut Cursor<Document>,
    ) -> Result<Option<Document>, StoreError> {
        self.ask(cursor.try_next()).await
    }

    #[allow(clippy::disallowed_methods, reason = "a real server takes real time")]
    async fn bounded<T>(&self, operation: impl IntoFuture<Output = T>) -> Result<T, StoreError> {
        let answered = tokio::time::timeout(self.timeout, operation.into_future()).await;
        answered.map_err(|_| {
            let after = self.timeout;
            StoreError::Unavailable(format!("MongoDB did not answer within {after:?}"))
        })
    }
}

/// A document of that id exists already.
fn is_duplicate(error: &mongodb::error::Error) -> bool {
    code(error) == Some(11_000)
}

fn code(error: &mongodb::error::Error) -> Option<i32> {
    match error.kind.as_ref() {
        ErrorKind::Write(WriteFailure::WriteError(error)) => Some(error.code),
        ErrorKind::Command(error) => Some(error.code),
        _ => None,
    }
}

/// What is wrong with the data can never be done; everything else may pass, be
/// it an election, a lost connection or a permission that is missing.
fn sorted(error: &mongodb::error::Error) -> StoreError {
    // BSONObjectTooLarge, and the two older codes for a document that grew too large.
    const TOO_LARGE: [i32; 3] = [10_334, 17_419, 17_420];
    let text = error.kind.to_string();
    let hopeless = match error.kind.as_ref() {
        ErrorKind::BsonSerialization(_)
        | ErrorKind::BsonDeserialization(_)
        | ErrorKind::InvalidArgument { .. } => true,
        _ => code(error).is_some_and(|code| TOO_LARGE.contains(&code)),
    };
    if hopeless {
        StoreError::Refused(text)
    } else {
        StoreError::Unavailable(text)
    }
}
