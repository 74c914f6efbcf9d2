//! Calls inside expressions: `decimal("…")`, `timestamp("…")`, `size`, `startsWith`, `orValue`.

use std::str::FromStr;

use herald_avro::codec::TimestampMillis;

use super::{
    cel::{Ast, AstKind},
    numbers::{self, MAX_PRECISION, common, is_number, name, required},
    typing::{Typing, literal, widen},
};
use crate::{
    diagnostic::did_you_mean,
    model::{Expr, ExprKind, Literal, TextTest, Type},
};

/// Functions of the subset, by how they are written.
const FUNCTIONS: [&str; 3] = ["decimal", "timestamp", "size"];
const METHODS: [&str; 5] = ["orValue", "startsWith", "endsWith", "contains", "size"];
/// What stands alone under `compute`.
pub(super) const AGGREGATES: [&str; 5] = ["count", "sum", "min", "max", "avg"];

/// A call of a function or method.
pub(super) fn call(
    typing: &mut Typing<'_, '_>,
    ast: &Ast,
    function: &str,
    target: Option<&Ast>,
    args: &[Ast],
) -> Option<Expr> {
    match (function, target, args) {
        ("decimal", None, [digits]) => decimal(typing, digits),
        ("timestamp", None, [text]) => timestamp(typing, text),
        ("size", None, [of]) | ("size", Some(of), []) => size(typing, of),
        ("orValue", Some(value), [otherwise]) => or_value(typing, ast, value, otherwise),
        ("startsWith", Some(of), [part]) => text(typing, TextTest::StartsWith, of, part),
        ("endsWith", Some(of), [part]) => text(typing, TextTest::EndsWith, of, part),
        ("contains", Some(of), [part]) => text(typing, TextTest::Contains, of, part),
        _ => unknown(typing, ast, function, target.is_some()),
    }
}

fn unknown(typing: &mut Typing<'_, '_>, ast: &Ast, function: &str, method: bool) -> Option<Expr> {
    if AGGREGATES.contains(&function) {
        let message =
            format!("`{function}` computes over a group and stands alone under `compute`");
        let help = format!("write `compute: {{ name: {function}(…) }}`, with nothing around it");
        return typing.wrong(ast, message, "inside an expression", Some(help));
    }
    let known: &[&str] = if method { &METHODS } else { &FUNCTIONS };
    let message = if known.contains(&function) {
        format!("`{function}` does not take so many values")
    } else {
        format!("`{function}` is not a function of the subset")
    };
    let help = did_you_mean(function, known.iter().copied())
        .or_else(|| Some(format!("there are `{}`", known.join("`, `"))));
    typing.wrong(ast, message, "not known", help)
}

/// The text of a constant.
fn constant<'a>(typing: &mut Typing<'_, '_>, ast: &'a Ast, example: &str) -> Option<&'a str> {
    if let AstKind::Text(text) = &ast.kind {
        return Some(text);
    }
    let help = format!("write `{example}`");
    typing.wrong(ast, "expected a text in quotes", "not a text", Some(help));
    None
}

fn decimal(typing: &mut Typing<'_, '_>, ast: &Ast) -> Option<Expr> {
    let text = constant(typing, ast, "decimal(\"12.50\")")?;
    let Some((unscaled, precision, scale)) = digits(text) else {
        let message = format!("`{text}` is not a decimal of at most {MAX_PRECISION} digits");
        let help = "write it as `decimal(\"12.50\")`".to_owned();
        return typing.wrong(ast, message, "not a decimal", Some(help));
    };
    let ty = Type::Decimal { precision, scale };
    Some(literal(ty, Literal::Decimal(unscaled)))
}

/// The number without its point, its digits in all, and those after the point.
fn digits(text: &str) -> Option<(i128, u32, u32)> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (digits, ""),
    };
    let are_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let significant = whole.trim_start_matches('0').len() + fraction.len();
    if significant > MAX_PRECISION as usize {
        return None;
    }
    let number: i128 = format!("{whole}{fraction}").parse().ok()?;
    let scale = fraction.len() as u32;
    let precision = (significant as u32).max(scale).max(1);
    Some((if negative { -number } else { number }, precision, scale))
}

fn timestamp(typing: &mut Typing<'_, '_>, ast: &Ast) -> Option<Expr> {
    let text = constant(typing, ast, "timestamp(\"2026-01-31T00:00:00Z\")")?;
    if let Ok(at) = TimestampMillis::from_str(text) {
        return Some(literal(Type::TimestampMillis, Literal::Timestamp(at.0)));
    }
    let message = format!("`{text}` is not a time of RFC 3339");
    let help = "write it as `timestamp(\"2026-01-31T00:00:00Z\")`".to_owned();
    typing.wrong(ast, message, "not a time", Some(help))
}

fn size(typing: &mut Typing<'_, '_>, of: &Ast) -> Option<Expr> {
    let value = typing.never_null(of)?;
    match &value.ty {
        Type::String | Type::Bytes | Type::Array(_) | Type::Map(_) => Some(Expr {
            ty: Type::Long,
            kind: ExprKind::Size(Box::new(value)),
        }),
        other => {
            let message = format!("a {} has no size", name(other));
            typing.wrong(of, message, "no text, list or map", None)
        }
    }
}

fn or_value(typing: &mut Typing<'_, '_>, ast: &Ast, value: &Ast, otherwise: &Ast) -> Option<Expr> {
    let (a, b) = (typing.expr(value)?, typing.never_null(otherwise)?);
    if !a.is_nullable() {
        let message = format!("a {} is never null", name(&a.ty));
        let help = "leave `.orValue(…)` out".to_owned();
        return typing.wrong(value, message, "never null", Some(help));
    }
    let (a, b) = typing.adapted((value, a), (otherwise, b))?;
    let fits = match common(required(&a.ty), &b.ty) {
        Some(ty) if required(&a.ty) == &b.ty || is_number(&ty) => Some(ty),
        _ => None,
    };
    let Some(ty) = fits.filter(|ty| !too_wide(ty)) else {
        let message = format!(
            "`orValue` needs a {}, this is a {}",
            name(required(&a.ty)),
            name(&b.ty)
        );
        return typing.wrong(ast, message, "two types", None);
    };
    let ty = if required(&a.ty) == &b.ty {
        b.ty.clone()
    } else {
        ty
    };
    Some(Expr {
        kind: ExprKind::OrValue {
            value: Box::new(widen(a, &ty)),
            otherwise: Box::new(widen(b, &ty)),
        },
        ty,
    })
}

fn too_wide(ty: &Type) -> bool {
    matches!(ty, Type::Decimal { precision, .. } if *precision > numbers::MAX_PRECISION)
}

fn text(typing: &mut Typing<'_, '_>, test: TextTest, of: &Ast, part: &Ast) -> Option<Expr> {
    let mut side = |ast: &Ast| {
        let value = typing.never_null(ast)?;
        if value.ty == Type::String {
            return Some(value);
        }
        let message = format!("expected text, found a {}", name(&value.ty));
        typing.wrong(ast, message, "not text", None)
    };
    let (whole, part) = (side(of)?, side(part)?);
    Some(Expr {
        ty: Type::Boolean,
        kind: ExprKind::Text {
            test,
            text: Box::new(whole),
            part: Box::new(part),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn literals_have_as_many_digits_as_they_show() {
        assert_eq!(digits("0"), Some((0, 1, 0)));
        assert_eq!(digits("12.50"), Some((1250, 4, 2)));
        assert_eq!(digits("-0.005"), Some((-5, 3, 3)));
        assert_eq!(digits("007"), Some((7, 1, 0)));
        assert_eq!(digits(&"9".repeat(38)), Some((10i128.pow(38) - 1, 38, 0)));
        for wrong in ["", "-", ".5", "1.", "1e3", "+1", " 1", &"9".repeat(39)] {
            assert_eq!(digits(wrong), None, "{wrong}");
        }
    }
}
