//! What the page of the analytics service is told, compared with the order file, the final states
//! and the event store.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Display};

use inventory::shelf::ReservationState;
use jiff::Timestamp;

use super::streams::{MINUTE_MS, figures, is_sold};
use super::{Check, check_of, same};
use crate::expected::Expected;
use crate::facts::Facts;
use crate::orders::SourceOrder;
use crate::told::{Minute, Sales, Took};

/// Minutes that the page shows before the latest one.
const BEFORE: i64 = 60;

pub(super) fn agrees(facts: &Facts, expected: &Expected) -> Check {
    let mut differences = Vec::new();
    let told = &facts.analytics.told;
    let wanted = minutes(facts, expected);
    compare(&mut differences, "page at", &told.minutes, &wanted);
    let shown = shown(facts);
    let of_hour = took(shown.iter().copied(), facts);
    same(&mut differences, "time to decision", told.took, of_hour);
    if facts.streams.is_some() {
        let closed = closed(facts);
        compare(&mut differences, "closed,", &told.closed, &closed);
        if let Some(open) = &told.open {
            compare(&mut differences, "open before,", open, &closed);
        }
        let declined = told.declines.values().sum::<i64>();
        let wanted = facts.declined as i64;
        same(&mut differences, "refusals by reason", declined, wanted);
    }
    let note = format!(
        "{} minutes, {} decisions, {} minutes by country closed{}",
        wanted.len(),
        of_hour.decided,
        told.closed.len(),
        told.open
            .as_ref()
            .map_or_else(String::new, |open| format!(", {} open before", open.len()))
    );
    check_of(
        "the page = the order file, the final states and the event store",
        note,
        differences,
    )
}

/// The orders of the hour that the page shows.
fn shown(facts: &Facts) -> Vec<&SourceOrder> {
    let known = facts.orders.iter();
    let known = known.filter(|order| facts.states.contains_key(&order.order_id));
    let latest = known.clone().map(minute_of).max().unwrap_or_default();
    let first = latest - BEFORE * MINUTE_MS;
    known.filter(|order| minute_of(order) >= first).collect()
}

fn minutes(facts: &Facts, expected: &Expected) -> BTreeMap<String, Minute> {
    let mut by_minute: BTreeMap<i64, Vec<&SourceOrder>> = BTreeMap::new();
    for order in shown(facts) {
        by_minute.entry(minute_of(order)).or_default().push(order);
    }
    let revenue = expected.revenue.get("minute");
    let mut closed: BTreeMap<i64, i64> = BTreeMap::new();
    for ((_, minute), figures) in sold_in_time(facts) {
        *closed.entry(minute).or_default() += figures.cents;
    }
    let minute = |(at, orders): (i64, Vec<&SourceOrder>)| {
        let name = name_of(at);
        let sales = revenue.and_then(|by_name| by_name.get(&name));
        let count = |is: &dyn Fn(&SourceOrder) -> bool| {
            orders.iter().filter(|order| is(order)).count() as i64
        };
        let minute = Minute {
            placed: orders.len() as i64,
            cents: sales.map_or(0, |sales| sales.cents),
            closed_cents: closed.get(&at).copied(),
            open_cents: None,
            declined: count(&|order| facts.heard.declined.contains(&order.order_id)),
            short: count(&|order| {
                let goods = facts.reservations.get(&order.order_id);
                goods == Some(&ReservationState::Rejected)
            }),
            took: took(orders.iter().copied(), facts),
        };
        (name, minute)
    };
    by_minute.into_iter().map(minute).collect()
}

/// Sales by country and minute, orders left out that came too late for a stream.
fn sold_in_time(facts: &Facts) -> BTreeMap<(String, i64), super::streams::Figures> {
    let Some(emitted) = &facts.streams else {
        return BTreeMap::new();
    };
    let sold = facts.orders.iter().filter(|order| is_sold(facts, order));
    figures(sold.filter(|order| !emitted.late.contains(&order.order_id)))
}

fn closed(facts: &Facts) -> Sales {
    let figures = sold_in_time(facts).into_iter();
    figures
        .map(|((country, minute), of)| {
            ((country, name_of(minute)), (of.lines, of.pieces, of.cents))
        })
        .collect()
}

fn took<'o>(orders: impl Iterator<Item = &'o SourceOrder>, facts: &Facts) -> Took {
    let took = orders.filter_map(|order| facts.heard.took_ms.get(&order.order_id).copied());
    let mut took: Vec<i64> = took.collect();
    took.sort_unstable();
    // The smallest value that so many of a hundred do not exceed.
    let within = |hundredths: usize| {
        let mut values = took.iter().enumerate();
        let found = values.find(|(index, _)| (index + 1) * 100 >= took.len() * hundredths);
        found.map(|(_, millis)| *millis)
    };
    Took {
        decided: took.len() as i64,
        p50_ms: within(50),
        p99_ms: within(99),
    }
}

fn minute_of(order: &SourceOrder) -> i64 {
    order.placed_at.as_millisecond().div_euclid(MINUTE_MS) * MINUTE_MS
}

fn name_of(minute: i64) -> String {
    Timestamp::from_millisecond(minute).map_or_else(|_| minute.to_string(), |at| at.to_string())
}

fn compare<K: Ord + Debug, V: Copy + PartialEq + Debug>(
    out: &mut Vec<String>,
    what: impl Display,
    found: &BTreeMap<K, V>,
    wanted: &BTreeMap<K, V>,
) {
    let keys: BTreeSet<&K> = found.keys().chain(wanted.keys()).collect();
    for key in keys {
        same(
            out,
            format!("{what} {key:?}"),
            found.get(key),
            wanted.get(key),
        );
    }
}
