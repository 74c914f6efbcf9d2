//! # What it does
//!
//! Finds names that meant something else before: a field that a released version dropped and that
//! is back with another type, a symbol that was dropped and is back, and a former name under
//! `aliases` that something else goes by today.
//!
//! # Why is this bad
//!
//! Records are kept, some for ever, and consumers read the old ones with the new schema. Names are
//! all that Avro compares: an old fee of 250 cents is read as one of 250 euros, and no error tells.
//! What the alias of one field and the name of another both claim is read into whichever the reader
//! tries first.
//!
//! # Example
//!
//! Version 1 was released with `fee: int`, in cents; version 2 without it:
//!
//! ```yaml
//! event: PaymentCaptured
//! version: 3
//! domain: payments
//! doc: The money was taken.
//! key: order_id
//! fields:
//!   order_id: uuid
//!   fee: { type: "double?", unit: EUR, added: 3 }
//! ```
//!
//! Take a name that has no past:
//!
//! ```yaml
//! event: PaymentCaptured
//! version: 3
//! domain: payments
//! doc: The money was taken.
//! key: order_id
//! fields:
//!   order_id: uuid
//!   provider_fee: { type: "double?", unit: EUR, added: 3 }
//! ```

mod members;

use std::collections::HashSet;

use self::members::{Kind, Member, members};
use crate::{
    lint::{Finding, Index, Place},
    model::{Message, Model, Record, ReleasedVersion, Source, TypeKind},
    schema,
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let model = index.model;
    for message in messages(model) {
        message_alias(model, message, findings);
        field_aliases(&message.name, &message.record, &message.source, findings);
        // A name can only have been dropped where a second version followed.
        if let versions @ [_, _, ..] = model.released(&message.name) {
            returned(model, message, versions, findings);
        }
    }
    for def in model.types.values() {
        if let TypeKind::Record(record) = &def.kind {
            field_aliases(&def.name, record, &def.source, findings);
        }
    }
}

fn messages(model: &Model) -> impl Iterator<Item = &Message> {
    let events = model.events.values().map(|e| &e.message);
    events.chain(model.commands.values().map(|c| &c.message))
}

fn message_alias(model: &Model, message: &Message, findings: &mut Vec<Finding>) {
    for alias in &message.aliases {
        let (namespace, name) = alias.rsplit_once('.').unwrap_or((&message.namespace, alias));
        let Some(today) = model.message(name).filter(|m| m.namespace == namespace) else { continue };
        if today.name == message.name {
            continue;
        }
        let text = format!("`{}` was once called `{name}`, and so is another message today", message.name);
        let finding = Finding::new(Place::new(&message.source, ["aliases:", alias]), text)
            .label("a former name")
            .also(Place::new(&today.source, [today.name.as_str()]), "means something else")
            .help("give the newer one another name")
            .about(&today.name);
        findings.push(finding);
    }
}

fn field_aliases(owner: &str, record: &Record, source: &Source, findings: &mut Vec<Finding>) {
    for field in record.fields.iter().filter(|f| !f.aliases.is_empty()) {
        for alias in field.aliases.iter().filter(|alias| **alias != field.name) {
            let Some(today) = record.field(alias) else { continue };
            let message = format!(
                "`{}` of `{owner}` was once called `{alias}`, and so is another field today",
                field.name
            );
            let at = Place { source: Source { line: field.line, ..source.clone() }, path: vec!["aliases:".into(), alias.clone()] };
            let finding = Finding::new(at, message)
                .label("a former name")
                .also(Place::on_line(source, today.line, &today.name), "means something else")
                .help("give the newer one another name");
            findings.push(finding);
        }
    }
}

/// Members of the payload that a released version had, a later one dropped, and that are back.
fn returned(model: &Model, message: &Message, versions: &[ReleasedVersion], findings: &mut Vec<Finding>) {
    let released: Vec<_> = versions.iter().map(|v| (v.version, members_of(&v.schema))).collect();
    let today = members(&schema::of_message(model, message));
    let mut told = HashSet::new();
    for (member, ty) in &today {
        let had = |(_, members): &&(u32, members::Members)| members.contains_key(member);
        let Some(last) = released.iter().rposition(|r| had(&r)) else { continue };
        let after = released.get(last + 1..).unwrap_or_default();
        let dropped = after.iter().find(|(_, members)| members.keys().any(|m| m.of == member.of));
        let (Some((dropped, _)), Some((version, before))) = (dropped, released.get(last)) else { continue };
        let was = before.get(member);
        let same = member.kind == Kind::Field && was == Some(ty);
        if !same && told.insert(member) {
            let was = was.map_or("", String::as_str);
            findings.push(back(message, member, &format!("version {version} had it {was}"), *dropped));
        }
    }
}

fn members_of(schema: &str) -> members::Members {
    serde_json::from_str(schema).map(|json| members(&json)).unwrap_or_default()
}

fn back(message: &Message, member: &Member, was: &str, dropped: u32) -> Finding {
    let (name, of) = (&member.name, &member.of);
    let what = match member.kind {
        Kind::Field => "field",
        Kind::Symbol => "symbol",
    };
    let of = of.rsplit('.').next().unwrap_or(of);
    let text = format!("the {what} `{name}` of `{of}` was dropped in version {dropped} of `{}` and is back", message.name);
    Finding::new(Place::new(&message.source, [name.as_str()]), text)
        .label(was.trim_end().to_owned())
        .help("take a name that has no past: records of the old versions are still read")
        .about(&message.name)
}
