//! The method `select`: what one record gives.

use std::fmt::Write as _;

use super::{expr, shape::Shape};
use crate::model::Body;

/// What one record gives.
pub(super) fn select(shape: &Shape<'_>) -> String {
    let (model, stream) = (shape.model, shape.stream);
    let ty = match &stream.body {
        Body::Map(_) => "GenericRecord",
        Body::Group(_) => "KeyValue<GenericRecord, GenericRecord>",
    };
    let mut text = format!(
        "\n  private static List<{ty}> select(GenericRecord event, GenericRecord other) {{\n    List<{ty}> selected = new ArrayList<>();\n"
    );
    if let Some(filter) = &stream.filter {
        let wanted = expr::value(model, filter);
        let _ = write!(
            text,
            "    boolean wanted = {wanted};\n    if (!wanted) {{\n      return selected;\n    }}\n"
        );
    }
    let indent = if let Some(each) = &stream.each {
        let list = expr::value(model, &each.list);
        let _ = writeln!(text, "    for (Object item : items({list})) {{");
        "      "
    } else {
        "    "
    };
    match &stream.body {
        Body::Map(columns) => {
            let _ = writeln!(
                text,
                "{indent}GenericRecord given = new GenericData.Record(OUTPUT);"
            );
            for column in columns {
                let value = expr::value(model, &column.expr);
                let _ = writeln!(text, "{indent}put(given, {:?}, {value});", column.name);
            }
            let _ = writeln!(text, "{indent}selected.add(given);");
        }
        Body::Group(group) => {
            let _ = writeln!(
                text,
                "{indent}GenericRecord key = new GenericData.Record(KEY);"
            );
            for column in &group.keys {
                let value = expr::value(model, &column.expr);
                let _ = writeln!(text, "{indent}put(key, {:?}, {value});", column.name);
            }
            let _ = writeln!(
                text,
                "{indent}GenericRecord row = new GenericData.Record(ROW);"
            );
            for aggregate in &group.aggregates {
                if let Some(argument) = &aggregate.argument {
                    let value = expr::value(model, argument);
                    let _ = writeln!(text, "{indent}put(row, {:?}, {value});", aggregate.name);
                }
            }
            let _ = writeln!(text, "{indent}selected.add(KeyValue.pair(key, row));");
        }
    }
    if stream.each.is_some() {
        text.push_str("    }\n");
    }
    text.push_str("    return selected;\n  }\n");
    if stream.input.table {
        text.push_str(
            "\n  private static KeyValue<GenericRecord, GenericRecord> first(\n      List<KeyValue<GenericRecord, GenericRecord>> selected) {\n    return selected.isEmpty() ? null : selected.get(0);\n  }\n",
        );
    }
    text
}
