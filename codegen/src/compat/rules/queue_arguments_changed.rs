//! # What it does
//!
//! Finds queues that keep their name and get other arguments: `ttl`, `dead_letter`,
//! `single_active_consumer` become arguments of a queue when it is declared.
//!
//! # Why is this bad
//!
//! A queue's arguments cannot change. RabbitMQ refuses a declaration that differs from the queue
//! that is there (`PRECONDITION_FAILED`) and closes the channel, so the service does not start.
//!
//! # What to do
//!
//! Make a queue of another name, bind it beside the old one, unbind the old one, drain it, delete
//! it. Without traffic: delete the empty queue and declare it anew.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    compat::{
        finding::Finding,
        judged::Judged,
        scene::writers,
        topics::{Once, about_events},
    },
    emit::queue_definitions,
    lint::Place,
    model::{Deployment, Model, Queue},
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let Some((old_model, model)) = judged.scene.both() else {
        return;
    };
    let mut once = Once::default();
    for (setting, before, now) in judged.scene.deployments() {
        let declared = queue_definitions(old_model, before);
        let (was, is) = (arguments(&declared), queue_definitions(model, now));
        for (name, arguments) in arguments(&is) {
            let changed = was.get(name).map(|was| differences(was, arguments));
            let Some(changed) = changed.filter(|c| !c.is_empty()) else {
                continue;
            };
            let what = changed.join(", ");
            if !once.first(format!("{name} {what}")) {
                continue;
            }
            let text = format!(
                "the queue `{name}` gets other arguments, which cannot change: {what}{}",
                setting.words()
            );
            let mut finding = Finding::new(text);
            if let Some(queue) = owner(now, name) {
                finding = place(finding, judged, setting.0, queue, model);
            }
            findings.push(migration(finding, name));
        }
    }
}

/// Arguments by queue.
fn arguments(definitions: &Value) -> BTreeMap<&str, &Value> {
    let queues = definitions.get("queues").and_then(Value::as_array);
    let queues = queues.into_iter().flatten();
    queues
        .filter_map(|q| Some((q.get("name")?.as_str()?, q.get("arguments")?)))
        .collect()
}

/// `x-message-ttl 60000 → 30000` for each argument that differs.
fn differences(was: &Value, is: &Value) -> Vec<String> {
    let empty = serde_json::Map::new();
    let (was, is) = (
        was.as_object().unwrap_or(&empty),
        is.as_object().unwrap_or(&empty),
    );
    let names: std::collections::BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let shown = |value: Option<&Value>| value.map_or("none".to_owned(), ToString::to_string);
    names
        .into_iter()
        .filter(|name| was.get(*name) != is.get(*name))
        .map(|name| {
            format!(
                "`{name}` {} → {}",
                shown(was.get(name)),
                shown(is.get(name))
            )
        })
        .collect()
}

/// The command's queue that a name belongs to: its own, a wait queue, a level or the dead letters.
fn owner<'a>(deployment: &'a Deployment, name: &str) -> Option<&'a Queue> {
    let queues = deployment.queues.values();
    let owners = queues.filter(|q| {
        let rest = name.strip_prefix(q.name.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    });
    owners.max_by_key(|q| q.name.len())
}

fn place(
    finding: Finding,
    judged: &Judged<'_>,
    environment: &str,
    queue: &Queue,
    model: &Model,
) -> Finding {
    let command = &queue.command;
    let finding = about_events(finding, std::slice::from_ref(command), "queue");
    let at = model.environments.get(environment).map_or_else(
        || Place::new(&queue.source, [command.as_str()]),
        |e| Place::new(&e.source, [e.name.as_str(), command.as_str()]),
    );
    let former = judged.scene.before().and_then(|m| m.message(command));
    let finding = match former {
        Some(m) => finding.before(
            Place::new(&m.source, [command.as_str()]),
            "declared as it was",
        ),
        None => finding,
    };
    let senders = writers(model, command).into_iter();
    let senders = senders.map(|s| {
        let why = "it sends to the exchange, which is as it was".to_owned();
        (s.name.clone(), Err(why))
    });
    let why = "it declares the queue at its start, is refused, and does not start".to_owned();
    finding
        .now(at, "declared otherwise")
        .impact(senders.chain([(queue.service.clone(), Ok(why))]))
}

fn migration(finding: Finding, name: &str) -> Finding {
    finding
        .help(format!("declare a new queue beside it, such as `{name}.v2`, with the new arguments"))
        .help("bind it to the exchange under the same routing key, then remove the old binding")
        .help(format!("let a consumer drain `{name}`, its wait queues included"))
        .help(format!("delete `{name}`; where nothing may wait, stop the senders, drain, delete and declare it anew"))
}
