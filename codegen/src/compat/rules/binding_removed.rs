//! # What it does
//!
//! Finds work queues that stay and lose their binding: the exchange has another name, because the
//! system has one.
//!
//! # Why is this bad
//!
//! Deployed senders publish to the old exchange, from which no way leads to the queue any more:
//! with the flag `mandatory` their commands come back, and their outboxes fill up.
//!
//! # What to do
//!
//! Keep the system's name. If it must change: bind the queues to both exchanges until every sender
//! is deployed.

use std::collections::BTreeSet;

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
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let Some((old_model, model)) = judged.scene.both() else {
        return;
    };
    let mut once = Once::default();
    for (setting, before, now) in judged.scene.deployments() {
        let is = queue_definitions(model, now);
        let was = queue_definitions(old_model, before);
        let (is, was) = (bindings(&is), bindings(&was));
        for (exchange, name) in was.difference(&is) {
            let Some(queue) = now
                .queues
                .get(*name)
                .filter(|_| once.first((*name).to_owned()))
            else {
                continue;
            };
            let command = &queue.command;
            let text = format!(
                "the queue `{name}` is not bound to the exchange `{exchange}` any more{}",
                setting.words()
            );
            let why = "what its deployed code sends comes back";
            let senders = writers(old_model, command).into_iter();
            findings.push(
                about_events(Finding::new(text), std::slice::from_ref(command), "binding")
                    .now(
                        Place::new(&model.system.source, [model.system.name.as_str()]),
                        "names the exchange",
                    )
                    .before(
                        Place::new(&old_model.system.source, [old_model.system.name.as_str()]),
                        "named the exchange",
                    )
                    .impact(senders.map(|s| (s.name.as_str(), Ok(why.to_owned()))))
                    .help(format!("keep `system: {}`", old_model.system.name))
                    .help("or bind the queue to both exchanges until every sender is deployed"),
            );
        }
    }
}

/// Exchange and queue of each binding.
fn bindings(definitions: &Value) -> BTreeSet<(&str, &str)> {
    let bindings = definitions.get("bindings").and_then(Value::as_array);
    let bindings = bindings.into_iter().flatten();
    bindings
        .filter_map(|b| Some((b.get("source")?.as_str()?, b.get("destination")?.as_str()?)))
        .collect()
}
