//! # What it does
//!
//! Compares the longest that a consumer may try one message with the time that the message is
//! kept, in every environment: the topic's `retention` and that of its redrive topic for events,
//! `ttl` for commands. The longest is the sum of all backoffs, without jitter: `attempts: 5,
//! backoff: 1m..10m` waits 1 + 2 + 4 + 8 = 15 minutes.
//!
//! # Why is this bad
//!
//! A message that expires while it is being retried is lost without a trace. On Kafka the record is
//! deleted under the consumer: after a restart it is neither retried nor a dead letter. On RabbitMQ
//! the command comes back from its wait queue to find its time over, and the last attempts that
//! the catalog promises are never made.
//!
//! # Example
//!
//! ```yaml
//! topic: pricing.quotes
//! events: [QuoteGiven]
//! retention: 10m
//! ---
//! service: order
//! owner: ordering-team
//! doc: Accepts orders.
//! store: postgres
//! consumes:
//!   QuoteGiven: { retry: { attempts: 5, backoff: 1m..10m } }
//! ```
//!
//! Keep the records longer, or give up sooner:
//!
//! ```yaml
//! topic: pricing.quotes
//! events: [QuoteGiven]
//! retention: 1h
//! ```

use std::collections::{HashMap, HashSet};

use crate::{
    lint::{Entry, Finding, Index, Place, Scene, entries, keys::duration},
    model::{Cleanup, Consume, Deployment, Topic, TopicRole},
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut reported = HashSet::new();
    for (scene, deployment) in index.deployments() {
        let redrives = redrives(deployment);
        for entry in entries(deployment) {
            let finding = match entry.consume {
                Some(consume) => shortest(deployment, &redrives, consume)
                    .and_then(|topic| of_event(topic, entry, scene)),
                None => of_command(index, deployment, entry, scene),
            };
            if let Some(finding) = finding
                && reported.insert((&entry.service.name, entry.message))
            {
                findings.push(finding);
            }
        }
    }
}

type Redrives<'a> = HashMap<(&'a str, &'a str), &'a Topic>;

/// Redrive topics by the topic and group they belong to.
fn redrives(deployment: &Deployment) -> Redrives<'_> {
    let topics = deployment.topics.values();
    topics
        .filter_map(|topic| match &topic.role {
            TopicRole::Redrive { of, group } => Some(((of.as_str(), group.as_str()), topic)),
            _ => None,
        })
        .collect()
}

/// The topic that deletes a consumer's records first: the event's own, or the redrive topic.
fn shortest<'a>(
    deployment: &'a Deployment,
    redrives: &Redrives<'a>,
    consume: &Consume,
) -> Option<&'a Topic> {
    let own = deployment.topics.get(&consume.topic);
    let redrive = redrives.get(&(consume.topic.as_str(), consume.group.as_str()));
    let topics = own.into_iter().chain(redrive.copied());
    let deleting = topics.filter(|t| t.cleanup == Cleanup::Delete);
    deleting.min_by_key(|t| t.retention_ms.unwrap_or(u64::MAX))
}

fn of_event(topic: &Topic, entry: Entry<'_>, scene: Scene<'_>) -> Option<Finding> {
    let budget = entry.policy.budget_ms();
    let kept = topic.retention_ms.filter(|kept| *kept <= budget)?;
    let redrive = topic.role != TopicRole::Events;
    let key = if redrive {
        "dead_letter_retention"
    } else {
        "retention"
    };
    let (name, event) = (&topic.name, entry.message);
    let kept = format!("`{name}` keeps it for {}", duration(kept));
    let finding = finding(entry, &kept, scene)
        .help(format!("raise `{key}`, or lower `attempts` or `backoff`"))
        .about(event);
    if redrive {
        return Some(finding);
    }
    let setting = scene.setting(topic, "retention:");
    Some(finding.also(setting, format!("the topic `{name}`")))
}

fn of_command(
    index: &Index<'_>,
    deployment: &Deployment,
    entry: Entry<'_>,
    scene: Scene<'_>,
) -> Option<Finding> {
    let budget = entry.policy.budget_ms();
    let command = index.model.commands.get(entry.message)?;
    let ttl = deployment.queues.get(&command.queue)?.ttl_ms;
    let ttl = ttl.filter(|ttl| *ttl <= budget)?;
    let ends = format!("the command is worth following for {}", duration(ttl));
    let finding = finding(entry, &ends, scene)
        .also(Place::new(&command.message.source, ["ttl:"]), "expires")
        .help("raise `ttl` of the command, or lower `attempts` or `backoff`");
    Some(finding.about(entry.message))
}

fn finding(entry: Entry<'_>, ends: &str, scene: Scene<'_>) -> Finding {
    let (service, message, policy) = (&entry.service.name, entry.message, entry.policy);
    let text = format!(
        "`{service}` may try `{message}` for {}, and {ends}{}",
        duration(policy.budget_ms()),
        scene.words()
    );
    Finding::new(Place::new(entry.source, [message, "retry:"]), text)
        .label(format!("{} attempts", policy.attempts))
}
