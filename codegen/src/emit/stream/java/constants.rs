//! The constants of a stream's class: its names, and the schemas of what it reads, keeps and emits.

use std::fmt::Write as _;

use super::{super::group::kept, expr, shape::Shape};
use crate::{
    model::{Body, Field, Group, Record, Type},
    schema,
};

pub(super) fn constants(shape: &Shape<'_>) -> String {
    let stream = shape.stream;
    let mut text = String::new();
    let mut constant = |ty: &str, name: &str, value: &str| {
        let _ = writeln!(text, "  private static final {ty} {name} = {value};");
    };
    constant("String", "NAME", &format!("{:?}", stream.name));
    constant("String", "SYSTEM", "Catalog.SYSTEM");
    constant("Serde<byte[]>", "BYTES", "Serdes.ByteArray()");
    constant("Ids", "IDS", "new Ids(NAME)");
    for (ty, name) in shape.events.iter().chain(&shape.other) {
        constant("Schema", name, &format!("Datum.schema({ty:?})"));
    }
    constant(
        "Schema",
        "OUTPUT",
        &format!("Datum.schema({:?})", shape.output),
    );
    let mut record = |name: &str, constant_name: &str, fields: Vec<Field>| {
        let namespace = format!("herald.streams.{}", stream.module);
        let record = Record { fields };
        let schema = schema::of_record(shape.model, &namespace, name, &record);
        let json = expr::text_literal(&schema.to_string());
        constant("Schema", constant_name, &format!("Datum.parse({json})"));
    };
    if stream.input.events.len() > 1 {
        let shared = stream.input.shared.iter();
        record(
            "Source",
            "SOURCE",
            shared.map(|f| field(&f.name, &f.ty)).collect(),
        );
    }
    if let Body::Group(group) = &stream.body {
        let keys = group.keys.iter();
        record(
            "Key",
            "KEY",
            keys.map(|k| field(&k.name, &k.expr.ty)).collect(),
        );
        record("Row", "ROW", rows(group));
        let kept = kept(group).into_iter().map(|k| field(&k.name, &k.ty));
        let revision = field(&revision_name(group), &Type::Long);
        record("State", "STATE", kept.chain([revision]).collect());
        constant("String", "REVISION", &format!("{:?}", revision_name(group)));
        constant("byte[]", "BARE", "new byte[0]");
    }
    text
}

/// A name that no field of the state has.
fn revision_name(group: &Group) -> String {
    let mut name = "revision".to_owned();
    while kept(group).iter().any(|k| k.name == name) {
        name.push('_');
    }
    name
}

fn rows(group: &Group) -> Vec<Field> {
    let rows = group.aggregates.iter();
    rows.filter_map(|a| Some(field(&a.name, &a.argument.as_ref()?.ty)))
        .collect()
}

fn field(name: &str, ty: &Type) -> Field {
    super::super::field(name, ty, "")
}
