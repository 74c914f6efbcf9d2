//! The report on stdout, in the form that was asked for.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use herald_codegen::{
    Report,
    compat::report::{self, View},
    diagnostic::Color,
};

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// For machines, one object.
    Json,
    /// For code scanning, SARIF 2.1.0.
    Sarif,
    /// Annotations of a GitHub pull request.
    Github,
    /// A test report.
    Junit,
    /// GitLab's Code Quality report.
    Gitlab,
}

/// Prints everything.
pub(super) fn print(format: Format, view: &View<'_>) {
    let color = color(io::stdout().is_terminal());
    let text = match format {
        Format::Text => report::text(view, color),
        Format::Json => format!("{:#}\n", report::json(view)),
        Format::Sarif => format!("{:#}\n", report::sarif(view)),
        Format::Gitlab => format!("{:#}\n", report::gitlab(view)),
        Format::Github => report::github(view),
        Format::Junit => report::junit(view),
    };
    // A reader that went away wants no more lines.
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// Prints what is wrong with a catalog itself.
pub(crate) fn diagnostics(report: &Report) {
    eprint!("{}", report.text(color(io::stderr().is_terminal())));
}

fn color(terminal: bool) -> Color {
    if terminal { Color::Yes } else { Color::No }
}
