//! What expressions of a stream may name.

use std::collections::BTreeMap;

use super::super::Messages;
use crate::model::{Field, Record, SharedField, Type, TypeDef, TypeKind, Variable};

/// Messages and types of the catalog.
#[derive(Clone, Copy)]
pub(super) struct Schemas<'n> {
    pub(super) messages: &'n Messages,
    pub(super) types: &'n BTreeMap<String, TypeDef>,
}

impl<'n> Schemas<'n> {
    /// The record that a name stands for: a type's, or an event's.
    pub(super) fn record(&self, name: &str) -> Option<&'n Record> {
        if let Some(event) = self.messages.events.get(name) {
            return Some(&event.message.record);
        }
        match &self.types.get(name)?.kind {
            TypeKind::Record(record) => Some(record),
            _ => None,
        }
    }

    /// The symbols of an enum.
    pub(super) fn symbols(&self, ty: &Type) -> Option<Vec<&'n str>> {
        let Type::Named(name) = ty else { return None };
        match &self.types.get(name)?.kind {
            TypeKind::Enum(def) => Some(def.symbols.iter().map(|s| s.name.as_str()).collect()),
            _ => None,
        }
    }

    /// Whether the text of a value can tell groups and partitions apart.
    pub(super) fn is_key(&self, ty: &Type) -> bool {
        match ty {
            Type::Named(_) => self.symbols(ty).is_some(),
            Type::Boolean
            | Type::Int
            | Type::Long
            | Type::String
            | Type::Uuid
            | Type::Date
            | Type::Decimal { .. }
            | Type::TimeMillis
            | Type::TimeMicros
            | Type::TimestampMillis
            | Type::TimestampMicros
            | Type::TimestampNanos
            | Type::LocalTimestampMillis
            | Type::LocalTimestampMicros
            | Type::LocalTimestampNanos => true,
            _ => false,
        }
    }
}

/// A name and what it stands for.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) word: String,
    pub(super) variable: Variable,
    pub(super) ty: Type,
}

/// What an expression may name.
#[derive(Clone)]
pub(super) struct Scope<'n> {
    pub(super) schemas: Schemas<'n>,
    pub(super) names: Vec<Name>,
    /// The sources, and the fields that all of them have where there are several.
    pub(super) sources: Vec<String>,
    pub(super) shared: Vec<SharedField>,
}

/// A field as an expression finds it.
pub(super) struct Found {
    pub(super) rust: String,
    pub(super) ty: Type,
}

impl<'n> Scope<'n> {
    /// A scope in which `event` names a record of the sources.
    pub(super) fn new(schemas: Schemas<'n>, sources: &[String]) -> Self {
        let ty = Type::Named(sources.first().cloned().unwrap_or_default());
        let event = Name {
            word: "event".to_owned(),
            variable: Variable::Event,
            ty,
        };
        Self {
            schemas,
            names: vec![event],
            sources: sources.to_vec(),
            shared: if sources.len() > 1 {
                shared(schemas, sources)
            } else {
                Vec::new()
            },
        }
    }

    pub(super) fn add(&mut self, name: &str, variable: Variable, ty: Type) {
        self.names.push(Name {
            word: name.to_owned(),
            variable,
            ty,
        });
    }

    pub(super) fn find(&self, name: &str) -> Option<&Name> {
        self.names.iter().find(|n| n.word == name)
    }

    /// A field of `of`, which is a record.
    pub(super) fn field(&self, variable: Option<Variable>, of: &Type, name: &str) -> Option<Found> {
        if variable == Some(Variable::Event) && self.sources.len() > 1 {
            let field = self.shared.iter().find(|f| f.name == name)?;
            return Some(Found {
                rust: field.rust.clone(),
                ty: field.ty.clone(),
            });
        }
        let field: &Field = self.record(of)?.field(name)?;
        Some(Found {
            rust: field.rust.clone(),
            ty: field.ty.clone(),
        })
    }

    pub(super) fn record(&self, of: &Type) -> Option<&'n Record> {
        match of {
            Type::Named(name) => self.schemas.record(name),
            _ => None,
        }
    }

    /// Names of the fields of a record, for suggestions.
    pub(super) fn fields(&self, variable: Option<Variable>, of: &Type) -> Vec<&str> {
        if variable == Some(Variable::Event) && self.sources.len() > 1 {
            return self.shared.iter().map(|f| f.name.as_str()).collect();
        }
        let record = self.record(of);
        let fields = record.map_or(&[][..], |r| r.fields.as_slice());
        fields.iter().map(|f| f.name.as_str()).collect()
    }
}

/// Fields that all sources have, with one type.
fn shared(schemas: Schemas<'_>, sources: &[String]) -> Vec<SharedField> {
    let mut records = sources.iter().filter_map(|s| schemas.record(s));
    let Some(first) = records.next() else {
        return Vec::new();
    };
    let rest: Vec<&Record> = records.collect();
    let in_all = |field: &&Field| {
        rest.iter()
            .all(|r| r.field(&field.name).is_some_and(|f| f.ty == field.ty))
    };
    let fields = first.fields.iter().filter(in_all);
    fields
        .map(|f| SharedField {
            name: f.name.clone(),
            rust: f.rust.clone(),
            ty: f.ty.clone(),
        })
        .collect()
}
