//! Lint rules: mistakes that a catalog can make without breaking the language.
//!
//! One file a rule in `lint/rules/`. The comment at its head is the rule's documentation, printed
//! by `explain`: what it does, why it is bad, an example. Below it stands `check`, which looks at
//! the model through an [`Index`] and reports [`Finding`]s. A new rule is such a file, a line in
//! the table of [`rules`](self::rules()) and a folder `tests/lint/<code>-<name>/` with a bad
//! catalog, a good one and the expected report.
//!
//! A warning can be wrong for one event or command, such as an event that a foreign system
//! publishes. A `waiver` with that `event` and the rule's code or name as `rule` says so, and says
//! until when. Errors cannot be waived.

mod explain;
mod finding;
mod index;
pub(crate) mod keys;
mod locate;
mod rules;

pub(crate) use explain::head;
pub use explain::{Unknown, explain};
pub use finding::{Finding, Place};
pub use index::{Entry, Index, Scene, entries};
pub(crate) use keys::describe;
pub(crate) use locate::Lines;
use rayon::prelude::*;
pub(crate) use rules::{TYPES_OF_ONE_NAME, retired_name::members};

use crate::{
    diagnostic::{self, Code, Diagnostic, Severity},
    model::{Model, Waiver},
    source::Sources,
};

/// A lint rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Code, above `H100`.
    pub code: Code,
    /// Name in kebab case, such as `event-without-producer`; its file has the same in snake case.
    pub name: &'static str,
    /// How bad its findings are.
    pub severity: Severity,
    /// The rule's file, whose head is its documentation.
    file: &'static str,
    check: fn(&Index<'_>, &mut Vec<Finding>),
}

impl Rule {
    /// Documentation in Markdown.
    pub fn docs(&self) -> String {
        explain::head(self.file)
    }

    /// Whether a waiver that still holds on `day` covers a finding.
    fn is_waived(&self, finding: &Finding, waivers: &[Waiver], day: Option<&str>) -> bool {
        let code = self.code.to_string();
        let covers = |w: &Waiver| {
            finding.about.as_ref() == Some(&w.event)
                && (w.rule.eq_ignore_ascii_case(&code) || w.rule == self.name)
                && day.is_none_or(|day| day <= w.until.as_str())
        };
        self.severity == Severity::Warning && waivers.iter().any(covers)
    }
}

/// All rules, by code.
pub fn rules() -> &'static [Rule] {
    rules::RULES
}

/// Looks at a model with every rule; findings in order of place.
///
/// `day`, written `YYYY-MM-DD`, decides which waivers still hold; without it all do.
pub fn run(model: &Model, sources: &Sources, day: Option<&str>) -> Vec<Diagnostic> {
    let index = Index::new(model);
    let found: Vec<(&Rule, Vec<Finding>)> = rules()
        .par_iter()
        .map(|rule| {
            let mut findings = Vec::new();
            (rule.check)(&index, &mut findings);
            findings.retain(|finding| !rule.is_waived(finding, &model.waivers, day));
            (rule, findings)
        })
        .collect();
    let mut lines = locate::Lines::new(sources);
    let mut diagnostics: Vec<Diagnostic> = found
        .into_iter()
        .flat_map(|(rule, findings)| findings.into_iter().map(move |finding| (rule, finding)))
        .map(|(rule, finding)| lines.diagnostic(rule, finding))
        .collect();
    diagnostic::sort(&mut diagnostics);
    diagnostics
}
