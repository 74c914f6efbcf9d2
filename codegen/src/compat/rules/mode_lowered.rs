//! # What it does
//!
//! Finds messages whose declared `compatibility` promises less than before.
//!
//! # Why is this bad
//!
//! The mode is a promise to consumers, and what this gate judges by. A change that lowers it and
//! breaks a payload at once passes unseen.
//!
//! # What to do
//!
//! Lower the mode in a pull request of its own, seen by the consumers' owners.

use crate::{
    compat::{
        finding::{Direction, Finding},
        history::directions,
        judged::Judged,
    },
    lint::Place,
    model::{Compatibility, Message, Model},
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let Some((old_model, model)) = judged.scene.both() else {
        return;
    };
    for (before, now) in judged.scene.messages() {
        let (was, is) = (before.compatibility, now.compatibility);
        if promises(was).iter().all(|p| promises(is).contains(p)) {
            continue;
        }
        let name = &now.name;
        let text = format!(
            "the mode of `{name}` goes from {} to {}, which promises less",
            was.as_str(),
            is.as_str()
        );
        let readers = judged.scene.readers(name);
        findings.push(
            Finding::new(text)
                .about(name, "compatibility")
                .now(place(model, now), "now")
                .before(place(old_model, before), "before")
                .impact(readers.iter().map(|r| {
                    (
                        r.service,
                        Err("nothing that it reads changes by this alone".to_owned()),
                    )
                }))
                .help("lower it in a pull request of its own, seen by the consumers' owners"),
        );
    }
}

/// What a mode promises: directions, and whether to every version.
fn promises(mode: Compatibility) -> Vec<(Direction, bool)> {
    let transitive = mode.as_str().ends_with("_TRANSITIVE");
    let directions = directions(mode).iter();
    directions
        .flat_map(|d| [Some((*d, false)), transitive.then_some((*d, true))])
        .flatten()
        .collect()
}

/// The message, unless it has the system's mode.
fn place(model: &Model, message: &Message) -> Place {
    if message.compatibility == model.system.compatibility {
        Place::new(&model.system.source, ["defaults:", "compatibility:"])
    } else {
        Place::new(&message.source, ["compatibility:"])
    }
}
