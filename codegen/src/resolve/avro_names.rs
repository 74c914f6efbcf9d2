//! Names of the types that Avro schemas bring: their own without the namespace, and where several
//! would have one name, a part of the namespace that tells them apart before it. Names depend on
//! which types there are, not on the order in which files name them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{index::Index, lower_schema::UNION};
use crate::{
    ident,
    model::{Message, Record, Type, TypeDef, TypeKind, UnionDef, headers_rust},
};

/// A payload that an Avro schema gives, and the types that it brings.
pub(super) struct Brought<'d> {
    pub(super) message: &'d mut Message,
    pub(super) types: &'d mut Vec<TypeDef>,
}

/// Exchanges full names for the names that the model and Rust use. `own` are the types that fields
/// of the catalog declare.
pub(super) fn choose<'t>(
    index: &Index<'_>,
    own: impl Iterator<Item = &'t TypeDef>,
    brought: &mut [Brought<'_>],
) {
    let mut names = Names::new(index, own, brought);
    names.records_and_enums(brought);
    for Brought { message, types } in brought.iter_mut() {
        let unions: HashMap<String, (String, String)> = types
            .iter()
            .filter_map(|def| {
                let (of, field) = def.name.split_once(UNION)?;
                let of_payload = !names.chosen.contains_key(of);
                let owner = match names.chosen.get(of) {
                    Some(name) => name.clone(),
                    None => message.name.clone(),
                };
                let name = names.union(&def.name, &owner, field, of_payload);
                Some((def.name.clone(), (name, owner)))
            })
            .collect();
        let look_up = |full: &str| match unions.get(full) {
            Some((name, _)) => name.clone(),
            None => names.chosen.get(full).cloned().unwrap_or_default(),
        };
        in_record(&mut message.record, &look_up);
        for def in types.iter_mut() {
            let full = std::mem::take(&mut def.name);
            def.owner = unions.get(&full).map(|(_, owner)| owner.clone());
            let name = look_up(&full);
            let simple = full.rsplit('.').next().unwrap_or(&full);
            def.avro_name = (def.owner.is_none() && name != simple).then(|| simple.to_owned());
            def.rust = ident::rust_type(&name);
            def.module = ident::rust_module(&name);
            def.name = name;
            match &mut def.kind {
                TypeKind::Record(record) => in_record(record, &look_up),
                TypeKind::Union(union) => in_union(union, &look_up),
                TypeKind::Enum(_) | TypeKind::Fixed(_) => {}
            }
        }
    }
}

fn in_record(record: &mut Record, look_up: &impl Fn(&str) -> String) {
    for field in &mut record.fields {
        rename(&mut field.ty, look_up);
    }
}

/// Variants are called as their types; those of two fixed types of one name, in full.
fn in_union(union: &mut UnionDef, look_up: &impl Fn(&str) -> String) {
    for variant in &mut union.variants {
        rename(&mut variant.ty, look_up);
        if let Type::Named(name) = &variant.ty {
            variant.rust = ident::rust_type(name);
        }
    }
    let mut met = HashSet::new();
    for variant in &mut union.variants {
        if let Type::Fixed(fixed) = &variant.ty
            && !met.insert(variant.rust.clone())
        {
            variant.rust = ident::rust_type(&format!("{}.{}", fixed.namespace, fixed.name));
        }
        met.insert(variant.rust.clone());
    }
}

fn rename(ty: &mut Type, look_up: &impl Fn(&str) -> String) {
    match ty {
        Type::Named(name) => *name = look_up(name),
        Type::Optional { inner, .. }
        | Type::Array(inner)
        | Type::Map(inner)
        | Type::Boxed(inner) => rename(inner, look_up),
        _ => {}
    }
}

/// Names that are taken, and those that were chosen.
struct Names {
    /// As Rust tells them apart; with the Avro full name where a message has it.
    taken: HashMap<String, String>,
    /// By full name.
    chosen: HashMap<String, String>,
    /// Of unions, by the union's provisional name.
    unions: HashMap<String, String>,
}

impl Names {
    fn new<'t>(
        index: &Index<'_>,
        own: impl Iterator<Item = &'t TypeDef>,
        brought: &[Brought<'_>],
    ) -> Self {
        let declared = [&index.types, &index.events, &index.emitted, &index.commands];
        let declared = declared.into_iter().flat_map(|map| map.keys());
        let declared = declared.map(|name| (ident::rust_module(name), String::new()));
        // The struct of a message's headers.
        let messages = index.events.values().chain(index.commands.values());
        let with_headers = messages.filter(|d| d.root.get("headers").is_some());
        let headers = with_headers.map(|d| {
            let name = headers_rust(&ident::rust_type(&d.name));
            (ident::rust_module(&name), String::new())
        });
        let own = own.map(|def| (def.module.clone(), String::new()));
        let payloads = brought
            .iter()
            .map(|b| (b.message.module.clone(), b.message.full_name()));
        Self {
            taken: declared.chain(headers).chain(own).chain(payloads).collect(),
            chosen: HashMap::new(),
            unions: HashMap::new(),
        }
    }

    fn records_and_enums(&mut self, brought: &[Brought<'_>]) {
        let types = brought.iter().flat_map(|b| b.types.iter());
        let full: BTreeSet<&str> = types
            .map(|def| def.name.as_str())
            .filter(|name| !name.contains(UNION))
            .collect();
        let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for full in full {
            let simple = parts(full).1;
            groups
                .entry(ident::rust_module(simple))
                .or_default()
                .push(full);
        }
        // Whoever needs no other name comes first, and keeps its own.
        let is_free = |names: &Self, module: &str, group: &[&str]| match group {
            // A message of that very type is two things of one name, which a rule refuses.
            [only] => names.taken.get(module).is_none_or(|full| full == only),
            _ => false,
        };
        let (free, clashing): (Vec<_>, Vec<_>) = groups
            .into_iter()
            .partition(|(module, group)| is_free(self, module, group));
        for (module, group) in free {
            for full in group {
                self.chosen
                    .insert(full.to_owned(), parts(full).1.to_owned());
                self.taken.insert(module.clone(), full.to_owned());
            }
        }
        for (_, group) in clashing {
            for full in &group {
                let name = self.claim(full, &wanted(full, &group));
                self.chosen.insert((*full).to_owned(), name);
            }
        }
    }

    /// The name of a union: its owner's and the field's.
    fn union(&mut self, id: &str, owner: &str, field: &str, of_payload: bool) -> String {
        // The payload of two messages is owned twice.
        let id = if of_payload {
            format!("{owner}{id}")
        } else {
            id.to_owned()
        };
        if let Some(name) = self.unions.get(&id) {
            return name.clone();
        }
        let name = format!("{}{}", ident::pascal(owner), ident::pascal(field));
        let name = self.claim(&id, &[name.clone(), format!("{name}Union")]);
        self.unions.insert(id, name.clone());
        name
    }

    /// The first name that is free, else the last one with a number.
    fn claim(&mut self, full: &str, wanted: &[String]) -> String {
        let last = wanted.last().cloned().unwrap_or_default();
        let numbered = (2..).map(|n| format!("{last}{n}"));
        let mut all = wanted.iter().cloned().chain(numbered);
        let free = all.find(|name| !self.taken.contains_key(&ident::rust_module(name)));
        let name = free.unwrap_or(last);
        self.taken
            .insert(ident::rust_module(&name), full.to_owned());
        name
    }
}

/// Namespace and simple name.
fn parts(full: &str) -> (&str, &str) {
    full.rsplit_once('.').unwrap_or(("", full))
}

/// Part of a namespace, counted from its end.
fn part(full: &str, from_end: usize) -> &str {
    let namespace = parts(full).0;
    namespace.rsplit('.').nth(from_end).unwrap_or_default()
}

/// Names for a type beside others that would be called the same, the best first: the last part of
/// the namespace that tells all of them apart before the name, else more and more parts.
fn wanted(full: &str, group: &[&str]) -> Vec<String> {
    let (namespace, simple) = parts(full);
    let depth = namespace.split('.').filter(|p| !p.is_empty()).count();
    let most = group
        .iter()
        .map(|f| f.matches('.').count())
        .max()
        .unwrap_or_default();
    let apart = |at: &usize| {
        let all: HashSet<String> = group.iter().map(|f| ident::pascal(part(f, *at))).collect();
        all.len() == group.len() && !(group.len() == 1 && part(full, *at).is_empty())
    };
    let reads_badly = |at: &usize| {
        let repeats =
            |f: &&str| ident::pascal(parts(f).1).starts_with(&ident::pascal(part(f, *at)));
        group.iter().any(repeats) || group.iter().all(|f| is_version(part(f, *at)))
    };
    let best = (0..most).filter(apart);
    let best = best
        .clone()
        .find(|at| !reads_badly(at))
        .or_else(|| best.clone().next());
    let before = |prefix: &str| format!("{}{}", ident::pascal(prefix), ident::pascal(simple));
    let mut wanted = Vec::new();
    match best.map(|at| part(full, at)) {
        Some("") => wanted.push(simple.to_owned()),
        Some(part) => wanted.push(before(part)),
        None => {}
    }
    for count in 1..=depth {
        let from: Vec<&str> = namespace.split('.').skip(depth - count).collect();
        let tells = group.iter().filter(|f| {
            let other: Vec<&str> = parts(f).0.split('.').collect();
            other.ends_with(&from)
        });
        if tells.count() == 1 {
            wanted.push(before(&from.join("_")));
        }
    }
    wanted.push(format!("{simple}Type"));
    wanted
}

/// `v2`.
fn is_version(part: &str) -> bool {
    let digits = part.strip_prefix(['v', 'V']).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::wanted;

    fn names(group: &[&str]) -> Vec<String> {
        let first = |full: &&str| wanted(full, group).into_iter().next().unwrap_or_default();
        group.iter().map(first).collect()
    }

    #[test]
    fn the_last_part_that_tells_all_apart_stands_in_front() {
        let of = |group: &[&str]| names(group).join(" ");
        assert_eq!(
            of(&["com.shop.billing.Address", "com.shop.shipping.Address"]),
            "BillingAddress ShippingAddress"
        );
        assert_eq!(
            of(&["com.billing.events.Address", "com.shipping.events.Address"]),
            "BillingAddress ShippingAddress"
        );
        assert_eq!(
            of(&["com.shop.v1.Order", "com.shop.v2.Order"]),
            "V1Order V2Order"
        );
        assert_eq!(of(&["a.x.A", "a.y.A", "b.x.A"]), "AXA YA BXA");
        assert_eq!(of(&["Address", "com.shop.Address"]), "Address ShopAddress");
        assert_eq!(of(&["com.shop.Address"]), "ShopAddress");
        assert_eq!(of(&["com.shop.v2.Address"]), "ShopAddress");
    }

    #[test]
    fn a_part_that_the_name_begins_with_is_passed_over() {
        assert_eq!(
            names(&[
                "com.billing.address.Address",
                "com.shipping.location.Address"
            ]),
            ["BillingAddress", "ShippingAddress"]
        );
        assert_eq!(
            names(&["com.address.Address", "com.location.Address"]),
            ["AddressAddress", "LocationAddress"]
        );
    }

    #[test]
    fn without_a_namespace_there_is_still_a_name() {
        assert_eq!(names(&["Address"]), ["AddressType"]);
        assert_eq!(
            wanted("a.HTTPCall", &["a.HTTPCall", "a.HttpCall"]),
            ["HTTPCallType"]
        );
    }
}
