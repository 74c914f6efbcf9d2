//! Expressions against the schemas: names are looked up, types found, conversions written out.

use super::{
    calls,
    cel::{self, Ast, AstKind},
    numbers::{self, MAX_PRECISION, common, name, nullable, plain, required},
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

    fn arithmetic(
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

    fn compare(
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
    fn null_test(&mut self, ast: &Ast, value: Expr, negated: bool) -> Option<Expr> {
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

    fn contained(&mut self, value: &Ast, list: &Ast) -> Option<Expr> {
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

    fn choice(&mut self, ast: &Ast, condition: &Ast, then: &Ast, other: &Ast) -> Option<Expr> {
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

/// Whether two values of a type can be found equal.
fn is_comparable(scope: &Scope<'_>, ty: &Type) -> bool {
    numbers::is_ordered(ty) || scope.schemas.is_key(ty)
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

fn widen_nullable(expr: Expr, to: &Type) -> Expr {
    match (&expr.ty, to) {
        // Of two decimals only the scale matters to a comparison.
        (_, Type::Decimal { .. } | Type::Long | Type::Double) => widen(expr, to),
        _ => expr,
    }
}

fn widen_side(expr: Expr, to: &Type) -> Expr {
    widen_nullable(expr, to)
}

fn to_decimal(expr: Expr) -> Expr {
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
