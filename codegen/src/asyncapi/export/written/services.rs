//! What a service does beside sending and receiving, and how it works through what it receives.

use serde_json::{Map, Value, json};

use super::{document, duration, fields, retention, retry, text};
use crate::model::{
    AfterDeadLetter, Method, Model, ParamPlace, Policy, Request, RequestKey, Service, Store,
};

/// The service, without what its operations say.
pub(super) fn service(model: &Model, service: &Service) -> Value {
    let mut object = document("service", &service.name);
    text(&mut object, "owner", service.owner.as_ref());
    text(&mut object, "doc", service.doc.as_ref());
    text(&mut object, "tier", service.tier.as_ref());
    if service.store != Store::None {
        object.insert("store".into(), service.store.as_str().into());
    }
    let consumes = service.consumes.iter().map(|consume| {
        let mut entry = policy(&consume.policy, true);
        if consume.group != service.name {
            entry.insert("group".into(), consume.group.as_str().into());
        }
        if !consume.reads.is_empty() {
            entry.insert("reads".into(), json!(consume.reads));
        }
        if let Some(ms) = consume.replay_ms {
            let back = retention(Some(ms).filter(|ms| *ms != u64::MAX));
            entry.insert("replay".into(), back.into());
        }
        if let Some(version) = consume.pinned {
            entry.insert("pinned".into(), version.into());
        }
        (consume.event.clone(), Value::Object(entry))
    });
    put(&mut object, "consumes", consumes.collect());
    let receives = service.receives.iter().map(|receive| {
        let mut entry = policy(&receive.policy, false);
        if !receive.reads.is_empty() {
            entry.insert("reads".into(), json!(receive.reads));
        }
        let queue = model.queues().get(&receive.queue);
        if queue.is_some_and(|q| q.single_active_consumer) {
            entry.insert("single_active_consumer".into(), true.into());
        }
        (receive.command.clone(), Value::Object(entry))
    });
    put(&mut object, "receives", receives.collect());
    let requests = service.requests.iter();
    let requests = requests.map(|r| (r.name.clone(), request(model, r)));
    put(&mut object, "requests", requests.collect());
    let timers = service.timers.iter().map(|timer| {
        let mut entry = Map::new();
        entry.insert("after".into(), duration(timer.after_ms).into());
        entry.insert("key".into(), timer.key.as_str().into());
        entry.insert("type".into(), fields::ty(model, &timer.key_ty).into());
        text(&mut entry, "doc", timer.doc.as_ref());
        (timer.name.clone(), Value::Object(entry))
    });
    put(&mut object, "timers", timers.collect());
    object.into()
}

fn put(object: &mut Map<String, Value>, key: &str, entries: Map<String, Value>) {
    if !entries.is_empty() {
        object.insert(key.into(), entries.into());
    }
}

/// A policy with all that an entry can say of it; `ordered` is what holds where nothing is said.
pub(super) fn policy(policy: &Policy, ordered: bool) -> Map<String, Value> {
    let mut entry = overridable(policy);
    if policy.order_by_key != ordered {
        let order = if policy.order_by_key { "key" } else { "none" };
        entry.insert("order".into(), order.into());
    }
    entry
}

/// The part of a policy that an environment may change.
pub(super) fn overridable(policy: &Policy) -> Map<String, Value> {
    let mut entry = Map::new();
    entry.insert("retry".into(), retry(policy));
    entry.insert("concurrency".into(), policy.concurrency.into());
    entry.insert("prefetch".into(), policy.prefetch.into());
    if !policy.dead_letter {
        entry.insert("dead_letter".into(), false.into());
    }
    if policy.after_dead_letter == AfterDeadLetter::Park {
        entry.insert("after_dead_letter".into(), "park".into());
    }
    if let Some(instances) = policy.instances {
        entry.insert("instances".into(), instances.into());
    }
    entry
}

fn request(model: &Model, request: &Request) -> Value {
    let mut entry = Map::new();
    let method = Method::ALL.iter().find(|(_, m)| *m == request.method);
    if let Some((method, _)) = method {
        entry.insert((*method).into(), request.path.as_str().into());
    }
    for (key, place) in [("params", ParamPlace::Path), ("query", ParamPlace::Query)] {
        let params = request.params.iter().filter(|p| p.place == place);
        let params = params.map(|p| (p.name.clone(), json!(fields::ty(model, &p.ty))));
        put(&mut entry, key, params.collect());
    }
    for (key, of) in [("body", &request.body), ("returns", &request.returns)] {
        if let Some(of) = of {
            entry.insert(key.into(), fields::ty(model, of).into());
        }
    }
    entry.insert("status".into(), request.status.into());
    if let Some(RequestKey::Param(key) | RequestKey::Body(key)) = &request.key {
        entry.insert("key".into(), key.as_str().into());
    }
    text(&mut entry, "doc", request.doc.as_ref());
    Value::Object(entry)
}
