//! Paths inside payloads, as `reads` writes them: names of fields joined by dots, through lists,
//! maps and unions.

use herald_avro::schema::{Kind, Schema, TypeId};

/// A judgement's path without its signs for items, values and branches: `lines[].sku` is
/// `lines.sku`.
pub(crate) fn plain(path: &str) -> String {
    let mut plain = String::new();
    let mut inside = 0_u32;
    for c in path.chars() {
        match c {
            '[' | '{' | '<' => inside += 1,
            ']' | '}' | '>' => inside = inside.saturating_sub(1),
            c if inside == 0 => plain.push(c),
            _ => {}
        }
    }
    plain.trim_matches('.').to_owned()
}

/// Whether somebody who reads one path is concerned by another: one is the other's beginning.
pub(crate) fn concerns(reads: &str, path: &str) -> bool {
    let begins = |whole: &str, part: &str| {
        whole
            .strip_prefix(part)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    path.is_empty() || begins(reads, path) || begins(path, reads)
}

/// Whether a path leads somewhere in the old schema and nowhere in the new one, former names
/// counted.
pub(crate) fn is_lost(old: &Schema, new: &Schema, path: &str) -> bool {
    let parts: Vec<&str> = path.split('.').collect();
    leads(old, old.root(), &parts, false) && !leads(new, new.root(), &parts, true)
}

fn leads(schema: &Schema, at: TypeId, parts: &[&str], aliases: bool) -> bool {
    let Some((first, rest)) = parts.split_first() else {
        return true;
    };
    match schema.kind(at) {
        Kind::Array(inner) | Kind::Map(inner) => leads(schema, *inner, parts, aliases),
        Kind::Union(branches) => branches.iter().any(|b| leads(schema, *b, parts, aliases)),
        Kind::Record(record) => record.fields.iter().any(|field| {
            let former = aliases && field.aliases.iter().any(|a| a == first);
            (field.name == *first || former) && leads(schema, field.schema, rest, aliases)
        }),
        _ => false,
    }
}

/// Paths that lead somewhere in the old schema and nowhere in the new one; of a record that is
/// gone, the record alone.
pub(crate) fn lost(old: &Schema, new: &Schema) -> Vec<String> {
    let mut lost = Vec::new();
    let mut walk = Walk {
        old,
        new,
        inside: Vec::new(),
        lost: &mut lost,
    };
    walk.ty(old.root(), "");
    lost.sort();
    lost.dedup();
    lost
}

struct Walk<'a> {
    old: &'a Schema,
    new: &'a Schema,
    /// Records around, so that a recursive one is looked at once.
    inside: Vec<TypeId>,
    lost: &'a mut Vec<String>,
}

impl Walk<'_> {
    fn ty(&mut self, at: TypeId, path: &str) {
        match self.old.kind(at) {
            Kind::Array(inner) | Kind::Map(inner) => self.ty(*inner, path),
            Kind::Union(branches) => branches.iter().for_each(|b| self.ty(*b, path)),
            Kind::Record(record) if !self.inside.contains(&at) => {
                self.inside.push(at);
                for field in &record.fields {
                    let path = match path {
                        "" => field.name.clone(),
                        path => format!("{path}.{}", field.name),
                    };
                    if is_lost(self.old, self.new, &path) {
                        self.lost.push(path);
                    } else {
                        self.ty(field.schema, &path);
                    }
                }
                self.inside.pop();
            }
            _ => {}
        }
    }
}

/// The record and the field at the end of a path.
pub(crate) fn owner(schema: &Schema, path: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = path.split('.').collect();
    owner_from(schema, schema.root(), &parts)
}

fn owner_from(schema: &Schema, at: TypeId, parts: &[&str]) -> Option<(String, String)> {
    let (first, rest) = parts.split_first()?;
    match schema.kind(at) {
        Kind::Array(inner) | Kind::Map(inner) => owner_from(schema, *inner, parts),
        Kind::Union(branches) => branches.iter().find_map(|b| owner_from(schema, *b, parts)),
        Kind::Record(record) => {
            let field = record.fields.iter().find(|f| f.name == *first)?;
            if rest.is_empty() {
                Some((record.name.full().to_owned(), field.name.clone()))
            } else {
                owner_from(schema, field.schema, rest)
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use herald_avro::schema::parse;

    use super::{concerns, is_lost, lost, owner, plain};

    #[test]
    fn signs_are_left_out() {
        assert_eq!(plain("lines[].unit_price"), "lines.unit_price");
        assert_eq!(plain("data{}<shop.Card>.number"), "data.number");
        assert_eq!(plain(""), "");
    }

    #[test]
    fn a_part_concerns_the_whole_and_the_other_way_round() {
        assert!(concerns("lines", "lines.sku"));
        assert!(concerns("lines.sku", "lines"));
        assert!(concerns("total", ""));
        assert!(!concerns("lines.sku", "lines.amount"));
        assert!(!concerns("total", "total_tax"));
    }

    #[test]
    fn a_path_is_lost_unless_an_alias_keeps_it() {
        let schema = |fields: &str| {
            let json = format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#);
            parse(&json).unwrap()
        };
        let old = schema(r#"{"name":"a","type":"int"},{"name":"b","type":"int"}"#);
        let new = schema(r#"{"name":"c","type":"int","aliases":["a"]}"#);
        assert!(!is_lost(&old, &new, "a"));
        assert!(is_lost(&old, &new, "b"));
        assert!(!is_lost(&old, &new, "never"));
        assert_eq!(lost(&old, &new), ["b"]);
        assert_eq!(owner(&old, "b"), Some(("R".to_owned(), "b".to_owned())));
    }
}
