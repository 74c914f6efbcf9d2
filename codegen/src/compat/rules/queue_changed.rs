//! # What it does
//!
//! Finds work queues that are no more: the command goes to another service, lost priority levels,
//! or was removed.
//!
//! # Why is this bad
//!
//! Commands that wait in the old queue, in its wait queues and among its dead letters stay there
//! without a consumer. What deployed senders still send to its routing key is refused.
//!
//! # What to do
//!
//! Deploy the new receiver first, so that the new queue is there; then the senders; let the old
//! queue drain; then remove its receiver and the queue.

use std::collections::BTreeSet;

use crate::{
    compat::{
        finding::Finding,
        judged::Judged,
        scene::writers,
        topics::{Once, about_events},
    },
    emit::levels,
    lint::Place,
    model::Deployment,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let Some((model, _)) = judged.scene.both() else {
        return;
    };
    let mut once = Once::default();
    for (setting, before, now) in judged.scene.deployments() {
        let kept = names(now);
        for queue in before.queues.values() {
            let lost = levels(queue).into_iter().map(|(_, q)| q.name);
            let lost: Vec<String> = lost.filter(|name| !kept.contains(name)).collect();
            let Some(first) = lost.first().filter(|q| once.first((*q).clone())) else {
                continue;
            };
            let command = &queue.command;
            let text = format!(
                "the queue `{first}` of `{command}` is no more{}",
                setting.words()
            );
            let senders = writers(model, command).into_iter();
            let senders =
                senders.map(|s| (s.name.as_str(), "what its deployed code sends is refused"));
            let receiver = (
                queue.service.as_str(),
                "commands that wait in the queue stay there",
            );
            let hurt = senders.chain([receiver]);
            let mut finding =
                about_events(Finding::new(text), std::slice::from_ref(command), "queue");
            if let Some(message) = judged.now.model.message(command) {
                finding = finding.now(Place::new(&message.source, [command.as_str()]), "now");
            }
            findings.push(
                finding
                    .before(
                        Place::new(&queue.source, [command.as_str()]),
                        "had the queue",
                    )
                    .impact(hurt.map(|(s, why)| (s, Ok(why.to_owned()))))
                    .help("deploy the new receiver, then the senders")
                    .help(format!("let {} drain, then delete", lost.join(", "))),
            );
        }
    }
}

/// Work queues of a deployment.
fn names(deployment: &Deployment) -> BTreeSet<String> {
    let queues = deployment.queues.values().flat_map(levels);
    queues.map(|(_, queue)| queue.name).collect()
}
