//! What a change of schema does to those who read: every finding, with a datum that
//! proves it.
//!
//! [`judge`] looks at one direction, data of a writer's schema read with a reader's.
//! It knows nothing of versions: call `judge(old, new)` for BACKWARD, `judge(new,
//! old)` for FORWARD and both for FULL. Some rules are about the edit itself
//! ([`SchemaRule::is_about_the_edit`]): a default that was removed shows when the
//! older schema is the writer, and means nothing the other way around.
//!
//! One file a rule in `rules/`: the comment at its head is the rule's documentation,
//! `check` looks at one [`Place`](place::Place), where a type of the writer meets a
//! type of the reader. A new rule is such a file, a line in the table of `rules.rs`
//! and a folder in `tests/compat/`.

mod describe;
mod draft;
mod fallback;
mod finding;
mod place;
mod rule;
mod rules;
mod trail;
mod walk;
mod witness;

pub use finding::{FieldRef, Finding, Judgement, Kind, Severity, Witness};
pub use rule::SchemaRule;

use crate::resolve::{Mismatch, explore};
use crate::schema::Schema;

/// What happens when data written with `writer` is read with `reader`: all findings,
/// sorted by path, then by rule.
pub fn judge(writer: &Schema, reader: &Schema) -> Judgement {
    judge_with_reasons(writer, reader).0
}

/// Whether every datum of `writer` can be read with `reader`: [`Judgement::readable`]
/// without the findings, which is far quicker for many pairs.
pub fn is_readable(writer: &Schema, reader: &Schema) -> bool {
    crate::resolve::is_readable(writer, reader)
}

/// As [`judge`], and resolution's own reasons.
pub(crate) fn judge_with_reasons(writer: &Schema, reader: &Schema) -> (Judgement, Vec<Mismatch>) {
    let exploration = explore(writer, reader);
    let mut drafts = walk::walk(writer, reader, &exploration);
    fallback::settle(writer, &exploration, &mut drafts);
    let mut findings = witness::attach(writer, reader, &exploration, drafts);
    findings
        .sort_unstable_by(|a, b| (&a.path, a.rule, &a.message).cmp(&(&b.path, b.rule, &b.message)));
    let judgement = Judgement {
        readable: exploration.reasons.is_empty(),
        findings,
    };
    (judgement, exploration.reasons)
}
