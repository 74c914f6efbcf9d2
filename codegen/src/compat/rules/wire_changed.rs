//! # What it does
//!
//! Finds a system whose `wire` changes: how payloads are framed.
//!
//! # Why is this bad
//!
//! Deployed consumers look for a registry's id where a fingerprint stands now, or the other way
//! round: nothing that is written from now on can be decoded, and nothing old by the new code.
//!
//! # What to do
//!
//! Keep `wire`. A system that must move stops, drains every topic and queue, and starts anew.

use crate::{
    compat::{finding::Finding, judged::Judged, topics::about_events},
    lint::Place,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let Some((before, now)) = judged.scene.both() else {
        return;
    };
    if before.system.wire == now.system.wire {
        return;
    }
    let events: Vec<String> = before.messages().map(|m| m.name.clone()).collect();
    let readers = events.iter().flat_map(|e| judged.scene.readers(e));
    let why = "it finds other bytes before each payload than it expects";
    findings.push(
        about_events(
            Finding::new("every payload is framed otherwise"),
            &events,
            "wire",
        )
        .now(Place::new(&now.system.source, ["wire:"]), "now")
        .before(Place::new(&before.system.source, ["wire:"]), "before")
        .impact(readers.map(|r| (r.service, Ok(why.to_owned()))))
        .help("keep `wire` as it was"),
    );
}
