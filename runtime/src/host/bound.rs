//! A service with its handlers and store, ready to be started.

use std::sync::Arc;
use std::time::Duration;

use super::{Pending, Platform, Running};
use crate::BoxFuture;
use crate::binding::{Definition, Parts};
use crate::registry::RegistryError;
use crate::store::{Store, StoreError};
use crate::transport::TransportError;

/// A service with its handlers and store. It can be started more than once: the
/// store outlives an instance that crashed. Cheap to clone.
#[derive(Clone)]
pub struct Bound {
    definition: &'static Definition,
    start: Arc<dyn Start>,
}

/// Why a service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The topology has no such service.
    #[error("service {service} is not in the topology of environment {environment}")]
    UnknownService {
        /// The service.
        service: &'static str,
        /// The environment.
        environment: &'static str,
    },
    /// The topology and the bound handlers do not agree.
    #[error("service {service}: {what}; generate again and rebuild")]
    Handlers {
        /// The service.
        service: &'static str,
        /// What has no counterpart.
        what: String,
    },
    /// Repeats would be forgotten while they can still come.
    #[error("inbox rows are kept for {age:?}, a repeat may come after {horizon:?}")]
    Horizon {
        /// How long inbox rows are kept.
        age: Duration,
        /// The longest time between two deliveries of one message.
        horizon: Duration,
    },
    /// What is declared needs a store.
    #[error("service {service} declares {what}, which needs a store")]
    NeedsStore {
        /// The service.
        service: &'static str,
        /// What is declared.
        what: &'static str,
    },
    /// The store is not ready.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A schema id could not be had.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// A broker could not be used.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

trait Start: Send + Sync {
    fn start(&self, platform: Platform) -> BoxFuture<'_, Result<Running, StartError>>;
    fn pending(&self) -> BoxFuture<'_, Pending>;
}

impl Bound {
    pub(crate) fn new<S, St>(parts: Parts<S, St>) -> Self
    where
        S: Send + Sync + 'static,
        St: Store,
        St::Tx: 'static,
    {
        Self {
            definition: parts.definition,
            start: Arc::new(Arc::new(parts)),
        }
    }

    /// What the catalog says of the service.
    pub fn definition(&self) -> &'static Definition {
        self.definition
    }

    /// Starts an instance on a platform: its consumers, relays and timers run as
    /// tasks of the platform's world, its router answers requests.
    pub async fn start(&self, platform: Platform) -> Result<Running, StartError> {
        self.start.start(platform).await
    }

    /// What waits in the service's store, whether an instance runs or not.
    pub async fn pending(&self) -> Pending {
        self.start.pending().await
    }
}

impl<S, St> Start for Arc<Parts<S, St>>
where
    S: Send + Sync + 'static,
    St: Store,
    St::Tx: 'static,
{
    fn start(&self, platform: Platform) -> BoxFuture<'_, Result<Running, StartError>> {
        Box::pin(super::start::start(self.clone(), platform))
    }

    fn pending(&self) -> BoxFuture<'_, Pending> {
        Box::pin(super::pending::of(&*self.store))
    }
}

impl std::fmt::Debug for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bound({})", self.definition.service)
    }
}
