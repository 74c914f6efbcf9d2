//! # What it does
//!
//! Finds consumers with `pinned: N` whose version N of the event cannot read what is written now,
//! whatever mode the event declares.
//!
//! # Why is this bad
//!
//! The consumer says that its deployed code lags behind and stays at that version. What it cannot
//! read goes to its dead letters from the moment the producer is deployed.
//!
//! # What to do
//!
//! Keep the payload readable for that version, or move the consumer first and raise `pinned`:
//!
//! ```yaml
//! service: archive
//! consumes:
//!   OrderPlaced: { reads: [order_id], pinned: 2 }
//! ```

use herald_avro::{
    compat::{Severity, judge},
    schema::{Schema, parse},
};

use crate::{
    compat::{
        finding::{Direction, Finding, Target},
        impact::{self, concerned},
        judged::Judged,
        paths, schemas,
    },
    lint::Place,
    model::{Consume, Message, ReleasedVersion, Service},
    schema,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    if !judged.scene.has_our_numbers() {
        return;
    }
    let model = &judged.now.model;
    for service in model.services().values() {
        for entry in service.consumes.iter().filter(|c| c.pinned.is_some()) {
            let message = model.message(&entry.event);
            let versions = judged.scene.frozen().get(&entry.event);
            let mut versions = versions.into_iter().flatten();
            let pinned = versions.find(|v| Some(v.version) == entry.pinned);
            if let (Some(message), Some(pinned)) = (message, pinned) {
                findings.extend(of_entry(judged, service, entry, message, pinned));
            }
        }
    }
}

fn of_entry(
    judged: &Judged<'_>,
    service: &Service,
    entry: &Consume,
    message: &Message,
    pinned: &ReleasedVersion,
) -> Option<Finding> {
    let writer = Schema::from_json(&schema::of_message(&judged.now.model, message)).ok()?;
    let reader = parse(&pinned.schema).ok()?;
    let mut errors = judge(&writer, &reader).findings;
    errors.retain(|f| {
        let misread = f.kind == herald_avro::compat::Kind::Misread;
        let read = concerned(&entry.reads, &paths::plain(&f.path), "").is_ok();
        f.severity == Severity::Error && (read || !misread)
    });
    let first = errors.into_iter().next()?;
    let (name, event, version) = (&service.name, &entry.event, pinned.version);
    let text = format!(
        "`{name}` is pinned to version {version} of `{event}` and does not read what is written now: {}",
        first.message
    );
    let target = Target::Json {
        file: pinned.path.clone(),
        pointer: String::new(),
    };
    let mut finding = Finding::new(text)
        .about(event, &first.path)
        .now(
            Place::new(&entry.source, [event.as_str(), "pinned:"]),
            "pinned here",
        )
        .mark(
            judged.scene.frozen_when(),
            target,
            format!("version {version}"),
        )
        .impact([(name.as_str(), Ok(format!("it stays at version {version}")))])
        .impact(impact::others(
            judged.scene,
            event,
            name,
            "it is not pinned",
        ))
        .help(format!("keep the payload readable for version {version}"))
        .help(format!("or move `{name}` first and raise `pinned`"));
    finding.proof = Some(schemas::proof(first, Direction::Forward, vec![version]));
    Some(finding)
}
