//! Alternatives → unions, where Avro can tell them apart.

use super::{
    super::{names, refs},
    Place, Schemas, Typed,
    flat::Flat,
    subtypes::Branch,
    types::Ty,
};
use crate::syntax::Node;

impl<'t> Schemas<'_, 't> {
    /// The union of some schemas; one that is referred to gets a name.
    pub(super) fn union(
        &mut self,
        flat: &Flat<'t>,
        branches: &[Branch<'t>],
        place: Place<'_>,
    ) -> Typed {
        if let Some(whole) = self.merged(flat, branches) {
            return self.record(&whole, place);
        }
        // A union that has a name may be one of its own branches, further down.
        let provisional = place.field.is_empty().then(|| place.owner.to_owned());
        let mut found = Branches::default();
        for branch in branches {
            if is_null(branch.node) {
                found.nullable = true;
                continue;
            }
            let name = self.branch_name(*branch, branches, place);
            let inner = Place {
                owner: &name,
                field: "",
            };
            let typed = match branch.key {
                Some(_) => self.reached(branch.node, &name, branch.node.span),
                None => self.typed(branch.node, inner),
            };
            let is_itself = matches!(&typed.ty, Ty::Named(n) if Some(n) == provisional.as_ref());
            if !is_itself {
                self.add(typed, &mut found);
            }
        }
        let typed = self.settle(flat, found);
        match (&typed.ty, provisional) {
            (Ty::Union(branches), Some(_)) => {
                let branches = branches.clone();
                self.named_union(flat, branches, typed.nullable, place)
            }
            _ => typed,
        }
    }

    /// Adds a branch; those of a union are added each for itself.
    fn add(&mut self, typed: Typed, found: &mut Branches) {
        found.nullable |= typed.nullable;
        match typed.ty {
            Ty::Union(inner) => found.types.extend(inner),
            Ty::Optional(inner) => {
                found.nullable = true;
                found.types.push(*inner);
            }
            Ty::Named(name) => match self.unions.get(&name) {
                Some(inner) => found.types.extend(inner.iter().cloned()),
                None => found.types.push(Ty::Named(name)),
            },
            other => found.types.push(other),
        }
    }

    /// What the branches come to: one type, a union, or text where Avro could not tell two apart.
    fn settle(&mut self, flat: &Flat<'t>, found: Branches) -> Typed {
        let mut types: Vec<Ty> = Vec::new();
        for ty in found.types {
            if !types.contains(&ty) {
                types.push(ty);
            }
        }
        let nullable = found.nullable;
        // Texts of several formats are texts.
        let texts = types
            .iter()
            .filter(|t| matches!(t, Ty::Plain(_)) && t.wire() == "string");
        if texts.count() > 1 {
            types.retain(|t| !matches!(t, Ty::Plain(_)) || t.wire() != "string");
            types.push(Ty::plain("string"));
            let message = "texts of several formats are one type in Avro";
            self.cx.changed(flat.at, message, "they become `string`");
        }
        let clash = (0..types.len()).find_map(|i| {
            let before = types
                .get(..i)?
                .iter()
                .find(|b| b.wire() == types[i].wire())?;
            Some((before.words(), types[i].words()))
        });
        if let Some((one, other)) = clash {
            let message = format!("nothing in Avro tells {one} from {other}");
            self.cx
                .changed(flat.at, message, "a value of either travels as JSON text");
            return Typed {
                ty: Ty::Json,
                nullable,
            };
        }
        // A list inside a union may hold a union only if that has a name.
        let nested = types.iter().any(holds_union);
        match types.len() {
            0 => Typed {
                ty: Ty::Json,
                nullable: true,
            },
            1 => Typed {
                ty: types.remove(0),
                nullable,
            },
            _ if nested => {
                let message = "a list of alternatives is one of several alternatives";
                self.cx
                    .changed(flat.at, message, "a value of either travels as JSON text");
                Typed {
                    ty: Ty::Json,
                    nullable,
                }
            }
            _ => Typed {
                ty: Ty::Union(types),
                nullable,
            },
        }
    }

    fn named_union(
        &mut self,
        flat: &Flat<'t>,
        branches: Vec<Ty>,
        nullable: bool,
        place: Place<'_>,
    ) -> Typed {
        let Some(name) = self.claim(place, flat.at) else {
            return Typed::of(Ty::Json);
        };
        let doc = self.doc(flat);
        self.write_union(&name, &branches, doc, flat.at);
        if let Some(id) = flat.id()
            && !nullable
        {
            self.by_node.insert(id, name.clone());
        }
        self.unions.insert(name.clone(), branches);
        Typed {
            ty: Ty::Named(name),
            nullable,
        }
    }

    fn write_union(
        &mut self,
        name: &str,
        branches: &[Ty],
        doc: Option<String>,
        at: crate::source::Span,
    ) {
        let mut draft = super::Draft::new("type", name, at);
        draft.body.put_text("doc", at, doc);
        let items = branches.iter().map(|b| super::text(b, false, at));
        let items = super::native::list(at, items.collect());
        draft.body.put("union", items);
        self.drafts.push(draft);
    }

    /// Whether every branch is a reference to what extends this schema.
    fn extend(&self, flat: &Flat<'t>, branches: &[Branch<'t>]) -> bool {
        let own: Vec<&str> = flat.properties().iter().map(|(e, _)| &*e.key).collect();
        branches.iter().all(|branch| {
            let Some(target) = self.cx.follow(branch.node) else {
                return false;
            };
            let inner = self.flat(target.node);
            let inner = match inner.named {
                Some(target) => self.flat(target.node),
                None => inner,
            };
            let has = inner.properties();
            own.iter().all(|p| has.iter().any(|(e, _)| e.key == **p))
        })
    }

    /// Alternatives beside properties of its own: everything in one record, what only some have
    /// optional.
    pub(super) fn merged(&self, flat: &Flat<'t>, branches: &[Branch<'t>]) -> Option<Flat<'t>> {
        if flat.get("properties").is_none() || self.extend(flat, branches) {
            return None;
        }
        let mut whole = flat.clone();
        for branch in branches {
            let inner = self.flat(branch.node);
            let inner = match inner.named {
                Some(target) => self.flat(target.node),
                None => inner,
            };
            whole.add_alternatives(inner.parts);
        }
        let message = "a record has properties and alternatives beside them";
        let becomes = "the properties of every alternative become fields that may be null";
        self.cx.changed(flat.at, message, becomes);
        Some(whole)
    }

    /// Name of an alternative that has none: its title, else the first property that no other has.
    fn branch_name(&self, branch: Branch<'t>, all: &[Branch<'t>], place: Place<'_>) -> String {
        let base = place.name();
        if let Some(key) = branch.key {
            return names::type_name(key).unwrap_or(base);
        }
        let branch = branch.node;
        if refs::reference(branch).is_some() {
            return base;
        }
        if let Some(title) = branch.get("title").and_then(Node::text)
            && let Some(title) = names::type_name(title)
        {
            return if title.starts_with(&base) {
                title
            } else {
                format!("{base}{title}")
            };
        }
        let properties = |n: &'t Node<'t>| {
            let flat = self.flat(n);
            let keys = flat.properties();
            keys.iter()
                .map(|(e, _)| e.key.to_string())
                .collect::<Vec<_>>()
        };
        let others: Vec<String> = all
            .iter()
            .map(|b| b.node)
            .filter(|n| !refs::same(n, branch))
            .flat_map(properties)
            .collect();
        let own = properties(branch);
        let special = own.iter().find(|p| !others.contains(p)).or(own.first());
        match special.and_then(|p| names::type_name(p)) {
            Some(property) => format!("{base}With{}", property.trim_start_matches('_')),
            None => base,
        }
    }

    /// Several words under `type`.
    pub(super) fn several(
        &mut self,
        flat: &Flat<'t>,
        kinds: &[&'t str],
        place: Place<'_>,
    ) -> Typed {
        let mut found = Branches::default();
        for kind in kinds {
            let typed = match *kind {
                "object" if flat.get("properties").is_some() => self.record(flat, place),
                "object" => Typed::of(Ty::Map(Box::new(Ty::Json))),
                "array" => match flat.get("items").filter(|i| i.map().is_some()) {
                    Some(items) => {
                        let items = self.typed(items, place).optional();
                        Typed::of(Ty::Array(Box::new(self.spread(items))))
                    }
                    None => Typed::of(Ty::Array(Box::new(Ty::Json))),
                },
                kind => self.scalar(flat, kind),
            };
            self.add(typed, &mut found);
        }
        self.settle(flat, found)
    }
}

/// The branches of a union.
#[derive(Default)]
struct Branches {
    types: Vec<Ty>,
    nullable: bool,
}

/// Whether a schema is that of null alone.
fn is_null(node: &Node<'_>) -> bool {
    let of_type = node
        .get("type")
        .is_some_and(|t| t.is_null() || t.text() == Some("null"));
    of_type || node.get("const").is_some_and(Node::is_null)
}

fn holds_union(ty: &Ty) -> bool {
    match ty {
        Ty::Array(inner) | Ty::Map(inner) | Ty::Optional(inner) => {
            matches!(**inner, Ty::Union(_)) || holds_union(inner)
        }
        _ => false,
    }
}
