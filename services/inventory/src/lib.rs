//! The inventory service: sets goods aside for orders and never promises a piece twice.
//!
//! [`shelf`] holds the rules; [`store`] the port to wherever levels and
//! reservations are kept; the service turns one into the other.

#[cfg(feature = "postgres")]
pub mod postgres;
mod service;
pub mod shelf;
pub mod store;
pub mod wiring;

pub use service::Inventory;
