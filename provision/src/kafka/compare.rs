//! Declared topics against those there are. No I/O.

use std::collections::{BTreeMap, BTreeSet};

use super::{Live, Step, Topic, acl_compare};
use crate::{
    change::Change,
    desired::{self, Desired},
};

const KIND: &str = "topic";

/// Every difference, in the order in which it is safe to remove them: what is new first.
pub fn compare(desired: &Desired, live: &Live) -> Vec<Change<Step>> {
    let mut changes = Vec::new();
    for (name, topic) in &desired.topics {
        match (live.topics.get(name), live.owners.get(name)) {
            (_, Some(owner)) if *owner != desired.system => {
                let why = format!("it belongs to system {owner}; a topic has one system");
                changes.push(Change::refuse(KIND, name, why));
            }
            (None, _) => changes.push(create(name, topic)),
            (Some(there), owner) => {
                if owner.is_none() {
                    changes.push(
                        Change::alter(KIND, name, Step::Mark(name.clone()))
                            .with("was there before; is marked as this system's"),
                    );
                }
                partitions(name, topic, there, &mut changes);
                replication(name, topic, there, &mut changes);
                config(name, topic, there, &mut changes);
            }
        }
    }
    // Deletions come last, and rules before them.
    let (rules, undeclared_rules): (Vec<_>, Vec<_>) = acl_compare::compare(desired, live)
        .into_iter()
        .partition(|change| !change.destructive);
    changes.extend(rules);
    let ours = live
        .owners
        .iter()
        .filter(|(_, owner)| **owner == desired.system);
    let undeclared = ours.filter(|(name, _)| !desired.topics.contains_key(*name));
    for (name, _) in undeclared.filter(|(name, _)| live.topics.contains_key(*name)) {
        let step = Step::Delete(name.clone());
        changes.push(Change::delete(
            KIND,
            name,
            "no longer declared; its records would be lost",
            step,
        ));
    }
    changes.extend(undeclared_rules);
    changes
}

fn create(name: &str, topic: &desired::Topic) -> Change<Step> {
    let config = topic
        .config
        .iter()
        .map(|(key, value)| format!("{key}={value}"));
    Change::create(KIND, name, Step::Create(name.to_owned(), topic.clone()))
        .with(format!(
            "{} partitions, {} replicas",
            topic.partitions, topic.replication
        ))
        .with(config.collect::<Vec<_>>().join(" "))
}

fn partitions(name: &str, topic: &desired::Topic, there: &Topic, changes: &mut Vec<Change<Step>>) {
    let detail = format!("partitions {} → {}", there.partitions, topic.partitions);
    match topic.partitions.cmp(&there.partitions) {
        std::cmp::Ordering::Equal => {}
        // Keys move to other partitions: records of a key before and after may be worked on at once.
        std::cmp::Ordering::Greater => {
            let why = "keys move to other partitions, so that the order of a key's records holds \
                       only within the old and within the new ones";
            let step = Step::Partitions(name.to_owned(), topic.partitions);
            changes.push(Change {
                why: Some(why.to_owned()),
                ..Change::alter(KIND, name, step).with(detail)
            });
        }
        std::cmp::Ordering::Less => {
            let why = format!(
                "Kafka takes no partition away: declare {} partitions, or make a new topic, let its \
                 consumers read the old one to its end, and delete that",
                there.partitions
            );
            changes.push(Change::refuse(KIND, name, why).with(detail));
        }
    }
}

fn replication(name: &str, topic: &desired::Topic, there: &Topic, changes: &mut Vec<Change<Step>>) {
    if topic.replication == there.replication {
        return;
    }
    let why = "replicas are moved while the topic is in use: kafka-reassign-partitions does it, \
               under a throttle of yours";
    let detail = format!("replicas {} → {}", there.replication, topic.replication);
    changes.push(Change::refuse(KIND, name, why).with(detail));
}

/// Safe keys in one change, each of the others in one of its own.
fn config(name: &str, topic: &desired::Topic, there: &Topic, changes: &mut Vec<Change<Step>>) {
    let (mut set, mut unset) = (BTreeMap::new(), BTreeSet::new());
    let mut details = Vec::new();
    for (key, value) in &topic.config {
        let now = there.config.get(key).map_or("", String::as_str);
        if now == value {
            continue;
        }
        let detail = format!("{key} {now} → {value}");
        if let Some(why) = loses(key, now, value) {
            let only = BTreeMap::from([(key.clone(), value.clone())]);
            let step = configure(name, only, BTreeSet::new());
            changes.push(Change::lower(KIND, name, why, step).with(detail));
        } else {
            set.insert(key.clone(), value.clone());
            details.push(detail);
        }
    }
    for key in there
        .own
        .iter()
        .filter(|key| !topic.config.contains_key(*key))
    {
        let now = there.config.get(key).map_or("", String::as_str);
        let detail = format!("{key} {now} → the broker's default; the catalog does not set it");
        if key.starts_with("retention.") {
            let why = "the broker's default may be shorter, and records beyond it are deleted";
            let step = configure(name, BTreeMap::new(), BTreeSet::from([key.clone()]));
            changes.push(Change::lower(KIND, name, why, step).with(detail));
        } else {
            unset.insert(key.clone());
            details.push(detail);
        }
    }
    if !details.is_empty() {
        let mut change = Change::alter(KIND, name, configure(name, set, unset));
        change.details = details;
        changes.push(change);
    }
}

fn configure(topic: &str, set: BTreeMap<String, String>, unset: BTreeSet<String>) -> Step {
    Step::Configure {
        topic: topic.to_owned(),
        set,
        unset,
    }
}

/// Why a new value of a key loses something, if it does.
fn loses(key: &str, now: &str, then: &str) -> Option<String> {
    let lower = match (now.parse::<i64>(), then.parse::<i64>()) {
        // For retention, -1 is without end.
        (Ok(-1), Ok(then)) => key.starts_with("retention.") && then != -1,
        (Ok(now), Ok(-1)) => !key.starts_with("retention.") && now != -1,
        (Ok(now), Ok(then)) => then < now,
        _ => false,
    };
    match key {
        "cleanup.policy" => Some(format!(
            "records are lost: {}",
            match then {
                "compact" => "of each key only the last one stays",
                _ => "those older than the retention are deleted",
            }
        )),
        "retention.ms" if lower => Some("records older than the new age are deleted".to_owned()),
        "retention.bytes" if lower => Some("records beyond the new size are deleted".to_owned()),
        "min.insync.replicas" if lower => {
            Some("a record counts as written with fewer copies".to_owned())
        }
        "max.message.bytes" if lower => {
            Some("records that were taken until now are refused".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
