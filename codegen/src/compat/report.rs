//! The gate's findings for people and for machines.

mod github;
mod gitlab;
mod json;
mod junit;
mod sarif;
mod text;

pub use github::github;
pub use gitlab::gitlab;
pub use json::json;
pub use junit::junit;
pub use sarif::sarif;
pub use text::text;

use super::{Finding, Mark, Outcome, Severity, When};
use crate::source::{SourceFile, Sources, Span};

/// What findings are about, with the texts that excerpts come from.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// What the gate says.
    pub outcome: &'a Outcome,
    /// Files of the catalog that was judged.
    pub now: &'a Sources,
    /// Files of what it was compared with, where they are others.
    pub before: Option<&'a Sources>,
    /// Words for what it was compared with, such as `git:main`.
    pub against: &'a str,
}

impl<'a> View<'a> {
    /// The text that a mark is in.
    fn sources(&self, when: When) -> Option<&'a Sources> {
        match when {
            When::Now => Some(self.now),
            When::Before => self.before,
        }
    }

    /// The file and stretch of a mark.
    fn place(&self, mark: &Mark) -> Option<(&'a SourceFile, Span)> {
        let span = mark.span?;
        Some((self.sources(mark.when)?.get(span.file)?, span))
    }

    /// Where to look first: a place in the catalog that was judged, or else before.
    fn first(&self, finding: &Finding) -> Option<(&'a SourceFile, Span)> {
        let mut places = finding.marks.iter().filter_map(|m| self.place(m));
        places.next()
    }

    /// `1 error, 2 warnings`.
    fn counts(&self) -> String {
        let of = |severity: Severity| match self.outcome.count(severity) {
            0 => None,
            1 => Some(format!("1 {}", severity.as_str())),
            n => Some(format!("{n} {}s", severity.as_str())),
        };
        let all = [Severity::Error, Severity::Warning, Severity::Note];
        let parts: Vec<String> = all.into_iter().filter_map(of).collect();
        if parts.is_empty() {
            "nothing breaks".to_owned()
        } else {
            parts.join(", ")
        }
    }
}

/// `payment, stock: why` for each reason.
fn by_reason(impacts: &[super::Impact]) -> Vec<String> {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for impact in impacts {
        match reasons.iter_mut().find(|(why, _)| *why == impact.why) {
            Some((_, services)) => services.push(&impact.service),
            None => reasons.push((&impact.why, vec![&impact.service])),
        }
    }
    let line = |(why, services): (&str, Vec<&str>)| format!("{}: {why}", services.join(", "));
    reasons.into_iter().map(line).collect()
}

/// All that is said about a finding beside its message, a line each.
fn details(finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(
        by_reason(&finding.hurt)
            .into_iter()
            .map(|l| format!("hurts {l}")),
    );
    lines.extend(
        by_reason(&finding.unhurt)
            .into_iter()
            .map(|l| format!("spares {l}")),
    );
    lines.extend(text::witness(finding));
    lines.extend(finding.fix.iter().map(|fix| format!("write {}", fix.yaml)));
    lines.extend(finding.help.iter().cloned());
    lines
}

/// A number that stays the same while the finding does, wherever its lines move.
fn fingerprint(finding: &Finding) -> String {
    let direction = finding.proof.as_ref().map_or("", |p| p.direction.as_str());
    let event = finding.event.as_deref().unwrap_or_default();
    let parts = [
        finding.code.as_str(),
        event,
        &finding.path,
        direction,
        &finding.message,
    ];
    // FNV-1a, 64 bits.
    let hash = parts
        .join("\u{1f}")
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("{hash:016x}")
}
