//! Headers of a message's own.

use super::{index::Index, lower::Lower, records};
use crate::{
    diagnostic::{Diagnostic, codes},
    envelope,
    model::{Record, Type, TypeDef, TypeKind},
    syntax::{Document, Entry},
};

/// The headers of a message, and the enums that they own.
pub(super) fn headers(
    index: &Index<'_>,
    document: &Document<'_>,
    namespace: &str,
    out: &mut Vec<Diagnostic>,
) -> (Record, Vec<TypeDef>) {
    let node = document.root.get("headers");
    let entries = node.map_or(&[][..], |n| n.entries());
    // A header and a field of one name may both have an enum of their own.
    let owner = format!("{}Headers", document.name);
    let mut lower = Lower {
        index,
        owner: Some((&owner, namespace)),
        owned: Vec::new(),
        out,
    };
    let fields = entries.iter().filter_map(|entry| {
        if !is_free(entry, lower.out) {
            return None;
        }
        let field = records::field(&mut lower, entry, None)?;
        is_text(&mut lower, &field.ty, entry)?;
        Some(field)
    });
    let fields = fields.collect();
    let mut enums = lower.owned;
    for def in &mut enums {
        def.owner = Some(document.name.clone());
    }
    (Record { fields }, enums)
}

/// Refuses names that the runtime and the brokers write themselves.
fn is_free(entry: &Entry<'_>, out: &mut Vec<Diagnostic>) -> bool {
    let Some(whose) = envelope::owner_of(&entry.key) else {
        return true;
    };
    let message = format!("the header `{}` belongs to {whose}", entry.key);
    let help = "give it another name; what the envelope carries is there without being declared";
    out.push(Diagnostic::new(codes::BAD_HEADER, message, entry.key_span, "taken").help(help));
    false
}

/// Refuses types that have no text form.
fn is_text(lower: &mut Lower<'_, '_>, ty: &Type, entry: &Entry<'_>) -> Option<()> {
    let plain = match ty {
        Type::Optional { inner, .. } => inner,
        other => other,
    };
    let what = match plain {
        Type::Array(_) => "a list",
        Type::Map(_) => "a map",
        Type::Fixed(fixed) if fixed.logical.is_some() => "a duration",
        Type::Bytes | Type::Fixed(_) => "bytes",
        Type::Named(name) => match named(lower, name) {
            Some(what) => what,
            None => return Some(()),
        },
        _ => return Some(()),
    };
    let at = entry.value.get("type").unwrap_or(&entry.value).span;
    let message = format!(
        "the header `{}` is {what}, which has no text form",
        entry.key
    );
    let help = "use `string`, `boolean`, a number, `uuid`, a date or time, `decimal(p, s)` or an enum, \
                each with `?` where it may be left out; what has parts belongs into the payload";
    let diagnostic = Diagnostic::new(codes::BAD_HEADER, message, at, "no type of a header");
    lower.out.push(diagnostic.help(help));
    None
}

/// What a named type is, unless it is an enum.
fn named(lower: &Lower<'_, '_>, name: &str) -> Option<&'static str> {
    let own = lower.owned.iter().find(|def| def.name == name);
    let declared = lower.index.types.get(name).map(|d| &d.root);
    match (own.map(|def| &def.kind), declared) {
        (Some(TypeKind::Enum(_)), _) => None,
        (Some(TypeKind::Union(_)), _) => Some("a union"),
        (None, Some(root)) if root.get("symbols").is_some() => None,
        (None, Some(root)) if root.get("union").is_some() => Some("a union"),
        _ => Some("a record"),
    }
}
