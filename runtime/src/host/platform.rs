//! What a service runs on.

use std::fmt;
use std::sync::Arc;

use super::Tuning;
use crate::World;
use crate::registry::{Missing, Registry};
use crate::topology::Topology;
use crate::transport::{Log, Queues};

/// What a service runs on: the world, the brokers, the registry, and the
/// topology of its environment. Cheap to clone.
#[derive(Clone)]
pub struct Platform {
    /// Time, chance, identifiers and tasks of this instance.
    pub world: World,
    /// The event store.
    pub log: Arc<dyn Log>,
    /// The command queues.
    pub queues: Arc<dyn Queues>,
    /// The schema registry.
    pub registry: Arc<dyn Registry>,
    /// What to do with a schema that the registry does not have.
    pub missing_schemas: Missing,
    /// The system's topics, queues and services.
    pub topology: &'static Topology,
    /// How instances work, where the catalog has no say.
    pub tuning: Tuning,
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Platform")
            .field("world", &self.world)
            .field("environment", &self.topology.environment)
            .field("tuning", &self.tuning)
            .finish_non_exhaustive()
    }
}
