//! # What it does
//!
//! Finds consumers that worked off messages of one key in order and do so no more: `order: none`.
//!
//! # Why is this bad
//!
//! A handler written for order meets an order's cancellation before its placing. No error tells; the
//! state is wrong.
//!
//! # What to do
//!
//! Keep `order: key`, or make the handler independent of order first, and deploy that alone.

use crate::compat::{
    entries::{self, Pair},
    finding::Finding,
    judged::Judged,
    topics::Once,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let mut once = Once::default();
    for pair in entries::pairs(judged) {
        let Pair {
            service, message, ..
        } = pair;
        if !pair.before.order_by_key || pair.now.order_by_key {
            continue;
        }
        if !once.first(format!("{service} {message}")) {
            continue;
        }
        let words = pair.setting.words();
        let text = format!("`{service}` works off `{message}` without order by key{words}");
        findings.push(
            entries::finding(judged, &pair, "order", text)
                .impact(pair.alone(judged, "its handler meets messages of one key out of order"))
                .help("write `order: key`, or make sure that the handler needs no order"),
        );
    }
}
