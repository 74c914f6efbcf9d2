//! A bound service as a running instance: started on a platform, supervised,
//! stopped.

mod bound;
mod checks;
mod front;
mod generations;
mod instance;
mod main;
mod pending;
mod platform;
mod prune;
mod replay;
mod running;
mod settings;
mod setup;
mod signals;
mod start;
mod transports;
mod tuning;

pub use bound::{Bound, StartError};
pub use instance::Instance;
pub use main::main;
pub use pending::Pending;
pub use platform::Platform;
pub use replay::Start;
pub use running::{Left, Running};
pub use settings::Settings;
pub use setup::{NoOptions, Setup};
pub use tuning::Tuning;
