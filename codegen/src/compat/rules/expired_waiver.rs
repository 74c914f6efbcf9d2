//! # What it does
//!
//! Finds waivers of compatibility findings whose day has passed.
//!
//! # Why is this bad
//!
//! A waiver was a promise to be done by that day. What it covered is reported again, and the waiver
//! itself misleads whoever reads it.
//!
//! # What to do
//!
//! Remove the waiver if the change is done; if it is not, agree on a new day with those it hurts.

use crate::{
    compat::{
        finding::Finding,
        judged::Judged,
        waive::{is_ours, is_over},
    },
    lint::Place,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    for (at, waiver) in judged.now.model.waivers.iter().enumerate() {
        if !is_ours(waiver) || !is_over(waiver, judged.waived.today.as_deref()) {
            continue;
        }
        let covers = if judged.waived.expired.contains(&at) {
            "; what it covered is reported again"
        } else {
            "; nothing needs it any more"
        };
        findings.push(
            Finding::new(format!(
                "the waiver of `{}` for `{}` ended on {}{covers}",
                waiver.rule, waiver.event, waiver.until
            ))
            .about(&waiver.event, waiver.path.as_deref().unwrap_or_default())
            .now(Place::new(&waiver.source, ["until:"]), "is over")
            .help(format!(
                "remove it, or agree on a new day with {}",
                waiver.owner
            )),
        );
    }
}
