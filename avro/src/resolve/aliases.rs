//! The writer's schema under the names that the reader's aliases give it
//! (Java's `Schema.applyAliases`).

use super::{Mismatch, Rule};
use crate::schema::{Kind, Name, Schema, same};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Renames the writer's types and fields.
///
/// # Errors
/// If two fields of a record, or two branches of a union, get one name.
pub(super) fn apply<'a>(
    writer: &'a Schema,
    reader: &Schema,
) -> Result<Cow<'a, Schema>, Box<Mismatch>> {
    let aliases = Aliases::of(reader);
    let nothing = aliases.types.is_empty() && aliases.fields.is_empty();
    if nothing || same(writer, writer.root(), reader, reader.root()) {
        return Ok(Cow::Borrowed(writer));
    }
    let mut renamed = writer.clone();
    for one in &mut renamed.types {
        rename(&mut one.kind, &aliases);
    }
    clash(&renamed, reader)?;
    Ok(Cow::Owned(renamed))
}

#[derive(Default)]
struct Aliases {
    /// From a former name to the present one.
    types: HashMap<Name, Name>,
    /// For a record's names, present and former: from former to present fields.
    fields: HashMap<Name, Rc<HashMap<String, String>>>,
}

impl Aliases {
    /// Only types that the root mentions count. The order is that of Java's walk:
    /// where two types have one alias, the later one wins.
    fn of(reader: &Schema) -> Self {
        let mut aliases = Self::default();
        let mut seen = HashSet::new();
        let mut todo = vec![reader.root()];
        while let Some(id) = todo.pop() {
            let kind = reader.kind(id);
            if kind.name().is_some() && !seen.insert(id) {
                continue;
            }
            aliases.add(kind);
            let before = todo.len();
            match kind {
                Kind::Array(part) | Kind::Map(part) => todo.push(*part),
                Kind::Union(branches) => todo.extend(branches),
                Kind::Record(record) => todo.extend(record.fields.iter().map(|field| field.schema)),
                _ => {}
            }
            todo[before..].reverse();
        }
        aliases
    }

    fn add(&mut self, kind: &Kind) {
        let Some(name) = kind.name() else { return };
        for alias in kind.aliases() {
            self.types.insert(alias.clone(), name.clone());
        }
        let Kind::Record(record) = kind else { return };
        let former = |(alias, name): (&String, &String)| (alias.clone(), name.clone());
        let pairs = record
            .fields
            .iter()
            .flat_map(|f| f.aliases.iter().map(move |a| (a, &f.name)));
        let fields: Rc<HashMap<String, String>> = Rc::new(pairs.map(former).collect());
        if !fields.is_empty() {
            for alias in kind.aliases() {
                self.fields.insert(alias.clone(), Rc::clone(&fields));
            }
            self.fields.insert(name.clone(), fields);
        }
    }
}

fn rename(kind: &mut Kind, aliases: &Aliases) {
    let name = match kind {
        Kind::Record(record) => &mut record.name,
        Kind::Enum(symbols) => &mut symbols.name,
        Kind::Fixed(fixed) => &mut fixed.name,
        _ => return,
    };
    if let Some(present) = aliases.types.get(name) {
        *name = present.clone();
    }
    let fields = aliases.fields.get(name);
    if let (Kind::Record(record), Some(fields)) = (kind, fields) {
        for field in &mut record.fields {
            if let Some(present) = fields.get(&field.name) {
                field.name.clone_from(present);
            }
        }
        record.reindex();
    }
}

/// Finds two parts that have got one name.
fn clash(writer: &Schema, reader: &Schema) -> Result<(), Box<Mismatch>> {
    for one in &writer.types {
        let mut names = HashSet::new();
        let twice = match &one.kind {
            Kind::Record(record) => {
                let mut fields = record.fields.iter().map(|field| field.name.as_str());
                let twice = fields.find(|name| !names.insert(*name));
                twice.map(|name| format!("aliases make two fields of {} to {name:?}", record.name))
            }
            Kind::Union(branches) => {
                let mut branches = branches.iter().map(|branch| writer.type_name(*branch));
                let twice = branches.find(|name| !names.insert(*name));
                twice.map(|name| format!("aliases make two branches of a union to {name}"))
            }
            _ => None,
        };
        if let Some(message) = twice {
            let both = ((writer, writer.root()), (reader, reader.root()));
            return Err(Box::new(Mismatch::new(
                Rule::Alias,
                message,
                both.0,
                both.1,
            )));
        }
    }
    Ok(())
}
