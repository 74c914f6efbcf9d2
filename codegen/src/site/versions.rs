//! The versions of a message: what each step changed, field by field, and whether both sides of it
//! read each other's data.

mod diff;
mod shapes;

use diff::changes;
use herald_avro::{
    compat::{Finding, judge},
    schema::parse,
};
use serde_json::{Value, json};
use shapes::fields;

use super::{links::Kind, render::At, words};
use crate::{model::Message, schema};

/// Changes and findings that one step shows.
const MOST: usize = 60;

/// A version with its schema.
struct Version {
    number: u32,
    released: bool,
    schema: Value,
}

/// All steps, the latest first; empty where there is one version only.
pub(super) fn steps(at: &At<'_, '_>, message: &Message) -> Value {
    let versions = versions(at, message);
    let steps: Vec<Value> = versions
        .windows(2)
        .filter_map(|pair| match pair {
            [old, new] => Some(step(at, message, old, new)),
            _ => None,
        })
        .collect();
    steps.into_iter().rev().collect::<Vec<_>>().into()
}

/// Every version, released ones and the current one, lowest first.
fn versions(at: &At<'_, '_>, message: &Message) -> Vec<Version> {
    let released = at.site.model.released(&message.name);
    if released.iter().all(|r| r.version == message.version) {
        return Vec::new();
    }
    let frozen = released.iter().filter_map(|r| {
        Some(Version {
            number: r.version,
            released: true,
            schema: serde_json::from_str(&r.schema).ok()?,
        })
    });
    let mut versions: Vec<Version> = frozen.collect();
    if versions
        .last()
        .is_none_or(|last| last.number < message.version)
    {
        versions.push(Version {
            number: message.version,
            released: false,
            schema: schema::of_message(at.site.model, message),
        });
    }
    versions
}

fn step(at: &At<'_, '_>, message: &Message, old: &Version, new: &Version) -> Value {
    let mut changes = changes(&fields(&old.schema), &fields(&new.schema));
    let more = changes.len().saturating_sub(MOST);
    changes.truncate(MOST);
    let (before, after) = (
        parse(&old.schema.to_string()).ok(),
        parse(&new.schema.to_string()).ok(),
    );
    let verdict = |writer: &Option<_>, reader: &Option<_>, edits: bool| match (writer, reader) {
        (Some(writer), Some(reader)) => {
            let judgement = judge(writer, reader);
            let said = judgement.findings.iter();
            let said = said.filter(|f| edits || !f.rule.is_about_the_edit());
            let findings: Vec<Value> = said.take(MOST).map(|f| finding(at, f)).collect();
            json!({ "ok": judgement.compatible(), "findings": findings })
        }
        _ => Value::Null,
    };
    json!({
        "from": old.number,
        "to": new.number,
        "released": new.released,
        "mode": message.compatibility.as_str(),
        "backward": verdict(&before, &after, true),
        "forward": verdict(&after, &before, false),
        "changes": changes,
        "more": more,
    })
}

fn finding(at: &At<'_, '_>, finding: &Finding) -> Value {
    let code = finding.rule.code();
    json!({
        "code": code,
        "href": format!("{}rules/{code}.html", at.root),
        "severity": finding.severity.as_str(),
        "message": finding.message,
        "path": finding.path,
        "witness": finding.witness.as_ref().map(|w| words::clip(&w.json.to_string(), 400)),
        "hex": finding.witness.as_ref().map(|w| words::clip(&w.hex, 120)),
    })
}

/// The released steps of the whole catalog, for the list of changes: message, versions and the
/// fields that came, went or changed.
pub(super) fn recent(at: &At<'_, '_>) -> Vec<Value> {
    let messages = at.site.model.messages().filter(|m| m.version > 1);
    let of = |message: &Message| {
        let versions = versions(at, message);
        let [.., old, new] = &versions[..] else {
            return None;
        };
        let kind = if at.site.model.events.contains_key(&message.name) {
            Kind::Event
        } else {
            Kind::Command
        };
        let changes = changes(&fields(&old.schema), &fields(&new.schema));
        Some(json!({
            "ref": at.reference(kind, &message.name),
            "from": old.number,
            "to": new.number,
            "released": new.released,
            "changes": changes.iter().take(12).collect::<Vec<_>>(),
            "more": changes.len().saturating_sub(12),
        }))
    };
    messages.filter_map(of).collect()
}
