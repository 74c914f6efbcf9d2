//! # What it does
//!
//! Finds events that move to another topic, or whose topic is renamed.
//!
//! # Why is this bad
//!
//! Consumers' offsets belong to the old topic. Deployed consumers go on reading where nothing
//! arrives any more; new ones miss what they had not read yet; and records of a key before and after
//! the move are in two topics without an order between them.
//!
//! # What to do
//!
//! Keep the old topic's name. If it must change: publish to both for a while, or stop producers,
//! let every group drain the old topic, then deploy.

use crate::{
    compat::{finding::Finding, impact, judged::Judged, scene::former},
    lint::Place,
    model::{Event, Model},
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let Some((before, now)) = judged.scene.both() else {
        return;
    };
    for event in now.events.values() {
        let name = &event.message.name;
        let former = former(before, &event.message).and_then(|m| before.events.get(&m.name));
        let Some(old) = former.filter(|old| old.topic != event.topic) else {
            continue;
        };
        let text = format!(
            "`{name}` moves from topic `{}` to `{}`",
            old.topic, event.topic
        );
        let why = format!("it reads `{}`, where nothing arrives any more", old.topic);
        findings.push(
            Finding::new(text)
                .about(name, "topic")
                .now(place(now, event), format!("in `{}` now", event.topic))
                .before(place(before, old), format!("was in `{}`", old.topic))
                .impact(impact::deployed(judged.scene, name, &why))
                .help(format!("keep it in `{}`", old.topic))
                .help(format!(
                    "or stop its producers, let every group drain `{}`, then deploy",
                    old.topic
                )),
        );
    }
}

/// The topic's list of events, or the event where it has a topic of its own.
fn place(model: &Model, event: &Event) -> Place {
    let name = event.message.name.as_str();
    match model.topics().get(&event.topic) {
        Some(topic) if topic.source != event.message.source => {
            Place::new(&topic.source, ["events:", name])
        }
        _ => Place::new(&event.message.source, [name]),
    }
}
