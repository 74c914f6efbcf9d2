//! The real servers of the system, run on one Linux machine without Docker.
//!
//! [`up`] installs what is missing by the ordinary clients (apt-get, Maven, Go), starts every server in parallel on
//! loopback, and returns when each answers in its own protocol. [`down`] stops exactly what was started: every process
//! is recorded with its start time, so that a reused pid is never hit. [`status`] asks, [`endpoints`] says how to reach
//! what runs, and the functions on one server (`stop_one`, `kill_one`, `pause_one` …) are the faults that tests inject.
//!
//! Everything lies in one folder, [`Home`]. One table ([`COMPONENTS`]) drives all of it, and the Compose file too
//! ([`compose`]), so that containers and processes have the same versions, ports and settings.
//!
//! A new server is one file in `servers/` and one line in that table.

mod certificates;
mod component;
mod compose;
mod down;
mod endpoints;
mod error;
mod exports;
mod fault;
mod home;
mod install;
mod ledger;
mod plan;
mod ports;
mod probe;
mod process;
mod report;
mod servers;
mod start;
mod state;
mod status;
mod tool;
mod up;
mod with;

pub use component::{COMPONENTS, Component, Port};
pub use compose::{check_compose, compose};
pub use down::{Stopped, down, down_all, wipe};
pub use endpoints::{Endpoints, compose_endpoints, endpoints};
pub use error::Error;
pub use exports::exports;
pub use fault::{kill_one, pause_one, resume_one, start_one, stop_one};
pub use home::Home;
pub use process::Identity;
pub use report::{Console, Reporter, Silent};
pub use servers::streams::streams_program;
pub use status::{Health, Row, running, status};
pub use up::{Options, up};
pub use with::with;
