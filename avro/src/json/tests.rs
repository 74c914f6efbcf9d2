use super::*;
use crate::schema::parse;
use crate::value::{Random, random};
use serde_json::json;

fn order() -> crate::schema::Schema {
    parse(
        r#"{"type":"record","name":"Order","fields":[
            {"name":"id","type":{"type":"string","logicalType":"uuid"}},
            {"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":5,"scale":2}},
            {"name":"placed_at","type":{"type":"long","logicalType":"timestamp-millis"}},
            {"name":"note","type":["null","string"],"default":null},
            {"name":"payload","type":"bytes","default":""},
            {"name":"pay","type":[{"type":"record","name":"Card","fields":[{"name":"pan","type":"string"}]},
                {"type":"record","name":"Bank","fields":[{"name":"iban","type":"string"}]},
                {"type":"record","name":"Wire","fields":[{"name":"iban","type":"string"}]}],
                "default":{"pan":"0"}},
            {"name":"tags","type":{"type":"map","values":{"type":"array","items":"int"}},"default":{}}]}"#,
    )
    .unwrap()
}

#[test]
fn plain_json_reads_what_people_write() {
    let schema = order();
    let json = json!({
        "id": "6fa459ea-ee8a-3ca4-894e-db77e160355e",
        "total": "12.50",
        "placed_at": "2024-02-29T12:00:00Z",
        "pay": {"iban": "DE00"},
        "tags": {"a": [1, 2]},
    });
    let bytes = from_plain(&schema, &json).unwrap();
    let back = to_plain(&schema, &bytes).unwrap();
    assert_eq!(
        back,
        json!({
            "id": "6fa459ea-ee8a-3ca4-894e-db77e160355e",
            "total": "12.50",
            "placed_at": "2024-02-29T12:00:00Z",
            "note": null,
            "payload": "",
            "pay": {"iban": "DE00"},
            "tags": {"a": [1, 2]},
        })
    );
    assert_eq!(from_plain(&schema, &back).unwrap(), bytes);
    let avro = avro_to_json(&schema, &bytes).unwrap();
    assert_eq!(avro["pay"], json!({"Bank": {"iban": "DE00"}}));
    assert_eq!(avro["total"], json!("\u{4}\u{e2}"));
}

#[test]
fn a_branch_that_cannot_be_told_is_tagged() {
    let schema = order();
    let mut json = json!({
        "id": "6fa459ea-ee8a-3ca4-894e-db77e160355e", "total": "1", "placed_at": 0,
        "note": null, "payload": "", "tags": {},
        "pay": {"Wire": {"iban": "DE00"}},
    });
    let bytes = from_plain(&schema, &json).unwrap();
    json["total"] = json!("1.00");
    json["placed_at"] = json!("1970-01-01T00:00:00Z");
    assert_eq!(to_plain(&schema, &bytes).unwrap(), json);
}

#[test]
fn all_errors_are_reported_with_their_place() {
    let json = json!({
        "id": "no", "totl": "12.50", "placed_at": "yesterday", "note": 5,
        "payload": "%", "pay": {"pan": "1", "iban": "2"}, "tags": {"a": [1, "x"]},
    });
    let errors: Vec<String> = from_plain(&order(), &json)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    let expected = [
        "/totl: Order has no field of this name; did you mean \"total\"?",
        "/id: a UUID is expected",
        "the field \"total\" is missing",
        "/placed_at: an instant such as 2024-02-29T12:00:00Z is expected",
        "/note: a string is expected",
        "/payload: bytes in base64 is expected",
        "/pay: it matches none of Card, Bank, Wire",
        "/tags/a/1: a whole number of 32 bits is expected",
    ];
    assert_eq!(errors, expected);
}

#[test]
fn decimals_are_exact_and_bounded() {
    let schema =
        parse(r#"{"type":"bytes","logicalType":"decimal","precision":4,"scale":2}"#).unwrap();
    assert_eq!(
        from_plain(&schema, &json!("99.99")).unwrap(),
        [4, 0x27, 0x0f]
    );
    assert_eq!(from_plain(&schema, &json!(7)).unwrap(), [4, 0x02, 0xbc]);
    for wrong in [json!("100.00"), json!("0.001"), json!(1.5), json!(null)] {
        assert!(from_plain(&schema, &wrong).is_err(), "{wrong}");
    }
}

#[test]
fn ambiguity_is_bounded() {
    let schema = parse(
        r#"[{"type":"record","name":"A","fields":[{"name":"n","type":["null","A",
              {"type":"record","name":"B","fields":[{"name":"n","type":["null","A","B"]}]}]}]},"B"]"#,
    )
    .unwrap();
    let mut json = json!({"n": 1});
    for _ in 0..60 {
        json = json!({ "n": json });
    }
    assert!(from_plain(&schema, &json).is_err());
}

#[test]
fn plain_json_of_random_values_reads_back() {
    let schema = parse(
        r#"{"type":"record","name":"All","fields":[
            {"name":"a","type":["int","long","double","string",{"type":"fixed","name":"F","size":3}]},
            {"name":"b","type":{"type":"array","items":["null",{"type":"int","logicalType":"date"},"bytes"]}},
            {"name":"c","type":{"type":"long","logicalType":"timestamp-micros"}},
            {"name":"d","type":{"type":"fixed","name":"D","size":9,"logicalType":"decimal","precision":12,"scale":3}},
            {"name":"e","type":{"type":"fixed","name":"E","size":12,"logicalType":"duration"}},
            {"name":"f","type":["null",{"type":"map","values":"All"}]}]}"#,
    )
    .unwrap();
    let mut seed = Random::new(7);
    for _ in 0..500 {
        let value = random(&schema, &mut seed).unwrap();
        let bytes = value.to_bytes();
        let json = to_plain(&schema, &bytes).unwrap();
        assert_eq!(from_plain(&schema, &json), Ok(bytes), "{json}");
    }
}
