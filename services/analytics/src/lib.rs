//! The analytics service: reads everything the others say, what the streams emit included, and
//! keeps figures.
//!
//! [`sales`] holds the rules; [`store`] the port to wherever figures are kept; [`page`] shows them.

pub mod dashboard;
pub mod hour;
pub mod page;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "remote")]
pub mod remote;
pub mod sales;
mod service;
pub mod store;
pub mod streams;
pub mod wiring;

pub use service::Analytics;
