//! For GitHub Actions: workflow commands, which become annotations of the pull request.

use std::fmt::Write as _;

use super::{View, details};
use crate::compat::{Finding, Severity};

/// One workflow command a finding.
pub fn github(view: &View<'_>) -> String {
    let mut text = String::new();
    for finding in &view.outcome.findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let lines = std::iter::once(finding.message.clone()).chain(details(finding));
        let message = data(&lines.collect::<Vec<_>>().join("\n"));
        let _ = writeln!(text, "::{command} {}::{message}", properties(view, finding));
    }
    text
}

fn properties(view: &View<'_>, finding: &Finding) -> String {
    let title = format!(
        "title={}",
        property(&format!("{} {}", finding.code, finding.rule))
    );
    let Some((file, span)) = view.first(finding) else {
        return title;
    };
    let mut text = format!(
        "file={},line={},endLine={}",
        property(&file.display),
        span.line,
        span.end_line
    );
    // Columns count only within one line.
    if span.line == span.end_line {
        let _ = write!(text, ",col={},endColumn={}", span.column, span.end_column);
    }
    format!("{text},{title}")
}

/// As the runner unescapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// As the runner unescapes a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
