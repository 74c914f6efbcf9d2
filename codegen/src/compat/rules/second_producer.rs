//! # What it does
//!
//! Finds events that get a second producer.
//!
//! # Why is this bad
//!
//! Order holds per key within one producer's outbox. Two services that state facts about one thing
//! have no order between them, and consumers cannot tell which one was right.
//!
//! # What to do
//!
//! Let one service own the event; the other sends it a command, or states a fact of its own.

use crate::{
    compat::{finding::Finding, impact, judged::Judged, scene::writers},
    lint::Place,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let Some((old_model, model)) = judged.scene.both() else {
        return;
    };
    for (before, now) in judged.scene.messages() {
        let name = &now.name;
        let (was, is) = (writers(old_model, &before.name), writers(model, name));
        if !model.events.contains_key(name) || was.is_empty() {
            continue;
        }
        let first = &was[0].name;
        for new in is.iter().filter(|s| was.iter().all(|w| w.name != s.name)) {
            // The first one left: that is a move, not a second one.
            if is.iter().all(|s| s.name != *first) {
                continue;
            }
            let text = format!("`{}` publishes `{name}` beside `{first}`", new.name);
            let why = "it meets facts of two producers without an order between them";
            findings.push(
                Finding::new(text)
                    .about(name, "")
                    .now(
                        Place::new(&new.source, ["publishes:", name]),
                        "a second producer",
                    )
                    .before(
                        Place::new(&was[0].source, ["publishes:", name]),
                        "the first",
                    )
                    .impact(impact::deployed(judged.scene, name, why))
                    .help(format!("let `{first}` own it, and send it a command")),
            );
        }
    }
}
