//! Avro types that stand inside payloads, which an event of the same full name has to make room for.

use std::collections::{HashMap, HashSet};

use herald_avro::schema::{Kind, Schema, TypeId};

use super::{
    avro,
    context::Context,
    payload::{self, Format},
    plan::Use,
};
use crate::ident;

/// The named types inside all payloads.
pub(super) struct InnerTypes {
    /// Namespace and name, as Rust tells names apart.
    names: HashSet<(String, String)>,
    /// The namespace of each use's payload, where that is an Avro schema.
    namespaces: HashMap<usize, String>,
}

impl InnerTypes {
    pub(super) fn find<'t>(cx: &Context<'t>, uses: &[Use<'t>]) -> Self {
        let mut found = Self {
            names: HashSet::new(),
            namespaces: HashMap::new(),
        };
        for (i, message) in uses.iter().enumerate() {
            let formatted = payload::of(cx, message).filter(|f| f.format() == Format::Avro);
            let value = formatted.and_then(|f| avro::whole(cx, f.schema));
            if let Some(schema) = value.and_then(|v| Schema::from_json(&v).ok()) {
                found.add(&schema, i);
            }
        }
        found
    }

    fn add(&mut self, schema: &Schema, message: usize) {
        let mut left = vec![schema.root()];
        if let Kind::Record(record) = schema.kind(schema.root()) {
            let namespace = record.name.namespace().unwrap_or_default();
            self.namespaces.insert(message, namespace.to_owned());
            // The payload's own record stands inside only where a field leads back to it.
            left = record.fields.iter().map(|f| f.schema).collect();
        }
        let mut met: HashSet<TypeId> = HashSet::new();
        while let Some(id) = left.pop() {
            if !met.insert(id) {
                continue;
            }
            let kind = schema.kind(id);
            if let (Kind::Record(_) | Kind::Enum(_), Some(name)) = (kind, kind.name()) {
                let namespace = name.namespace().unwrap_or_default().to_owned();
                self.names
                    .insert((namespace, ident::rust_module(name.simple())));
            }
            match kind {
                Kind::Record(record) => left.extend(record.fields.iter().map(|f| f.schema)),
                Kind::Array(inner) | Kind::Map(inner) => left.push(*inner),
                Kind::Union(branches) => left.extend(branches),
                _ => {}
            }
        }
    }

    /// Whether the event that a use becomes would have the full name of such a type.
    pub(super) fn has(&self, message: usize, name: &str) -> bool {
        let namespace = self.namespaces.get(&message);
        namespace.is_some_and(|namespace| {
            let key = (namespace.clone(), ident::rust_module(name));
            self.names.contains(&key)
        })
    }
}
