//! What happens when a service's handlers fail.

use serde_json::{Value, json};

use crate::{
    model::{Policy, Service},
    site::{links::Kind, pages::pager, policy, render::At},
};

/// Policies that a page describes with a timeline each.
const MOST_TIMELINES: usize = 20;

/// Policies with the messages that share each, in all environments, so that a timeline stands once.
pub(super) fn policies(at: &At<'_, '_>, service: &Service) -> Vec<Value> {
    let mut found: Vec<(Value, Vec<Value>)> = Vec::new();
    let mut seen: Vec<(Policy, bool, Value)> = Vec::new();
    let events = service.consumes.iter().map(|c| {
        (
            &c.policy,
            false,
            at.reference(Kind::Event, &c.event),
            policy::of_topic(at.site, &service.name, c),
        )
    });
    let commands = service.receives.iter().map(|r| {
        let queue = at.site.model.queues().get(&r.queue);
        (
            &r.policy,
            true,
            at.reference(Kind::Command, &r.command),
            policy::of_queue(at.site, &service.name, queue, r),
        )
    });
    for (policy, is_queue, reference, described) in events.chain(commands) {
        let elsewhere = described.get("elsewhere").cloned().unwrap_or_default();
        let key = (policy.clone(), is_queue, elsewhere);
        let known = seen.iter().position(|s| *s == key);
        if let Some((_, messages)) = known.and_then(|i| found.get_mut(i)) {
            messages.push(reference);
        } else if found.len() < MOST_TIMELINES {
            seen.push(key);
            found.push((described, vec![reference]));
        }
    }
    found
        .into_iter()
        .map(|(policy, messages)| {
            let (messages, more) = pager::first(&messages, 40);
            json!({ "policy": policy, "messages": messages, "more": more })
        })
        .collect()
}
