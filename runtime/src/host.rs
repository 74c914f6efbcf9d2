//! A bound service as a running instance: started on a platform, supervised,
//! stopped.

mod bound;
mod checks;
mod main;
mod pending;
mod platform;
mod prune;
mod running;
mod settings;
mod setup;
mod start;
mod transports;
mod tuning;

pub use bound::{Bound, StartError};
pub use main::main;
pub use pending::Pending;
pub use platform::Platform;
pub use running::{Left, Running};
pub use settings::Settings;
pub use setup::{NoOptions, Setup};
pub use tuning::Tuning;
