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

use crate::compat::{entries, finding::Finding, judged::Judged};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    for pair in entries::lost(judged, |policy| policy.order_by_key) {
        let (service, message) = (pair.service, pair.message);
        let words = pair.setting.words();
        let text = format!("`{service}` works off `{message}` without order by key{words}");
        findings.push(
            entries::finding(judged, &pair, "order", text)
                .impact(pair.alone(judged, "its handler meets messages of one key out of order"))
                .help("write `order: key`, or make sure that the handler needs no order"),
        );
    }
}
