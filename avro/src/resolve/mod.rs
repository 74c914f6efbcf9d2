//! Reading what was written with another schema (Avro 1.12, "Schema Resolution").
//!
//! [`resolve`] answers with a [`Plan`] or with every reason why not. Where the
//! specification leaves a choice, Avro's Java library decides: its checker
//! (`SchemaCompatibility`) says what is compatible, its reader (`Resolver`) says
//! which branch of a union is taken. The two disagree on a few schemas that the
//! checker accepts although values cannot be read: those are refused here.

mod actions;
mod aliases;
mod check;
mod equivalence;
mod explain;
mod graph;
mod lossy;
mod lower;
mod mismatch;
mod path;
mod plan;
mod reach;
mod shape;

pub use mismatch::{Mismatch, Rule};
pub use plan::Plan;

use crate::schema::Schema;
use check::Verdict;

/// Beyond this many named types inside each other, schemas are refused: the
/// stack is finite.
const MAX_DEPTH: u32 = 512;

/// How `reader` reads what was written with `writer`.
///
/// # Errors
/// Every reason why some value that `writer` can write could not be read.
pub fn resolve(writer: &Schema, reader: &Schema) -> Result<Plan, Vec<Mismatch>> {
    let reasons = match check::check(writer, reader) {
        Verdict::Compatible | Verdict::Ambiguous => Vec::new(),
        Verdict::Incompatible(verdicts) => explain::explain(writer, reader, &verdicts),
        Verdict::TooDeep => vec![Mismatch::too_deep()],
    };
    if !reasons.is_empty() {
        return Err(reasons);
    }
    match actions::build(writer, reader) {
        Ok(graph) => {
            let reasons = reach::unreadable(&graph);
            if reasons.is_empty() {
                Ok(lower::lower(&graph))
            } else {
                Err(reasons)
            }
        }
        Err(mismatch) => Err(vec![*mismatch]),
    }
}

/// How `reader` reads those values of `writer` that it can read; transcoding any
/// other fails. For values at hand whose schemas do not [`resolve`].
///
/// # Errors
/// The reason why no value at all can be read.
pub fn resolve_lazily(writer: &Schema, reader: &Schema) -> Result<Plan, Box<Mismatch>> {
    actions::build(writer, reader).map(|graph| lower::lower(&graph))
}

#[cfg(test)]
mod tests;
