//! # What it does
//!
//! Finds keys whose type changes so that equal values may have another text: the record key is the
//! field's text form.
//!
//! # Why is this bad
//!
//! A key with another text is another key: it goes to another partition, and what consumers, inboxes
//! and compaction kept under the old text is no longer found. `int` to `long`, or `uuid` to `string`,
//! have the same texts and are fine.
//!
//! # What to do
//!
//! Keep the type, or give the event with the new key a new name and a topic of its own.

use crate::{
    compat::{finding::Finding, impact, judged::Judged},
    lint::{Place, keys::describe},
    model::{Model, Type, TypeKind},
};

pub(super) fn check(judged: &Judged<'_>, findings: &mut Vec<Finding>) {
    let Some((old_model, model)) = judged.scene.both() else {
        return;
    };
    for (before, now) in judged.scene.messages() {
        let (Some(old), Some(new)) = (before.key_field(), now.key_field()) else {
            continue;
        };
        let renamed = old.name != new.name && !new.aliases.contains(&old.name);
        if renamed || text_form(old_model, &old.ty) == text_form(model, &new.ty) {
            continue;
        }
        let name = &now.name;
        let (was, is) = (describe(&old.ty), describe(&new.ty));
        let text = format!(
            "the key `{}` of `{name}` is a `{is}` instead of a `{was}`",
            new.name
        );
        let why = "it meets the same things under other keys";
        findings.push(
            Finding::new(text)
                .about(name, &new.name)
                .now(Place::field(&now.source, new), is.clone())
                .before(Place::field(&before.source, old), was.clone())
                .impact(impact::deployed(judged.scene, name, why))
                .help(format!(
                    "keep the type `{was}`, or give the event a new name"
                )),
        );
    }
}

/// What texts of a type look like; types of one form have the same text for what they share.
fn text_form(model: &Model, ty: &Type) -> String {
    match ty.unboxed() {
        Type::Optional { inner, .. } => text_form(model, inner),
        Type::Int | Type::Long => "digits".to_owned(),
        Type::String | Type::Uuid => "text".to_owned(),
        Type::Named(name) => match model.types.get(name).map(|def| &def.kind) {
            Some(TypeKind::Enum(_)) => "text".to_owned(),
            _ => name.clone(),
        },
        Type::Fixed(fixed) if fixed.logical == Some(crate::model::FixedLogical::Uuid) => {
            "text".to_owned()
        }
        Type::TimestampMillis | Type::TimestampMicros | Type::TimestampNanos => {
            "timestamp".to_owned()
        }
        other => describe(other),
    }
}
