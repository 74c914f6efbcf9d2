//! A service with its handlers and store, ready to be started.

use std::sync::Arc;
use std::time::Duration;

use super::{Instance, Pending, Platform, Running};
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
    routes: Option<Arc<dyn Routes>>,
}

/// Makes the routes that a service serves besides the requests of its catalog entry.
trait Routes: Fn(&Instance) -> axum::Router + Send + Sync {}

impl<F: Fn(&Instance) -> axum::Router + Send + Sync> Routes for F {}

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
    fn is_read_model(&self) -> bool;
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
            routes: None,
        }
    }

    /// Serves these routes besides the requests of the catalog: pages, streams of server-sent
    /// events. Their paths must differ from those of requests, and they have no fallback.
    #[must_use]
    pub fn with_routes(
        self,
        routes: impl Fn(&Instance) -> axum::Router + Send + Sync + 'static,
    ) -> Self {
        Self {
            routes: Some(Arc::new(routes)),
            ..self
        }
    }

    /// What the catalog says of the service.
    pub fn definition(&self) -> &'static Definition {
        self.definition
    }

    /// Starts an instance on a platform: its consumers, relays and timers run as
    /// tasks of the platform's world, its router answers requests.
    pub async fn start(&self, platform: Platform) -> Result<Running, StartError> {
        let mut running = self.start.start(platform).await?;
        if let Some(routes) = &self.routes {
            running.serve_also(&**routes);
        }
        Ok(running)
    }

    /// Whether all it keeps comes from the log and nothing leaves it, so that it can be built anew
    /// from there.
    pub fn is_read_model(&self) -> bool {
        self.start.is_read_model()
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

    fn is_read_model(&self) -> bool {
        let says_nothing = self.prepares.is_empty() && self.timers.is_empty();
        let hears_the_log_alone = self.commands.is_empty() && self.requests.is_empty();
        St::DURABLE && says_nothing && hears_the_log_alone && !self.events.is_empty()
    }
}

impl std::fmt::Debug for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bound({})", self.definition.service)
    }
}
