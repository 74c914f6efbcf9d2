use super::*;
use crate::schema::{Kind, Logical};

fn errors(json: &str) -> Vec<String> {
    parse(json)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn a_schema_keeps_what_was_said() {
    let schema = parse(
        r#"{"type":"record","name":"Order","namespace":"shop","doc":"An order.","owner":"team",
            "aliases":["Purchase","old.Order"],"fields":[
            {"name":"id","type":{"type":"string","logicalType":"uuid"},"pii":true},
            {"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":12,"scale":2}},
            {"name":"next","type":["null","Order"],"default":null,"aliases":["prev"]}]}"#,
    )
    .unwrap();
    let Kind::Record(record) = schema.kind(schema.root()) else {
        panic!()
    };
    assert_eq!(record.name.full(), "shop.Order");
    assert_eq!(record.doc.as_deref(), Some("An order."));
    assert_eq!(record.aliases[0].full(), "shop.Purchase");
    assert_eq!(record.aliases[1].full(), "old.Order");
    assert_eq!(schema.get(schema.root()).attributes["owner"], "team");
    assert_eq!(
        schema.get(record.fields[0].schema).logical,
        Some(Logical::Uuid)
    );
    let decimal = Logical::Decimal {
        precision: 12,
        scale: 2,
    };
    assert_eq!(schema.get(record.fields[1].schema).logical, Some(decimal));
    let Kind::Union(branches) = schema.kind(record.fields[2].schema) else {
        panic!()
    };
    assert_eq!(branches[1], schema.root());
}

#[test]
fn printing_and_parsing_agree() {
    let text = r#"{"type":"record","name":"A","namespace":"x","fields":[{"name":"b","type":{"type":"enum","name":"B","namespace":"y","symbols":["S"],"default":"S"}},{"name":"c","type":["null","y.B","A"],"default":null,"order":"ignore"},{"name":"d","type":{"type":"map","values":{"type":"fixed","name":"D","namespace":"","size":3,"aliases":["E"]}}}]}"#;
    let schema = parse(text).unwrap();
    assert_eq!(schema.to_string(), text);
}

#[test]
fn names_may_be_used_before_they_are_defined() {
    let schema = parse(
        r#"{"type":"record","name":"A","fields":[{"name":"b","type":"B"},
            {"name":"c","type":{"type":"fixed","name":"B","size":2}}]}"#,
    )
    .unwrap();
    let Kind::Record(record) = schema.kind(schema.root()) else {
        panic!()
    };
    assert_eq!(record.fields[0].schema, record.fields[1].schema);
}

#[test]
fn all_errors_are_reported_with_their_place() {
    let found = errors(
        r#"{"type":"record","name":"9","fields":[
            {"name":"a","type":"nope"},
            {"name":"a","type":"int"},
            {"name":"b-c","type":{"type":"enum","name":"E","symbols":["X","X"],"default":"Y"}},
            {"name":"d"},
            {"name":"e","type":{"type":"fixed","name":"F","size":-1}},
            {"name":"f","type":"int","order":"up"}]}"#,
    );
    let expected = [
        r#"/name: the name "9" begins with '9', not with a letter or _"#,
        r#"/fields/1: the field "a" exists already"#,
        r#"/fields/2/name: the name "b-c" contains '-': only letters, digits and _"#,
        r#"/fields/2/type/symbols/1: the symbol "X" exists already"#,
        r#"/fields/2/type/default: "Y" is none of the symbols"#,
        r#"/fields/3: the field "d" needs a `type`"#,
        "/fields/4/type: a fixed needs a `size`, a whole number of bytes",
        r#"/fields/5/order: "up" is no order: ascending, descending and ignore are"#,
        r#"/fields/0/type: there is no type of the name "nope""#,
    ];
    assert_eq!(found, expected);
}

#[test]
fn unions_and_defaults_are_checked_at_the_end() {
    let found = errors(
        r#"{"type":"record","name":"R","fields":[
            {"name":"u","type":["int","string","int"]},
            {"name":"d","type":"int","default":"5"},
            {"name":"n","type":["string","null"],"default":null},
            {"name":"big","type":"int","default":2147483648},
            {"name":"r","type":"R","default":{}}]}"#,
    );
    let expected = [
        "/fields/0/type/2: the union has a branch int already",
        r#"/fields/1/default: "5" is no default for the field "d" of type int"#,
        r#"/fields/3/default: 2147483648 is no default for the field "big" of type int"#,
        r#"/fields/4/default: {} is no default for the field "r" of type R"#,
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_name_means_one_definition() {
    let twice = |size| {
        format!(
            r#"["null",{{"type":"record","name":"R","fields":[
                {{"name":"a","type":{{"type":"fixed","name":"F","size":1}}}},
                {{"name":"b","type":{{"type":"fixed","name":"F","size":{size}}}}}]}}]"#
        )
    };
    assert!(parse(&twice(1)).is_ok());
    assert_eq!(
        errors(&twice(2)),
        [r#"/1/fields/1/type: another type has the name "F" already"#]
    );
}

#[test]
fn invalid_logical_types_are_ignored_but_kept() {
    let schema = parse(r#"{"type":"string","logicalType":"date"}"#).unwrap();
    assert_eq!(schema.get(schema.root()).logical, None);
    assert_eq!(schema.get(schema.root()).attributes["logicalType"], "date");
}

#[test]
fn hostile_nesting_is_an_error() {
    let deep = format!(
        "{}\"int\"{}",
        r#"{"type":"array","items":"#.repeat(5000),
        "}".repeat(5000)
    );
    assert!(errors(&deep)[0].contains("recursion limit"));
    let bomb = r#"{"type":"record","name":"R","fields":[
        {"name":"a","type":"R","default":{}},{"name":"b","type":"R","default":{}}]}"#;
    assert_eq!(errors(bomb).len(), 2);
}
