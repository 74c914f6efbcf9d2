//! A bound service as a running instance: started on a platform, supervised,
//! stopped.

mod bound;
mod platform;
mod running;
mod start;
mod tuning;

pub use bound::{Bound, StartError};
pub use platform::Platform;
pub use running::{Left, Running};
pub use tuning::Tuning;
