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

pub(crate) mod members;

use self::members::{Kind, Member, members};
use crate::{
    lint::{Finding, Index, Place},
    model::{Message, Model, Record, ReleasedVersion, Source, TypeKind},
    schema,
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let model = index.model;
    for message in index.messages() {
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

fn message_alias(model: &Model, message: &Message, findings: &mut Vec<Finding>) {
    for alias in &message.aliases {
        let (namespace, name) = alias
            .rsplit_once('.')
            .unwrap_or((&message.namespace, alias));
        let Some(today) = model.message(name).filter(|m| m.namespace == namespace) else {
            continue;
        };
        if today.name == message.name {
            continue;
        }
        let text = format!(
            "`{}` was once called `{name}`, and so is another message today",
            message.name
        );
        let finding = Finding::new(Place::new(&message.source, ["aliases:", alias]), text)
            .label("a former name")
            .also(
                Place::new(&today.source, [today.name.as_str()]),
                "means something else",
            )
            .help("give the newer one another name")
            .about(&today.name);
        findings.push(finding);
    }
}

fn field_aliases(owner: &str, record: &Record, source: &Source, findings: &mut Vec<Finding>) {
    for field in record.fields.iter().filter(|f| !f.aliases.is_empty()) {
        for alias in field.aliases.iter().filter(|alias| **alias != field.name) {
            let Some(today) = record.field(alias) else {
                continue;
            };
            let message = format!(
                "`{}` of `{owner}` was once called `{alias}`, and so is another field today",
                field.name
            );
            let at = Place {
                source: Source {
                    line: field.line,
                    ..source.clone()
                },
                path: vec!["aliases:".into(), alias.clone()],
            };
            let finding = Finding::new(at, message)
                .label("a former name")
                .also(Place::field(source, today), "means something else")
                .help("give the newer one another name");
            findings.push(finding);
        }
    }
}

/// Members of the payload that a released version had, a later one dropped, and that are back.
fn returned(
    model: &Model,
    message: &Message,
    versions: &[ReleasedVersion],
    findings: &mut Vec<Finding>,
) {
    let released: Vec<_> = versions
        .iter()
        .map(|v| (v.version, members_of(&v.schema)))
        .collect();
    let today = members(&schema::of_message(model, message));
    for (member, ty) in &today {
        let had = |(_, members): &&(u32, members::Members)| members.contains_key(member);
        let Some(last) = released.iter().rposition(|r| had(&r)) else {
            continue;
        };
        let after = released.get(last + 1..).unwrap_or_default();
        let dropped = after
            .iter()
            .find(|(_, members)| members.keys().any(|m| m.of == member.of));
        let (Some((dropped, _)), Some((version, before))) = (dropped, released.get(last)) else {
            continue;
        };
        let was = before.get(member);
        let same = member.kind == Kind::Field && was == Some(ty);
        if !same {
            let ty = was
                .filter(|ty| !ty.is_empty())
                .map(|ty| format!(", a `{ty}`"));
            let label = format!("was in version {version}{}", ty.unwrap_or_default());
            findings.push(back(model, message, member, *dropped).label(label));
        }
    }
}

fn members_of(schema: &str) -> members::Members {
    serde_json::from_str(schema)
        .map(|json| members(&json))
        .unwrap_or_default()
}

/// The finding, at the type that has the member: the message itself or one that it contains.
fn back(model: &Model, message: &Message, member: &Member, dropped: u32) -> Finding {
    let name = &member.name;
    let what = match member.kind {
        Kind::Field => "field",
        Kind::Symbol => "symbol",
    };
    let of = member.of.rsplit('.').next().unwrap_or(&member.of);
    let inside = model
        .types
        .get(of)
        .filter(|def| def.full_name() == member.of);
    let whose = inside.map(|_| format!(" of `{of}`")).unwrap_or_default();
    let text = format!(
        "the {what} `{name}`{whose} was dropped in version {dropped} of `{}` and is back",
        message.name
    );
    let source = inside.map_or(&message.source, |def| &def.source);
    Finding::new(Place::new(source, [name.as_str()]), text)
        .help("take a name that has no past: records of the old versions are still read")
        .about(&message.name)
}
