//! What a service's own routes know of the instance that serves them.

use crate::World;
use crate::signal::Signal;

/// The instance that serves a service's own routes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Instance {
    pub(super) world: World,
    pub(super) stopping: Signal,
}

impl Instance {
    /// Time, chance, identifiers and tasks of the instance.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Waits until the instance stops: an answer without an end ends then.
    pub async fn stopped(&self) {
        self.stopping.wait().await;
    }
}
