//! Herald's runtime: what generated code and services stand on.
//!
//! Time, chance, identifiers and tasks come from [`World`] alone, and messages
//! travel through the ports in [`transport`]; so the same service runs in a
//! process on the clock and in a seeded simulation.

pub mod envelope;
pub mod message;
pub mod registry;
pub mod topology;
pub mod transport;
pub mod world;

pub use herald_avro as avro;

pub use envelope::{Envelope, EnvelopeError, TraceParent};
pub use message::{Command, Event, Message, Publishes, Released, Sends, SetsTimer, Timer};
pub use world::{Step, Task, World};

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;
