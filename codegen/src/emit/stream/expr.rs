//! Expressions as Rust. Whatever may overflow ends in `?`, so none stands inside a closure.

use crate::{
    emit::{imports::Imports, index::Index, rust_type::rust_type},
    ident,
    model::{ArithmeticOp, CompareOp, Expr, ExprKind, Literal, TextTest, Type, TypeKind, Variable},
};

/// Translates the expressions of one file.
pub(super) struct Rust<'f, 'm> {
    pub(super) index: &'f Index<'m>,
    pub(super) imports: &'f mut Imports,
}

impl Rust<'_, '_> {
    /// A value of one's own.
    pub(super) fn value(&mut self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal, &expr.ty),
            ExprKind::Variable(variable) => self.owned(variable_name(*variable), &expr.ty, true),
            ExprKind::Field { of, .. } if of.is_nullable() => self.through_null(expr, of),
            ExprKind::Field { declared, .. } => {
                let place = self.place(expr);
                match declared {
                    Type::Boxed(_) => format!("(*{place}).clone()"),
                    _ => self.owned(&place, &expr.ty, false),
                }
            }
            ExprKind::Widen(inner) => self.widen(inner, &expr.ty),
            ExprKind::Wrap(inner) => format!("Some({})", self.value(inner)),
            ExprKind::Not(inner) => format!("!({})", self.value(inner)),
            ExprKind::Negate(inner) => self.negate(inner),
            ExprKind::Arithmetic { op, left, right } => self.arithmetic(*op, left, right, &expr.ty),
            ExprKind::Compare { op, left, right } => {
                let op = match op {
                    CompareOp::Equal => "==",
                    CompareOp::NotEqual => "!=",
                    CompareOp::Less => "<",
                    CompareOp::AtMost => "<=",
                    CompareOp::Greater => ">",
                    CompareOp::AtLeast => ">=",
                };
                format!("({} {op} {})", self.compared(left), self.compared(right))
            }
            ExprKind::Logic { and, left, right } => {
                let op = if *and { "&&" } else { "||" };
                format!("({} {op} {})", self.value(left), self.value(right))
            }
            ExprKind::If {
                condition,
                then,
                otherwise,
            } => format!(
                "(if {} {{ {} }} else {{ {} }})",
                self.value(condition),
                self.value(then),
                self.value(otherwise)
            ),
            ExprKind::In { value, items } => self.contained(value, items),
            ExprKind::IsNull { value, negated } => {
                let test = if *negated { "is_some" } else { "is_none" };
                format!("{}.{test}()", self.option(value))
            }
            ExprKind::OrValue { value, otherwise } => format!(
                "(match {} {{ Some(value) => value, None => {} }})",
                self.value(value),
                self.value(otherwise)
            ),
            ExprKind::Size(of) => {
                let of_text = of.ty == Type::String;
                let place = self.borrowed(of);
                let length = match (of_text, &of.ty) {
                    (true, _) => format!("{place}.chars().count()"),
                    (_, Type::Bytes) => format!("({place}).0.len()"),
                    _ => format!("({place}).len()"),
                };
                format!("({length} as i64)")
            }
            ExprKind::Text { test, text, part } => {
                let test = match test {
                    TextTest::StartsWith => "starts_with",
                    TextTest::EndsWith => "ends_with",
                    TextTest::Contains => "contains",
                };
                format!("{}.{test}({})", self.borrowed(text), self.borrowed(part))
            }
            ExprKind::Lookup { map, key } => {
                let (map, key) = (self.borrowed(map), self.borrowed(key));
                format!("({map}).get({key}).cloned()")
            }
        }
    }

    /// A value to look at: `&str` of text, a value that is copied as it is, else a reference.
    pub(super) fn borrowed(&mut self, expr: &Expr) -> String {
        let is_place = is_place(expr);
        match (&expr.ty, &expr.kind) {
            (Type::String, ExprKind::Literal(Literal::String(text))) => format!("{text:?}"),
            (Type::String, _) if is_place => format!("{}.as_str()", self.place(expr)),
            (Type::String, _) => format!("({}).as_str()", self.value(expr)),
            (_, ExprKind::Variable(variable)) => variable_name(*variable).to_owned(),
            (ty, _) if is_copy(ty) => self.value(expr),
            _ if is_place => format!("&{}", self.place(expr)),
            _ => format!("&{}", self.value(expr)),
        }
    }

    /// One side of a comparison.
    fn compared(&mut self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Variable(_) if is_copy(&expr.ty) => self.value(expr),
            _ => self.borrowed(expr),
        }
    }

    /// What may be null, for a question about it.
    fn option(&mut self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Variable(Variable::Other) => "other".to_owned(),
            ExprKind::Field { of, .. } if !of.is_nullable() && is_place(expr) => self.place(expr),
            _ => self.value(expr),
        }
    }

    fn place(&mut self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Variable(variable) => variable_name(*variable).to_owned(),
            ExprKind::Field { of, rust, .. } if is_place(of) => {
                format!("{}.{rust}", self.place(of))
            }
            ExprKind::Field { of, rust, .. } => format!("{}.{rust}", self.value(of)),
            _ => self.value(expr),
        }
    }

    /// A field of a record that may be null.
    fn through_null(&mut self, expr: &Expr, of: &Expr) -> String {
        let ExprKind::Field { rust, declared, .. } = &expr.kind else {
            return String::new();
        };
        let record = match &of.kind {
            ExprKind::Variable(Variable::Other) => "other".to_owned(),
            _ => format!("{}.as_ref()", self.option(of)),
        };
        let unboxed = if matches!(declared, Type::Boxed(_)) {
            format!("(*record.{rust}).clone()")
        } else {
            format!("record.{rust}.clone()")
        };
        let with = if matches!(declared.unboxed(), Type::Optional { .. }) {
            "and_then"
        } else {
            "map"
        };
        format!("{record}.{with}(|record| {unboxed})")
    }

    fn widen(&mut self, inner: &Expr, to: &Type) -> String {
        if let Some(constant) = scaled(inner, plain(to)) {
            return self.literal(&constant, to);
        }
        let (from, to) = (plain(&inner.ty).clone(), plain(to).clone());
        let value = self.value(inner);
        if inner.is_nullable() {
            let widened = self.widened("value", &from, &to);
            return format!("(match {value} {{ Some(value) => Some({widened}), None => None }})");
        }
        self.widened(&value, &from, &to)
    }

    fn widened(&mut self, value: &str, from: &Type, to: &Type) -> String {
        match (from, to) {
            (Type::Int, Type::Long) => format!("i64::from({value})"),
            (Type::Float, Type::Double) => format!("f64::from({value})"),
            (Type::Int | Type::Long, Type::Decimal { scale, .. }) => {
                let (decimal, overflow) = (self.imports.codec("Decimal"), self.streams("Overflow"));
                let whole = if *from == Type::Int {
                    format!("i64::from({value})")
                } else {
                    value.to_owned()
                };
                format!("{decimal}::<{scale}>::from_int({whole}).ok_or({overflow})?")
            }
            (Type::Decimal { scale: a, .. }, Type::Decimal { scale: b, .. }) if a != b => {
                let rescale = self.streams("rescale");
                format!("{rescale}::<{a}, {b}>({value})?")
            }
            _ => value.to_owned(),
        }
    }

    fn negate(&mut self, inner: &Expr) -> String {
        let value = self.value(inner);
        match &inner.ty {
            Type::Long => format!("{}({value})?", self.streams("negate_long")),
            Type::Decimal { .. } => format!("{}({value})?", self.streams("negate")),
            _ => format!("-({value})"),
        }
    }

    fn arithmetic(&mut self, op: ArithmeticOp, a: &Expr, b: &Expr, ty: &Type) -> String {
        if *ty == Type::String {
            return format!("[{}, {}].concat()", self.borrowed(a), self.borrowed(b));
        }
        let (left, right) = (self.value(a), self.value(b));
        let (sign, function) = match op {
            ArithmeticOp::Add => ("+", "add"),
            ArithmeticOp::Subtract => ("-", "subtract"),
            ArithmeticOp::Multiply => ("*", "multiply"),
        };
        match (ty, &a.ty, &b.ty) {
            (Type::Long, ..) => {
                let function = self.streams(&format!("{function}_long"));
                format!("{function}({left}, {right})?")
            }
            (
                Type::Decimal { scale, .. },
                Type::Decimal { scale: x, .. },
                Type::Decimal { scale: y, .. },
            ) if op == ArithmeticOp::Multiply => {
                let function = self.streams(function);
                format!("{function}::<{x}, {y}, {scale}>({left}, {right})?")
            }
            (Type::Decimal { .. }, ..) => {
                let function = self.streams(function);
                format!("{function}({left}, {right})?")
            }
            _ => format!("({left} {sign} {right})"),
        }
    }

    fn contained(&mut self, value: &Expr, items: &[Expr]) -> String {
        let listed: Vec<String> = items.iter().map(|i| self.borrowed(i)).collect();
        let listed = listed.join(", ");
        if !value.is_nullable() {
            return format!("[{listed}].contains(&{})", self.compared(value));
        }
        let option = self.value(value);
        let looked = if *plain(&value.ty) == Type::String {
            "value.as_str()"
        } else {
            "*value"
        };
        format!("({option}).as_ref().is_some_and(|value| [{listed}].contains(&{looked}))")
    }

    fn literal(&mut self, literal: &Literal, ty: &Type) -> String {
        match literal {
            Literal::Boolean(b) => b.to_string(),
            Literal::Long(n) => format!("{n}_i64"),
            Literal::Double(n) => format!("{n:?}_f64"),
            Literal::String(text) => format!("{text:?}.to_owned()"),
            Literal::Null => format!("None::<{}>", self.ty(plain(ty))),
            Literal::Symbol(symbol) => self.symbol(symbol, plain(ty)),
            Literal::Decimal(unscaled) => {
                let ty = self.ty(plain(ty));
                let ty = ty.replacen('<', "::<", 1);
                format!("{ty}::from_unscaled({unscaled})")
            }
            Literal::Timestamp(at) => format!("{}({at})", self.ty(plain(ty))),
        }
    }

    fn symbol(&mut self, symbol: &str, ty: &Type) -> String {
        let Type::Named(name) = ty else {
            return String::new();
        };
        let variant = match self.index.model().types.get(name).map(|def| &def.kind) {
            Some(TypeKind::Enum(def)) => def
                .symbols
                .iter()
                .find(|s| s.name == symbol)
                .map_or_else(|| ident::pascal(symbol), |s| s.rust.clone()),
            _ => ident::pascal(symbol),
        };
        format!("{}::{variant}", self.ty(ty))
    }

    /// A type as the file writes it.
    pub(super) fn ty(&mut self, ty: &Type) -> String {
        rust_type(self.index, ty, self.imports)
    }

    /// A value out of a place; `is_ref` where the place is a reference.
    pub(super) fn owned(&self, place: &str, ty: &Type, is_ref: bool) -> String {
        let is_copy = is_copy(ty) || self.is_enum(plain(ty));
        match (is_copy, is_ref) {
            (true, true) => format!("*{place}"),
            (true, false) => place.to_owned(),
            (false, _) => format!("{place}.clone()"),
        }
    }

    fn is_enum(&self, ty: &Type) -> bool {
        let Type::Named(name) = ty else { return false };
        let def = self.index.model().types.get(name);
        def.is_some_and(|def| matches!(def.kind, TypeKind::Enum(_)))
    }

    /// An item of the runtime's streams.
    pub(super) fn streams(&mut self, name: &str) -> String {
        self.imports.item("herald::streams", name)
    }
}

/// Local names in generated code, whatever the catalog calls them.
pub(super) fn variable_name(variable: Variable) -> &'static str {
    match variable {
        Variable::Event => "event",
        Variable::Other => "other",
        Variable::Item => "item",
    }
}

/// A decimal constant with more digits after the point.
fn scaled(inner: &Expr, to: &Type) -> Option<Literal> {
    let ExprKind::Literal(Literal::Decimal(unscaled)) = inner.kind else {
        return None;
    };
    let (Type::Decimal { scale: from, .. }, Type::Decimal { scale, .. }) = (&inner.ty, to) else {
        return None;
    };
    let factor = 10i128.checked_pow(scale.checked_sub(*from)?)?;
    unscaled.checked_mul(factor).map(Literal::Decimal)
}

fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Optional { inner, .. } => inner,
        other => other,
    }
}

/// Whether an expression is a path of fields from a record.
fn is_place(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Variable(_) => !expr.is_nullable(),
        ExprKind::Field { of, .. } => !of.is_nullable() && is_place(of),
        _ => false,
    }
}

/// Whether values of a type are copied; enums are, but are looked at by reference.
fn is_copy(ty: &Type) -> bool {
    match ty {
        Type::Optional { inner, .. } => is_copy(inner),
        Type::String
        | Type::Bytes
        | Type::Named(_)
        | Type::Array(_)
        | Type::Map(_)
        | Type::Fixed(_)
        | Type::Boxed(_) => false,
        _ => true,
    }
}
