//! Payloads against their known versions: the judgement of `herald_avro`, placed in the catalog.

use std::collections::BTreeMap;

use herald_avro::{
    compat::{self as avro, judge},
    schema::{Schema, parse},
};
use rayon::prelude::*;

use super::{
    advice,
    finding::{Direction, Finding, Proof, Severity, Target, When},
    fix,
    history::{self, Known, Since, directions, known, promised},
    impact, paths, place,
    scene::Scene,
};
use crate::{frozen, model::Message, schema};

/// A message whose payload is not what it was, and who can read whose data.
pub(crate) struct Change<'a> {
    /// The message as it is.
    pub(crate) message: &'a Message,
    /// The version that readers have now.
    pub(crate) from: Known<'a>,
    /// Its schema.
    pub(crate) old: Schema,
    /// The schema that is written from now on.
    pub(crate) new: Schema,
    /// New readers read what that version wrote.
    pub(crate) backward: bool,
    /// Readers of that version read what is written from now on.
    pub(crate) forward: bool,
}

/// Findings about all payloads, and the messages that changed.
pub(crate) fn compare<'a>(scene: &Scene<'a>) -> (Vec<Finding>, BTreeMap<String, Change<'a>>) {
    let messages: Vec<&'a Message> = scene.now.model.messages().collect();
    let judged: Vec<(Vec<Finding>, Option<Change<'a>>)> = messages
        .par_iter()
        .map(|message| of_message(scene, message))
        .collect();
    let mut findings = Vec::new();
    let mut changes = BTreeMap::new();
    for (found, change) in judged {
        findings.extend(found);
        changes.extend(change.map(|change| (change.message.name.clone(), change)));
    }
    (findings, changes)
}

fn of_message<'a>(scene: &Scene<'a>, message: &'a Message) -> (Vec<Finding>, Option<Change<'a>>) {
    let json = frozen::json(&scene.now.model, message);
    let written = schema::text(&json);
    let since = history::since(scene, message, &written);
    let mut known = known(scene, message, &written);
    let nothing = since == Since::SameCatalog || known.is_empty();
    let (false, Ok(current)) = (nothing, Schema::from_json(&json)) else {
        return (Vec::new(), None);
    };
    let mut findings = Vec::new();
    for &direction in directions(message.compatibility) {
        let mut found = Found::default();
        for version in promised(message.compatibility, &known) {
            if let Ok(old) = parse(&version.schema) {
                for finding in judged(direction, &old, &current) {
                    found.add(finding, version);
                }
            }
        }
        let places = Placing {
            scene,
            message,
            direction,
        };
        findings.extend(found.0.into_iter().map(|f| places.finding(f)));
    }
    if since == Since::Frozen {
        // What was released is no change: only what breaks is still worth saying.
        findings.retain(|f| f.severity == Severity::Error);
        return (findings, None);
    }
    // Payloads decide in which order to deploy; a change of headers alone is C61's.
    let last = known.pop();
    let last = last.filter(|last| !frozen::have_one_payload(&last.schema, &written));
    let change = last.and_then(|last| change(scene, message, last, current));
    (findings, change)
}

fn judged(direction: Direction, old: &Schema, new: &Schema) -> Vec<avro::Finding> {
    match direction {
        Direction::Backward => judge(old, new).findings,
        Direction::Forward => {
            let mut findings = judge(new, old).findings;
            // The writer's schema is the newer one here: what it lost is nobody's edit.
            findings.retain(|f| !f.rule.is_about_the_edit());
            findings
        }
    }
}

/// Who can read whose data, of the message as it is and the last version that differs.
fn change<'a>(
    scene: &Scene<'a>,
    message: &'a Message,
    from: Known<'a>,
    new: Schema,
) -> Option<Change<'a>> {
    let old = parse(&from.schema).ok()?;
    let lost = |reader: &super::scene::Reader<'_>| {
        let reads = reader.before.unwrap_or_default();
        reads.iter().any(|path| paths::is_lost(&old, &new, path))
    };
    let readers = scene.readers(&message.name);
    let (backward, forward) = (
        judge(&old, &new).compatible(),
        judge(&new, &old).compatible(),
    );
    let forward = forward && !readers.iter().any(lost);
    Some(Change {
        message,
        from,
        old,
        new,
        backward,
        forward,
    })
}

/// Findings of one direction, each with every version that it holds for.
#[derive(Default)]
struct Found<'k, 'a>(Vec<OfVersions<'k, 'a>>);

struct OfVersions<'k, 'a> {
    finding: avro::Finding,
    versions: Vec<u32>,
    /// The newest of them: what is deployed most likely.
    newest: &'k Known<'a>,
}

impl<'k, 'a> Found<'k, 'a> {
    fn add(&mut self, finding: avro::Finding, version: &'k Known<'a>) {
        let same = |o: &&mut OfVersions<'k, 'a>| {
            o.finding.rule == finding.rule
                && o.finding.path == finding.path
                && o.finding.severity == finding.severity
        };
        match self.0.iter_mut().find(same) {
            Some(of) => {
                of.versions.push(version.version);
                (of.finding, of.newest) = (finding, version);
            }
            None => self.0.push(OfVersions {
                finding,
                versions: vec![version.version],
                newest: version,
            }),
        }
    }
}

/// What is said of the side that lacks something.
pub(super) const NO_SUCH: &str = "nothing of that name";

/// Where findings of one message and direction belong.
struct Placing<'s, 'a> {
    scene: &'s Scene<'a>,
    message: &'s Message,
    direction: Direction,
}

impl Placing<'_, '_> {
    fn finding(&self, of: OfVersions<'_, '_>) -> Finding {
        let OfVersions {
            finding,
            versions,
            newest,
        } = of;
        let text = sentence(&self.message.name, self.direction, newest, &finding);
        let (record, now, before) = self.fields(&finding);
        let mut out = Finding::new(text)
            .about(&self.message.name, &finding.path)
            .severity(finding.severity);
        finding.rule.code().clone_into(&mut out.code);
        out.rule = finding.rule.name();
        let (now_words, before_words) = match self.direction {
            Direction::Backward => (&finding.reader, &finding.writer),
            Direction::Forward => (&finding.writer, &finding.reader),
        };
        let model = &self.scene.now.model;
        let at = place::member(model, &record, now.as_deref())
            .or_else(|| place::along(model, self.message, &finding.path))
            .or_else(|| place::head(self.scene.now, &self.message.name));
        if let Some(at) = at {
            let words = now_words.as_deref().unwrap_or(NO_SUCH);
            out = out.mark(When::Now, Target::Words(at), words);
        }
        let (when, target) = newest.place(&record, before.as_deref());
        let words = before_words.as_deref().unwrap_or(NO_SUCH);
        out = out.mark(when, target, format!("{}: {words}", newest.words));
        out.fix = fix::of_schema(self.scene, self.message, &finding, self.direction, newest);
        if let Some(advice) = advice::of(finding.rule, self.direction) {
            out = out.help(advice);
        }
        out = impact::of_schema(self.scene, out, &finding, self.direction);
        out.record = Some(record);
        out.proof = Some(proof(finding, self.direction, versions));
        out
    }

    /// The record that a finding is in, and its field's name now and before.
    fn fields(&self, finding: &avro::Finding) -> (String, Option<String>, Option<String>) {
        let Some(field) = &finding.field else {
            return (self.message.full_name(), None, None);
        };
        let (reader, writer) = (field.reader_field.clone(), field.writer_field.clone());
        let (now, before) = match self.direction {
            Direction::Backward => (reader, writer),
            Direction::Forward => (writer, reader),
        };
        (field.record.clone(), now, before)
    }
}

fn sentence(
    name: &str,
    direction: Direction,
    version: &Known<'_>,
    finding: &avro::Finding,
) -> String {
    let (words, why) = (&version.words, &finding.message);
    let reads = match finding.kind {
        avro::Kind::Unreadable => "cannot read",
        avro::Kind::Misread => "misreads",
        avro::Kind::Refused => "is refused to read",
        avro::Kind::Advice => "reads",
    };
    match direction {
        Direction::Backward => format!("`{name}` {reads} {words}: {why}"),
        Direction::Forward => format!("{words} of `{name}` {reads} what is written now: {why}"),
    }
}

pub(super) fn proof(finding: avro::Finding, direction: Direction, versions: Vec<u32>) -> Proof {
    Proof {
        direction,
        versions,
        kind: finding.kind.as_str(),
        writer: finding.writer,
        reader: finding.reader,
        witness: finding.witness,
        no_witness: finding.no_witness,
    }
}
