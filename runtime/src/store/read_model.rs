//! Which build of a service's read model is meant.

use jiff::Timestamp;

/// A generation of a service's read model: everything that it keeps of what it read. Each has tables
/// and consumer groups of its own, so that one can be built anew while another answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadModel {
    /// Its number; 0 is the first, which nobody asked for.
    pub generation: u32,
    /// It knows what was published from then on; `None` for all that the log holds.
    pub since: Option<Timestamp>,
}
