//! Properties → fields.

use std::collections::{HashMap, HashSet};

use super::{
    super::{
        names,
        native::{self, Mapping},
    },
    Place, Schemas, Typed,
    flat::Flat,
    types::Ty,
};
use crate::{
    ident,
    source::Span,
    syntax::{Entry, Node},
};

impl<'t> Schemas<'_, 't> {
    /// The fields of a record. `document` is what declares them, `owner` what types inside them are
    /// named after.
    pub(super) fn fields(&mut self, flat: &Flat<'t>, document: &str, owner: &str) -> Mapping {
        let mut fields = Mapping::new(flat.at);
        let properties = flat.properties();
        let mut taken = Taken::new(properties.iter().map(|(e, _)| &*e.key));
        for (entry, schemas) in properties {
            let name = self.field_name(entry, &mut taken);
            let inner = self.flat_all(&schemas);
            let place = Place {
                owner,
                field: &entry.key,
            };
            let typed = self.flat_typed(&inner, place);
            let inner = match &typed.ty {
                Ty::Named(_) => inner,
                // What is only called something else says here what it says there.
                _ => self.through(inner),
            };
            let required = flat.requires(&entry.key);
            let (default, nullable) = self.default(&inner, &typed, required);
            let endless = !nullable && self.is_endless(&typed.ty, document, entry.key_span);
            let nullable = nullable || endless;
            let ty = Typed { nullable, ..typed }.optional();
            let ty = self.spread(ty);
            let ty = self.reserve(ty, document, &name, entry.key_span);
            let node = self.field(&inner, &ty, default, entry.key_span);
            fields.put_at(name, entry.key_span, node);
        }
        for name in flat.parts.iter().filter_map(|p| p.get("required")) {
            for name in name.items() {
                self.undeclared(flat, name);
            }
        }
        fields
    }

    /// Whether a record that always contains this type would always contain itself, so that no
    /// value of it had an end.
    fn is_endless(&mut self, ty: &Ty, document: &str, at: Span) -> bool {
        let Ty::Named(name) = ty else { return false };
        if self.unions.contains_key(name) || self.enums.contains_key(name) {
            return false;
        }
        let mut open = vec![name.clone()];
        let mut seen = HashSet::new();
        while let Some(next) = open.pop() {
            if next == document {
                let message = "this always contains itself, so that no value of it had an end";
                self.cx.changed(at, message, "the field may be null");
                return true;
            }
            if seen.insert(next.clone()) {
                open.extend(self.contains.get(&next).into_iter().flatten().cloned());
            }
        }
        let of_document = self.contains.entry(document.to_owned()).or_default();
        of_document.insert(name.clone());
        false
    }

    /// A schema with what its reference leads to, and so on.
    pub(super) fn through(&self, mut flat: Flat<'t>) -> Flat<'t> {
        for _ in 0..8 {
            let Some(target) = flat.named.take() else {
                break;
            };
            let inner = self.flat(target.node);
            flat.parts.extend(inner.parts);
            flat.named = inner.named;
        }
        flat
    }

    fn undeclared(&self, flat: &Flat<'t>, name: &'t Node<'t>) {
        let Some(text) = name.text() else { return };
        let known = flat.properties().iter().any(|(e, _)| e.key == text);
        if !known {
            let message = format!("`{text}` is required and not among the properties");
            self.cx
                .changed(name.span, message, "no field comes of it; declare it");
        }
    }

    /// A name that Avro and Rust take, and that no other field has.
    fn field_name(&self, entry: &Entry<'t>, taken: &mut Taken<'t>) -> String {
        let own = names::field_name(&entry.key);
        let name = taken.name(&entry.key, &own);
        if *name != *entry.key {
            let message = if name == own {
                format!(
                    "`{}` cannot be the name of a field",
                    entry.key.escape_debug()
                )
            } else {
                format!(
                    "`{}` and another property are one name",
                    entry.key.escape_debug()
                )
            };
            self.cx
                .renamed(entry.key_span, message, &format!("it is called `{name}`"));
        }
        name
    }

    /// A union in a field is named after the document and the field, so that name has to be free.
    fn reserve(&mut self, ty: Ty, document: &str, field: &str, at: Span) -> Ty {
        if !is_union(&ty) {
            return ty;
        }
        let name = format!("{}{}", ident::pascal(document), ident::pascal(field));
        if self.names.claim(std::slice::from_ref(&name)).is_some() {
            return ty;
        }
        let message = format!("the name `{name}` is taken, and these alternatives need it");
        self.cx.changed(at, message, "they travel as JSON text");
        match ty {
            Ty::Optional(_) => Ty::Optional(Box::new(Ty::Json)),
            _ => Ty::Json,
        }
    }

    /// Where null is allowed beside a union that has a name, the union's branches are written out:
    /// null is none of them.
    pub(super) fn spread(&self, ty: Ty) -> Ty {
        let inner = |schemas: &Self, ty: Box<Ty>| Box::new(schemas.spread(*ty));
        match ty {
            Ty::Optional(of) => match *of {
                Ty::Named(name) if self.unions.contains_key(&name) => {
                    let branches = self.unions.get(&name).cloned().unwrap_or_default();
                    Ty::Optional(Box::new(Ty::Union(branches)))
                }
                other => Ty::Optional(inner(self, Box::new(other))),
            },
            Ty::Array(of) => Ty::Array(inner(self, of)),
            Ty::Map(of) => Ty::Map(inner(self, of)),
            other => other,
        }
    }

    fn field(
        &mut self,
        flat: &Flat<'t>,
        ty: &Ty,
        default: Option<(serde_json::Value, Span)>,
        at: Span,
    ) -> Node<'static> {
        let doc = self.doc(flat);
        Self::documented(doc, flat, ty, default, at)
    }

    /// A field with that documentation.
    pub(super) fn documented(
        doc: Option<String>,
        flat: &Flat<'t>,
        ty: &Ty,
        default: Option<(serde_json::Value, Span)>,
        at: Span,
    ) -> Node<'static> {
        let ty = super::text(ty, false, at);
        let mut map = Mapping::new(at);
        map.put_text("doc", at, doc);
        if let Some((value, at)) = default {
            map.put("default", native::json(at, &value));
        }
        if let Some(node) = flat.get("pattern")
            && flat.kinds() == ["string"]
        {
            map.put_text("pattern", node.span, node.text().map(str::to_owned));
        }
        if let Some(node) = flat.get("deprecated")
            && node.flag() == Some(true)
        {
            map.put(
                "deprecated",
                native::text(node.span, "Marked so in the document."),
            );
        }
        if map.is_empty() {
            return ty;
        }
        let mut whole = Mapping::new(at);
        whole.put("type", ty);
        whole.append(map);
        whole.node()
    }

    /// The default, and whether the field may be null: what is not required and has no default is.
    pub(super) fn default(
        &self,
        flat: &Flat<'t>,
        typed: &Typed,
        required: bool,
    ) -> (Option<(serde_json::Value, Span)>, bool) {
        let always = flat.get("const").filter(|c| !c.is_null());
        let Some(node) = flat.get("default").or(always) else {
            return (None, typed.nullable || !required);
        };
        if node.is_null() {
            return (None, true);
        }
        let value = node.json();
        if typed.nullable {
            let message = "the default of what may be null is null here";
            self.cx.changed(
                node.span,
                message,
                "readers put null for a value that is missing",
            );
            return (None, true);
        }
        if let Some(value) = self.default_of(&typed.ty, &value) {
            return (Some((value, node.span)), false);
        }
        let message = format!("this default is no value {}", typed.ty.words());
        self.cx
            .changed(node.span, message, "the field has no default");
        (None, !required)
    }
}

/// Names of a record's fields, as Rust tells them apart.
struct Taken<'t> {
    /// Properties that keep their names: the first of those that Rust takes for one.
    kept: HashMap<String, &'t str>,
    others: HashSet<String>,
}

impl<'t> Taken<'t> {
    fn new(keys: impl Iterator<Item = &'t str>) -> Self {
        let mut kept = HashMap::new();
        for key in keys.filter(|key| names::field_name(key) == *key) {
            kept.entry(ident::rust_field(key)).or_insert(key);
        }
        Self {
            kept,
            others: HashSet::new(),
        }
    }

    /// The name of a property; a marked one where its own is taken.
    fn name(&mut self, key: &str, own: &str) -> String {
        if self.kept.get(&ident::rust_field(own)) == Some(&key) {
            return own.to_owned();
        }
        let mut name = own.to_owned();
        loop {
            let rust = ident::rust_field(&name);
            if !self.kept.contains_key(&rust) && self.others.insert(rust) {
                return name;
            }
            name.push_str("_as_written");
        }
    }
}

fn is_union(ty: &Ty) -> bool {
    match ty {
        Ty::Union(_) => true,
        Ty::Array(inner) | Ty::Map(inner) | Ty::Optional(inner) => is_union(inner),
        _ => false,
    }
}
