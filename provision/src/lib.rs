//! What a catalog declares against what Kafka, RabbitMQ and the schema registry have.
//!
//! Each server is one module: `observe` asks it, a pure `compare` finds the differences, `apply`
//! removes one. What loses data or safety is done only when it is asked for by name, or never.

pub mod change;
pub mod desired;
mod error;
mod http;
pub mod kafka;
mod plan;
pub mod rabbitmq;
pub mod registry;

pub use error::Error;
pub use http::Login;
pub use plan::{Applied, Plan, Servers};
