//! The shop's services as processes on real servers, and what goes wrong there.
//!
//! Each test has servers of its own, in a folder beside the developer's.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod bad;
mod bad_input;
mod blocked;
mod foreign;
mod ground;
mod letters;
mod mails;
mod paused;
mod redrive;
mod replay;
mod streams;
