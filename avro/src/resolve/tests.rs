use super::*;
use crate::json::{avro_to_json, from_plain};
use crate::schema::parse;
use serde_json::{Value, json};

fn schema(value: &Value) -> Schema {
    Schema::from_json(value).unwrap()
}

fn record(name: &str, fields: &Value) -> Value {
    json!({ "type": "record", "name": name, "fields": fields })
}

fn reasons(writer: &Value, reader: &Value) -> Vec<String> {
    let mismatches = resolve(&schema(writer), &schema(reader)).unwrap_err();
    mismatches.iter().map(ToString::to_string).collect()
}

/// What `reader` makes of a value of `writer`, as Avro JSON.
fn read(writer: &Value, reader: &Value, value: &Value) -> Value {
    let (writer, reader) = (schema(writer), schema(reader));
    let plan = resolve(&writer, &reader).unwrap();
    let mut out = Vec::new();
    plan.transcode(&from_plain(&writer, value).unwrap(), &mut out)
        .unwrap();
    avro_to_json(&reader, &out).unwrap()
}

#[test]
fn every_reason_is_reported_with_its_path() {
    let old = record(
        "Order",
        &json!([
        {"name": "id", "type": "int"},
        {"name": "lines", "type": {"type": "array", "items": record("Line", &json!([
            {"name": "sku", "type": "string"},
            {"name": "size", "type": {"type": "enum", "name": "Size", "symbols": ["S", "M", "L"]}}]))}},
        {"name": "tags", "type": {"type": "map", "values": "boolean"}},
        {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 16}},
        {"name": "pay", "type": ["null", record("Card", &json!([])), "string"]}]),
    );
    let new = record(
        "Order",
        &json!([
        {"name": "id", "type": "string"},
        {"name": "lines", "type": {"type": "array", "items": record("Line", &json!([
            {"name": "sku", "type": "string"},
            {"name": "price", "type": "long"},
            {"name": "size", "type": {"type": "enum", "name": "Size", "symbols": ["M"]}}]))}},
        {"name": "tags", "type": {"type": "map", "values": "int"}},
        {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 20}},
        {"name": "pay", "type": ["null", record("Bank", &json!([])), "string"]}]),
    );
    let expected = [
        "id: int cannot be read as string",
        "lines[].price: the writer has no field \"price\" and the reader no default for it",
        "lines[].size: the enum Size lacks S, L and has no default",
        "tags{}: boolean cannot be read as int",
        "hash: 16 byte(s) cannot be read as 20",
        "pay<Card>: the reader's union has no branch that reads Card",
    ];
    assert_eq!(reasons(&old, &new), expected);
}

#[test]
fn unchanged_schemas_need_nothing_done() {
    let list = record(
        "List",
        &json!([{"name": "head", "type": "int"}, {"name": "tail", "type": ["null", "List"]}]),
    );
    let longer = record(
        "List",
        &json!([{"name": "head", "type": "long"}, {"name": "tail", "type": ["null", "List"]}]),
    );
    let plan = |reader| resolve(&schema(&list), &schema(reader)).unwrap();
    assert!(plan(&list).is_identity());
    assert!(plan(&longer).is_identity(), "an int is a long");
    assert_eq!(
        reasons(&longer, &list),
        ["head: long cannot be read as int"]
    );
}

#[test]
fn fields_move_come_and_go() {
    let old = record(
        "R",
        &json!([
        {"name": "a", "type": "int"}, {"name": "b", "type": {"type": "array", "items": "string"}},
        {"name": "c", "type": "boolean"}, {"name": "d", "type": "float"}]),
    );
    let new = record(
        "R",
        &json!([
        {"name": "new", "type": ["null", "int"], "default": null},
        {"name": "d", "type": "double"},
        {"name": "first", "type": "long", "aliases": ["a"]},
        {"name": "more", "type": {"type": "map", "values": "int"}, "default": {"x": 1}},
        {"name": "c", "type": "boolean"}]),
    );
    let value = json!({"a": 1, "b": ["x", "y"], "c": true, "d": 0.5});
    let expected = json!({"new": null, "d": 0.5, "first": 1, "more": {"x": 1}, "c": true});
    assert_eq!(read(&old, &new, &value), expected);
}

#[test]
fn neighbours_that_stay_are_copied_at_once() {
    let old = record(
        "R",
        &json!([
        {"name": "a", "type": "string"}, {"name": "b", "type": "long"},
        {"name": "gone", "type": "bytes"}, {"name": "c", "type": "double"}]),
    );
    let new = record(
        "R",
        &json!([
        {"name": "a", "type": "string"}, {"name": "b", "type": "long"},
        {"name": "c", "type": "double"}, {"name": "d", "type": "int", "default": 3}]),
    );
    let plan = resolve(&schema(&old), &schema(&new)).unwrap();
    let plan::Op::Record(steps) = &plan.ops[plan.root] else {
        panic!("{:?}", plan.ops)
    };
    let kinds: Vec<&str> = steps
        .iter()
        .map(|step| match step {
            plan::Step::Copy(_) => "copy",
            plan::Step::Drop(_) => "drop",
            plan::Step::Emit(_) => "emit",
            plan::Step::Run(_) => "run",
        })
        .collect();
    assert_eq!(kinds, ["copy", "drop", "copy", "emit"]);
}

#[test]
fn a_branch_is_chosen_by_name_then_structure_then_promotion() {
    let a = record("A", &json!([{"name": "x", "type": "int"}]));
    let same_structure = json!([
        record("B", &json!([{"name": "y", "type": "int"}])),
        record("C", &json!([{"name": "x", "type": "int"}]))
    ]);
    let value = json!({"x": 1});
    // The checker does not go by structure, so only its reader's choice shows here.
    let (writer, reader) = (schema(&a), schema(&same_structure));
    let mut out = Vec::new();
    let plan = resolve_lazily(&writer, &reader).unwrap();
    plan.transcode(&from_plain(&writer, &value).unwrap(), &mut out)
        .unwrap();
    assert_eq!(avro_to_json(&reader, &out).unwrap(), json!({"C": {"x": 1}}));
    assert_eq!(reasons(&a, &same_structure).len(), 1);

    let by_name = json!([record("C", &json!([{"name": "x", "type": "int"}])), a]);
    assert_eq!(read(&a, &by_name, &value), json!({"A": {"x": 1}}));
    assert_eq!(
        read(
            &json!("int"),
            &json!(["string", "double", "long"]),
            &json!(5)
        ),
        json!({"double": 5.0})
    );
    assert_eq!(
        read(&json!("int"), &json!(["double", "int"]), &json!(5)),
        json!({"int": 5})
    );
    assert_eq!(
        read(&json!("string"), &json!(["null", "bytes"]), &json!("é")),
        json!({"bytes": "Ã©"})
    );
}

#[test]
fn unions_are_read_in_any_order_and_out_of_unions() {
    let old = json!(["null", "int", "string"]);
    let new = json!(["string", "long", "null"]);
    assert_eq!(read(&old, &new, &json!(5)), json!({"long": 5}));
    assert_eq!(read(&old, &new, &Value::Null), Value::Null);
    assert_eq!(
        read(
            &json!(["int", "long"]),
            &json!("double"),
            &json!({"long": 5})
        ),
        json!(5.0)
    );
    assert_eq!(
        reasons(&old, &json!("string")),
        [
            "<null>: null cannot be read as string",
            "<int>: int cannot be read as string",
        ]
    );
}

#[test]
fn a_lost_symbol_becomes_the_default() {
    let old = json!({"type": "enum", "name": "E", "symbols": ["A", "B", "C"]});
    let new = json!({"type": "enum", "name": "E", "symbols": ["X", "C"], "default": "X"});
    assert_eq!(read(&old, &new, &json!("B")), json!("X"));
    assert_eq!(read(&old, &new, &json!("C")), json!("C"));
}

#[test]
fn an_alias_bridges_names() {
    let old = json!({"type": "record", "name": "Old", "namespace": "a", "fields": [{"name": "x", "type": "int"}]});
    let mut new = json!({"type": "record", "name": "New", "namespace": "b", "fields": [{"name": "x", "type": "int"}]});
    assert_eq!(
        reasons(&old, &new),
        ["a.Old is neither the name nor an alias of b.New"]
    );
    new["aliases"] = json!(["a.Old"]);
    assert_eq!(read(&old, &new, &json!({"x": 1})), json!({"x": 1}));
}

#[test]
fn what_the_checker_accepts_but_no_reader_reads_is_refused() {
    // Renamed by the alias, the writer's f1 is not there for the reader's own f1.
    let old = record("R", &json!([{"name": "f1", "type": "int"}]));
    let new = record(
        "R",
        &json!([{"name": "f2", "type": "int", "aliases": ["f1"]}, {"name": "f1", "type": "int"}]),
    );
    assert_eq!(
        reasons(&old, &new),
        ["f1: the writer has no field \"f1\" and the reader no default for it"]
    );

    // A default that passes as text but is none of the symbols.
    let colour = json!({"type": "enum", "name": "Colour", "symbols": ["RED"]});
    let old = record("R", &json!([]));
    let new = record(
        "R",
        &json!([{"name": "c", "type": colour, "default": "BLUE"}]),
    );
    assert_eq!(
        reasons(&old, &new),
        ["the default of the field \"c\": \"BLUE\" is no symbol of the enum Colour"]
    );

    // An alias that gives two branches one name.
    let old = json!([record("A", &json!([])), record("B", &json!([]))]);
    let mut merged = record("B", &json!([]));
    merged["aliases"] = json!(["A"]);
    assert_eq!(
        reasons(&old, &json!([merged])),
        ["aliases make two branches of a union to B"]
    );

    // In a union, enums of equal simple names are not matched.
    let symbols =
        |namespace| json!({"type": "enum", "name": "E", "namespace": namespace, "symbols": ["A"]});
    assert_eq!(
        reasons(&symbols("a"), &json!([symbols("b"), "null"])),
        ["the reader's union has no branch that reads a.E"]
    );
}

#[test]
fn what_no_value_comes_to_is_no_reason() {
    let endless = json!({"type": "record", "name": "Endless", "fields": [
        {"name": "self", "type": "Endless"}, {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A"]}}]});
    let writer = schema(&json!(["null", endless]));
    let graph = actions::build(&writer, &writer).unwrap();
    assert!(reach::unreadable(&graph).is_empty());
    let none = schema(&json!([]));
    assert!(
        resolve(&none, &schema(&json!("int"))).is_ok(),
        "a union without branches has no value"
    );
}

#[test]
fn a_lazy_plan_says_what_it_cannot_read() {
    let writer = parse(r#"["int","string"]"#).unwrap();
    let reader = parse("\"long\"").unwrap();
    let plan = resolve_lazily(&writer, &reader).unwrap();
    let mut out = Vec::new();
    plan.transcode(&[0, 84], &mut out).unwrap();
    assert_eq!(out, [84]);
    let error = plan.transcode(&[2, 2, b'x'], &mut out).unwrap_err();
    assert_eq!(
        plan.reason(error).unwrap().message,
        "string cannot be read as long"
    );
}

#[test]
fn the_quick_answer_is_the_full_one() {
    let text = include_str!("../../tests/data/pairs.jsonl");
    let schemas: Vec<Schema> = text
        .lines()
        .take(180)
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|pair| pair.get("parse_error").is_none())
        .flat_map(|pair| [schema(&pair["old"]), schema(&pair["new"])])
        .collect();
    let mut readable = 0;
    for writer in &schemas {
        for reader in &schemas {
            let full = explore(writer, reader).reasons.is_empty();
            assert_eq!(is_readable(writer, reader), full, "{writer}\n{reader}");
            readable += u32::from(full);
        }
    }
    assert!(readable > 1000, "{readable}");
}
