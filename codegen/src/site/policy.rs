//! How a service works through a kind of message, and what happens when it fails: words and a
//! timeline.

use serde_json::{Value, json};

use super::{svg::timeline, words};
use crate::model::{AfterDeadLetter, Consume, Policy, Queue, Receive, Service};

/// Of an event that is consumed from a topic.
pub(super) fn of_topic(consume: &Consume) -> Value {
    let policy = &consume.policy;
    let (topic, group) = (&consume.topic, &consume.group);
    let dead = policy.dead_letter.then(|| format!("{topic}.{group}.dlt"));
    let mut notes = vec![if policy.attempts > 1 {
        "Between attempts only the failing key waits; other keys of the partition go on.".to_owned()
    } else {
        "It is tried once.".to_owned()
    }];
    if policy.dead_letter {
        notes.push(format!(
            "A redrive puts it on `{topic}.{group}.redrive`, which this group alone reads."
        ));
        notes.push(match policy.after_dead_letter {
            AfterDeadLetter::Continue => {
                "Later events of its key are worked off meanwhile.".to_owned()
            }
            AfterDeadLetter::Park => {
                "Later events of its key wait, in order, until it is redriven or discarded."
                    .to_owned()
            }
        });
    }
    described(policy, dead.as_deref(), &notes)
}

/// Of a command that is received from a queue.
pub(super) fn of_queue(queue: Option<&Queue>, receive: &Receive) -> Value {
    let policy = &receive.policy;
    let dead = queue.and_then(|q| q.dead_letter.as_deref());
    let mut notes = Vec::new();
    if let Some(queue) = queue.filter(|q| !q.tiers_ms.is_empty()) {
        let tiers = queue.tiers_ms.len();
        notes.push(format!(
            "It waits in one of {} (`{}` …), while the queue goes on.",
            words::count(tiers, "wait queue"),
            queue.wait_queue(queue.tiers_ms.first().copied().unwrap_or_default())
        ));
    }
    described(policy, dead, &notes)
}

fn described(policy: &Policy, dead: Option<&str>, notes: &[String]) -> Value {
    let end = if policy.dead_letter {
        "dead letter"
    } else {
        "dropped"
    };
    let order = if policy.order_by_key {
        "in order by key"
    } else {
        "in any order"
    };
    let notes: Vec<String> = notes.iter().map(|n| super::markdown::plain(n, 3)).collect();
    json!({
        "attempts": policy.attempts,
        "backoff": format!(
            "{} to {}", words::duration(policy.backoff_min_ms), words::duration(policy.backoff_max_ms)
        ),
        "budget": words::duration(policy.budget_ms()),
        "concurrency": policy.concurrency,
        "prefetch": policy.prefetch,
        "instances": policy.instances,
        "order": order,
        "dead": dead,
        "park": policy.after_dead_letter == AfterDeadLetter::Park,
        "timeline": timeline::draw(policy, end),
        "notes": notes,
    })
}

/// The entry of a service for a command it receives.
pub(super) fn receive<'a>(service: &'a Service, command: &str) -> Option<&'a Receive> {
    service.receives.iter().find(|r| r.command == command)
}
