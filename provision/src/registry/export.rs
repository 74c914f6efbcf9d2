//! Schemas of a registry as files, the way a catalog keeps released versions.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Subject;

/// Texts by path, `<Full.Name>/v<N>.avsc` below `released/`. A record that several subjects carry has
/// the versions of all of them, each schema once; what is no record is left out.
pub fn files(subjects: &BTreeMap<String, Subject>) -> BTreeMap<String, String> {
    let mut records: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for schema in subjects.values().flat_map(|s| s.versions.values()) {
        if let Some(name) = record_name(schema) {
            let versions = records.entry(name).or_default();
            if !versions.contains(&schema) {
                versions.push(schema);
            }
        }
    }
    let mut files = BTreeMap::new();
    for (name, versions) in records {
        for (version, schema) in (1..).zip(versions) {
            let path = format!("released/{name}/v{version}.avsc");
            files.insert(path, format!("{schema:#}\n"));
        }
    }
    files
}

/// The full name of a record that may be a folder's name.
fn record_name(schema: &Value) -> Option<String> {
    let text = |key: &str| schema.get(key).and_then(Value::as_str);
    let name = text("name").filter(|_| text("type") == Some("record"))?;
    let full = match text("namespace") {
        Some(space) if !space.is_empty() && !name.contains('.') => format!("{space}.{name}"),
        _ => name.to_owned(),
    };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_');
    (full.chars().all(plain) && !full.starts_with('.')).then_some(full)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_of_two_subjects_has_all_versions_once() {
        let record = |fields: &str| json!({ "type": "record", "name": "Order", "namespace": "shop", "doc": fields });
        let subject = |versions: &[Value]| Subject {
            versions: (1..).zip(versions.iter().cloned()).collect(),
            ..Subject::default()
        };
        let subjects = BTreeMap::from([
            (
                "a-shop.Order".to_owned(),
                subject(&[record("1"), record("2")]),
            ),
            (
                "b-shop.Order".to_owned(),
                subject(&[record("2"), record("3")]),
            ),
            ("keys".to_owned(), subject(&[json!("string")])),
            (
                "evil".to_owned(),
                subject(&[json!({ "type": "record", "name": "../x" })]),
            ),
        ]);
        let paths: Vec<String> = files(&subjects).into_keys().collect();
        let expected = [1, 2, 3].map(|v| format!("released/shop.Order/v{v}.avsc"));
        assert_eq!(paths, expected);
    }
}
