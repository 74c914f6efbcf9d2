//! # What it does
//!
//! Finds events that lose their last producer while services consume them, and commands that lose
//! their last sender.
//!
//! # Why is this bad
//!
//! Consumers wait for a fact that nobody states any more. For a command this is a warning: its
//! receiver has less to do.
//!
//! # What to do
//!
//! Let another service publish it first, or remove the consumers first.

use crate::{
    compat::{
        finding::{Finding, Severity},
        judged::Judged,
        scene::writers,
    },
    lint::Place,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let Some((old_model, model)) = judged.scene.both() else {
        return;
    };
    for (before, now) in judged.scene.messages() {
        let name = &now.name;
        let (was, is) = (writers(old_model, &before.name), writers(model, name));
        let readers = judged.scene.readers(name);
        let readers = readers.iter().filter(|r| r.now.is_some());
        let readers: Vec<&str> = readers.map(|r| r.service).collect();
        let (Some(last), true, false) = (was.first(), is.is_empty(), readers.is_empty()) else {
            continue;
        };
        let command = model.commands.contains_key(name);
        let (key, severity) = if command {
            ("sends:", Severity::Warning)
        } else {
            ("publishes:", Severity::Error)
        };
        findings.push(
            Finding::new(format!(
                "nobody {} `{name}` any more, and it is consumed",
                key.trim_end_matches(':')
            ))
            .severity(severity)
            .about(name, "")
            .now(Place::new(&now.source, [name.as_str()]), "has no producer")
            .before(Place::new(&last.source, [key, name]), "was its producer")
            .impact(
                readers
                    .iter()
                    .map(|s| (*s, Ok("it waits for what nobody states".to_owned()))),
            )
            .help(format!(
                "let another service publish it first, or remove it from {}",
                readers.join(", ")
            )),
        );
    }
}
