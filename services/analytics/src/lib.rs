//! The analytics service: reads everything the others say and keeps figures.
//!
//! [`sales`] holds the rules; [`store`] the port to wherever figures are kept.

#[cfg(feature = "postgres")]
pub mod postgres;
pub mod sales;
mod service;
pub mod store;
pub mod wiring;

pub use service::Analytics;
