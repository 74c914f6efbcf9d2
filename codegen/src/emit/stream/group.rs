//! What a group keeps and computes: its state, and the steps that change it.

use super::expr::Rust;
use crate::model::{Aggregate, Function, Group, Type};

/// A field of the state: name, type, and what its value is at the start.
pub(super) struct Kept {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) about: String,
}

/// How a row changes the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It is added.
    Add,
    /// It is taken back.
    TakeBack,
    /// Another state is added.
    Merge,
}

/// The fields of a group's state.
pub(super) fn kept(group: &Group) -> Vec<Kept> {
    let mut kept = Vec::new();
    for aggregate in &group.aggregates {
        let (name, ty) = (&aggregate.name, argument_type(aggregate));
        let mut keep = |name: String, ty: Type, about: &str| {
            let about = format!("{about} of `{}`.", aggregate.name);
            kept.push(Kept { name, ty, about });
        };
        match aggregate.function {
            Function::Count => keep(name.clone(), Type::Long, "Count"),
            Function::Sum => keep(name.clone(), aggregate.ty.clone(), "Sum"),
            Function::Min | Function::Max => keep(name.clone(), optional(ty), "Value"),
            Function::Avg { .. } => {
                let (sum, count) = mean_names(group, aggregate);
                keep(sum, ty, "Sum");
                keep(count, Type::Long, "Count");
            }
        }
    }
    kept
}

/// Names that no other field of the state has.
pub(super) fn mean_names(group: &Group, aggregate: &Aggregate) -> (String, String) {
    let unique = |mut name: String| {
        while group.aggregates.iter().any(|a| a.name == name) {
            name.push('_');
        }
        name
    };
    let name = &aggregate.name;
    (
        unique(format!("sum_of_{name}")),
        unique(format!("count_of_{name}")),
    )
}

/// The type of a value that is aggregated, null aside.
fn argument_type(aggregate: &Aggregate) -> Type {
    match aggregate.argument.as_ref().map(|a| &a.ty) {
        Some(Type::Optional { inner, .. }) => (**inner).clone(),
        Some(ty) => ty.clone(),
        None => Type::Long,
    }
}

fn optional(ty: Type) -> Type {
    Type::Optional {
        inner: Box::new(ty),
        null_first: true,
    }
}

/// Statements that compute the new values of an aggregate and, behind them, those that put them
/// into the state: nothing changes before everything is known to have room.
pub(super) fn step(
    rust: &mut Rust<'_, '_>,
    group: &Group,
    aggregate: &Aggregate,
    step: Step,
) -> (String, String) {
    let name = crate::ident::rust_field(&aggregate.name);
    let with = Operand::new(aggregate, step);
    match aggregate.function {
        Function::Count => {
            let function = rust.streams(if step == Step::TakeBack {
                "subtract_long"
            } else {
                "add_long"
            });
            let more = match step {
                Step::Merge => format!("other.{name}"),
                _ if with.nullable => format!("i64::from(row.{name}.is_some())"),
                _ => "1".to_owned(),
            };
            let now = format!("{function}(state.{name}, {more})?");
            assign(&name, &now)
        }
        Function::Sum => {
            let was = format!("state.{name}");
            let now = with.fold(&name, &was, |value| {
                sum(rust, &aggregate.ty, step, &was, value)
            });
            assign(&name, &now)
        }
        Function::Min | Function::Max => {
            let least = aggregate.function == Function::Min;
            let better = rust.streams(if least { "least" } else { "greatest" });
            let value = match step {
                Step::Merge => format!("other.{name}.as_ref()"),
                _ if with.nullable => format!("row.{name}.as_ref()"),
                _ => format!("Some(&row.{name})"),
            };
            assign(&name, &format!("{better}(state.{name}.as_ref(), {value})"))
        }
        Function::Avg { .. } => {
            let (sum_name, count_name) = mean_names(group, aggregate);
            let (sum_field, count_field) = (
                crate::ident::rust_field(&sum_name),
                crate::ident::rust_field(&count_name),
            );
            let (was, ty) = (format!("state.{sum_field}"), argument_type(aggregate));
            let source = if step == Step::Merge {
                sum_field.clone()
            } else {
                name
            };
            let total = with.fold(&source, &was, |value| sum(rust, &ty, step, &was, value));
            let function = rust.streams(if step == Step::TakeBack {
                "subtract_long"
            } else {
                "add_long"
            });
            let more = match step {
                Step::Merge => format!("other.{count_field}"),
                _ if with.nullable => format!("i64::from(row.{source}.is_some())"),
                _ => "1".to_owned(),
            };
            let count = format!("{function}(state.{count_field}, {more})?");
            let (first, put) = assign(&sum_field, &total);
            let (second, put_second) = assign(&count_field, &count);
            (first + &second, put + &put_second)
        }
    }
}

/// Where the values that change the state come from.
struct Operand {
    step: Step,
    nullable: bool,
}

impl Operand {
    fn new(aggregate: &Aggregate, step: Step) -> Self {
        let argument = aggregate.argument.as_ref();
        Self {
            step,
            nullable: argument.is_some_and(crate::model::Expr::is_nullable),
        }
    }

    /// The new value; the old one where there is nothing to add.
    fn fold(&self, name: &str, was: &str, with: impl FnOnce(&str) -> String) -> String {
        match self.step {
            Step::Merge => with(&format!("other.{name}")),
            _ if self.nullable => {
                let now = with("value");
                format!("match row.{name} {{ Some(value) => {now}, None => {was} }}")
            }
            _ => with(&format!("row.{name}")),
        }
    }
}

fn sum(rust: &mut Rust<'_, '_>, ty: &Type, step: Step, was: &str, value: &str) -> String {
    let back = step == Step::TakeBack;
    match ty {
        Type::Double if back => format!("{was} - {value}"),
        Type::Double => format!("{was} + {value}"),
        Type::Long => {
            let function = rust.streams(if back { "subtract_long" } else { "add_long" });
            format!("{function}({was}, {value})?")
        }
        _ => {
            let function = rust.streams(if back { "subtract" } else { "add" });
            format!("{function}({was}, {value})?")
        }
    }
}

fn assign(name: &str, now: &str) -> (String, String) {
    (
        format!("let {name} = {now};\n"),
        format!("state.{name} = {name};\n"),
    )
}

/// The value that an aggregate gives in the end.
pub(super) fn result(rust: &mut Rust<'_, '_>, group: &Group, aggregate: &Aggregate) -> String {
    let name = crate::ident::rust_field(&aggregate.name);
    let nullable = matches!(aggregate.ty, Type::Optional { .. });
    match aggregate.function {
        Function::Count | Function::Sum => format!("state.{name}"),
        Function::Min | Function::Max => {
            let value = rust.owned(&format!("state.{name}"), &aggregate.ty, false);
            if nullable {
                return value;
            }
            let codec = rust.imports.codec("Codec");
            format!("{value}.unwrap_or_else({codec}::blank)")
        }
        Function::Avg { scale } => {
            let (sum, count) = mean_names(group, aggregate);
            let (sum, count) = (
                crate::ident::rust_field(&sum),
                crate::ident::rust_field(&count),
            );
            let from = match argument_type(aggregate) {
                Type::Decimal { scale, .. } => scale,
                _ => 0,
            };
            let average = rust.streams("average");
            let mean = format!("{average}::<{from}, {scale}>(state.{sum}, state.{count})");
            if nullable {
                mean
            } else {
                format!("{mean}.unwrap_or_default()")
            }
        }
    }
}
