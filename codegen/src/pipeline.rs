//! What the pipeline hands over from stage to stage, and how it fails.

use crate::{
    diagnostic::{self, Color, Diagnostic, Severity},
    emit::EmitError,
    files::Files,
    model::Model,
    persist::PersistError,
    source::Sources,
};

/// Findings with the text they are about.
#[derive(Debug, Default)]
pub struct Report {
    /// Files of the catalog.
    pub sources: Sources,
    /// Findings in order of place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    pub(crate) fn new(sources: Sources, mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostic::sort(&mut diagnostics);
        // Texts are for excerpts; output needs the room.
        let sources = if diagnostics.is_empty() {
            Sources::default()
        } else {
            sources
        };
        Self {
            sources,
            diagnostics,
        }
    }

    /// Whether there is something to say.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Whether an error is among the findings.
    pub fn has_errors(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|d| d.severity == Severity::Error)
    }

    /// All findings as text, with a closing line that counts them.
    pub fn text(&self, color: Color) -> String {
        let mut text = String::new();
        for diagnostic in &self.diagnostics {
            text.push_str(&diagnostic::render(diagnostic, &self.sources, color));
            text.push('\n');
        }
        if !self.is_empty() {
            text.push_str(&diagnostic::summary(&self.diagnostics));
            text.push('\n');
        }
        text
    }

    /// All findings as JSON, an object a line.
    pub fn json_lines(&self) -> String {
        let line = |d: &Diagnostic| format!("{}\n", diagnostic::to_json(d, &self.sources));
        self.diagnostics.iter().map(line).collect()
    }
}

/// A resolved catalog.
#[derive(Debug)]
pub struct Loaded {
    /// The model.
    pub model: Model,
    /// Warnings.
    pub report: Report,
}

impl Loaded {
    pub(crate) fn new(
        sources: Sources,
        model: Result<(Model, Vec<Diagnostic>), Vec<Diagnostic>>,
    ) -> Result<Self, Failure> {
        match model {
            Ok((model, warnings)) => Ok(Self {
                model,
                report: Report::new(sources, warnings),
            }),
            Err(errors) => Err(Failure::Catalog(Report::new(sources, errors))),
        }
    }
}

/// Output in memory.
#[derive(Debug)]
pub struct Built {
    /// Files.
    pub files: Files,
    /// Warnings.
    pub report: Report,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The catalog is wrong.
    #[error("the catalog has {}", diagnostic::summary(&.0.diagnostics))]
    Catalog(Report),
    /// Emitters clash.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// The output folder could not be read or written.
    #[error(transparent)]
    Persist(#[from] PersistError),
}
