//! What a group keeps and computes, as methods of Java.

use std::fmt::Write as _;

use super::expr;
use crate::{
    emit::stream::group::{Step, kept, mean_names},
    model::{Aggregate, Function, Group, Model, Type},
};

/// The methods that change a group's state, and the one that gives its result.
pub(super) fn methods(model: &Model, group: &Group, table: bool, sessions: bool) -> String {
    let mut text = start(group);
    text.push_str(&changing(model, group, Step::Add));
    if table {
        text.push_str(&changing(model, group, Step::TakeBack));
    }
    if sessions {
        text.push_str(&changing(model, group, Step::Merge));
    }
    text.push_str(&output(model, group));
    text
}

fn start(group: &Group) -> String {
    let mut text = String::from(
        "\n  private static GenericRecord start() {\n    GenericRecord state = new GenericData.Record(STATE);\n",
    );
    for field in kept(group) {
        let zero = match field.ty {
            Type::Optional { .. } => continue,
            Type::Decimal { scale, .. } => format!("new BigDecimal(BigInteger.ZERO, {scale})"),
            Type::Double => "0.0".to_owned(),
            _ => "0L".to_owned(),
        };
        let _ = writeln!(text, "    put(state, {:?}, {zero});", field.name);
    }
    text.push_str("    put(state, REVISION, -1L);\n    return state;\n  }\n");
    text
}

fn changing(model: &Model, group: &Group, step: Step) -> String {
    let (name, more) = match step {
        Step::Add => ("added", "row"),
        Step::TakeBack => ("takenBack", "row"),
        Step::Merge => ("merged", "other"),
    };
    let mut text = format!(
        "\n  private static GenericRecord {name}(GenericRecord state, GenericRecord {more}) {{\n    GenericRecord now = new GenericData.Record(STATE);\n"
    );
    for aggregate in &group.aggregates {
        text.push_str(&changed(model, group, aggregate, step));
    }
    let revision = if step == Step::Merge {
        "-1L"
    } else {
        "number(state, REVISION) + 1"
    };
    let _ = write!(
        text,
        "    put(now, REVISION, {revision});\n    return now;\n  }}\n"
    );
    text
}

fn changed(model: &Model, group: &Group, aggregate: &Aggregate, step: Step) -> String {
    let name = &aggregate.name;
    let back = if step == Step::TakeBack {
        "subtract"
    } else {
        "add"
    };
    let argument = aggregate.argument.as_ref();
    let nullable = argument.is_some_and(crate::model::Expr::is_nullable);
    let from = if step == Step::Merge { "other" } else { "row" };
    let ty = argument.map_or(Type::Long, |a| plain(&a.ty).clone());
    // How many values there are: of another state what it counted, of a row one or none.
    let count_of = |field: &str| match step {
        Step::Merge => format!("number(other, {field:?})"),
        _ if nullable => format!("(row.get({name:?}) == null ? 0L : 1L)"),
        _ => "1L".to_owned(),
    };
    let total = |field: &str, source: &str, ty: &Type| {
        let was = expr::field(model, "state", field, ty);
        let value = expr::field(model, from, source, ty);
        if nullable && step != Step::Merge {
            let test = format!("row.get({source:?}) == null");
            format!("({test} ? {was} : {back}({was}, {value}))")
        } else {
            format!("{back}({was}, {value})")
        }
    };
    match aggregate.function {
        Function::Count => {
            let more = count_of(name);
            format!("    put(now, {name:?}, {back}(number(state, {name:?}), {more}));\n")
        }
        Function::Sum => {
            let now = total(name, name, &aggregate.ty);
            format!("    put(now, {name:?}, {now});\n")
        }
        Function::Min | Function::Max => {
            let better = if aggregate.function == Function::Min {
                "least"
            } else {
                "greatest"
            };
            let was = expr::field(model, "state", name, &ty);
            let value = expr::field(model, from, name, &ty);
            format!("    put(now, {name:?}, {better}({was}, {value}));\n")
        }
        Function::Avg { .. } => {
            let (sum, count) = mean_names(group, aggregate);
            let source = if step == Step::Merge { &sum } else { name };
            let now = total(&sum, source, &ty);
            let more = count_of(&count);
            format!(
                "    put(now, {sum:?}, {now});\n    put(now, {count:?}, {back}(number(state, {count:?}), {more}));\n"
            )
        }
    }
}

fn output(model: &Model, group: &Group) -> String {
    let mut text = String::from(
        "\n  private static GenericRecord output(\n      GenericRecord key, long start, long end, GenericRecord state) {\n    GenericRecord event = new GenericData.Record(OUTPUT);\n",
    );
    for key in &group.keys {
        let value = expr::field(model, "key", &key.name, &key.expr.ty);
        let _ = writeln!(text, "    put(event, {:?}, {value});", key.name);
    }
    if group.window.is_some() {
        text.push_str("    put(event, \"window_start\", start);\n");
        text.push_str("    put(event, \"window_end\", end);\n");
    }
    for aggregate in &group.aggregates {
        let name = &aggregate.name;
        let value = match aggregate.function {
            Function::Avg { scale } => {
                let (sum, count) = mean_names(group, aggregate);
                let ty = aggregate
                    .argument
                    .as_ref()
                    .map_or(Type::Long, |a| plain(&a.ty).clone());
                let sum = expr::field(model, "state", &sum, &ty);
                format!("average({sum}, number(state, {count:?}), {scale})")
            }
            _ => expr::field(model, "state", name, &aggregate.ty),
        };
        let _ = writeln!(text, "    put(event, {name:?}, {value});");
    }
    text.push_str("    return event;\n  }\n");
    text
}

fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Optional { inner, .. } => inner,
        other => other,
    }
}
