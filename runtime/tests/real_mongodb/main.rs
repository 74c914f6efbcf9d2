//! The store on MongoDB passes the suite of every store on a real server, and
//! loses nothing when many change one document.
#![cfg(feature = "mongodb")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(clippy::disallowed_methods, reason = "tasks of the test's own")]

mod bounds;
mod races;
mod subject;

mod suite {
    use crate::subject::{run, subject};
    herald::store_conformance!(
        #[ignore = "needs the real servers"]
        run,
        subject()
    );
}
