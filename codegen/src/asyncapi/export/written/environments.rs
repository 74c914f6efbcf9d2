//! Environments: where brokers are, and what differs from the system without overrides.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{super::Scope, cleanup, document, duration, retention, retry, services, text};
use crate::model::{Deployment, Environment, Queue, STREAMS, Service, Topic, TopicRole};

/// An environment with its overrides, as far as a scope speaks of what they are of.
pub(super) fn environment(scope: &Scope<'_>, environment: &Environment) -> Value {
    let (base, there) = (&scope.model.deployment, &environment.deployment);
    let mut object = document("environment", &environment.name);
    text(&mut object, "doc", environment.doc.as_ref());
    if let Some(defaults) = scope.everywhere.overridden.get(environment.name.as_str()) {
        object.insert("defaults".into(), defaults.clone().into());
    }
    let topics = topics_of(scope);
    let topics = topics.iter().filter_map(|name| there.topics.get(*name));
    put(
        &mut object,
        "topics",
        topics.filter_map(|t| Some((t.name.clone(), topic(base, t)?))),
    );
    let queues = queues_of(scope);
    let queues = queues.iter().filter_map(|name| there.queues.get(*name));
    put(
        &mut object,
        "commands",
        queues.filter_map(|q| Some((q.command.clone(), queue(base, q)?))),
    );
    let services = there.services.values().filter(|s| scope.speaks_of(&s.name));
    put(
        &mut object,
        "services",
        services.filter_map(|s| Some((s.name.clone(), service(base, s)?))),
    );
    let streams = there.idle_ms.iter().filter(|(s, _)| scope.speaks_of(s));
    let streams = streams.filter(|(s, ms)| base.idle_ms.get(*s) != Some(*ms));
    put(
        &mut object,
        "streams",
        streams.map(|(s, ms)| (s.clone(), json!({ "idle": duration(*ms) }))),
    );
    let brokers = environment.brokers.iter();
    put(
        &mut object,
        "brokers",
        brokers.map(|(name, a)| (name.clone(), json!(a))),
    );
    let principals = environment.principals.iter();
    let principals = principals.filter(|(name, _)| match name.as_str() {
        STREAMS => scope.speaks_of_a_stream(),
        service => scope.speaks_of(service),
    });
    put(
        &mut object,
        "principals",
        principals.map(|(s, p)| (s.clone(), json!(p))),
    );
    object.into()
}

/// Topics of a scope's events.
fn topics_of<'m>(scope: &Scope<'m>) -> BTreeSet<&'m str> {
    let events = scope.messages.iter();
    let events = events.filter_map(|m| scope.model.events.get(*m));
    events.map(|event| event.topic.as_str()).collect()
}

/// Queues of a scope's commands.
fn queues_of<'m>(scope: &Scope<'m>) -> BTreeSet<&'m str> {
    let commands = scope.messages.iter();
    let commands = commands.filter_map(|m| scope.model.commands.get(*m));
    commands.map(|command| command.queue.as_str()).collect()
}

/// Defaults that show in no entry: of dead letters and of timers.
pub(in crate::asyncapi::export) fn defaults(of: &Deployment) -> Map<String, Value> {
    let mut defaults = Map::new();
    let mut dead = of.topics.values();
    let dead = dead.find(|t| {
        matches!(
            t.role,
            TopicRole::DeadLetter { .. } | TopicRole::Redrive { .. }
        )
    });
    if let Some(topic) = dead {
        let kept = retention(topic.retention_ms);
        defaults.insert("dead_letter_retention".into(), kept.into());
    }
    let mut timers = of.services.values().flat_map(|s| &s.timers);
    if let Some(timer) = timers.next() {
        defaults.insert("retry".into(), retry(&timer.policy));
    }
    defaults
}

fn put(object: &mut Map<String, Value>, key: &str, entries: impl Iterator<Item = (String, Value)>) {
    let entries: Map<String, Value> = entries.collect();
    if !entries.is_empty() {
        object.insert(key.into(), entries.into());
    }
}

fn topic(base: &Deployment, topic: &Topic) -> Option<Value> {
    let usual = base.topics.get(&topic.name)?;
    let of = |t: &Topic| (t.partitions, t.replication, t.retention_ms, t.cleanup);
    (of(usual) != of(topic)).then(|| {
        json!({
            "partitions": topic.partitions, "replication": topic.replication,
            "retention": retention(topic.retention_ms), "cleanup": cleanup(topic.cleanup),
        })
    })
}

fn queue(base: &Deployment, queue: &Queue) -> Option<Value> {
    let usual = base.queues.get(&queue.name)?;
    let mut entry = Map::new();
    if usual.ttl_ms != queue.ttl_ms {
        entry.insert("ttl".into(), duration(queue.ttl_ms?).into());
    }
    if usual.priority != queue.priority {
        entry.insert("priority".into(), queue.priority?.into());
    }
    (!entry.is_empty()).then(|| entry.into())
}

fn service(base: &Deployment, service: &Service) -> Option<Value> {
    let usual = base.services.get(&service.name)?;
    let mut object = Map::new();
    let consumes = service.consumes.iter().filter_map(|consume| {
        let before = usual.consumes.iter().find(|c| c.event == consume.event)?;
        let differs = before.policy != consume.policy;
        let entry = differs.then(|| services::overridable(&consume.policy))?;
        Some((consume.event.clone(), entry.into()))
    });
    put(&mut object, "consumes", consumes);
    let receives = service.receives.iter().filter_map(|receive| {
        let before = usual
            .receives
            .iter()
            .find(|r| r.command == receive.command)?;
        let differs = before.policy != receive.policy;
        let entry = differs.then(|| services::overridable(&receive.policy))?;
        Some((receive.command.clone(), entry.into()))
    });
    put(&mut object, "receives", receives);
    let timers = service.timers.iter().filter_map(|timer| {
        let before = usual.timers.iter().find(|t| t.name == timer.name)?;
        let differs = before.after_ms != timer.after_ms;
        differs.then(|| {
            (
                timer.name.clone(),
                json!({ "after": duration(timer.after_ms) }),
            )
        })
    });
    put(&mut object, "timers", timers);
    (!object.is_empty()).then(|| object.into())
}
