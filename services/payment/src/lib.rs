//! The payment service: holds an order's total when it is placed, takes it when
//! it is confirmed, lets go when it is cancelled, gives back when asked to.
//!
//! [`Provider`] is the port to whoever moves the money; [`rehearsal`] is one
//! that follows fixed rules. [`book`] holds the rules of a payment's life.

pub mod book;
mod mails;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod provider;
pub mod rehearsal;
#[cfg(feature = "remote")]
pub mod remote;
mod service;
pub mod store;
pub mod wiring;

pub use provider::Provider;
pub use service::Payment;
