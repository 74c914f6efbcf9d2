//! Types in few words, as the catalog writes them.

use crate::schema::{Kind, Logical, Schema, TypeId};

/// How deep a text looks into arrays, maps and unions, and how many branches it lists.
const DEPTH: u32 = 3;
const BRANCHES: usize = 8;

/// The type in short: `decimal(12, 2)`, `[string]`, `map<long>`, `int?`, `A | B`, a name.
pub(super) fn describe(schema: &Schema, id: TypeId) -> String {
    text(schema, id, DEPTH)
}

fn text(schema: &Schema, id: TypeId, depth: u32) -> String {
    let one = schema.get(id);
    if let Some(logical) = one.logical {
        return logical_name(logical);
    }
    let part = |id: TypeId| match depth.checked_sub(1) {
        Some(depth) => text(schema, id, depth),
        None => "…".to_owned(),
    };
    match &one.kind {
        Kind::Array(item) => format!("[{}]", part(*item)),
        Kind::Map(value) => format!("map<{}>", part(*value)),
        Kind::Union(branches) => {
            if let [one, other] = branches[..] {
                let null = |id| matches!(schema.kind(id), Kind::Null);
                if null(one) {
                    return part(other) + "?";
                }
                if null(other) {
                    return part(one) + "?";
                }
            }
            let mut all: Vec<String> = branches.iter().take(BRANCHES).map(|id| part(*id)).collect();
            if branches.len() > BRANCHES {
                all.push("…".to_owned());
            }
            if all.is_empty() {
                return "a union of nothing".to_owned();
            }
            all.join(" | ")
        }
        _ => schema.type_name(id).to_owned(),
    }
}

/// A logical type as the specification and the catalog call it.
pub(super) fn logical_name(logical: Logical) -> String {
    let name = match logical {
        Logical::Decimal { precision, scale } => return format!("decimal({precision}, {scale})"),
        Logical::BigDecimal => "big-decimal",
        Logical::Uuid => "uuid",
        Logical::Date => "date",
        Logical::TimeMillis => "time-millis",
        Logical::TimeMicros => "time-micros",
        Logical::TimestampMillis => "timestamp-millis",
        Logical::TimestampMicros => "timestamp-micros",
        Logical::TimestampNanos => "timestamp-nanos",
        Logical::LocalTimestampMillis => "local-timestamp-millis",
        Logical::LocalTimestampMicros => "local-timestamp-micros",
        Logical::LocalTimestampNanos => "local-timestamp-nanos",
        Logical::Duration => "duration",
    };
    name.to_owned()
}
