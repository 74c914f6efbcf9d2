//! `model.json`: the whole model for tools, an entry a line.

use rayon::prelude::*;
use serde_json::{Value, json};

use super::{File, Site, words::describe};
use crate::model::{
    AfterDeadLetter, Command, Deployment, Event, Field, Flow, Message, Model, ParamPlace, Policy,
    Queue, Record, Request, Service, StepKind, Stream, Topic, TopicRole, TypeDef, TypeKind, Wire,
};

/// The file `model.json`.
pub(super) fn pages(site: &Site<'_>) -> Vec<File> {
    let model = site.model;
    let system = &model.system;
    let wire = match system.wire {
        Wire::Registry => "registry",
        Wire::SingleObject => "single-object",
    };
    let head = json!({
        "name": system.name, "doc": system.doc, "wire": wire,
        "compatibility": system.compatibility.as_str(), "source": system.source.to_string(),
    });
    let mut text = format!("{{\n\"format\": 1,\n\"system\": {head}");
    let domains = model.domains.values().map(|d| {
        json!({ "name": d.name, "owner": d.owner, "doc": d.doc, "source": d.source.to_string() })
    });
    list(
        &mut text,
        "domains",
        domains.map(|d| d.to_string()).collect(),
    );
    let types: Vec<&TypeDef> = model.types.values().collect();
    list(
        &mut text,
        "types",
        types.par_iter().map(|t| ty(t).to_string()).collect(),
    );
    let events: Vec<&Event> = model.events.values().collect();
    list(
        &mut text,
        "events",
        events
            .par_iter()
            .map(|e| event(model, e).to_string())
            .collect(),
    );
    let commands: Vec<&Command> = model.commands.values().collect();
    let commands = commands.par_iter().map(|c| command(model, c).to_string());
    list(&mut text, "commands", commands.collect());
    let flows = model.flows.values().map(|f| flow(f).to_string());
    list(&mut text, "flows", flows.collect());
    let streams = model.streams.values().map(|s| stream(s).to_string());
    list(&mut text, "streams", streams.collect());
    deployment(&mut text, &model.deployment);
    let environments = model.environments.values().map(|e| {
        json!({
            "name": e.name, "doc": e.doc, "brokers": e.brokers, "principals": e.principals,
            "source": e.source.to_string(),
        })
    });
    list(
        &mut text,
        "environments",
        environments.map(|e| e.to_string()).collect(),
    );
    let waivers = model.waivers.iter().map(|w| {
        json!({
            "event": w.event, "rule": w.rule, "path": w.path, "reason": w.reason, "owner": w.owner,
            "until": w.until, "source": w.source.to_string(),
        })
    });
    list(
        &mut text,
        "waivers",
        waivers.map(|w| w.to_string()).collect(),
    );
    text.push_str("\n}\n");
    vec![("model.json".to_owned(), text.into())]
}

fn deployment(text: &mut String, deployment: &Deployment) {
    let topics = deployment.topics.values().map(|t| topic(t).to_string());
    list(text, "topics", topics.collect());
    let queues = deployment.queues.values().map(|q| queue(q).to_string());
    list(text, "queues", queues.collect());
    let services: Vec<&Service> = deployment.services.values().collect();
    list(
        text,
        "services",
        services
            .par_iter()
            .map(|s| service(s).to_string())
            .collect(),
    );
}

fn list(text: &mut String, name: &str, lines: Vec<String>) {
    super::html::put(text, format_args!(",\n\"{name}\": [\n"));
    for (i, line) in lines.into_iter().enumerate() {
        if i > 0 {
            text.push_str(",\n");
        }
        text.push_str(&line);
    }
    text.push_str("\n]");
}

fn record(record: &Record) -> Value {
    record.fields.iter().map(field).collect::<Vec<_>>().into()
}

fn field(field: &Field) -> Value {
    let mut map = serde_json::Map::new();
    map.insert("name".into(), field.name.as_str().into());
    map.insert("type".into(), describe(&field.ty).into());
    let texts = [
        ("doc", &field.doc),
        ("deprecated", &field.deprecated),
        ("pattern", &field.pattern),
        ("unit", &field.unit),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            map.insert(key.into(), text.as_str().into());
        }
    }
    if let Some(default) = &field.default {
        map.insert("default".into(), default.plain.clone());
    }
    if !field.aliases.is_empty() {
        map.insert("aliases".into(), json!(field.aliases));
    }
    if let Some(added) = field.added {
        map.insert("added".into(), added.into());
    }
    if field.pii {
        map.insert("pii".into(), true.into());
    }
    Value::Object(map)
}

fn ty(def: &TypeDef) -> Value {
    let (kind, members) = match &def.kind {
        TypeKind::Record(r) => ("record", record(r)),
        TypeKind::Enum(symbols) => {
            let names = symbols
                .symbols
                .iter()
                .map(|s| json!({ "name": s.name, "doc": s.doc }));
            let names: Vec<Value> = names.collect();
            (
                "enum",
                json!({ "symbols": names, "default": symbols.default }),
            )
        }
        TypeKind::Union(union) => {
            let branches = union.variants.iter().map(|v| describe(&v.ty));
            ("union", branches.collect::<Vec<_>>().into())
        }
        TypeKind::Fixed(fixed) => ("fixed", fixed.size.into()),
    };
    json!({
        "name": def.name, "full_name": def.full_name(), "kind": kind, "doc": def.doc,
        "owner": def.owner, "version": def.version, "aliases": def.aliases,
        "source": def.source.to_string(), "members": members,
    })
}

fn message(model: &Model, message: &Message) -> serde_json::Map<String, Value> {
    let released: Vec<u32> = model
        .released(&message.name)
        .iter()
        .map(|r| r.version)
        .collect();
    let examples: Vec<Value> = message
        .examples
        .iter()
        .filter_map(|(_, text)| serde_json::from_str(text).ok())
        .collect();
    let value = json!({
        "name": message.name, "full_name": message.full_name(), "version": message.version,
        "released": released, "doc": message.doc, "aliases": message.aliases, "key": message.key,
        "compatibility": message.compatibility.as_str(), "source": message.source.to_string(),
        "fields": record(&message.record), "headers": record(&message.headers),
        "examples": examples,
    });
    match value {
        Value::Object(map) => map,
        _ => serde_json::Map::new(),
    }
}

fn event(model: &Model, event: &Event) -> Value {
    let mut map = message(model, &event.message);
    map.insert("domain".into(), event.domain.as_str().into());
    map.insert("owner".into(), json!(event.owner));
    map.insert("topic".into(), event.topic.as_str().into());
    map.insert("deprecated".into(), json!(event.deprecated));
    map.insert("tags".into(), json!(event.tags));
    Value::Object(map)
}

fn command(model: &Model, command: &Command) -> Value {
    let mut map = message(model, &command.message);
    map.insert("to".into(), command.to.as_str().into());
    map.insert("queue".into(), command.queue.as_str().into());
    Value::Object(map)
}

fn topic(topic: &Topic) -> Value {
    let role = match &topic.role {
        TopicRole::Events => json!("events"),
        TopicRole::DeadLetter { of, group } => json!({ "dead_letter_of": of, "group": group }),
        TopicRole::Late { stream } => json!({ "late_of": stream }),
        TopicRole::Redrive { of, group } => json!({ "redrive_of": of, "group": group }),
    };
    json!({
        "name": topic.name, "doc": topic.doc, "events": topic.events, "partitions": topic.partitions,
        "replication": topic.replication, "retention_ms": topic.retention_ms,
        "cleanup": topic.cleanup.as_str(), "role": role,
    })
}

fn queue(queue: &Queue) -> Value {
    json!({
        "name": queue.name, "command": queue.command, "service": queue.service,
        "tiers_ms": queue.tiers_ms, "dead_letter": queue.dead_letter, "ttl_ms": queue.ttl_ms,
        "priority": queue.priority, "single_active_consumer": queue.single_active_consumer,
    })
}

fn policy(policy: &Policy) -> Value {
    json!({
        "attempts": policy.attempts, "backoff_min_ms": policy.backoff_min_ms,
        "backoff_max_ms": policy.backoff_max_ms, "concurrency": policy.concurrency,
        "prefetch": policy.prefetch, "dead_letter": policy.dead_letter,
        "park": policy.after_dead_letter == AfterDeadLetter::Park,
        "order_by_key": policy.order_by_key, "instances": policy.instances,
    })
}

fn service(service: &Service) -> Value {
    let consumes = service.consumes.iter().map(|c| {
        json!({
            "event": c.event, "topic": c.topic, "group": c.group, "reads": c.reads,
            "policy": policy(&c.policy), "replay_ms": c.replay_ms, "pinned": c.pinned,
        })
    });
    let receives = service.receives.iter().map(|r| {
        json!({ "command": r.command, "queue": r.queue, "reads": r.reads, "policy": policy(&r.policy) })
    });
    let timers = service
        .timers
        .iter()
        .map(|t| json!({ "name": t.name, "after_ms": t.after_ms, "key": t.key, "doc": t.doc }));
    json!({
        "name": service.name, "owner": service.owner, "doc": service.doc, "tier": service.tier,
        "store": service.store.as_str(), "source": service.source.to_string(),
        "publishes": service.publishes, "sends": service.sends,
        "consumes": consumes.collect::<Vec<_>>(), "receives": receives.collect::<Vec<_>>(),
        "requests": service.requests.iter().map(request).collect::<Vec<_>>(),
        "timers": timers.collect::<Vec<_>>(),
    })
}

fn request(request: &Request) -> Value {
    let params = request.params.iter().map(|p| {
        let place = match p.place {
            ParamPlace::Path => "path",
            ParamPlace::Query => "query",
        };
        json!({ "name": p.name, "in": place, "type": describe(&p.ty) })
    });
    json!({
        "name": request.name, "method": request.method.as_str(), "path": request.path,
        "params": params.collect::<Vec<_>>(), "body": request.body.as_ref().map(describe),
        "returns": request.returns.as_ref().map(describe), "status": request.status,
        "doc": request.doc,
    })
}

fn flow(flow: &Flow) -> Value {
    let steps = flow.steps.iter().map(|step| {
        let (kind, name) = match &step.what {
            StepKind::Event(name) => ("event", name),
            StepKind::Command(name) => ("command", name),
            StepKind::Request(name) => ("request", name),
            StepKind::Timer(name) => ("timer", name),
            StepKind::Words(name) => ("words", name),
        };
        json!({ "from": step.from, kind: name, "to": step.to, "note": step.note })
    });
    json!({ "name": flow.name, "doc": flow.doc, "steps": steps.collect::<Vec<_>>() })
}

fn stream(stream: &Stream) -> Value {
    json!({
        "name": stream.name, "doc": stream.doc, "owner": stream.owner,
        "reads": stream.reads().collect::<Vec<_>>(), "emits": stream.emits, "late": stream.late,
        "idle_ms": stream.idle_ms, "source": stream.source.to_string(),
    })
}
