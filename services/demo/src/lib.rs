//! The example as a whole: all five services in one process on the embedded
//! transport, orders of a real shop through their HTTP API, and what must hold
//! afterwards.
//!
//! [`live`] runs it on sockets and the clock, [`chaos`] in a simulation with
//! faults. [`scenario`] is what happens, [`facts`] what is found, [`expected`]
//! what should have been, [`checks`] compares.

pub mod args;
pub mod chaos;
pub mod checks;
pub mod client;
pub mod collect;
pub mod crew;
pub mod doors;
pub mod expected;
pub mod facts;
pub mod heard;
pub mod live;
pub mod orders;
pub mod report;
pub mod rest;
pub mod run;
pub mod scenario;
pub mod shaky;
pub mod shop;
pub mod socket;
#[cfg(feature = "stack")]
pub mod stack;
pub mod streams;
pub mod tips;
pub mod told;
pub mod watched;
