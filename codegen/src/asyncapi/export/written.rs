//! What AsyncAPI has no words for, as the catalog writes it.

pub(super) mod environments;
mod fields;
mod services;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Scope, duration};
use crate::model::{
    Cleanup, Compatibility, Flow, Message, Model, Policy, StepKind, Stream, System, TypeDef,
    Waiver, Wire,
};

/// Yields documents of the kinds that AsyncAPI does not have.
pub(super) fn documents(scope: &Scope<'_>, each: &mut dyn FnMut(Value)) {
    let model = scope.model;
    each(system(scope, &model.system));
    let events = scope.messages.iter().filter_map(|m| model.events.get(*m));
    let domains: BTreeSet<&str> = events.map(|e| e.domain.as_str()).collect();
    let spoken = |name: &&String| scope.application.is_none() || domains.contains(name.as_str());
    for (name, domain) in model.domains.iter().filter(|(n, _)| spoken(n)) {
        let mut object = document("domain", name);
        text(&mut object, "owner", domain.owner.as_ref());
        text(&mut object, "doc", domain.doc.as_ref());
        each(object.into());
    }
    fields::types(scope).into_iter().for_each(&mut *each);
    let services = model.services().values();
    let services = services.filter(|s| scope.speaks_of(&s.name));
    services
        .map(|s| services::service(model, s))
        .for_each(&mut *each);
    let streams = model.streams.values();
    let streams = streams.filter(|s| scope.speaks_of(&s.name));
    streams.map(|s| stream(model, s)).for_each(&mut *each);
    let environments = model.environments.values();
    environments
        .map(|e| environments::environment(scope, e))
        .for_each(&mut *each);
    if scope.application.is_none() {
        model.flows.values().map(flow).for_each(&mut *each);
        model.waivers.iter().map(waiver).for_each(each);
    }
}

/// The stream as it was written, with the examples of its event in it.
fn stream(model: &Model, stream: &Stream) -> Value {
    let mut written = stream.written.clone();
    let emitted = model.message(&stream.emits);
    let texts = emitted.into_iter().flat_map(|m| &m.examples);
    let examples: Vec<Value> = texts
        .filter_map(|(_, text)| serde_json::from_str(text).ok())
        .collect();
    if let Some(listed) = written.get_mut("emit").and_then(|e| e.get_mut("examples")) {
        *listed = examples.into();
    }
    written
}

/// What a message's own document says beside what AsyncAPI does.
pub(super) fn message(model: &Model, message: &Message) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("version".into(), message.version.into());
    if let Some(event) = model.events.get(&message.name) {
        object.insert("domain".into(), event.domain.as_str().into());
        let of_domain = model.domains.get(&event.domain);
        if event.owner != of_domain.and_then(|d| d.owner.clone()) {
            text(&mut object, "owner", event.owner.as_ref());
        }
        text(&mut object, "deprecated", event.deprecated.as_ref());
    }
    if let Some(command) = model.commands.get(&message.name) {
        let system = &model.system.name;
        let domain = fields::domain_of(system, &message.namespace);
        object.insert("domain".into(), domain.unwrap_or(&command.to).into());
        object.insert("to".into(), command.to.as_str().into());
        object.insert("queue".into(), command.queue.as_str().into());
        if let Some(queue) = model.queues().get(&command.queue) {
            if let Some(levels) = queue.priority {
                object.insert("priority".into(), levels.into());
            }
            if let Some(ms) = queue.ttl_ms {
                object.insert("ttl".into(), duration(ms).into());
            }
        }
    }
    object.insert(
        "compatibility".into(),
        message.compatibility.as_str().into(),
    );
    if fields::is_written_in_fields(model, message) {
        if !message.aliases.is_empty() {
            object.insert("aliases".into(), json!(message.aliases));
        }
        let fields = fields::fields(model, &message.name, &message.record);
        object.insert("fields".into(), fields.into());
    }
    if !message.headers.fields.is_empty() {
        let headers = fields::fields(model, &message.name, &message.headers);
        object.insert("headers".into(), headers.into());
    }
    object
}

/// A document that begins with its kind.
fn document(kind: &str, name: &str) -> Map<String, Value> {
    Map::from_iter([(kind.to_owned(), name.into())])
}

fn text(object: &mut Map<String, Value>, key: &str, value: Option<&String>) {
    if let Some(value) = value {
        object.insert(key.into(), value.as_str().into());
    }
}

/// A retention: for ever where there is no end.
fn retention(ms: Option<u64>) -> String {
    ms.map_or_else(|| "forever".to_owned(), duration)
}

fn retry(policy: &Policy) -> Value {
    let (from, to) = (policy.backoff_min_ms, policy.backoff_max_ms);
    let backoff = format!("{}..{}", duration(from), duration(to));
    json!({ "attempts": policy.attempts, "backoff": backoff })
}

fn system(scope: &Scope<'_>, system: &System) -> Value {
    let mut object = document("system", &system.name);
    text(&mut object, "doc", system.doc.as_ref());
    if system.wire == Wire::SingleObject {
        object.insert("wire".into(), "single-object".into());
    }
    let mut defaults = scope.everywhere.defaults.clone();
    if system.compatibility != Compatibility::Backward {
        let mode = system.compatibility.as_str();
        defaults.insert("compatibility".into(), mode.into());
    }
    if !defaults.is_empty() {
        object.insert("defaults".into(), defaults.into());
    }
    object.into()
}

fn flow(flow: &Flow) -> Value {
    let mut object = document("flow", &flow.name);
    text(&mut object, "doc", flow.doc.as_ref());
    let steps = flow.steps.iter().map(|step| {
        let (key, name) = match &step.what {
            StepKind::Event(name) => ("event", name),
            StepKind::Command(name) => ("command", name),
            StepKind::Request(name) => ("request", name),
            StepKind::Timer(name) => ("timer", name),
            StepKind::Words(words) => ("step", words),
        };
        let mut object = document(key, name);
        object.insert("from".into(), step.from.as_str().into());
        if !step.to.is_empty() {
            object.insert("to".into(), json!(step.to));
        }
        text(&mut object, "note", step.note.as_ref());
        Value::Object(object)
    });
    let steps: Vec<Value> = steps.collect();
    object.insert("steps".into(), steps.into());
    object.into()
}

fn waiver(waiver: &Waiver) -> Value {
    let name = format!("{} {}", waiver.event, waiver.rule);
    let mut object = document("waiver", &name);
    object.insert("event".into(), waiver.event.as_str().into());
    object.insert("rule".into(), waiver.rule.as_str().into());
    text(&mut object, "path", waiver.path.as_ref());
    object.insert("reason".into(), waiver.reason.as_str().into());
    object.insert("owner".into(), waiver.owner.as_str().into());
    object.insert("until".into(), waiver.until.as_str().into());
    object.into()
}

/// The names of a definition's former self, and its documentation.
fn described(object: &mut Map<String, Value>, def: &TypeDef) {
    text(object, "doc", def.doc.as_ref());
    if !def.aliases.is_empty() {
        object.insert("aliases".into(), json!(def.aliases));
    }
    if let Some(version) = def.version {
        object.insert("version".into(), version.into());
    }
}

fn cleanup(cleanup: Cleanup) -> Value {
    cleanup.as_str().into()
}
