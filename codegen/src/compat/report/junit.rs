//! For CI servers: XML as `JUnit` writes it, a test case a finding; a warning passes with its text.

use std::fmt::Write as _;

use super::{View, details};
use crate::compat::{Finding, Severity};

/// Everything as one test suite.
pub fn junit(view: &View<'_>) -> String {
    let findings = &view.outcome.findings;
    let failures = view.outcome.count(Severity::Error);
    let tests = findings.len().max(1);
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\"");
    let _ = writeln!(text, "<testsuites name=\"herald compat\" {counts}>");
    let suite = escape(&format!("compared with {}", view.against));
    let _ = writeln!(
        text,
        "  <testsuite name=\"{suite}\" {counts} skipped=\"0\">"
    );
    if findings.is_empty() {
        text.push_str("    <testcase classname=\"catalog\" name=\"nothing breaks\"/>\n");
    }
    for finding in findings {
        case(&mut text, view, finding);
    }
    text.push_str("  </testsuite>\n</testsuites>\n");
    text
}

fn case(text: &mut String, view: &View<'_>, finding: &Finding) {
    let class = escape(finding.event.as_deref().unwrap_or("catalog"));
    let name = format!("{} {} {}", finding.code, finding.rule, finding.path);
    let name = escape(name.trim_end());
    let place = view
        .first(finding)
        .map_or_else(String::new, |(file, span)| {
            format!(" file=\"{}\" line=\"{}\"", escape(&file.display), span.line)
        });
    let _ = writeln!(
        text,
        "    <testcase classname=\"{class}\" name=\"{name}\"{place}>"
    );
    let message = escape(&finding.message);
    let body = escape(&details(finding).join("\n"));
    let _ = match finding.severity {
        Severity::Error => writeln!(
            text,
            "      <failure type=\"{}\" message=\"{message}\">{body}</failure>",
            finding.code
        ),
        severity => writeln!(
            text,
            "      <system-out>{}: {message}\n{body}</system-out>",
            severity.as_str()
        ),
    };
    text.push_str("    </testcase>\n");
}

/// Text that may stand in XML: characters that XML 1.0 has not are replaced.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push('\t'),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
