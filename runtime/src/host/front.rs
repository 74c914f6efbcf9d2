//! The router of whichever instance runs now, on one socket.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::Request;
use tower::ServiceExt as _;

/// Requests go to the router that was put here last. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Front(Arc<Mutex<Router>>);

impl Front {
    /// Requests go to this router from now on; those in hand stay where they are.
    pub(super) fn put(&self, router: Router) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = router;
    }

    /// What is served.
    pub(super) fn router(&self) -> Router {
        let front = self.clone();
        Router::new().fallback(move |request: Request| {
            let router = front.0.lock().unwrap_or_else(PoisonError::into_inner);
            router.clone().oneshot(request)
        })
    }
}
