//! What is said about a field beside its type, and no schema checks: `pattern`, `unit`, `pii`.

use herald_avro::schema::{Field, Kind, Schema, TypeId};
use serde_json::Value;

use super::{finding::Finding, impact, judged::Judged, place, schemas::Change};

/// A finding for every field of a changed message on which an attribute changed.
pub(crate) fn changed(judged: &Judged<'_>, key: &str) -> Vec<Finding> {
    let changes = judged.changes.values();
    changes
        .flat_map(|change| of_change(judged, change, key))
        .collect()
}

fn of_change(judged: &Judged<'_>, change: &Change<'_>, key: &str) -> Vec<Finding> {
    let before = fields(&change.old);
    let mut findings = Vec::new();
    for (record, path, field) in fields(&change.new) {
        let former = before.iter().find(|(_, old_path, old)| {
            let renamed = field.aliases.contains(&old.name) && sibling(&path, old_path);
            *old_path == path || renamed
        });
        let Some((old_record, _, old)) = former else {
            continue;
        };
        let (was, is) = (old.attributes.get(key), field.attributes.get(key));
        if was == is {
            continue;
        }
        let name = &change.message.name;
        let text = format!(
            "the `{key}` of `{path}` in `{name}` is {} instead of {}",
            words(is),
            words(was)
        );
        let mut finding = Finding::new(text).about(name, &path);
        if let Some(at) = place::member(&judged.now.model, &record, Some(&field.name)) {
            finding = finding.now(at, words(is));
        }
        let (when, target) = change.from.place(old_record, Some(&old.name));
        finding = finding
            .mark(when, target, words(was))
            .impact(impact::readers_of(judged.scene, name, &path));
        finding.record = Some(record);
        findings.push(finding);
    }
    findings
}

fn words(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::String(text)) => format!("`{text}`"),
        Some(other) => format!("`{other}`"),
    }
}

/// Whether two paths differ in their last name alone.
fn sibling(a: &str, b: &str) -> bool {
    let around = |path: &str| path.rsplit_once('.').map(|(around, _)| around.to_owned());
    around(a) == around(b)
}

/// Every field of a schema: its record, its path, itself. A record is looked at once.
pub(crate) fn fields(schema: &Schema) -> Vec<(String, String, &Field)> {
    let mut found = Vec::new();
    walk(schema, schema.root(), "", &mut Vec::new(), &mut found);
    found
}

fn walk<'s>(
    schema: &'s Schema,
    at: TypeId,
    path: &str,
    seen: &mut Vec<TypeId>,
    found: &mut Vec<(String, String, &'s Field)>,
) {
    match schema.kind(at) {
        Kind::Array(inner) | Kind::Map(inner) => walk(schema, *inner, path, seen, found),
        Kind::Union(branches) => {
            for branch in branches {
                walk(schema, *branch, path, seen, found);
            }
        }
        Kind::Record(record) if !seen.contains(&at) => {
            seen.push(at);
            for field in &record.fields {
                let path = match path {
                    "" => field.name.clone(),
                    path => format!("{path}.{}", field.name),
                };
                found.push((record.name.full().to_owned(), path.clone(), field));
                walk(schema, field.schema, &path, seen, found);
            }
        }
        _ => {}
    }
}
