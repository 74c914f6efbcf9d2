//! Schemas and data that are as large, as deep or as entangled as a megabyte allows.

use super::inputs::Input;
use serde_json::{Value, json};

/// All of them, by name.
pub(crate) fn all() -> Vec<(&'static str, Input)> {
    let mut all = unions();
    all.extend(records());
    all.extend(depths());
    all.extend(garbage());
    all
}

fn input(old: &Value, new: &Value, bytes: Vec<u8>) -> Input {
    Input {
        old: old.to_string(),
        new: new.to_string(),
        bytes,
    }
}

fn record(name: &str, fields: &[Value]) -> Value {
    json!({"type": "record", "name": name, "fields": fields})
}

fn field(name: &str, schema: &Value) -> Value {
    json!({"name": name, "type": schema})
}

fn union(count: usize, branch: impl Fn(usize) -> Value) -> Value {
    (0..count).map(branch).collect()
}

/// Ten thousand branches on both sides.
fn unions() -> Vec<(&'static str, Input)> {
    let empty =
        |prefix: &'static str| union(10_000, move |at| record(&format!("{prefix}{at}"), &[]));
    let full = |ty: &str| {
        let field = field("f", &json!(ty));
        union(10_000, move |at| {
            record(&format!("R{at}"), std::slice::from_ref(&field))
        })
    };
    let enums = |symbol: &'static str| {
        union(
            10_000,
            move |at| json!({"type": "enum", "name": format!("E{at}"), "symbols": [symbol]}),
        )
    };
    let fixed = |size: usize| {
        union(
            10_000,
            move |at| json!({"type": "fixed", "name": format!("F{at}"), "size": size}),
        )
    };
    let spaced =
        |space: &'static str| union(10_000, move |at| record(&format!("{space}.R{at}"), &[]));
    let branch = vec![0x9e, 0x9c, 0x01];
    vec![
        (
            "unions of the same records",
            input(&empty("R"), &empty("R"), branch.clone()),
        ),
        (
            "unions of other records",
            input(&empty("R"), &empty("S"), branch.clone()),
        ),
        (
            "unions of records that changed",
            input(&full("int"), &full("string"), branch.clone()),
        ),
        (
            "unions of enums that changed",
            input(&enums("A"), &enums("B"), branch.clone()),
        ),
        (
            "unions of fixed that changed",
            input(&fixed(2), &fixed(3), branch.clone()),
        ),
        (
            "unions of another namespace",
            input(&spaced("a"), &spaced("b"), branch.clone()),
        ),
        (
            "a union read as a record",
            input(&empty("R"), &record("R7", &[]), branch.clone()),
        ),
        (
            "a record read as a union",
            input(&record("R7", &[]), &empty("R"), branch),
        ),
    ]
}

/// Very many fields, symbols, aliases and defaults.
fn records() -> Vec<(&'static str, Input)> {
    let fields = |prefix: &str, ty: &Value| -> Vec<Value> {
        (0..15_000)
            .map(|at| field(&format!("{prefix}{at}"), ty))
            .collect()
    };
    let many = |prefix: &str, ty: &Value| record("R", &fields(prefix, ty));
    let symbols = |prefix: &str| {
        let symbols: Vec<String> = (0..80_000).map(|at| format!("{prefix}{at}")).collect();
        json!({"type": "enum", "name": "E", "symbols": symbols})
    };
    let aliases: Vec<String> = (0..60_000).map(|at| format!("a{at}")).collect();
    let mut one = field("f0", &json!("int"));
    one["aliases"] = json!(aliases);
    let mut renamed = record("R", &[one]);
    renamed["aliases"] = json!(&aliases[..20_000]);
    let mut own_alias: Vec<Value> = fields("g", &json!("int"));
    own_alias.truncate(9000);
    for (at, field) in own_alias.iter_mut().enumerate() {
        field["aliases"] = json!([format!("f{at}")]);
    }
    let (int, text) = (json!("int"), json!("string"));
    let nullable = many("f", &json!(["null", "R"]));
    vec![
        (
            "fields that stay",
            input(&many("f", &int), &many("f", &int), vec![0; 15_000]),
        ),
        (
            "fields that change",
            input(&many("f", &int), &many("f", &text), vec![0; 15_000]),
        ),
        (
            "fields that come and go",
            input(&many("f", &int), &many("g", &int), vec![0; 15_000]),
        ),
        (
            "fields that are renamed",
            input(&many("f", &int), &record("R", &own_alias), vec![]),
        ),
        (
            "fields of the record itself",
            input(&nullable, &nullable, vec![2; 1 << 16]),
        ),
        (
            "symbols that change",
            input(&symbols("a"), &symbols("b"), vec![2]),
        ),
        (
            "aliases without end",
            input(&many("f", &int), &renamed, vec![0; 15_000]),
        ),
        ("defaults of defaults", {
            let schema = defaults();
            input(&record("R", &[]), &schema, vec![])
        }),
        ("a default of two gigabytes", {
            let fixed = json!({"type": "fixed", "name": "F", "size": 2_147_483_647});
            let huge = json!({"name": "f", "type": fixed, "default": ""});
            input(&record("R", &[]), &record("R", &[huge]), vec![])
        }),
    ]
}

/// Records whose defaults are records of defaults, each level a hundred times the last.
fn defaults() -> Value {
    let mut inner = json!("int");
    let mut value = json!(0);
    for level in 0..5 {
        let fields: Vec<Value> = (0..100)
            .map(|at| {
                let named = if at == 0 { inner.clone() } else { name(&inner) };
                json!({"name": format!("f{at}"), "type": named, "default": value})
            })
            .collect();
        inner = record(&format!("L{level}"), &fields);
        value = json!({});
    }
    record("R", &[json!({"name": "f", "type": inner, "default": {}})])
}

fn name(schema: &Value) -> Value {
    schema.get("name").unwrap_or(schema).clone()
}

/// Types inside types, and types that contain each other.
fn depths() -> Vec<(&'static str, Input)> {
    let nested = |text: &str| {
        let (open, close) = text.split_once('_').unwrap();
        let old = format!("{}\"int\"{}", open.repeat(20_000), close.repeat(20_000));
        Input {
            new: old.clone(),
            old,
            bytes: vec![2; 1 << 16],
        }
    };
    // Every record contains every record: as many pairs as can be.
    let web = |count: usize, ty: &str| {
        let fields: Vec<Value> = (0..count)
            .map(|at| field(&format!("f{at}"), &json!(["null", format!("R{at}")])))
            .chain([field("leaf", &json!(ty))])
            .collect();
        union(count, |at| record(&format!("R{at}"), &fields))
    };
    // Each record twice inside the next: values and paths double with every level.
    let doubling = |ty: &str| {
        let levels = 40;
        union(levels, |at| {
            let inner = if at + 1 == levels {
                ty.to_owned()
            } else {
                format!("D{}", at + 1)
            };
            record(
                &format!("D{at}"),
                &[field("a", &json!(inner)), field("b", &json!(inner))],
            )
        })
    };
    let list = |ty: &str| {
        record(
            "List",
            &[
                field("head", &json!(ty)),
                field("tail", &json!(["null", "List"])),
            ],
        )
    };
    let (old, new) = (circle(23), circle(29));
    vec![
        (
            "arrays in arrays",
            nested("{\"type\":\"array\",\"items\":_}"),
        ),
        ("unions in unions", nested("[_]")),
        (
            "a web of records",
            input(&web(110, "int"), &web(110, "string"), vec![0; 8]),
        ),
        (
            "doubling records",
            input(&doubling("int"), &doubling("string"), vec![0; 8]),
        ),
        (
            "a long list",
            input(&list("int"), &list("long"), vec![2; 1 << 20]),
        ),
        ("circles of two lengths", input(&old, &new, vec![0; 8])),
    ]
}

/// A circle of records, each of which may hold the next.
fn circle(length: usize) -> Value {
    let link = |at: usize| {
        let next = format!("C{}", (at + 1) % length);
        record(&format!("C{at}"), &[field("next", &json!(["null", next]))])
    };
    (0..length).map(link).collect()
}

/// Text that is no schema, and bytes that announce more than there is.
fn garbage() -> Vec<(&'static str, Input)> {
    let repeated = |part: &str| {
        let part = part.repeat((1 << 20) / part.len() - 2);
        let old = format!("[{}]", part.trim_end_matches(','));
        Input {
            new: "\"int\"".to_owned(),
            old,
            bytes: vec![],
        }
    };
    let strings = json!({"type": "array", "items": "string"});
    let nulls = json!({"type": "array", "items": {"type": "array", "items": "null"}});
    let huge = vec![0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x00];
    vec![
        ("a union of numbers", repeated("0,")),
        ("a union of objects", repeated("{},")),
        ("a union of unions", repeated("[],")),
        ("a union of names", repeated("\"a\",")),
        ("a union of ints", repeated("\"int\",")),
        ("a huge count", input(&strings, &strings, huge.clone())),
        ("many empty items", input(&nulls, &nulls, huge)),
        (
            "a million items",
            input(
                &strings,
                &strings,
                [vec![0xfe, 0xff, 0x7f], vec![0; 1 << 20]].concat(),
            ),
        ),
    ]
}
