//! What must hold before an instance starts.

use std::time::Duration;

use super::{Platform, StartError};
use crate::binding::{MessageHandler, Parts};
use crate::store::Store;
use crate::topology::{AfterDeadLetter, Consumes, Policy, ServiceTopology, Topology};

/// How long a group's offsets may be forgotten for: a record that is kept for
/// ever may come again this long after it was handled.
const OFFSETS_LOST: Duration = Duration::from_hours(7 * 24);
/// How long a dead letter is kept where its topic does not say.
const DEAD_LETTERS_KEPT: Duration = Duration::from_hours(14 * 24);

/// The service's entry, if it agrees with what is bound.
pub(super) fn service<S, St: Store>(
    parts: &Parts<S, St>,
    platform: &Platform,
) -> Result<&'static ServiceTopology, StartError> {
    let name = parts.definition.service;
    let service = platform
        .topology
        .service(name)
        .ok_or(StartError::UnknownService {
            service: name,
            environment: platform.topology.environment,
        })?;
    let consumed = service.consumes.iter().flat_map(Consumes::types);
    agree(
        name,
        "event",
        &consumed.collect::<Vec<_>>(),
        &parts.events,
        |handler| handler.message_type(),
    )?;
    let received = service.receives.iter().map(|receives| receives.command);
    agree(
        name,
        "command",
        &received.collect::<Vec<_>>(),
        &parts.commands,
        |handler| handler.message_type(),
    )?;
    let timers = service.timers.iter().map(|timer| timer.name);
    agree(
        name,
        "timer",
        &timers.collect::<Vec<_>>(),
        &parts.timers,
        |handler| handler.name(),
    )?;
    for receives in service.receives {
        if platform.topology.queue(receives.queue).is_none() {
            let what = format!("queue {} is not in the topology", receives.queue);
            return Err(StartError::Handlers {
                service: name,
                what,
            });
        }
    }
    if St::DURABLE {
        return Ok(service);
    }
    let waits = |(_, policy): &(_, Policy)| policy.after_dead_letter == AfterDeadLetter::Park;
    let mut sources = service.consumes.iter();
    let needs = if !service.timers.is_empty() {
        "timers"
    } else if sources.any(|consumes| consumes.policies.iter().any(waits)) {
        "`after_dead_letter: park`"
    } else {
        return Ok(service);
    };
    Err(StartError::NeedsStore {
        service: name,
        what: needs,
    })
}

fn agree<S, Tx>(
    service: &'static str,
    kind: &str,
    declared: &[&'static str],
    bound: &[std::sync::Arc<dyn MessageHandler<S, Tx>>],
    name: impl Fn(&dyn MessageHandler<S, Tx>) -> &'static str,
) -> Result<(), StartError> {
    let bound: Vec<_> = bound.iter().map(|handler| name(&**handler)).collect();
    let unhandled = declared.iter().find(|name| !bound.contains(name));
    let undeclared = bound.iter().find(|name| !declared.contains(name));
    let what = match (unhandled, undeclared) {
        (Some(name), _) => format!("{kind} {name} has no handler"),
        (None, Some(name)) => format!("{kind} {name} is not declared"),
        (None, None) => return Ok(()),
    };
    Err(StartError::Handlers { service, what })
}

/// The longest time between two deliveries of one message: how long its source
/// keeps it, how long it is retried, how long its dead letter is kept. Inbox
/// rows must be kept longer.
pub(super) fn horizon(
    platform: &Platform,
    service: &ServiceTopology,
) -> Result<Duration, StartError> {
    let consumes = service.consumes.iter();
    let horizon = consumes
        .map(|consumes| horizon_of(platform.topology, consumes))
        .max();
    let queues = if service.receives.is_empty() {
        Duration::ZERO
    } else {
        DEAD_LETTERS_KEPT
    };
    let horizon = horizon.unwrap_or_default().max(queues);
    let age = platform.tuning.inbox_age;
    if age <= horizon {
        return Err(StartError::Horizon { age, horizon });
    }
    Ok(horizon)
}

fn horizon_of(topology: &Topology, consumes: &Consumes) -> Duration {
    let kept = |topic: &str| {
        let retention = topology.topic(topic)?.retention_ms?;
        Some(Duration::from_millis(retention.max(0) as u64))
    };
    let source = kept(consumes.topic).unwrap_or(OFFSETS_LOST);
    let dead_letters = consumes
        .dead_letter_topic
        .map(|topic| kept(topic).unwrap_or(DEAD_LETTERS_KEPT));
    let budget = consumes.policies.iter().map(|(_, policy)| {
        let retry = &policy.retry;
        Duration::from_millis(retry.max_ms.saturating_mul(u64::from(retry.attempts)))
    });
    source + dead_letters.unwrap_or_default() + budget.max().unwrap_or_default()
}
