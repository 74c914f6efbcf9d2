//! # What it does
//!
//! Finds consumers that give up sooner than before: fewer attempts, less time between the first and
//! the last, or later messages that no longer wait for a dead letter of their key
//! (`after_dead_letter`).
//!
//! # Why is this bad
//!
//! Outages that were bridged so far end in dead letters; messages that waited for their predecessor
//! overtake it.
//!
//! # What to do
//!
//! Make sure that the shorter time still outlasts a restart of what the handler depends on.

use crate::{
    compat::{
        entries::{self, Pair},
        finding::Finding,
        judged::Judged,
        topics::Once,
    },
    lint::keys::duration,
    model::{AfterDeadLetter, Policy},
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let mut once = Once::default();
    for pair in entries::pairs(judged) {
        let Pair {
            service, message, ..
        } = pair;
        for (key, weaker) in weaker(pair.before, pair.now) {
            if !once.first(format!("{service} {message} {weaker}")) {
                continue;
            }
            let words = pair.setting.words();
            let text = format!("`{service}` {weaker} for `{message}`{words}");
            findings.push(
                entries::finding(judged, &pair, key, text)
                    .impact(pair.alone(judged, "it meets failures that were bridged so far"))
                    .help("keep what was, or say in the pull request why less is enough"),
            );
        }
    }
}

/// What got weaker, with the key that says so.
fn weaker(before: &Policy, now: &Policy) -> Vec<(&'static str, String)> {
    let mut weaker = Vec::new();
    if now.attempts < before.attempts || now.budget_ms() < before.budget_ms() {
        let words = format!(
            "retries {} times within {} instead of {} times within {}",
            now.attempts,
            duration(now.budget_ms()),
            before.attempts,
            duration(before.budget_ms())
        );
        weaker.push(("retry", words));
    }
    let parked = before.after_dead_letter == AfterDeadLetter::Park;
    if parked && now.after_dead_letter == AfterDeadLetter::Continue {
        let words = "no longer parks the later messages of a dead letter's key".to_owned();
        weaker.push(("after_dead_letter", words));
    }
    weaker
}
