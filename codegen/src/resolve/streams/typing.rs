//! Expressions against the schemas: names are looked up, types found, conversions written out.

mod constants;
mod conversions;
mod names;

use super::{
    calls,
    cel::{self, Ast, AstKind},
    numbers::{name, nullable},
    scope::Scope,
    text::Text,
};
use crate::{
    diagnostic::{Diagnostic, codes},
    model::{ArithmeticOp, CompareOp, Expr, ExprKind, Literal, Type},
};

pub(super) use constants::literal;
pub(super) use conversions::{to_decimal, widen, widen_nullable, widen_side, wrap};

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
}
