//! What stands under `compute`: `count()`, `sum(x)`, `min(x)`, `max(x)`, `avg(x, scale)`.

use super::{
    calls::AGGREGATES,
    cel::{Ast, AstKind},
    numbers::{MAX_PRECISION, as_decimal, is_number, is_ordered, name, nullable, required},
    scope::Scope,
    text::Text,
    typing::{Typing, parse, widen},
};
use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    model::{Expr, Function, Type},
};

/// A function over a group, its argument, and the type of its result.
pub(super) type Computed = (Function, Option<Expr>, Type);

/// Reads and checks a function over a group; over a `table`, values are also taken back.
pub(super) fn computed(
    scope: &Scope<'_>,
    text: Text<'_>,
    table: bool,
    out: &mut Vec<Diagnostic>,
) -> Option<Computed> {
    let ast = parse(text, out)?;
    let mut typing = Typing { scope, text, out };
    let AstKind::Call {
        name: function,
        target: None,
        args,
    } = &ast.kind
    else {
        return not_computed(&mut typing, &ast);
    };
    match (function.as_str(), args.as_slice()) {
        ("count", []) => Some((Function::Count, None, Type::Long)),
        ("count", [of]) => {
            let of = typing.expr(of)?;
            Some((Function::Count, Some(of), Type::Long))
        }
        ("sum", [of]) => sum(&mut typing, of),
        ("min" | "max", [of]) => least_or_greatest(&mut typing, &ast, function, of, table),
        ("avg", [of, scale]) => average(&mut typing, of, scale, table),
        ("avg", [of]) => {
            let help = "write `avg(x, 2)` for two digits after the point, half to even";
            let message = "`avg` needs the digits after the point";
            refuse(
                &mut typing,
                of,
                message,
                "no digits given",
                Some(help.into()),
            )
        }
        (known, _) if AGGREGATES.contains(&known) => {
            let message = format!("`{known}` does not take so many values");
            let help = "write `count()`, `sum(x)`, `min(x)`, `max(x)` or `avg(x, scale)`";
            refuse(
                &mut typing,
                &ast,
                &message,
                "not so many",
                Some(help.into()),
            )
        }
        _ => not_computed(&mut typing, &ast),
    }
}

fn refuse(
    typing: &mut Typing<'_, '_>,
    ast: &Ast,
    message: &str,
    label: &str,
    help: Option<String>,
) -> Option<Computed> {
    typing.wrong(ast, message, label, help);
    None
}

fn not_computed(typing: &mut Typing<'_, '_>, ast: &Ast) -> Option<Computed> {
    let help = match &ast.kind {
        AstKind::Call { name, .. } => did_you_mean(name, AGGREGATES),
        _ => None,
    };
    let help = help.unwrap_or_else(|| {
        "write `count()`, `sum(x)`, `min(x)`, `max(x)` or `avg(x, scale)`; what is the same for \
         the whole group belongs under `group_by`"
            .to_owned()
    });
    let at = typing.text.place(ast.at);
    let message = "this does not compute over a group";
    typing
        .out
        .push(Diagnostic::new(codes::BAD_EXPRESSION, message, at, "of one record").help(help));
    None
}

fn sum(typing: &mut Typing<'_, '_>, of: &Ast) -> Option<Computed> {
    let value = typing.expr(of)?;
    let ty = match required(&value.ty) {
        Type::Int | Type::Long => Type::Long,
        Type::Float | Type::Double => Type::Double,
        Type::Decimal { scale, .. } => Type::Decimal {
            precision: MAX_PRECISION,
            scale: *scale,
        },
        other => {
            let message = format!("`sum` needs numbers, this is a {}", name(other));
            return refuse(typing, of, &message, "not a number", None);
        }
    };
    let widened = match ty {
        Type::Decimal { .. } => value,
        _ => widen(value, &ty),
    };
    Some((Function::Sum, Some(widened), ty))
}

fn least_or_greatest(
    typing: &mut Typing<'_, '_>,
    ast: &Ast,
    function: &str,
    of: &Ast,
    table: bool,
) -> Option<Computed> {
    let value = typing.expr(of)?;
    let ordered = required(&value.ty);
    if !is_ordered(ordered) {
        let message = format!("values of type {} have no order", name(ordered));
        return refuse(typing, of, &message, "no order", None);
    }
    if table {
        let message = format!("`{function}` cannot take a value back, and rows of a table change");
        let help = "use `count`, `sum` or `avg`, or read the event with `from`";
        return refuse(typing, ast, &message, "over a table", Some(help.into()));
    }
    let function = if function == "min" {
        Function::Min
    } else {
        Function::Max
    };
    let ty = value.ty.clone();
    Some((function, Some(value), ty))
}

fn average(typing: &mut Typing<'_, '_>, of: &Ast, scale: &Ast, table: bool) -> Option<Computed> {
    let value = typing.expr(of)?;
    let exact = required(&value.ty).clone();
    let Some((precision, digits)) = as_decimal(&exact) else {
        let kind = if is_number(&exact) {
            "exact numbers"
        } else {
            "numbers"
        };
        let message = format!("`avg` needs {kind}, this is a {}", name(&exact));
        return refuse(typing, of, &message, "not exact", None);
    };
    let AstKind::Int(wanted @ 0..=38) = scale.kind else {
        let message = "the digits after the point are a number from 0 to 38";
        return refuse(typing, scale, message, "not such a number", None);
    };
    let wanted = wanted as u32;
    // Rounding to fewer digits than there are may carry into a new first digit.
    let all = precision - digits + wanted + u32::from(wanted < digits);
    if all > MAX_PRECISION {
        let message = format!("the mean may have {all} digits, a decimal has {MAX_PRECISION}");
        return refuse(typing, scale, &message, "too many digits", None);
    }
    let result = Type::Decimal {
        precision: all.max(1),
        scale: wanted,
    };
    let ty = if value.is_nullable() || table {
        nullable(result)
    } else {
        result
    };
    let decimal = Type::Decimal {
        precision,
        scale: digits,
    };
    let argument = widen(value, &decimal);
    Some((Function::Avg { scale: wanted }, Some(argument), ty))
}
