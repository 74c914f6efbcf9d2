//! Conversions, written out where a wider type or one with null is expected.

use super::super::numbers::{self, nullable, required};
use crate::model::{Expr, ExprKind, Type};

/// The number in a wider type, null kept.
pub(in crate::resolve::streams) fn widen(expr: Expr, to: &Type) -> Expr {
    if required(&expr.ty) == to {
        return expr;
    }
    let ty = if expr.is_nullable() {
        nullable(to.clone())
    } else {
        to.clone()
    };
    Expr {
        ty,
        kind: ExprKind::Widen(Box::new(expr)),
    }
}

pub(in crate::resolve::streams) fn widen_nullable(expr: Expr, to: &Type) -> Expr {
    match (&expr.ty, to) {
        // Of two decimals only the scale matters to a comparison.
        (_, Type::Decimal { .. } | Type::Long | Type::Double) => widen(expr, to),
        _ => expr,
    }
}

pub(in crate::resolve::streams) fn widen_side(expr: Expr, to: &Type) -> Expr {
    widen_nullable(expr, to)
}

pub(in crate::resolve::streams) fn to_decimal(expr: Expr) -> Expr {
    match numbers::as_decimal(&expr.ty) {
        Some((precision, scale)) => widen(expr, &Type::Decimal { precision, scale }),
        None => expr,
    }
}

/// A value where one that may be null is expected.
pub(in crate::resolve::streams) fn wrap(expr: Expr) -> Expr {
    if expr.is_nullable() {
        return expr;
    }
    Expr {
        ty: nullable(expr.ty.clone()),
        kind: ExprKind::Wrap(Box::new(expr)),
    }
}
