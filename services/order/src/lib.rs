//! The order service: accepts orders over HTTP and leads each one to its end.
//!
//! An order is one document. [`saga`] holds the rules, free of any broker or
//! database; [`service`] turns what they decide into events and commands.

pub mod document;
pub mod draft;
mod mails;
#[cfg(feature = "mongodb")]
mod mongodb;
pub mod saga;
mod service;
pub mod store;
mod view;
pub mod wiring;

pub use document::OrderDocument;
pub use service::Order;
