//! The store on a real PostgreSQL server: the suite of every store, and what
//! only a server with several connections can get wrong.
#![cfg(feature = "postgres")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod migrations;
mod order;
mod outages;
mod round_trips;
mod subject;

mod suite {
    use crate::subject::{OnPostgres, run};
    herald::store_conformance!(
        #[ignore = "needs the real servers"]
        run,
        OnPostgres::here()
    );
}
