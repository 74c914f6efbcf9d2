//! Declared subjects against those there are. No I/O.

use herald_avro::schema::Schema;
use serde_json::Value;

use super::{Live, Step, Subject};
use crate::{
    change::Change,
    desired::{self, Desired},
};

const KIND: &str = "subject";

/// Whether a subject (`<topic or queue>-<full name>`) can only be of this catalog: the record is in the
/// system's namespace, and the carrier begins like a declared one, with a domain or service.
pub(super) fn ours(subject: &str, desired: &Desired) -> bool {
    let head = |name: &str| name.split_once('.').map(|(head, _)| head.to_owned());
    let carried = desired
        .subjects
        .keys()
        .any(|known| head(known) == head(subject));
    carried && record(subject).starts_with(&format!("{}.", desired.system))
}

/// The record's full name: topics may have a `-`, Avro names have none.
fn record(subject: &str) -> &str {
    subject.rsplit_once('-').map_or("", |(_, record)| record)
}

/// Every difference, in the order in which it is safe to remove them.
pub fn compare(desired: &Desired, live: &Live) -> Vec<Change<Step>> {
    let mut changes = Vec::new();
    for (name, subject) in &desired.subjects {
        if let Some(there) = live.subjects.get(name) {
            schemas(name, subject, there, &mut changes);
            level(name, subject, there, &mut changes);
            continue;
        }
        let step = Step::Create(name.clone(), subject.schemas.clone(), subject.compatibility);
        let detail = match subject.schemas.len() {
            1 => format!("1 schema, {}", subject.compatibility),
            several => format!("{several} schemas, {}", subject.compatibility),
        };
        changes.push(Change::create(KIND, name, step).with(detail));
    }
    for name in live.subjects.keys() {
        let known = desired.subjects.contains_key(name) || desired.released.contains(record(name));
        if !known && ours(name, desired) {
            let why = "not declared and never released; services that look it up would not start";
            changes.push(Change::delete(KIND, name, why, Step::Delete(name.clone())));
        }
    }
    changes
}

fn schemas(
    name: &str,
    subject: &desired::Subject,
    there: &Subject,
    changes: &mut Vec<Change<Step>>,
) {
    let has = |schema: &Value| there.versions.values().any(|it| same(it, schema));
    // Where the catalog stands: its versions after this one are to be registered.
    let last = subject.schemas.iter().rposition(has);
    let missing: Vec<Value> = match last {
        Some(last) => subject.schemas[last + 1..].to_vec(),
        None => subject.schemas.clone(),
    };
    let before = &subject.schemas[..last.unwrap_or(0)];
    for (index, _) in before.iter().enumerate().filter(|(_, schema)| !has(schema)) {
        let why = "a later version is there, and what is registered now would become the latest: \
                   register it by hand in the registry's import mode";
        let detail = format!("released version {} is missing", index + 1);
        changes.push(Change::refuse(KIND, name, why).with(detail));
    }
    if missing.is_empty() {
        stray(name, subject, there, changes);
    } else if let Some(reason) = &there.rejects {
        let why = format!("the registry rejects it: {reason}");
        let detail = "the current schema is not there".to_owned();
        changes.push(Change::refuse(KIND, name, why).with(detail));
    } else {
        let detail = match missing.len() {
            1 => "the current schema is not there".to_owned(),
            several => format!("{several} schemas are not there"),
        };
        let step = Step::Register(name.to_owned(), missing);
        changes.push(Change::alter(KIND, name, step).with(detail));
    }
}

/// Whether two texts are one schema: a registry may leave out a namespace that is the enclosing one's.
fn same(one: &Value, other: &Value) -> bool {
    let normal = |json| Schema::from_json(json).map(|schema| schema.to_json());
    one == other || matches!((normal(one), normal(other)), (Ok(a), Ok(b)) if a == b)
}

/// Versions after the catalog's current one.
fn stray(name: &str, subject: &desired::Subject, there: &Subject, changes: &mut Vec<Change<Step>>) {
    let current = subject.schemas.last();
    let at = there
        .versions
        .iter()
        .find(|(_, schema)| current.is_some_and(|current| same(schema, current)));
    let Some((at, _)) = at else {
        return;
    };
    let later = there.versions.iter().filter(|(version, _)| *version > at);
    let declared = |schema: &Value| subject.schemas.iter().any(|ours| same(ours, schema));
    for (version, _) in later.filter(|(_, schema)| !declared(schema)) {
        let why = format!(
            "version {version} is not the catalog's, and the next schema would be compared with it; \
             records written with it can still be read once it is deleted"
        );
        let step = Step::DeleteVersion(name.to_owned(), *version);
        changes.push(Change::delete(KIND, name, &why, step));
    }
}

fn level(name: &str, subject: &desired::Subject, there: &Subject, changes: &mut Vec<Change<Step>>) {
    let now = there
        .compatibility
        .as_deref()
        .unwrap_or("the registry's default");
    let then = subject.compatibility;
    if now == then {
        return;
    }
    let step = Step::Level(name.to_owned(), then);
    let detail = format!("compatibility {now} → {then}");
    let weaker = there
        .compatibility
        .as_deref()
        .is_some_and(|now| demands_more(now, then));
    let change = if weaker {
        let why = "schemas would be accepted that break readers who are safe now";
        Change::lower(KIND, name, why, step)
    } else {
        Change::alter(KIND, name, step)
    };
    changes.push(change.with(detail));
}

/// Whether a level demands something that another one does not.
fn demands_more(level: &str, other: &str) -> bool {
    let demands = |level: &str| {
        let back = level.starts_with("BACKWARD") || level.starts_with("FULL");
        let forth = level.starts_with("FORWARD") || level.starts_with("FULL");
        (back, forth, level.ends_with("_TRANSITIVE"))
    };
    let (one, two) = (demands(level), demands(other));
    (one.0 && !two.0) || (one.1 && !two.1) || (one.2 && !two.2)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_namespace_that_is_inherited_need_not_be_written() {
        let schema = |namespace: Value| {
            let mut inner = json!({ "type": "fixed", "name": "Inner", "size": 1 });
            if namespace != Value::Null {
                inner["namespace"] = namespace;
            }
            let fields = json!([{ "name": "inner", "type": inner }]);
            json!({ "type": "record", "name": "Placed", "namespace": "shop", "fields": fields })
        };
        assert!(same(&schema(Value::Null), &schema("shop".into())));
        assert!(!same(&schema(Value::Null), &schema("other".into())));
    }

    const NAME: &str = "sales.orders-shop.Placed";

    fn schema(n: u64) -> Value {
        json!({ "type": "record", "name": "Placed", "namespace": "shop", "v": n })
    }

    fn desired() -> Desired {
        let subject = desired::Subject {
            schemas: vec![schema(1), schema(2)],
            compatibility: "BACKWARD_TRANSITIVE",
        };
        Desired {
            subjects: BTreeMap::from([(NAME.to_owned(), subject)]),
            released: ["shop.Gone".to_owned()].into(),
            ..crate::desired::tests::nothing("shop")
        }
    }

    fn there(schemas: &[u64]) -> Subject {
        let versions = schemas
            .iter()
            .zip(1..)
            .map(|(n, version)| (version, schema(*n)));
        Subject {
            versions: versions.collect(),
            compatibility: Some("BACKWARD_TRANSITIVE".to_owned()),
            rejects: None,
        }
    }

    fn of(subject: Subject) -> Vec<Change<Step>> {
        compare(
            &desired(),
            &Live {
                subjects: BTreeMap::from([(NAME.to_owned(), subject)]),
            },
        )
    }

    #[test]
    fn what_is_as_declared_needs_nothing() {
        assert_eq!(of(there(&[1, 2])), []);
        // A schema tried before the release does no harm.
        assert_eq!(of(there(&[1, 9, 2])), []);
    }

    #[test]
    fn versions_are_registered_in_order() {
        let all = vec![schema(1), schema(2)];
        let step = |subject| of(subject)[0].step.clone();
        assert_eq!(
            step(there(&[])),
            Some(Step::Register(NAME.to_owned(), all.clone()))
        );
        assert_eq!(
            step(there(&[1])),
            Some(Step::Register(NAME.to_owned(), vec![schema(2)]))
        );
        let changes = compare(&desired(), &Live::default());
        let create = Step::Create(NAME.to_owned(), all, "BACKWARD_TRANSITIVE");
        assert_eq!(changes[0].step, Some(create));
    }

    #[test]
    fn a_missing_old_version_is_refused() {
        let changes = of(there(&[2]));
        assert_eq!((changes.len(), &changes[0].step), (1, &None));
    }

    #[test]
    fn a_rejected_schema_is_refused_with_the_reason() {
        let changes = of(Subject {
            rejects: Some("field b has no default".to_owned()),
            ..there(&[1])
        });
        assert_eq!(changes[0].step, None);
        assert!(changes[0].to_string().contains("field b has no default"));
    }

    #[test]
    fn a_later_version_is_deleted_only_by_name() {
        let changes = of(there(&[1, 2, 7]));
        assert_eq!(
            changes[0].step,
            Some(Step::DeleteVersion(NAME.to_owned(), 3))
        );
        assert!(changes[0].destructive);
    }

    #[test]
    fn a_weaker_level_is_asked_for_by_name() {
        let with = |level: Option<&str>| {
            let mut subject = there(&[1, 2]);
            subject.compatibility = level.map(str::to_owned);
            of(subject).remove(0)
        };
        assert!(with(Some("FULL")).destructive);
        assert!(!with(Some("NONE")).destructive);
        assert!(!with(Some("BACKWARD")).destructive);
        assert!(!with(None).destructive);
    }

    #[test]
    fn only_subjects_of_our_namespace_and_carriers_are_ours() {
        let mut live = Live::default();
        for name in [
            "sales.a-b-shop.Old",
            "sales.a-shop.Gone",
            "sales.a-other.Old",
            "tests.a-shop.Old",
            "plain",
        ] {
            live.subjects.insert(name.to_owned(), there(&[1]));
        }
        live.subjects.insert(NAME.to_owned(), there(&[1, 2]));
        let changes = compare(&desired(), &live);
        let names: Vec<&str> = changes.iter().map(|change| change.name.as_str()).collect();
        assert_eq!(names, ["sales.a-b-shop.Old"]);
    }
}
