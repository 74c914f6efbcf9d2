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
    lint::{Finding, Index, Place, keys::duration},
    model::{Cleanup, Consume, Deployment, Policy, Receive, Service, Topic, TopicRole},
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut reported = HashSet::new();
    for (of, deployment) in index.deployments() {
        let redrives = redrives(deployment);
        for service in deployment.services.values() {
            let events = service.consumes.iter().filter_map(|entry| {
                let redrive = redrives.get(&(entry.topic.as_str(), entry.group.as_str()));
                let topics = deployment.topics.get(&entry.topic).into_iter().chain(redrive.copied());
                let topic = topics.min_by_key(|t| t.retention_ms.unwrap_or(u64::MAX))?;
                Some((&entry.event, of_event(service, entry, topic, &of)?))
            });
            let commands = service.receives.iter().filter_map(|entry| {
                Some((&entry.command, of_command(index, deployment, service, entry, &of)?))
            });
            let found = events.chain(commands);
            let new = found.filter(|(name, _)| reported.insert((&service.name, *name)));
            findings.extend(new.map(|(_, finding)| finding));
        }
    }
}

/// Redrive topics by the topic and group they belong to.
fn redrives(deployment: &Deployment) -> HashMap<(&str, &str), &Topic> {
    let topics = deployment.topics.values();
    topics
        .filter_map(|topic| match &topic.role {
            TopicRole::Redrive { of, group } => Some(((of.as_str(), group.as_str()), topic)),
            _ => None,
        })
        .collect()
}

fn of_event(service: &Service, entry: &Consume, topic: &Topic, of: &str) -> Option<Finding> {
    let expires = topic.retention_ms.filter(|_| topic.cleanup == Cleanup::Delete);
    let kept = expires.filter(|kept| *kept <= entry.policy.budget_ms())?;
    let (name, event) = (&topic.name, &entry.event);
    let message = format!(
        "`{}` may try a record of `{event}` for {}, and `{name}` keeps it for {}{of}",
        service.name,
        duration(entry.policy.budget_ms()),
        duration(kept)
    );
    let finding = Finding::new(Place::new(&entry.source, [event.as_str(), "retry:"]), message)
        .label(waits(&entry.policy))
        .also(Place::new(&topic.source, ["retention:"]), format!("the topic `{name}`"))
        .help("raise `retention` of the topic, or lower `attempts` or `backoff`");
    Some(finding.about(event))
}

fn of_command(
    index: &Index<'_>,
    deployment: &Deployment,
    service: &Service,
    entry: &Receive,
    of: &str,
) -> Option<Finding> {
    let ttl = deployment.queues.get(&entry.queue)?.ttl_ms;
    let ttl = ttl.filter(|ttl| *ttl <= entry.policy.budget_ms())?;
    let command = index.model.commands.get(&entry.command)?;
    let name = &entry.command;
    let message = format!(
        "`{}` may try `{name}` for {}, and the command is worth following for {}{of}",
        service.name,
        duration(entry.policy.budget_ms()),
        duration(ttl)
    );
    let finding = Finding::new(Place::new(&entry.source, [name.as_str(), "retry:"]), message)
        .label(waits(&entry.policy))
        .also(Place::new(&command.message.source, ["ttl:"]), "expires")
        .help("raise `ttl` of the command, or lower `attempts` or `backoff`");
    Some(finding.about(name))
}

fn waits(policy: &Policy) -> String {
    format!("{} attempts", policy.attempts)
}
