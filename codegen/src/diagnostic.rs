//! Diagnostics: what is wrong, where, and what to type instead.

pub mod codes;
mod json;
mod render;
mod suggest;

pub use codes::Code;
pub use json::to_json;
pub use render::{Color, render, summary};
pub(crate) use render::{Paint, Style, excerpt};
pub(crate) use suggest::{did_you_mean, nearest};

use crate::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Stops `gen`.
    Error,
    /// Found by `lint`; `gen` mentions it.
    Warning,
}

impl Severity {
    /// As rendered.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A place with what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// A few words.
    pub text: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of finding; `cargo xtask explain CODE` says more.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence, without a full stop.
    pub message: String,
    /// Where; `None` when it is about the catalog as a whole.
    pub at: Option<Label>,
    /// Where it clashes.
    pub related: Vec<Label>,
    /// What to type.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn new(code: Code, message: impl Into<String>, at: Span, label: impl Into<String>) -> Self {
        let at = Some(Label {
            span: at,
            text: label.into(),
        });
        Self {
            at,
            ..Self::whole(code, message)
        }
    }

    /// An error about the catalog as a whole.
    pub fn whole(code: Code, message: impl Into<String>) -> Self {
        let (severity, message) = (Severity::Error, message.into());
        Self {
            code,
            severity,
            message,
            at: None,
            related: Vec::new(),
            help: None,
        }
    }

    /// Adds a second place.
    #[must_use]
    pub fn with(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Says what to type.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what to type, where there is something to say.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }
}

/// Puts findings in order of place, and drops repeated ones.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        let place = |d: &Diagnostic| d.at.as_ref().map(|l| l.span);
        place(a)
            .cmp(&place(b))
            .then_with(|| (a.code, &a.message).cmp(&(b.code, &b.message)))
    });
    diagnostics.dedup();
}
