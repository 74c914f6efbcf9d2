//! Herald's generator: catalog text → model → files in memory.

pub mod emit;
pub mod files;
pub mod lint;
pub mod model;
pub mod schema;
