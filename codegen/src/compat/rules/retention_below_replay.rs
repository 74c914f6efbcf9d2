//! # What it does
//!
//! Finds topics that keep records for less time than a consumer declares under `replay`.
//!
//! # Why is this bad
//!
//! The consumer rebuilds its state by reading the topic again from that far back. What is deleted by
//! then is missing from the rebuilt state, and no error tells.
//!
//! # What to do
//!
//! Keep records longer, or need less history:
//!
//! ```yaml
//! service: analytics
//! consumes:
//!   OrderPlaced: { reads: [order_id], replay: 30d }
//! ```

use crate::{
    compat::{
        finding::Finding,
        judged::Judged,
        topics::{Once, about_events},
    },
    lint::{Place, keys::duration},
    model::{Cleanup, Consume, Deployment},
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let mut once = Once::default();
    let environments = judged.now.model.deployments();
    for (environment, now) in environments {
        let before = judged.scene.before();
        let before = before.and_then(|m| m.for_environment(environment));
        for service in now.services.values() {
            for entry in &service.consumes {
                let Some((kept, asked)) = short(now, entry) else {
                    continue;
                };
                let old = before.and_then(|b| {
                    let service = b.services.get(&service.name)?;
                    let entry = service.consumes.iter().find(|c| c.event == entry.event)?;
                    short(b, entry)
                });
                if old.is_some() || !once.first(format!("{} {}", service.name, entry.event)) {
                    continue;
                }
                let (name, event) = (&service.name, &entry.event);
                let asked = if asked == u64::MAX {
                    "ever".to_owned()
                } else {
                    duration(asked)
                };
                let text = format!(
                    "`{name}` must be able to read `{event}` again for {asked}, and its topic `{}` keeps {}",
                    entry.topic,
                    duration(kept)
                );
                let why = "what it rebuilds lacks what was deleted";
                findings.push(
                    about_events(Finding::new(text), std::slice::from_ref(event), "retention")
                        .now(
                            Place::new(&entry.source, [event.as_str(), "replay:"]),
                            "needs more",
                        )
                        .impact([(name.as_str(), Ok(why.to_owned()))])
                        .help(format!(
                            "raise `retention` of `{}`, or lower `replay`",
                            entry.topic
                        )),
                );
            }
        }
    }
}

/// How long a topic keeps records and how long a consumer needs them, where that is longer; in
/// milliseconds.
fn short(deployment: &Deployment, entry: &Consume) -> Option<(u64, u64)> {
    let topic = deployment.topics.get(&entry.topic)?;
    let kept = topic
        .retention_ms
        .filter(|_| topic.cleanup == Cleanup::Delete)?;
    let asked = entry.replay_ms.filter(|asked| *asked > kept)?;
    Some((kept, asked))
}
