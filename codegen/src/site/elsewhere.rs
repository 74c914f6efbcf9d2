//! What is otherwise in an environment, as a small table.

use serde_json::{Value, json};

use super::{Site, words};
use crate::model::{AfterDeadLetter, Deployment, Policy, Queue, Service, Topic};

/// What a column says of the thing in an environment.
type Column<T> = (&'static str, fn(&T) -> String);

/// A row for each environment in which something is otherwise, a column for each thing that is;
/// null where nothing is.
fn table<T>(
    site: &Site<'_>,
    columns: &[Column<T>],
    usual: &T,
    find: impl for<'d> Fn(&'d Deployment) -> Option<&'d T>,
) -> Value {
    let environments = site.model.environments.values();
    let there: Vec<(&str, &T)> = environments
        .filter_map(|e| Some((e.name.as_str(), find(&e.deployment)?)))
        .collect();
    let differs = |(_, say): &Column<T>, there: &T| say(there) != say(usual);
    let columns: Vec<&Column<T>> = columns
        .iter()
        .filter(|column| there.iter().any(|(_, t)| differs(column, t)))
        .collect();
    let row = |(name, there): &(&str, &T)| {
        let any = columns.iter().any(|column| differs(column, there));
        let cells = || columns.iter().map(|(_, say)| say(there));
        any.then(|| json!({ "name": name, "cells": cells().collect::<Vec<_>>() }))
    };
    let rows: Vec<Value> = there.iter().filter_map(row).collect();
    if rows.is_empty() {
        return Value::Null;
    }
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    json!({ "columns": names, "rows": rows })
}

/// Of how a service works through something.
pub(super) fn of_policy(
    site: &Site<'_>,
    service: &str,
    usual: &Policy,
    find: impl Fn(&Service) -> Option<&Policy>,
) -> Value {
    let columns: [Column<Policy>; 6] = [
        ("Attempts", |p| p.attempts.to_string()),
        ("Waits", waits),
        ("Given up after", |p| words::duration(p.budget_ms())),
        ("Order", |p| order(p).to_owned()),
        ("At once", at_once),
        ("Then", |p| end(p).to_owned()),
    ];
    table(site, &columns, usual, |d| find(d.services.get(service)?))
}

/// Of a topic.
pub(super) fn of_topic(site: &Site<'_>, usual: &Topic) -> Value {
    let columns: [Column<Topic>; 4] = [
        ("Partitions", |t| t.partitions.to_string()),
        ("Replicas", |t| t.replication.to_string()),
        ("Kept", |t| words::retention(t.retention_ms)),
        ("Cleanup", |t| t.cleanup.as_str().to_owned()),
    ];
    table(site, &columns, usual, |d| d.topics.get(&usual.name))
}

/// Of a queue.
pub(super) fn of_queue(site: &Site<'_>, usual: &Queue) -> Value {
    let columns: [Column<Queue>; 3] = [
        ("Messages expire after", |q| {
            q.ttl_ms.map_or_else(|| "never".to_owned(), words::duration)
        }),
        ("Priority levels", |q| q.priority.unwrap_or(1).to_string()),
        ("Wait queues of", |q| {
            let waits: Vec<String> = q.tiers_ms.iter().map(|ms| words::duration(*ms)).collect();
            waits.join(", ")
        }),
    ];
    table(site, &columns, usual, |d| d.queues.get(&usual.name))
}

/// The shortest and the longest wait between attempts.
pub(super) fn waits(policy: &Policy) -> String {
    if policy.attempts < 2 {
        return "none".to_owned();
    }
    // The longest that the catalog allows may never be reached.
    let (min, max) = (policy.backoff_min_ms, policy.backoffs_ms().last());
    match max.filter(|max| *max > min) {
        Some(max) => format!("{} to {}", words::duration(min), words::duration(max)),
        None => words::duration(min),
    }
}

/// In which order messages are worked off.
pub(super) fn order(policy: &Policy) -> &'static str {
    if policy.order_by_key {
        "in order by key"
    } else {
        "in any order"
    }
}

fn at_once(policy: &Policy) -> String {
    let concurrency = policy.concurrency;
    policy.instances.map_or_else(
        || concurrency.to_string(),
        |n| format!("{concurrency} in each of at most {n} instances"),
    )
}

/// What becomes of a message that fails every time.
fn end(policy: &Policy) -> &'static str {
    match (policy.dead_letter, policy.after_dead_letter) {
        (false, _) => "dropped",
        (true, AfterDeadLetter::Continue) => "dead letter",
        (true, AfterDeadLetter::Park) => "dead letter, its key waits",
    }
}
