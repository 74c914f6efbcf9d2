//! Payloads and shared types in the catalog's words: with names of unions, words about symbols, the
//! version that added a field, and what else Avro does not say.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{super::Scope, described, document, text};
use crate::model::{
    EnumDef, Field, Fixed, FixedLogical, Message, Model, Record, Type, TypeDef, TypeKind, UnionDef,
    full_name,
};

/// Whether a payload was written as `fields`, not as an Avro schema with names of its own.
pub(super) fn is_written_in_fields(model: &Model, message: &Message) -> bool {
    let own = full_name(&message.namespace, &message.name);
    let domain = domain_of(&model.system.name, &message.namespace);
    let home = crate::resolve::namespace(&model.system.name, "");
    let shared = |name: &String| {
        let def = model.types.get(name);
        def.is_none_or(|d| d.owner.is_some() || d.namespace == home)
    };
    message.payload_name == own && domain.is_some() && message.reaches.iter().all(shared)
}

/// The domain that a namespace is of, where it is one of the system's.
pub(super) fn domain_of<'n>(system: &str, namespace: &'n str) -> Option<&'n str> {
    let home = crate::resolve::namespace(system, "");
    namespace.strip_prefix(&home)?.strip_prefix('.')
}

/// Documents of the shared types that a scope needs.
pub(super) fn types(scope: &Scope<'_>) -> Vec<Value> {
    let model = scope.model;
    let home = crate::resolve::namespace(&model.system.name, "");
    let needed = needed(scope);
    let shared = |def: &&TypeDef| {
        let own = def.owner.is_none() && def.namespace == home;
        own && needed
            .as_ref()
            .is_none_or(|n| n.contains(def.name.as_str()))
    };
    let types = model.types.values().filter(shared);
    types.map(|def| definition(model, def)).collect()
}

/// Names of the types that messages and requests of an application reach; none for all.
fn needed<'m>(scope: &Scope<'m>) -> Option<BTreeSet<&'m str>> {
    let model = scope.model;
    let service = model.services().get(scope.application?);
    let messages = scope.messages.iter().filter_map(|m| model.message(m));
    let mut open: Vec<&'m Type> = Vec::new();
    for message in messages {
        let fields = message.record.fields.iter();
        open.extend(fields.chain(&message.headers.fields).map(|f| &f.ty));
    }
    for request in service.into_iter().flat_map(|s| &s.requests) {
        open.extend(request.body.iter().chain(&request.returns));
        open.extend(request.params.iter().map(|p| &p.ty));
    }
    open.extend(
        service
            .into_iter()
            .flat_map(|s| &s.timers)
            .map(|t| &t.key_ty),
    );
    let mut found = BTreeSet::new();
    while let Some(ty) = open.pop() {
        match ty {
            Type::Optional { inner, .. }
            | Type::Array(inner)
            | Type::Map(inner)
            | Type::Boxed(inner) => {
                open.push(inner);
            }
            Type::Fixed(fixed) => drop(found.insert(fixed.name.as_str())),
            Type::Named(name) if found.insert(name.as_str()) => {
                match model.types.get(name).map(|t| &t.kind) {
                    Some(TypeKind::Record(record)) => {
                        open.extend(record.fields.iter().map(|f| &f.ty));
                    }
                    Some(TypeKind::Union(union)) => {
                        open.extend(union.variants.iter().map(|v| &v.ty));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Some(found)
}

fn definition(model: &Model, def: &TypeDef) -> Value {
    let mut object = document("type", &def.name);
    described(&mut object, def);
    match &def.kind {
        TypeKind::Record(record) => {
            let fields = fields(model, &def.name, record);
            object.insert("fields".into(), fields.into());
        }
        TypeKind::Enum(of) => {
            object.insert("symbols".into(), symbols(of));
            text(&mut object, "default", of.default.as_ref());
        }
        TypeKind::Union(union) => {
            let branches = union.variants.iter();
            let branches = branches.map(|v| ty(model, &v.ty));
            let branches: Vec<String> = branches.collect();
            object.insert("union".into(), json!(branches));
        }
        TypeKind::Fixed(fixed) => drop(object.insert("fixed".into(), json!(fixed.size))),
    }
    object.into()
}

fn symbols(of: &EnumDef) -> Value {
    if of.symbols.iter().all(|s| s.doc.is_none()) {
        return of.symbols.iter().map(|s| s.name.as_str()).collect();
    }
    let described = of.symbols.iter();
    let described =
        described.map(|s| (s.name.clone(), json!(s.doc.as_deref().unwrap_or_default())));
    Value::Object(described.collect())
}

/// The fields of a record that a document of that name declares.
pub(super) fn fields(model: &Model, owner: &str, record: &Record) -> Map<String, Value> {
    let fields = record.fields.iter();
    fields
        .map(|f| (f.name.clone(), field(model, owner, f)))
        .collect()
}

fn field(model: &Model, owner: &str, field: &Field) -> Value {
    let mut object = Map::new();
    match own_enum(model, owner, &field.ty) {
        Some(of) => object.insert("symbols".into(), symbols(of)),
        None => object.insert("type".into(), ty(model, &field.ty).into()),
    };
    text(&mut object, "doc", field.doc.as_ref());
    if let Some(default) = &field.default
        && !(default.plain.is_null() && is_nullable(model, &field.ty))
    {
        object.insert("default".into(), default.plain.clone());
    }
    if !field.aliases.is_empty() {
        object.insert("aliases".into(), json!(field.aliases));
    }
    if let Some(added) = field.added {
        object.insert("added".into(), added.into());
    }
    text(&mut object, "deprecated", field.deprecated.as_ref());
    text(&mut object, "pattern", field.pattern.as_ref());
    text(&mut object, "unit", field.unit.as_ref());
    if field.pii {
        object.insert("pii".into(), true.into());
    }
    Value::Object(object)
}

fn is_nullable(model: &Model, ty: &Type) -> bool {
    match ty {
        Type::Optional { .. } => true,
        Type::Named(name) => {
            let union = union_of(model, name);
            union.is_some_and(|u| u.variants.iter().any(|v| v.ty == Type::Null))
        }
        _ => false,
    }
}

/// The enum that a field has for itself.
fn own_enum<'m>(model: &'m Model, owner: &str, ty: &Type) -> Option<&'m EnumDef> {
    let Type::Named(name) = ty else { return None };
    let def = model.types.get(name)?;
    match &def.kind {
        TypeKind::Enum(of) if def.owner.as_deref() == Some(owner) => Some(of),
        _ => None,
    }
}

/// The union that a field has for itself.
fn union_of<'m>(model: &'m Model, name: &str) -> Option<&'m UnionDef> {
    let def = model.types.get(name)?;
    match &def.kind {
        TypeKind::Union(union) if def.owner.is_some() => Some(union),
        _ => None,
    }
}

/// A type as the catalog writes it.
pub(super) fn ty(model: &Model, of: &Type) -> String {
    match of {
        Type::Optional { inner, .. } => format!("{}?", ty(model, inner)),
        Type::Array(items) => format!("[{}]", ty(model, items)),
        Type::Map(values) => format!("map<{}>", ty(model, values)),
        Type::Boxed(inner) => ty(model, inner),
        Type::Named(name) => match union_of(model, name) {
            Some(union) => {
                let branches = union.variants.iter();
                let branches = branches.map(|v| ty(model, &v.ty));
                branches.collect::<Vec<_>>().join(" | ")
            }
            None => name.clone(),
        },
        Type::Fixed(fixed) => self::fixed(model, fixed),
        other => crate::lint::describe(other),
    }
}

fn fixed(model: &Model, fixed: &Fixed) -> String {
    if fixed.logical == Some(FixedLogical::Duration) {
        return "duration".to_owned();
    }
    if model.types.contains_key(&fixed.name) {
        return fixed.name.clone();
    }
    format!("fixed({})", fixed.size)
}
