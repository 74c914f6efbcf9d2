//! Constants, which take the type of what stands beside them.

use super::{
    super::{
        cel::Ast,
        numbers::{name, nullable, required},
    },
    Typing,
};
use crate::{
    diagnostic::did_you_mean,
    model::{Expr, ExprKind, Literal, Type},
};

impl Typing<'_, '_> {
    /// Gives constants the type of what stands beside them: text that names a symbol, null, and a
    /// point in time in another unit.
    pub(in crate::resolve::streams) fn adapted(
        &mut self,
        (left, a): (&Ast, Expr),
        (right, b): (&Ast, Expr),
    ) -> Option<(Expr, Expr)> {
        let (a_ty, b_ty) = (required(&a.ty).clone(), required(&b.ty).clone());
        let a = self.adapt(left, a, &b_ty)?;
        let b = self.adapt(right, b, &a_ty)?;
        Some((a, b))
    }

    fn adapt(&mut self, ast: &Ast, expr: Expr, to: &Type) -> Option<Expr> {
        let ExprKind::Literal(constant) = &expr.kind else {
            return Some(expr);
        };
        match constant {
            Literal::Null => Some(literal(nullable(to.clone()), Literal::Null)),
            Literal::String(text) => {
                let Some(symbols) = self.scope.schemas.symbols(to) else {
                    return Some(expr);
                };
                if symbols.contains(&text.as_str()) {
                    return Some(literal(to.clone(), Literal::Symbol(text.clone())));
                }
                let message = format!("`{text}` is not a symbol of `{}`", name(to));
                let help = did_you_mean(text, symbols);
                self.wrong(ast, message, "not a symbol", help)
            }
            Literal::Timestamp(millis) => {
                let unit = match to {
                    Type::TimestampMicros => 1_000,
                    Type::TimestampNanos => 1_000_000,
                    _ => return Some(expr),
                };
                match millis.checked_mul(unit) {
                    Some(value) => Some(literal(to.clone(), Literal::Timestamp(value))),
                    None => self.wrong(ast, "the time is too far away", "too far", None),
                }
            }
            _ => Some(expr),
        }
    }
}

/// A constant.
pub(in crate::resolve::streams) fn literal(ty: Type, value: Literal) -> Expr {
    Expr {
        ty,
        kind: ExprKind::Literal(value),
    }
}
