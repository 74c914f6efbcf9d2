//! # What it does
//!
//! Finds fields that a message loses although a service says under `reads` that it depends on them,
//! or declares no `reads` and so depends on all. A field that nobody reads raises no alarm.
//!
//! # Why is this bad
//!
//! Avro lets a field go silently: what is gone is not decoded, or takes its default. The service
//! that depends on it goes on with a value that nobody sent.
//!
//! # What to do
//!
//! Keep the field; let its readers move to something else and take it off their `reads`; deploy
//! them; then remove it.

use crate::{
    compat::{
        finding::{Direction, Finding},
        history::directions,
        impact::concerned,
        judged::Judged,
        paths, place,
        scene::Reader,
        schemas::Change,
    },
    lint::Place,
    model::Model,
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    for change in judged.changes.values() {
        for path in paths::lost(&change.old, &change.new) {
            findings.extend(of_path(judged, change, &path));
        }
    }
}

fn of_path(judged: &Judged<'_>, change: &Change<'_>, path: &str) -> Option<Finding> {
    let message = change.message;
    let name = &message.name;
    let forward = directions(message.compatibility).contains(&Direction::Forward);
    let readers = judged.scene.readers(name);
    let verdicts = readers
        .iter()
        .map(|reader| (reader.service, verdict(reader, path, forward)));
    let text = format!("`{name}` loses `{path}`, which is read");
    let mut finding = Finding::new(text).about(name, path).impact(verdicts);
    let hurt = finding.hurt.first()?.service.clone();
    let at = reads_place(&judged.now.model, &hurt, name, path)
        .or_else(|| place::head(judged.now, name))?;
    finding = finding.now(at, "is read here");
    let (record, field) = paths::owner(&change.old, path)?;
    let (when, target) = change.from.place(&record, Some(&field));
    let services: Vec<&str> = finding.hurt.iter().map(|i| i.service.as_str()).collect();
    let services = services.join(", ");
    Some(
        finding
            .mark(when, target, format!("{} had it", change.from.words))
            .help(format!("keep `{path}` until {services} no longer reads it"))
            .help("a service that declares no `reads` depends on every field: list what it reads"),
    )
}

fn verdict(reader: &Reader<'_>, path: &str, forward: bool) -> Result<String, String> {
    let now = reader.now.map(|reads| concerned(reads, path, "it"));
    let before = reader.before.filter(|_| forward);
    let before = before.map(|reads| concerned(reads, path, "its deployed code"));
    match (now, before) {
        (Some(Ok(why)), _) | (_, Some(Ok(why))) => Ok(why),
        (Some(Err(why)), _) | (None, Some(Err(why))) => Err(why),
        (None, None) => Err("it no longer reads the message".to_owned()),
    }
}

/// The word under `reads`.
fn reads_place(model: &Model, service: &str, message: &str, path: &str) -> Option<Place> {
    let service = model.services().get(service)?;
    let consume = service.consumes.iter().find(|c| c.event == message);
    let receive = service.receives.iter().find(|r| r.command == message);
    let (source, reads) = consume
        .map(|c| (&c.source, &c.reads))
        .or_else(|| receive.map(|r| (&r.source, &r.reads)))?;
    let word = reads.iter().find(|read| paths::concerns(read, path));
    Some(match word {
        Some(word) => Place::new(source, [message, "reads:", word]),
        None => Place::new(source, [message]),
    })
}
