//! Dead letters by hand: what a group or a queue gave up is looked at, sent to it again, or given up
//! for good.
//!
//! [`origin`] says where dead letters may lie, by the catalog. [`topics`] and [`queues`] read them
//! there and act on them; [`letter`] is what both give. [`filter`] chooses, [`schemas`] decodes,
//! [`redrive`] and [`discard`] are the acts, with [`pace`] and [`horizon`] as their brakes.
//!
//! # What is handled
//!
//! A record cannot be taken out of a topic. Instead a *note* is appended to the same partition of the
//! dead-letter topic: a record without payload whose header `herald-handled` names the offset of the
//! letter, and whose header `herald-action` says what was done. A letter with a note is not listed
//! any more. Notes are only ever added, so two people at once do no harm; they are as durable as the
//! letters, go when those go, and need no topic of their own.
//!
//! A queue's letter is acknowledged when what was to be done with it is done. While somebody looks at
//! a dead-letter queue, nobody else sees what he holds.
//!
//! # Once
//!
//! A letter keeps its message id, and the service that gave it up remembers the ids it has handled.
//! So redriving twice has one effect, for as long as the service remembers (`HERALD_INBOX_AGE`);
//! an older letter is refused.

pub mod discard;
mod error;
pub mod filter;
pub mod horizon;
pub mod letter;
pub mod letters;
pub mod origin;
pub mod pace;
pub mod print;
pub mod queues;
pub mod redrive;
pub mod schemas;
pub mod topics;

pub use error::Error;
