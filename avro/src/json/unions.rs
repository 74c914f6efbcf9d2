//! Which branch of a union a plain value means.

use super::from_plain::Encoder;
use crate::schema::{Kind, Schema, TypeId};
use serde_json::Value as Json;

/// Whether `json`, without a tag, is read as that branch.
pub(super) fn tells(schema: &Schema, branches: &[TypeId], branch: usize, json: &Json) -> bool {
    if is_nullable(schema, branches) {
        return true;
    }
    let mut encoder = Encoder::new(schema);
    tag(schema, branches, json).is_none()
        && encoder
            .choose(branches, json)
            .is_some_and(|chosen| chosen == branch)
}

/// Whether a union is null or one other type: no tag is ever needed.
fn is_nullable(schema: &Schema, branches: &[TypeId]) -> bool {
    branches.len() == 2
        && branches
            .iter()
            .any(|id| matches!(schema.kind(*id), Kind::Null))
}

/// The branch that `json` names: an object whose only key is the name of a type.
pub(super) fn tag<'a>(
    schema: &Schema,
    branches: &[TypeId],
    json: &'a Json,
) -> Option<(usize, &'a Json)> {
    let object = json.as_object().filter(|object| object.len() == 1)?;
    if is_nullable(schema, branches) {
        return None;
    }
    let (key, value) = object.iter().next()?;
    let named = |id: &TypeId| schema.type_name(*id) == key;
    branches
        .iter()
        .position(named)
        .map(|branch| (branch, value))
}

/// Whether a branch may hold `json`, judged without looking into its parts.
pub(super) fn may_hold(schema: &Schema, id: TypeId, json: &Json) -> bool {
    match schema.kind(id) {
        Kind::Array(_) => json.is_array(),
        Kind::Map(_) => json.is_object(),
        Kind::Record(record) => json.as_object().is_some_and(|object| {
            let known = object.keys().all(|key| record.position(key).is_some());
            let needed = |name: &str| object.contains_key(name);
            known
                && record
                    .fields
                    .iter()
                    .all(|f| f.default.is_some() || needed(&f.name))
        }),
        _ => super::scalar::read(schema, id, json, &mut Vec::new()).is_ok(),
    }
}
