//! What the analytics service answers, compared with what it should.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, check_of, same};
use crate::expected::{Breakdown, Expected};
use crate::facts::Facts;

pub(super) fn agree(facts: &Facts, expected: &Expected) -> Check {
    let mut differences = Vec::new();
    let found = &facts.analytics;
    for state in ["PLACED", "CONFIRMED", "CANCELLED", "REFUNDING", "REFUNDED"] {
        let of = |states: &BTreeMap<String, i64>| states.get(state).copied().unwrap_or_default();
        let what = format!("orders {state}");
        same(
            &mut differences,
            what,
            of(&found.states),
            of(&expected.states),
        );
    }
    for (dimension, wanted) in &expected.revenue {
        let none = Breakdown::new();
        let found = found.revenue.get(dimension).unwrap_or(&none);
        compare(&mut differences, dimension, found, wanted);
    }
    same(
        &mut differences,
        "captured",
        found.captured_cents,
        expected.captured_cents,
    );
    same(
        &mut differences,
        "refunded",
        found.refunded_cents,
        expected.refunded_cents,
    );
    let figures: usize = expected.revenue.values().map(Breakdown::len).sum();
    let note = format!("{figures} figures of revenue, by country, article and minute");
    check_of(
        "analytics = the order file and the final states",
        note,
        differences,
    )
}

fn compare(out: &mut Vec<String>, dimension: &str, found: &Breakdown, wanted: &Breakdown) {
    let names: BTreeSet<&String> = found.keys().chain(wanted.keys()).collect();
    for name in names {
        let of = |figures: &Breakdown| figures.get(name).copied().unwrap_or_default();
        same(
            out,
            format!("revenue by {dimension}, {name}"),
            of(found),
            of(wanted),
        );
    }
}
