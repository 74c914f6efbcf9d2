//! # What it does
//!
//! Finds waivers of compatibility findings that cover nothing.
//!
//! # Why is this bad
//!
//! It was for a change that is done or was never made. The next change of that kind would pass
//! unseen until its day.
//!
//! # What to do
//!
//! Remove it. A waiver for what the next pull request does belongs into that pull request.

use crate::{
    compat::{
        finding::Finding,
        judged::Judged,
        waive::{could_apply, is_over},
    },
    lint::Place,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    for (at, waiver) in judged.now.model.waivers.iter().enumerate() {
        let over = is_over(waiver, judged.waived.today.as_deref());
        let whole = judged.scene.before().is_some();
        if !could_apply(waiver, whole) || over || judged.waived.used.contains(&at) {
            continue;
        }
        findings.push(
            Finding::new(format!(
                "nothing needs the waiver of `{}` for `{}`",
                waiver.rule, waiver.event
            ))
            .about(&waiver.event, waiver.path.as_deref().unwrap_or_default())
            .now(Place::new(&waiver.source, ["rule:"]), "covers nothing")
            .help("remove it"),
        );
    }
}
