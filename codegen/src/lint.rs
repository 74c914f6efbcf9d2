//! Lint rules: mistakes that a catalog may make without breaking the language.
//!
//! One file a rule in `lint/`. The comment at its head is the rule's documentation, printed by
//! `explain`: what it does, why it is bad, an example. Below it stands one function that looks at
//! the model and reports findings. A new rule is such a file, a line in [`RULES`] and a folder
//! `tests/lint/<code>-<name>/` with a bad catalog, a good one and the expected report.

use crate::model::{Model, Source};

/// What `explain` knows about a code, of a lint rule or of an error of the language.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Code, such as `H101`: errors of the language are below `H100`, lint rules above.
    pub code: &'static str,
    /// Name in kebab case, such as `event-without-producer`.
    pub name: &'static str,
    /// Documentation, in Markdown.
    pub doc: &'static str,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The catalog promises something that cannot hold: nothing is generated.
    Error,
    /// Works, and is most likely not what was meant.
    Warning,
}

/// A lint rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Code, name and documentation.
    pub page: Page,
    /// How grave its findings are.
    pub severity: Severity,
    /// Looks at the model and reports.
    pub check: fn(&Model, &mut Vec<Finding>),
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub at: Source,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to type instead.
    pub help: String,
    /// The other place, where two clash.
    pub also: Option<(Source, String)>,
}

/// All rules, by code.
pub const RULES: &[Rule] = &[];
