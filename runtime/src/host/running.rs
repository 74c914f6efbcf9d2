//! A running instance.

use std::time::Duration;

use crate::binding::Definition;

/// A running instance of a service.
#[derive(Debug)]
pub struct Running {
    definition: &'static Definition,
    router: axum::Router,
}

/// What a stopped instance left undone; all of it is done later by another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Left {
    /// Messages in hand whose handlers had not finished at the deadline.
    pub in_hand: u64,
    /// Rows of the outbox that are not published yet.
    pub outbox: u64,
}

impl Running {
    pub(super) fn new(definition: &'static Definition) -> Self {
        let router = axum::Router::new();
        Self { definition, router }
    }

    /// What the catalog says of the service.
    pub fn definition(&self) -> &'static Definition {
        self.definition
    }

    /// The router: to be called in process, or served on a socket.
    pub fn router(&self) -> axum::Router {
        self.router.clone()
    }

    /// Takes in nothing more, drains within the deadline, and says what is left.
    #[expect(clippy::unused_async, reason = "placeholder")]
    pub async fn stop(self, _deadline: Duration) -> Left {
        Left::default()
    }
}
