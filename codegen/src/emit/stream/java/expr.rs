//! Expressions as Java. Values are boxed wherever null is possible; what has no room throws.

use std::fmt::Write as _;

use crate::{
    emit::stream::expr::variable_name,
    model::{
        ArithmeticOp, CompareOp, Expr, ExprKind, Literal, Model, TextTest, Type, TypeKind, Variable,
    },
};

/// An expression.
pub(super) fn value(model: &Model, expr: &Expr) -> String {
    let value = |expr: &Expr| self::value(model, expr);
    match &expr.kind {
        ExprKind::Literal(literal) => self::literal(literal, &expr.ty),
        ExprKind::Variable(Variable::Item) => converted(model, "item", &expr.ty),
        ExprKind::Variable(variable) => variable_name(*variable).to_owned(),
        ExprKind::Field { of, name, .. } if of.is_nullable() => {
            let field = field(model, "r", name, &expr.ty);
            format!("map({}, r -> {field})", value(of))
        }
        ExprKind::Field { of, name, .. } => field(model, &value(of), name, &expr.ty),
        ExprKind::Widen(inner) => widen(&value(inner), inner, &expr.ty),
        ExprKind::Wrap(inner) => value(inner),
        ExprKind::Not(inner) => format!("!({})", value(inner)),
        ExprKind::Negate(inner) => format!("negate({})", value(inner)),
        ExprKind::Arithmetic { op, left, right } => {
            let (left, right) = (value(left), value(right));
            match (op, &expr.ty) {
                (ArithmeticOp::Add, Type::String) => format!("({left} + {right})"),
                (ArithmeticOp::Add, _) => format!("add({left}, {right})"),
                (ArithmeticOp::Subtract, _) => format!("subtract({left}, {right})"),
                (ArithmeticOp::Multiply, _) => format!("multiply({left}, {right})"),
            }
        }
        ExprKind::Compare { op, left, right } => compare(model, *op, left, right),
        ExprKind::Logic { and, left, right } => {
            let op = if *and { "&&" } else { "||" };
            format!("({} {op} {})", value(left), value(right))
        }
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => {
            // Boxed on both sides, or the null of one would be unboxed.
            let cast = format!("({}) ", boxed(model, &expr.ty));
            format!(
                "({} ? {cast}({}) : {cast}({}))",
                value(condition),
                value(then),
                value(otherwise)
            )
        }
        ExprKind::In { value: of, items } => {
            let items: Vec<String> = items.iter().map(value).collect();
            format!("in({}, {})", value(of), items.join(", "))
        }
        ExprKind::IsNull { value: of, negated } => {
            let op = if *negated { "!=" } else { "==" };
            format!("({} {op} null)", value(of))
        }
        ExprKind::OrValue {
            value: of,
            otherwise,
        } => format!("orValue({}, {})", value(of), value(otherwise)),
        ExprKind::Size(of) => format!("size({})", value(of)),
        ExprKind::Text { test, text, part } => {
            let test = match test {
                TextTest::StartsWith => "startsWith",
                TextTest::EndsWith => "endsWith",
                TextTest::Contains => "contains",
            };
            format!("{}.{test}({})", value(text), value(part))
        }
        ExprKind::Lookup { map, key } => {
            let found = format!("lookup({}, {})", value(map), value(key));
            converted(model, &found, &expr.ty)
        }
    }
}

fn compare(model: &Model, op: CompareOp, left: &Expr, right: &Expr) -> String {
    let ty = left.ty.clone();
    let (left, right) = (value(model, left), value(model, right));
    let sign = match op {
        CompareOp::Equal => return format!("same({left}, {right})"),
        CompareOp::NotEqual => return format!("!same({left}, {right})"),
        CompareOp::Less => "<",
        CompareOp::AtMost => "<=",
        CompareOp::Greater => ">",
        CompareOp::AtLeast => ">=",
    };
    match ty {
        Type::Decimal { .. } | Type::String => format!("(order({left}, {right}) {sign} 0)"),
        _ => format!("({left} {sign} {right})"),
    }
}

fn widen(value: &str, inner: &Expr, to: &Type) -> String {
    let Type::Decimal { scale, .. } = plain(to) else {
        return value.to_owned();
    };
    if matches!(plain(&inner.ty), Type::Decimal { scale: from, .. } if from == scale) {
        return value.to_owned();
    }
    if inner.is_nullable() {
        format!("map({value}, v -> scaled(v, {scale}))")
    } else {
        format!("scaled({value}, {scale})")
    }
}

/// A field of a record as a value of Java's.
pub(super) fn field(model: &Model, record: &str, name: &str, ty: &Type) -> String {
    match kind(model, ty) {
        Kind::Decimal(scale) => format!("decimal({record}, {name:?}, {scale})"),
        Kind::Number => format!("number({record}, {name:?})"),
        Kind::Real => format!("real({record}, {name:?})"),
        Kind::Flag => format!("flag({record}, {name:?})"),
        Kind::Text => format!("text({record}, {name:?})"),
        Kind::Record => format!("record({record}, {name:?})"),
        Kind::Any => format!("any({record}, {name:?})"),
    }
}

fn converted(model: &Model, value: &str, ty: &Type) -> String {
    match kind(model, ty) {
        Kind::Decimal(scale) => format!("decimalOf({value}, {scale})"),
        Kind::Number => format!("numberOf({value})"),
        Kind::Real => format!("realOf({value})"),
        Kind::Flag => format!("((Boolean) {value})"),
        Kind::Text => format!("textOf({value})"),
        Kind::Record => format!("((GenericRecord) {value})"),
        Kind::Any => value.to_owned(),
    }
}

/// Java's boxed type of values of a type.
pub(super) fn boxed(model: &Model, ty: &Type) -> &'static str {
    match kind(model, ty) {
        Kind::Decimal(_) => "BigDecimal",
        Kind::Number => "Long",
        Kind::Real => "Double",
        Kind::Flag => "Boolean",
        Kind::Text => "String",
        Kind::Record => "GenericRecord",
        Kind::Any => "Object",
    }
}

/// What Java holds values of a type as.
enum Kind {
    Decimal(u32),
    Number,
    Real,
    Flag,
    Text,
    Record,
    Any,
}

fn kind(model: &Model, ty: &Type) -> Kind {
    match plain(ty) {
        Type::Decimal { scale, .. } => Kind::Decimal(*scale),
        Type::Boolean => Kind::Flag,
        Type::Float | Type::Double => Kind::Real,
        Type::String | Type::Uuid => Kind::Text,
        Type::Named(name) if model.events.contains_key(name) => Kind::Record,
        Type::Named(name) => match model.types.get(name).map(|def| &def.kind) {
            Some(TypeKind::Enum(_)) => Kind::Text,
            Some(TypeKind::Record(_)) => Kind::Record,
            _ => Kind::Any,
        },
        Type::Bytes
        | Type::Fixed(_)
        | Type::Array(_)
        | Type::Map(_)
        | Type::Null
        | Type::Optional { .. }
        | Type::Boxed(_) => Kind::Any,
        _ => Kind::Number,
    }
}

fn literal(literal: &Literal, ty: &Type) -> String {
    match literal {
        Literal::Boolean(b) => b.to_string(),
        Literal::Long(n) | Literal::Timestamp(n) => format!("{n}L"),
        Literal::Double(n) => format!("{n:?}d"),
        Literal::String(text) | Literal::Symbol(text) => text_literal(text),
        Literal::Null => "null".to_owned(),
        Literal::Decimal(unscaled) => {
            let scale = match plain(ty) {
                Type::Decimal { scale, .. } => *scale,
                _ => 0,
            };
            format!("new BigDecimal(new BigInteger(\"{unscaled}\"), {scale})")
        }
    }
}

/// A text as a literal of Java.
pub(super) fn text_literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for unit in text.encode_utf16() {
        match char::from_u32(u32::from(unit)) {
            Some('"') => literal.push_str("\\\""),
            Some('\\') => literal.push_str("\\\\"),
            Some(c) if c == ' ' || c.is_ascii_graphic() => literal.push(c),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(literal, "\\u{unit:04x}");
            }
        }
    }
    literal.push('"');
    // The compiler turns `\u000a` into a line's end before it reads texts.
    literal.replace("\\u000a", "\\n").replace("\\u000d", "\\r")
}

fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Optional { inner, .. } => inner,
        other => other,
    }
}
