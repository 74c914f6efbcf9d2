//! What generated types are to the runtime, and what a service may do with them.

mod headers;

pub use headers::{HeaderError, MessageHeaders, OptionalHeaders};

use herald_avro::codec::Described;

/// A message of the catalog: an event, a command or a timer.
pub trait Message: Described + Send + Sync + 'static {
    /// The headers that the catalog declares for it; `()` for none.
    type Headers: MessageHeaders;

    /// The name in the catalog, such as `OrderPlaced`.
    const NAME: &'static str;
    /// The Avro full name, which is the `CloudEvents` type: `shop.ordering.OrderPlaced`.
    const TYPE: &'static str;
    /// The current version, counted from 1.
    const VERSION: u32;
    /// Versions released before, oldest first.
    const RELEASED: &'static [Released];

    /// The text form of the key field, which is the record key; `None` where the
    /// catalog declares no key.
    fn key(&self) -> Option<String>;
}

/// A version of a message that was released, and may still be written by others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Released {
    /// The version's number.
    pub version: u32,
    /// Its schema, self-contained, as JSON.
    pub schema: &'static str,
}

/// A fact, carried by a topic.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event of the catalog",
    note = "events are declared by `event:` in `catalog/`, then `cargo xtask gen`"
)]
pub trait Event: Message {
    /// The topic that carries it.
    const TOPIC: &'static str;
}

/// An instruction to exactly one service, carried by a queue.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a command of the catalog",
    note = "commands are declared by `command:` in `catalog/`, then `cargo xtask gen`"
)]
pub trait Command: Message {
    /// The service that receives it.
    const SERVICE: &'static str;
    /// The work queue, which is the routing key as well. With priority levels,
    /// the queue of the command's own level.
    const QUEUE: &'static str;
}

/// Something a service reminds itself of later.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a timer of the catalog",
    note = "timers are declared under `timers:` of a service in `catalog/`, then `cargo xtask gen`"
)]
pub trait Timer: Message {
    /// The service that sets it and is woken by it.
    const SERVICE: &'static str;
}

/// The permission to publish an event; generated from `publishes:` of a service.
#[diagnostic::on_unimplemented(
    message = "this service may not publish `{E}`: the catalog does not declare it",
    label = "`{E}` is not among the `publishes` of this service",
    note = "`{Self}` is generated from the service's entry in `catalog/`: add the event to its `publishes:` list and run `cargo xtask gen`"
)]
pub trait Publishes<E: Event> {}

/// The permission to send a command; generated from `sends:` of a service.
#[diagnostic::on_unimplemented(
    message = "this service may not send `{C}`: the catalog does not declare it",
    label = "`{C}` is not among the `sends` of this service",
    note = "`{Self}` is generated from the service's entry in `catalog/`: add the command to its `sends:` list and run `cargo xtask gen`"
)]
pub trait Sends<C: Command> {}

/// The permission to set and cancel a timer; generated from `timers:` of a service.
#[diagnostic::on_unimplemented(
    message = "this service has no timer `{T}`: the catalog does not declare it",
    label = "`{T}` is not among the `timers` of this service",
    note = "`{Self}` is generated from the service's entry in `catalog/`: add the timer to its `timers:` and run `cargo xtask gen`"
)]
pub trait SetsTimer<T: Timer> {}

/// An event that a service with the permits `P` may publish: the same permission, stated of the
/// event. A bound of this form lets the compiler learn the event from the argument; a bound on
/// `P` would make it assume the only event that is permitted, and complain of the argument.
pub trait PublishedBy<P>: Event {}

impl<P: Publishes<E>, E: Event> PublishedBy<P> for E {}

/// A command that a service with the permits `P` may send; see [`PublishedBy`].
pub trait SentBy<P>: Command {}

impl<P: Sends<C>, C: Command> SentBy<P> for C {}

/// A timer that a service with the permits `P` may set and cancel; see [`PublishedBy`].
pub trait SetBy<P>: Timer {}

impl<P: SetsTimer<T>, T: Timer> SetBy<P> for T {}
