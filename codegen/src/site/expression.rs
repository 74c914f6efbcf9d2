//! Expressions of streams as text, in the words of the language that they were written in.

use crate::model::{
    ArithmeticOp, CompareOp, Expr, ExprKind, Literal, Stream, TextTest, Type, Variable,
};

/// The text of an expression of a stream.
pub(super) fn text(stream: &Stream, expr: &Expr) -> String {
    write(stream, expr, 0)
}

/// Writes an expression; one that binds weaker than `around` is put in brackets.
fn write(stream: &Stream, expr: &Expr, around: u8) -> String {
    let inner = |expr: &Expr, around: u8| write(stream, expr, around);
    let (text, binds) = match &expr.kind {
        ExprKind::Literal(value) => (literal(value, &expr.ty), 9),
        ExprKind::Variable(variable) => (variable_name(stream, *variable), 9),
        ExprKind::Field { of, name, .. } => (format!("{}.{name}", inner(of, 9)), 9),
        // Conversions are the compiler's, not the author's.
        ExprKind::Widen(of) | ExprKind::Wrap(of) => return inner(of, around),
        ExprKind::Not(of) => (format!("!{}", inner(of, 8)), 8),
        ExprKind::Negate(of) => (format!("-{}", inner(of, 8)), 8),
        ExprKind::Arithmetic { op, left, right } => {
            let (sign, binds) = match op {
                ArithmeticOp::Add => ("+", 6),
                ArithmeticOp::Subtract => ("-", 6),
                ArithmeticOp::Multiply => ("*", 7),
            };
            let text = format!("{} {sign} {}", inner(left, binds), inner(right, binds + 1));
            (text, binds)
        }
        ExprKind::Compare { op, left, right } => (
            format!("{} {} {}", inner(left, 5), compare(*op), inner(right, 5)),
            4,
        ),
        ExprKind::Logic { and, left, right } => {
            let (sign, binds) = if *and { ("&&", 3) } else { ("||", 2) };
            (
                format!("{} {sign} {}", inner(left, binds), inner(right, binds)),
                binds,
            )
        }
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => {
            let text = format!(
                "{} ? {} : {}",
                inner(condition, 2),
                inner(then, 1),
                inner(otherwise, 1)
            );
            (text, 1)
        }
        ExprKind::In { value, items } => {
            let items: Vec<String> = items.iter().map(|item| inner(item, 0)).collect();
            (format!("{} in [{}]", inner(value, 5), items.join(", ")), 4)
        }
        ExprKind::IsNull { value, negated } => {
            let sign = if *negated { "!=" } else { "==" };
            (format!("{} {sign} null", inner(value, 5)), 4)
        }
        ExprKind::OrValue { value, otherwise } => (
            format!("{}.orValue({})", inner(value, 9), inner(otherwise, 0)),
            9,
        ),
        ExprKind::Size(of) => (format!("size({})", inner(of, 0)), 9),
        ExprKind::Text { test, text, part } => {
            let test = match test {
                TextTest::StartsWith => "startsWith",
                TextTest::EndsWith => "endsWith",
                TextTest::Contains => "contains",
            };
            (format!("{}.{test}({})", inner(text, 9), inner(part, 0)), 9)
        }
        ExprKind::Lookup { map, key } => (format!("{}[{}]", inner(map, 9), inner(key, 0)), 9),
    };
    if binds < around {
        format!("({text})")
    } else {
        text
    }
}

fn variable_name(stream: &Stream, variable: Variable) -> String {
    match variable {
        Variable::Event => "event".to_owned(),
        Variable::Other => stream
            .input
            .other
            .as_ref()
            .map_or("other".to_owned(), |o| o.name.clone()),
        Variable::Item => stream
            .each
            .as_ref()
            .map_or("item".to_owned(), |e| e.name.clone()),
    }
}

fn compare(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "==",
        CompareOp::NotEqual => "!=",
        CompareOp::Less => "<",
        CompareOp::AtMost => "<=",
        CompareOp::Greater => ">",
        CompareOp::AtLeast => ">=",
    }
}

fn literal(value: &Literal, ty: &Type) -> String {
    match value {
        Literal::Boolean(value) => value.to_string(),
        Literal::Long(value) => value.to_string(),
        Literal::Double(value) => value.to_string(),
        Literal::String(text) => format!("{text:?}"),
        Literal::Decimal(unscaled) => format!("decimal(\"{}\")", decimal(*unscaled, scale(ty))),
        Literal::Timestamp(value) => format!("timestamp({value})"),
        Literal::Symbol(name) => format!("{name:?}"),
        Literal::Null => "null".to_owned(),
    }
}

fn scale(ty: &Type) -> usize {
    match ty {
        Type::Decimal { scale, .. } => *scale as usize,
        Type::Optional { inner, .. } => scale(inner),
        _ => 0,
    }
}

fn decimal(unscaled: i128, scale: usize) -> String {
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, rest) = digits.split_at(digits.len() - scale);
    let sign = if unscaled < 0 { "-" } else { "" };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{rest}")
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn decimals_have_their_point() {
        assert_eq!(decimal(1234, 2), "12.34");
        assert_eq!(decimal(-5, 2), "-0.05");
        assert_eq!(decimal(7, 0), "7");
    }
}
