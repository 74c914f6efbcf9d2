//! Operators of expressions: what goes together, and what it gives.

use super::{
    cel::{Ast, AstKind},
    numbers::{self, MAX_PRECISION, common, name, nullable, required},
    scope::Scope,
    typing::{Typing, to_decimal, widen_nullable, widen_side, wrap},
};
use crate::model::{ArithmeticOp, CompareOp, Expr, ExprKind, Type};

impl Typing<'_, '_> {
    pub(super) fn arithmetic(
        &mut self,
        ast: &Ast,
        sign: &str,
        op: ArithmeticOp,
        left: &Ast,
        right: &Ast,
    ) -> Option<Expr> {
        let sides = (self.never_null(left), self.never_null(right));
        let (Some(a), Some(b)) = sides else {
            return None;
        };
        let Some(ty) = numbers::result(op, &a.ty, &b.ty) else {
            return self.no_operation(ast, sign, &a.ty, &b.ty);
        };
        self.fits(ast, sign, &ty, (&a.ty, &b.ty))?;
        let product = op == ArithmeticOp::Multiply && matches!(ty, Type::Decimal { .. });
        let (a, b) = if product {
            (to_decimal(a), to_decimal(b))
        } else {
            (widen_side(a, &ty), widen_side(b, &ty))
        };
        Some(Expr {
            ty,
            kind: ExprKind::Arithmetic {
                op,
                left: Box::new(a),
                right: Box::new(b),
            },
        })
    }

    /// Whether a decimal has room for every value of a result, or of both sides side by side.
    fn fits(&mut self, ast: &Ast, sign: &str, ty: &Type, (a, b): (&Type, &Type)) -> Option<()> {
        match ty {
            Type::Decimal { precision, .. } if *precision > MAX_PRECISION => {
                let message = format!(
                    "`{sign}` may need {precision} digits here, a decimal has at most \
                     {MAX_PRECISION}"
                );
                let label = format!("{} {sign} {}", name(a), name(b));
                let help = "use fields with fewer digits, or fewer of them at once".to_owned();
                self.wrong(ast, message, label, Some(help));
                None
            }
            _ => Some(()),
        }
    }

    fn no_operation(&mut self, ast: &Ast, sign: &str, a: &Type, b: &Type) -> Option<Expr> {
        let message = format!("`{sign}` does not go with a {} and a {}", name(a), name(b));
        let float = |ty: &Type| matches!(ty, Type::Float | Type::Double);
        let help = if numbers::is_number(a) && numbers::is_number(b) && (float(a) || float(b)) {
            Some("exact numbers and floating point do not mix; write `1.0` for `1` beside a double, `decimal(\"1.5\")` for `1.5` beside a decimal".to_owned())
        } else {
            None
        };
        let label = format!("{} {sign} {}", name(a), name(b));
        self.wrong(ast, message, label, help)
    }

    pub(super) fn compare(
        &mut self,
        ast: &Ast,
        sign: &str,
        op: CompareOp,
        left: &Ast,
        right: &Ast,
    ) -> Option<Expr> {
        let equality = matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        match (&left.kind, &right.kind) {
            (_, AstKind::Null) if equality => {
                let value = self.expr(left)?;
                return self.null_test(left, value, op == CompareOp::NotEqual);
            }
            (AstKind::Null, _) if equality => {
                let value = self.expr(right)?;
                return self.null_test(right, value, op == CompareOp::NotEqual);
            }
            _ => {}
        }
        let sides = if equality {
            (self.expr(left), self.expr(right))
        } else {
            (self.never_null(left), self.never_null(right))
        };
        let (Some(a), Some(b)) = sides else {
            return None;
        };
        let (a, b) = self.adapted((left, a), (right, b))?;
        let Some(ty) = common(required(&a.ty), required(&b.ty)) else {
            return self.no_operation(ast, sign, &a.ty, &b.ty);
        };
        self.fits(ast, sign, &ty, (&a.ty, &b.ty))?;
        let comparable = if equality {
            is_comparable(self.scope, &ty)
        } else {
            numbers::is_ordered(&ty)
        };
        if !comparable {
            let message = format!("`{sign}` does not go with values of type {}", name(&ty));
            return self.wrong(ast, message, name(&ty), None);
        }
        let either = a.is_nullable() || b.is_nullable();
        let side = |expr: Expr| {
            let expr = widen_nullable(expr, &ty);
            if either { wrap(expr) } else { expr }
        };
        Some(Expr {
            ty: Type::Boolean,
            kind: ExprKind::Compare {
                op,
                left: Box::new(side(a)),
                right: Box::new(side(b)),
            },
        })
    }

    /// `has(x)`, `x == null` and `x != null`.
    pub(super) fn null_test(&mut self, ast: &Ast, value: Expr, negated: bool) -> Option<Expr> {
        if !value.is_nullable() {
            let message = format!("a {} is never null", name(&value.ty));
            return self.wrong(ast, message, "never null", None);
        }
        Some(Expr {
            ty: Type::Boolean,
            kind: ExprKind::IsNull {
                value: Box::new(value),
                negated,
            },
        })
    }

    pub(super) fn contained(&mut self, value: &Ast, list: &Ast) -> Option<Expr> {
        let value_expr = self.expr(value)?;
        let AstKind::List(items) = &list.kind else {
            let message = "`in` needs a list of constants on its right";
            let help = "write `x in [\"A\", \"B\"]`".to_owned();
            return self.wrong(list, message, "not a list", Some(help));
        };
        let mut ty = required(&value_expr.ty).clone();
        let mut checked = Vec::new();
        for item in items {
            let found = self.never_null(item)?;
            let (_, found) = self.adapted((value, value_expr.clone()), (item, found))?;
            if let Some(wider) = common(&ty, &found.ty) {
                self.fits(item, "in", &wider, (&ty, &found.ty))?;
            }
            match common(&ty, &found.ty) {
                Some(wider) if is_comparable(self.scope, &wider) => ty = wider,
                _ => {
                    let message = format!(
                        "the list is of {}, this is a {}",
                        name(&ty),
                        name(&found.ty)
                    );
                    return self.wrong(item, message, format!("a {}", name(&found.ty)), None);
                }
            }
            checked.push(found);
        }
        let items = checked.into_iter().map(|i| widen_side(i, &ty)).collect();
        Some(Expr {
            kind: ExprKind::In {
                value: Box::new(widen_nullable(value_expr, &ty)),
                items,
            },
            ty: Type::Boolean,
        })
    }

    pub(super) fn choice(
        &mut self,
        ast: &Ast,
        condition: &Ast,
        then: &Ast,
        other: &Ast,
    ) -> Option<Expr> {
        let parts = (self.condition(condition), self.expr(then), self.expr(other));
        let (Some(condition), Some(a), Some(b)) = parts else {
            return None;
        };
        let (a, b) = self.adapted((then, a), (other, b))?;
        let Some(ty) = common(required(&a.ty), required(&b.ty)) else {
            let message = format!(
                "both branches of `? :` need one type, these are a {} and a {}",
                name(&a.ty),
                name(&b.ty)
            );
            return self.wrong(ast, message, "two types", None);
        };
        self.fits(ast, "? :", &ty, (&a.ty, &b.ty))?;
        let ty = if a.ty == b.ty {
            required(&a.ty).clone()
        } else {
            ty
        };
        let either = a.is_nullable() || b.is_nullable();
        let side = |expr: Expr| {
            let expr = widen_nullable(expr, &ty);
            Box::new(if either { wrap(expr) } else { expr })
        };
        Some(Expr {
            ty: if either {
                nullable(ty.clone())
            } else {
                ty.clone()
            },
            kind: ExprKind::If {
                condition: Box::new(condition),
                then: side(a),
                otherwise: side(b),
            },
        })
    }
}

/// Whether two values of a type can be found equal.
fn is_comparable(scope: &Scope<'_>, ty: &Type) -> bool {
    numbers::is_ordered(ty) || scope.schemas.is_key(ty)
}
