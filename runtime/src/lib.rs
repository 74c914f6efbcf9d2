//! Herald's runtime: what generated code and services stand on.
//!
//! Time, chance, identifiers and tasks come from [`World`] alone, and messages
//! travel through the ports in [`transport`]; so the same service runs in a
//! process on the clock and in a seeded simulation.

pub mod binding;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod context;
pub mod delivery;
pub mod envelope;
pub mod error;
pub mod flags;
pub mod host;
pub mod http;
pub mod message;
pub mod registry;
mod signal;
pub mod store;
pub mod streams;
pub mod telemetry;
pub mod topology;
pub mod transport;
pub mod world;

pub use herald_avro as avro;

pub use binding::{Binding, Definition};
pub use context::Context;
pub use envelope::{Envelope, EnvelopeError, TraceParent};
pub use error::{EffectError, HandlerError};
pub use host::{Bound, Platform, Running, StartError, main};
pub use http::HttpError;
pub use message::{
    Command, Event, HeaderError, Message, MessageHeaders, OptionalHeaders, PublishedBy, Publishes,
    Released, Sends, SentBy, SetBy, SetsTimer, Timer,
};
pub use world::{Step, Task, World};

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
