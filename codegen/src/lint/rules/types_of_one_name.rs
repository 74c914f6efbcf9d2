//! # What it does
//!
//! Says what the types of Avro schemas are called in Rust that have one name in different
//! namespaces, or the name of something else in the catalog. A part of the namespace stands before
//! the name then; in Avro and on the wire nothing changes.
//!
//! # Why is this bad
//!
//! It is not, where the schemas are somebody else's: a `waiver` says so. But people who talk about
//! "the address" mean one or the other, and a second type of a name gives the first another one in
//! Rust.
//!
//! # Example
//!
//! ```yaml
//! event: ParcelSent
//! domain: delivery
//! doc: A parcel is on its way.
//! schema:
//!   type: record
//!   name: ParcelSent
//!   namespace: com.shop.delivery
//!   fields:
//!     - name: to
//!       type: { type: record, name: Address, namespace: com.shop.delivery, doc: A home., fields: [{ name: street, type: string }] }
//!     - name: from
//!       type: { type: record, name: Address, namespace: com.shop.depot, doc: A gate., fields: [{ name: gate, type: int }] }
//! ```
//!
//! Call different things by different words:
//!
//! ```yaml
//! event: ParcelSent
//! domain: delivery
//! doc: A parcel is on its way.
//! schema:
//!   type: record
//!   name: ParcelSent
//!   namespace: com.shop.delivery
//!   fields:
//!     - name: to
//!       type: { type: record, name: Address, namespace: com.shop.delivery, doc: A home., fields: [{ name: street, type: string }] }
//!     - name: from
//!       type: { type: record, name: Gate, namespace: com.shop.depot, doc: A gate., fields: [{ name: number, type: int }] }
//! ```

use std::collections::BTreeMap;

use crate::{
    lint::{Finding, Index, Place},
    model::TypeDef,
};

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut groups: BTreeMap<&str, Vec<&TypeDef>> = BTreeMap::new();
    for def in index.model.types.values().filter(|d| d.owner.is_none()) {
        groups.entry(def.simple_name()).or_default().push(def);
    }
    groups.retain(|_, group| group.iter().any(|def| def.avro_name.is_some()));
    let groups = groups.into_iter();
    findings.extend(groups.filter_map(|(simple, group)| finding(index, simple, &group)));
}

fn finding(index: &Index<'_>, simple: &str, group: &[&TypeDef]) -> Option<Finding> {
    let renamed: Vec<&&TypeDef> = group.iter().filter(|d| d.avro_name.is_some()).collect();
    let (first, others) = renamed.split_first()?;
    let place = |def: &TypeDef| Place::new(&def.source, [simple, &*def.namespace]);
    let names = renamed
        .iter()
        .map(|def| format!("`{}` is `{}`", def.full_name(), def.name));
    let message = match group {
        [_] => format!("`{simple}` is the name of another thing too"),
        _ => format!("several types are called `{simple}`"),
    };
    let help = format!(
        "in Rust {}; rename a record that is yours, or let it be",
        names.collect::<Vec<_>>().join(", ")
    );
    let mut finding = Finding::new(place(first), message)
        .label("one of them")
        .help(help);
    for def in others {
        finding = finding.also(place(def), format!("`{}`", def.full_name()));
    }
    let reaches = index.messages().find(|m| m.reaches.contains(&first.name));
    Some(match reaches {
        Some(message) => finding.about(&message.name),
        None => finding,
    })
}
