//! What a service handles: events, commands, requests and timers.

use serde_json::{Value, json};

use super::MOST;
use crate::{
    model::Service,
    site::{links::Kind, render::At, words},
};

/// The events that it reads.
pub(super) fn consumes(at: &At<'_, '_>, service: &Service) -> Vec<Value> {
    let entries = service.consumes.iter().take(MOST);
    entries
        .map(|consume| {
            json!({
                "ref": at.reference(Kind::Event, &consume.event),
                "by": at.reference(Kind::Topic, &consume.topic),
                "reads": consume.reads,
                "handler": consume.handler,
            })
        })
        .collect()
}

/// The commands that it is sent.
pub(super) fn receives(at: &At<'_, '_>, service: &Service) -> Vec<Value> {
    let entries = service.receives.iter().take(MOST);
    entries
        .map(|receive| {
            json!({
                "ref": at.reference(Kind::Command, &receive.command),
                "by": at.reference(Kind::Queue, &receive.queue),
                "reads": receive.reads,
                "handler": receive.handler,
            })
        })
        .collect()
}

/// The HTTP requests that it answers.
pub(super) fn requests(at: &At<'_, '_>, service: &Service) -> Vec<Value> {
    let requests = service.requests.iter();
    requests
        .map(|request| {
            json!({
                "ref": at.request(&service.name, &request.name),
                "method": request.method.as_str(),
                "path": request.path,
                "about": request.doc.as_deref().map(|d| words::first_sentence(d, 120)),
            })
        })
        .collect()
}

/// The timers that it sets, with the environments where they run for another time.
pub(super) fn timers(at: &At<'_, '_>, service: &Service) -> Vec<Value> {
    let timers = service.timers.iter();
    timers
        .map(|timer| {
            let elsewhere: Vec<Value> = at
                .site
                .model
                .environments
                .values()
                .filter_map(|e| {
                    let there = e.deployment.services.get(&service.name)?;
                    let there = there.timers.iter().find(|t| t.name == timer.name)?;
                    let differs = there.after_ms != timer.after_ms;
                    differs.then(
                        || json!({ "name": e.name, "after": words::duration(there.after_ms) }),
                    )
                })
                .collect();
            json!({
                "name": timer.name,
                "after": words::duration(timer.after_ms),
                "key": timer.key,
                "doc": at.doc(timer.doc.as_deref()),
                "handler": timer.handler,
                "elsewhere": elsewhere,
            })
        })
        .collect()
}
