//! How a service works through a kind of message, and what happens when it fails: words and a
//! timeline.

use serde_json::{Value, json};

use super::{
    Site, elsewhere,
    svg::timeline::{self, Waits},
    words,
};
use crate::model::{AfterDeadLetter, Consume, Policy, Queue, Receive, Service};

/// Of an event that a service consumes from a topic.
pub(super) fn of_topic(site: &Site<'_>, service: &str, consume: &Consume) -> Value {
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
    let elsewhere = elsewhere::of_policy(site, service, policy, |there| {
        let mut consumes = there.consumes.iter();
        Some(&consumes.find(|c| c.event == consume.event)?.policy)
    });
    described(policy, dead.as_deref(), Waits::Drawn, &notes, &elsewhere)
}

/// Of a command that a service receives from a queue.
pub(super) fn of_queue(
    site: &Site<'_>,
    service: &str,
    queue: Option<&Queue>,
    receive: &Receive,
) -> Value {
    let policy = &receive.policy;
    let dead = queue.and_then(|q| q.dead_letter.as_deref());
    let mut notes = Vec::new();
    // In order, a command is tried again in place, as an event is.
    let waits = if policy.order_by_key {
        Waits::Drawn
    } else {
        Waits::Fixed
    };
    if let Some(queue) = queue.filter(|q| waits == Waits::Fixed && !q.tiers_ms.is_empty()) {
        let tiers = queue.tiers_ms.len();
        notes.push(format!(
            "It waits in one of {} (`{}` …), while the queue goes on.",
            words::count(tiers, "wait queue"),
            queue.wait_queue(queue.tiers_ms.first().copied().unwrap_or_default())
        ));
    }
    let elsewhere = elsewhere::of_policy(site, service, policy, |there| {
        Some(&self::receive(there, &receive.command)?.policy)
    });
    described(policy, dead, waits, &notes, &elsewhere)
}

fn described(
    policy: &Policy,
    dead: Option<&str>,
    waits: Waits,
    notes: &[String],
    elsewhere: &Value,
) -> Value {
    let end = if policy.dead_letter {
        "dead letter"
    } else {
        "dropped"
    };
    let notes: Vec<String> = notes.iter().map(|n| super::markdown::plain(n, 3)).collect();
    json!({
        "attempts": policy.attempts,
        "backoff": elsewhere::waits(policy),
        "doubled": policy.backoffs_ms().last() > Some(policy.backoff_min_ms),
        "spread": match waits {
            Waits::Drawn => "full jitter",
            Waits::Fixed => "without jitter",
        },
        "budget": match waits {
            Waits::Drawn => format!("at most {} of waiting", words::duration(policy.budget_ms())),
            Waits::Fixed => format!("{} of waiting", words::duration(policy.budget_ms())),
        },
        "concurrency": policy.concurrency,
        "prefetch": policy.prefetch,
        "instances": policy.instances,
        "order": elsewhere::order(policy),
        "dead": dead,
        "park": policy.after_dead_letter == AfterDeadLetter::Park,
        "timeline": timeline::draw(policy, waits, end),
        "notes": notes,
        "elsewhere": elsewhere,
    })
}

/// The entry of a service for a command it receives.
pub(super) fn receive<'a>(service: &'a Service, command: &str) -> Option<&'a Receive> {
    service.receives.iter().find(|r| r.command == command)
}
