//! # What it does
//!
//! Finds topics that come to keep records for less time than a consumer may retry one, because the
//! retention got shorter or the retries longer.
//!
//! # Why is this bad
//!
//! A record that expires while it is being retried is lost: after a restart it is neither retried
//! nor a dead letter.
//!
//! # What to do
//!
//! Raise `retention`, or lower `attempts` or `backoff`.

use crate::{
    compat::{
        finding::Finding,
        judged::Judged,
        topics::{self, Once},
    },
    lint::keys::duration,
    model::{Cleanup, Topic},
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let mut once = Once::default();
    let before = judged.scene.before();
    for pair in topics::pairs(judged) {
        let Some((service, event, budget)) = topics::longest_retries(pair.deployment, pair.now)
        else {
            continue;
        };
        let Some(kept) = kept(pair.now).filter(|kept| *kept < budget) else {
            continue;
        };
        let former = before.and_then(|m| m.for_environment(pair.setting.0));
        let budget_before = former.and_then(|d| topics::longest_retries(d, pair.before));
        let was = topics_kept(pair.before) < budget_before.map_or(0, |(.., ms)| ms);
        if was || !once.first(format!("{} {kept} {budget}", pair.now.name)) {
            continue;
        }
        let text = format!(
            "the topic `{}` keeps records for {}, and `{service}` may retry `{event}` for {}{}",
            pair.now.name,
            duration(kept),
            duration(budget),
            pair.setting.words()
        );
        let verdicts = pair.deployment.services.values().filter_map(|service| {
            let retries = topics::retries(service, pair.now)?;
            let verdict = if retries > kept {
                Ok("records expire while it retries them".to_owned())
            } else {
                Err(format!("it gives up after {}", duration(retries)))
            };
            Some((service.name.as_str(), verdict))
        });
        findings.push(
            topics::finding(judged, &pair, "retention", text)
                .impact(verdicts)
                .help(format!(
                    "write `retention: {}` or longer, or retry for less time",
                    duration(budget)
                )),
        );
    }
}

/// How long a topic keeps records, in milliseconds; `None` where age does not matter.
fn kept(topic: &Topic) -> Option<u64> {
    let deletes = topic.cleanup == Cleanup::Delete;
    topic.retention_ms.filter(|_| deletes)
}

fn topics_kept(topic: &Topic) -> u64 {
    kept(topic).unwrap_or(u64::MAX)
}
