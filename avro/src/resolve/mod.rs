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
mod quick;
mod reach;
mod shape;

pub(crate) use check::{names_match, promotes};
pub(crate) use graph::{Action, ActionId, Fields, Graph};
pub use mismatch::{Mismatch, Rule};
pub use plan::Plan;

use crate::schema::Schema;
use check::Verdict;
use std::borrow::Cow;

/// Beyond this many named types inside each other, schemas are refused: the
/// stack is finite.
const MAX_DEPTH: u32 = 512;

/// How `reader` reads what was written with `writer`.
///
/// # Errors
/// Every reason why some value that `writer` can write could not be read.
pub fn resolve(writer: &Schema, reader: &Schema) -> Result<Plan, Vec<Mismatch>> {
    let explored = explore(writer, reader);
    match explored.graph {
        Some(graph) if explored.reasons.is_empty() => Ok(lower::lower(&graph)),
        _ => Err(explored.reasons),
    }
}

/// All that is known of how one schema reads another.
pub(crate) struct Exploration<'a> {
    /// What the reader does, whatever the checker says; `None` if the schemas nest too
    /// deep. Where aliases clash, the writer keeps its names.
    pub(crate) graph: Option<Graph<'a>>,
    /// What makes the reader fail before the first value.
    pub(crate) fatal: Option<Box<Mismatch>>,
    /// Every reason why some value could not be read.
    pub(crate) reasons: Vec<Mismatch>,
}

/// Looks at a pair of schemas, through to the end even if it cannot be read.
pub(crate) fn explore<'a>(writer: &'a Schema, reader: &'a Schema) -> Exploration<'a> {
    let mut reasons = match check::check(writer, reader) {
        Verdict::Compatible | Verdict::Ambiguous => Vec::new(),
        Verdict::Incompatible(verdicts) => explain::explain(writer, reader, &verdicts),
        Verdict::TooDeep => vec![Mismatch::too_deep()],
    };
    let (names, clash) = match aliases::apply(writer, reader) {
        Ok(names) => (names, None),
        Err(clash) => (Cow::Borrowed(writer), Some(clash)),
    };
    let (graph, fatal) = match actions::build_on(names, reader) {
        Ok((graph, broken)) => (Some(graph), clash.or(broken)),
        Err(too_deep) => (None, Some(clash.unwrap_or(too_deep))),
    };
    if reasons.is_empty() {
        reasons = match (&fatal, &graph) {
            (Some(mismatch), _) => vec![(**mismatch).clone()],
            (None, Some(graph)) => reach::unreadable(graph),
            (None, None) => Vec::new(),
        };
    }
    Exploration {
        graph,
        fatal,
        reasons,
    }
}

/// Whether every datum can be read, as [`resolve`] has it, found as soon as can be.
pub(crate) fn is_readable(writer: &Schema, reader: &Schema) -> bool {
    // Most pairs that are not meant for each other are refused at once.
    !check::refuses(writer, reader) && explore(writer, reader).reasons.is_empty()
}

/// Runs what was explored, for those values that can be read.
pub(crate) fn plan(graph: &Graph<'_>) -> Plan {
    lower::lower(graph)
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
