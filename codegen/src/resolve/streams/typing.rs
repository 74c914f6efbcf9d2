//! Expressions against the schemas: names are looked up, types found, conversions written out.

use super::{
    calls,
    cel::{self, Ast, AstKind},
    numbers::{self, name, nullable, plain, required},
    scope::Scope,
    text::Text,
};
use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    model::{ArithmeticOp, CompareOp, Expr, ExprKind, Literal, Type, Variable},
};

/// Checks one expression.
pub(super) struct Typing<'c, 'n> {
    pub(super) scope: &'c Scope<'n>,
    pub(super) text: Text<'c>,
    pub(super) out: &'c mut Vec<Diagnostic>,
}

/// Reads and checks the expression that a text is.
pub(super) fn expression(
    scope: &Scope<'_>,
    text: Text<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Expr> {
    let ast = parse(text, out)?;
    let mut typing = Typing { scope, text, out };
    typing.expr(&ast)
}

/// Reads an expression.
pub(super) fn parse(text: Text<'_>, out: &mut Vec<Diagnostic>) -> Option<Ast> {
    match cel::parse(text.text) {
        Ok(ast) => Some(ast),
        Err(problem) => {
            let at = text.place(problem.at);
            let help = problem.help.unwrap_or_else(|| {
                "`explain H039` lists what an expression may be made of".to_owned()
            });
            out.push(
                Diagnostic::new(codes::BAD_EXPRESSION, problem.message, at, "here").help(help),
            );
            None
        }
    }
}

impl Typing<'_, '_> {
    /// Reports operands that do not fit; there is no expression then.
    pub(super) fn wrong(
        &mut self,
        ast: &Ast,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Option<String>,
    ) -> Option<Expr> {
        let at = self.text.place(ast.at);
        self.out
            .push(Diagnostic::new(codes::WRONG_OPERANDS, message, at, label).maybe_help(help));
        None
    }

    /// An expression with its type.
    pub(super) fn expr(&mut self, ast: &Ast) -> Option<Expr> {
        match &ast.kind {
            AstKind::Null => Some(literal(nullable(Type::Null), Literal::Null)),
            AstKind::Boolean(b) => Some(literal(Type::Boolean, Literal::Boolean(*b))),
            AstKind::Int(n) => Some(literal(Type::Long, Literal::Long(*n))),
            AstKind::Double(n) => Some(literal(Type::Double, Literal::Double(*n))),
            AstKind::Text(t) => Some(literal(Type::String, Literal::String(t.clone()))),
            AstKind::Name(name) => self.variable(ast, name),
            AstKind::Select(of, field) => self.select(ast, of, field),
            AstKind::Has(field) => {
                let value = self.expr(field)?;
                self.null_test(field, value, true)
            }
            AstKind::List(_) => self.wrong(
                ast,
                "a list stands on the right of `in` only",
                "a list",
                None,
            ),
            AstKind::Unary(op, of) => self.unary(op, of),
            AstKind::Binary(op, left, right) => self.binary(ast, op, left, right),
            AstKind::If(condition, then, otherwise) => self.choice(ast, condition, then, otherwise),
            AstKind::Index(of, key) => self.lookup(of, key),
            AstKind::Call { name, target, args } => {
                calls::call(self, ast, name, target.as_deref(), args)
            }
        }
    }

    /// An expression whose value is never null.
    pub(super) fn never_null(&mut self, ast: &Ast) -> Option<Expr> {
        let expr = self.expr(ast)?;
        if !expr.is_nullable() {
            return Some(expr);
        }
        let help = "say what stands for null, such as `x.orValue(0)`";
        self.wrong(
            ast,
            "the value may be null",
            "may be null",
            Some(help.into()),
        )
    }

    fn variable(&mut self, ast: &Ast, name: &str) -> Option<Expr> {
        if let Some(found) = self.scope.find(name) {
            return Some(Expr {
                ty: found.ty.clone(),
                kind: ExprKind::Variable(found.variable),
            });
        }
        let names = self.scope.names.iter().map(|n| n.word.as_str());
        let is_field = !self
            .scope
            .fields(Some(Variable::Event), &self.event())
            .is_empty()
            && self
                .scope
                .field(Some(Variable::Event), &self.event(), name)
                .is_some();
        let help = if is_field {
            Some(format!("write `event.{name}`"))
        } else {
            did_you_mean(name, names.clone()).or_else(|| {
                let known: Vec<&str> = names.collect();
                Some(format!(
                    "an expression starts from `{}`",
                    known.join("` or `")
                ))
            })
        };
        let message = format!("`{name}` is not a name of this stream");
        let at = self.text.place(ast.at);
        self.out
            .push(Diagnostic::new(codes::DANGLING, message, at, "not a name").maybe_help(help));
        None
    }

    fn event(&self) -> Type {
        self.scope
            .find("event")
            .map_or(Type::Null, |n| n.ty.clone())
    }

    fn select(&mut self, ast: &Ast, of: &Ast, field: &str) -> Option<Expr> {
        let record = self.expr(of)?;
        let variable = match &record.kind {
            ExprKind::Variable(variable) => Some(*variable),
            _ => None,
        };
        let (of_null, record_ty) = (record.is_nullable(), required(&record.ty).clone());
        let several = variable == Some(Variable::Event) && self.scope.sources.len() > 1;
        if !several && self.scope.record(&record_ty).is_none() {
            let message = format!("a {} has no fields", name(&record_ty));
            return self.wrong(of, message, "not a record", None);
        }
        let Some(found) = self.scope.field(variable, &record_ty, field) else {
            self.no_field(ast, field, variable, &record_ty, several);
            return None;
        };
        let ty = plain(&found.ty);
        Some(Expr {
            ty: if of_null { nullable(ty) } else { ty },
            kind: ExprKind::Field {
                of: Box::new(record),
                name: field.to_owned(),
                rust: found.rust,
                declared: found.ty,
            },
        })
    }

    fn no_field(
        &mut self,
        ast: &Ast,
        field: &str,
        variable: Option<Variable>,
        of: &Type,
        several: bool,
    ) {
        let message = if several {
            let all = self.scope.sources.join("` and `");
            format!("`{all}` do not all have a field `{field}` of one type")
        } else {
            format!("`{}` has no field `{field}`", name(of))
        };
        let help = did_you_mean(field, self.scope.fields(variable, of));
        let at = self.text.place((ast.at.1 - field.len(), ast.at.1));
        self.out
            .push(Diagnostic::new(codes::DANGLING, message, at, "not a field").maybe_help(help));
    }

    fn unary(&mut self, op: &str, of: &Ast) -> Option<Expr> {
        if op == "!" {
            let value = self.condition(of)?;
            return Some(Expr {
                ty: Type::Boolean,
                kind: ExprKind::Not(Box::new(value)),
            });
        }
        let value = self.never_null(of)?;
        let value = match &value.ty {
            Type::Int => widen(value, &Type::Long),
            Type::Float => widen(value, &Type::Double),
            Type::Long | Type::Double | Type::Decimal { .. } => value,
            other => {
                let message = format!("`-` needs a number, this is a {}", name(other));
                return self.wrong(of, message, "not a number", None);
            }
        };
        Some(Expr {
            ty: value.ty.clone(),
            kind: ExprKind::Negate(Box::new(value)),
        })
    }

    /// A boolean that is never null.
    pub(super) fn condition(&mut self, ast: &Ast) -> Option<Expr> {
        let value = self.never_null(ast)?;
        if value.ty == Type::Boolean {
            return Some(value);
        }
        let message = format!("expected a condition, found a {}", name(&value.ty));
        self.wrong(ast, message, format!("a {}", name(&value.ty)), None)
    }

    fn binary(&mut self, ast: &Ast, op: &str, left: &Ast, right: &Ast) -> Option<Expr> {
        let compare = |op| Some(op);
        let comparison = match op {
            "==" => compare(CompareOp::Equal),
            "!=" => compare(CompareOp::NotEqual),
            "<" => compare(CompareOp::Less),
            "<=" => compare(CompareOp::AtMost),
            ">" => compare(CompareOp::Greater),
            ">=" => compare(CompareOp::AtLeast),
            _ => None,
        };
        if let Some(comparison) = comparison {
            return self.compare(ast, op, comparison, left, right);
        }
        match op {
            "&&" | "||" => {
                // Both sides are looked at, so that both are reported.
                let sides = (self.condition(left), self.condition(right));
                let (Some(left), Some(right)) = sides else {
                    return None;
                };
                Some(Expr {
                    ty: Type::Boolean,
                    kind: ExprKind::Logic {
                        and: op == "&&",
                        left: Box::new(left),
                        right: Box::new(right),
                    },
                })
            }
            "in" => self.contained(left, right),
            "+" => self.arithmetic(ast, op, ArithmeticOp::Add, left, right),
            "-" => self.arithmetic(ast, op, ArithmeticOp::Subtract, left, right),
            _ => self.arithmetic(ast, op, ArithmeticOp::Multiply, left, right),
        }
    }

    fn lookup(&mut self, of: &Ast, key: &Ast) -> Option<Expr> {
        let (map, key_expr) = (self.never_null(of)?, self.never_null(key)?);
        let Type::Map(values) = &map.ty else {
            let message = format!("only a map is looked up in, this is a {}", name(&map.ty));
            return self.wrong(of, message, "not a map", None);
        };
        if key_expr.ty != Type::String {
            let message = format!("a map's keys are text, this is a {}", name(&key_expr.ty));
            return self.wrong(key, message, "not text", None);
        }
        Some(Expr {
            ty: nullable(plain(values)),
            kind: ExprKind::Lookup {
                map: Box::new(map),
                key: Box::new(key_expr),
            },
        })
    }

    /// Gives constants the type of what stands beside them: text that names a symbol, null, and a
    /// point in time in another unit.
    pub(super) fn adapted(
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
pub(super) fn literal(ty: Type, value: Literal) -> Expr {
    Expr {
        ty,
        kind: ExprKind::Literal(value),
    }
}

/// The number in a wider type, null kept.
pub(super) fn widen(expr: Expr, to: &Type) -> Expr {
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

pub(super) fn widen_nullable(expr: Expr, to: &Type) -> Expr {
    match (&expr.ty, to) {
        // Of two decimals only the scale matters to a comparison.
        (_, Type::Decimal { .. } | Type::Long | Type::Double) => widen(expr, to),
        _ => expr,
    }
}

pub(super) fn widen_side(expr: Expr, to: &Type) -> Expr {
    widen_nullable(expr, to)
}

pub(super) fn to_decimal(expr: Expr) -> Expr {
    match numbers::as_decimal(&expr.ty) {
        Some((precision, scale)) => widen(expr, &Type::Decimal { precision, scale }),
        None => expr,
    }
}

/// A value where one that may be null is expected.
pub(super) fn wrap(expr: Expr) -> Expr {
    if expr.is_nullable() {
        return expr;
    }
    Expr {
        ty: nullable(expr.ty.clone()),
        kind: ExprKind::Wrap(Box::new(expr)),
    }
}
