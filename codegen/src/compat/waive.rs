//! Waivers: findings that somebody answers for, until a day.

use super::finding::{Finding, Severity};
use crate::model::{Model, Waiver};

/// What a catalog's waivers did.
#[derive(Debug, Default)]
pub(crate) struct Waived {
    /// Positions of waivers that covered a finding.
    pub(crate) used: Vec<usize>,
    /// Positions of waivers whose day has passed and that would cover a finding.
    pub(crate) expired: Vec<usize>,
    /// The day that decides which waivers hold, `YYYY-MM-DD`; without it all do.
    pub(crate) today: Option<String>,
}

/// Takes out the findings that waivers cover on a day; without one, all waivers hold.
pub(crate) fn apply(model: &Model, today: Option<&str>, findings: &mut Vec<Finding>) -> Waived {
    let mut waived = Waived {
        today: today.map(str::to_owned),
        ..Waived::default()
    };
    findings.retain(|finding| {
        let covering = model
            .waivers
            .iter()
            .enumerate()
            .filter(|(_, w)| covers(w, finding));
        let mut keep = true;
        for (at, waiver) in covering {
            if is_over(waiver, today) {
                waived.expired.push(at);
            } else {
                waived.used.push(at);
                keep = false;
            }
        }
        keep
    });
    waived
}

/// Whether the day of a waiver has passed.
pub(crate) fn is_over(waiver: &Waiver, today: Option<&str>) -> bool {
    today.is_some_and(|today| today > waiver.until.as_str())
}

/// Whether a waiver names a rule of the gate: the same kind of document waives lint rules.
pub(crate) fn is_ours(waiver: &Waiver) -> bool {
    super::rules().any(|rule| is_rule(waiver, rule.code, rule.name))
}

/// Whether a waiver names a rule that could find something, given what is compared with.
pub(crate) fn could_apply(waiver: &Waiver, whole_catalog: bool) -> bool {
    let mut named = super::rules().filter(|rule| is_rule(waiver, rule.code, rule.name));
    named.any(|rule| whole_catalog || !rule.needs_catalog)
}

/// Whether a waiver that holds covers a rule about the payload of a message.
pub(crate) fn is_break_waived(model: &Model, message: &str) -> bool {
    let today = model.settings.today.as_deref();
    let mut waivers = model.waivers.iter().filter(|w| w.event == message);
    waivers.any(|waiver| {
        let mut named = super::rules().filter(|rule| is_rule(waiver, rule.code, rule.name));
        !is_over(waiver, today) && named.any(|rule| rule.schema.is_some())
    })
}

fn is_rule(waiver: &Waiver, code: &str, name: &str) -> bool {
    waiver.rule.eq_ignore_ascii_case(code) || waiver.rule.eq_ignore_ascii_case(name)
}

fn covers(waiver: &Waiver, finding: &Finding) -> bool {
    let path = waiver.path.as_deref();
    finding.severity != Severity::Note
        && finding
            .event
            .iter()
            .chain(&finding.also)
            .any(|e| *e == waiver.event)
        && is_rule(waiver, &finding.code, finding.rule)
        && path.is_none_or(|p| p == finding.path || p == super::paths::plain(&finding.path))
}
