//! In-memory twins of the real stores: durable for as long as the handle lives,
//! so that an instance which crashes and starts again finds what it committed.

mod documents;
mod ledger;
mod table;
mod tables;

pub use documents::{Documents, Limits};
pub use table::Table;
pub use tables::{Tables, TablesTx};
