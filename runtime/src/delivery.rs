//! From a source to a handler to the outbox: every message takes effect once.
//!
//! For each message one unit of work holds its inbox row, the handler's writes
//! and the messages it sends; after the commit the source is settled. What is
//! delivered again is recognised by its inbox row. Effects outside the store (an
//! e-mail, a call to a provider) happen at least once, and carry
//! [`Context::idempotency_key`](crate::Context::idempotency_key).

mod at_work;
mod backoff;
pub mod dead_letter;
mod direct;
mod engine;
mod gate;
mod group;
mod group_worker;
mod lanes;
mod offsets;
mod park;
mod partition;
mod queue;
mod queue_worker;
mod relay;
mod timer_wake;
mod timers;
mod unit;
mod watermark;

pub(crate) use at_work::AtWork;
pub(crate) use engine::Engine;
pub(crate) use group::Group;
pub(crate) use queue::QueueReader;
pub(crate) use relay::Relay;
pub(crate) use timers::TimerLoop;
pub(crate) use unit::{CONFLICTS, Outcome, is_conflict};
