//! The type of a parameter or of a timer's key: that of the service's fields of the same name.

use super::services::Around;
use crate::model::{Message, Record, Service, Type, TypeKind};

/// What the fields of a name say.
pub(super) enum Found {
    /// They agree.
    One(Type),
    /// There are none that a parameter could have the type of.
    None,
    /// Two disagree: where each stands.
    Two(String, String),
}

/// Looks at the bodies and answers given first, then at the service's messages.
pub(super) fn find(
    around: Around<'_, '_>,
    service: &Service,
    shapes: &[&Type],
    name: &str,
) -> Found {
    let records = shapes.iter().filter_map(|ty| record(around, ty));
    let messages = service.publishes.iter().chain(&service.sends);
    let consumed = service.consumes.iter().map(|c| &c.event);
    let received = service.receives.iter().map(|r| &r.command);
    let messages = messages
        .chain(consumed)
        .chain(received)
        .filter_map(|m| message(around, m));
    let messages = messages.map(|m| (m.name.as_str(), &m.record));
    let mut found: Option<(&str, &Type)> = None;
    for (owner, record) in records.chain(messages) {
        let Some(ty) = record
            .field(name)
            .map(|f| plain(&f.ty))
            .filter(|ty| is_key(around, ty))
        else {
            continue;
        };
        match found {
            None => found = Some((owner, ty)),
            Some((_, first)) if first == ty => {}
            Some((first, _)) => return Found::Two(first.to_owned(), owner.to_owned()),
        }
    }
    found.map_or(Found::None, |(_, ty)| Found::One(ty.clone()))
}

fn message<'n>(around: Around<'n, '_>, name: &str) -> Option<&'n Message> {
    let event = around.messages.events.get(name).map(|e| &e.message);
    event.or_else(|| around.messages.commands.get(name).map(|c| &c.message))
}

/// The record that a body or an answer is, or is a list of.
pub(super) fn record<'n>(around: Around<'n, '_>, ty: &Type) -> Option<(&'n str, &'n Record)> {
    match ty {
        Type::Array(items) => record(around, items),
        Type::Optional { inner, .. } => record(around, inner),
        Type::Named(name) => match &around.types.get(name)?.kind {
            TypeKind::Record(record) => Some((around.types.get_key_value(name)?.0, record)),
            _ => None,
        },
        _ => None,
    }
}

fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Optional { inner, .. } | Type::Boxed(inner) => plain(inner),
        other => other,
    }
}

/// Whether a type has a text form that a path, a query and a partition key can hold.
pub(super) fn is_key(around: Around<'_, '_>, ty: &Type) -> bool {
    match ty {
        Type::Named(name) => around
            .types
            .get(name)
            .is_some_and(|t| matches!(t.kind, TypeKind::Enum(_))),
        Type::Null
        | Type::Bytes
        | Type::Float
        | Type::Double
        | Type::Fixed(_)
        | Type::Optional { .. }
        | Type::Array(_)
        | Type::Map(_)
        | Type::Boxed(_) => false,
        _ => true,
    }
}
