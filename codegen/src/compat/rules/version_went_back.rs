//! # What it does
//!
//! Finds messages whose `version` is lower than one that was released, or than it was before.
//!
//! # Why is this bad
//!
//! Versions say what came after what. A lower number passes for older data, and the next release
//! would freeze another schema under a number that is taken.
//!
//! # What to do
//!
//! Write the highest released version, or a higher one.

use crate::{
    compat::{finding::Finding, judged::Judged, scene::former},
    lint::Place,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    if !judged.scene.has_our_numbers() {
        return;
    }
    for message in judged.now.model.messages() {
        let name = &message.name;
        let frozen = judged.scene.frozen().get(name).into_iter().flatten();
        let frozen = frozen.filter(|f| f.full_name == message.full_name());
        let before = judged.scene.before().and_then(|m| former(m, message));
        let known = frozen.map(|f| f.version).chain(before.map(|m| m.version));
        let Some(highest) = known.max().filter(|highest| *highest > message.version) else {
            continue;
        };
        let text = format!(
            "`{name}` goes back from version {highest} to {}",
            message.version
        );
        let mut finding = Finding::new(text)
            .about(name, "version")
            .now(Place::new(&message.source, ["version:"]), "went back")
            .help(format!(
                "write `version: {highest}`, or a higher one if the payload changed"
            ));
        if let Some(before) = before {
            finding = finding.before(Place::new(&before.source, ["version:"]), "before");
        }
        findings.push(finding);
    }
}
