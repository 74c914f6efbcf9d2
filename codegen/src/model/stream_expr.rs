//! Expressions of streams, type-checked. Every conversion is written out, so that an emitter
//! translates node by node and decides nothing.

use super::Type;

/// An expression and its type.
///
/// Types are those of fields, with three exceptions: a decimal or uuid over `fixed` is a plain
/// one, and nothing is [`Type::Boxed`].
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Type of its value; [`Type::Optional`] where it may be null.
    pub ty: Type,
    /// What it does.
    pub kind: ExprKind,
}

impl Expr {
    /// Whether its value may be null.
    pub fn is_nullable(&self) -> bool {
        matches!(self.ty, Type::Optional { .. })
    }
}

/// What an expression does.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A constant.
    Literal(Literal),
    /// A record that expressions start from.
    Variable(Variable),
    /// A field of a record. Where the record may be null, so may the result.
    Field {
        /// The record.
        of: Box<Expr>,
        /// Name in Avro.
        name: String,
        /// Name in Rust.
        rust: String,
        /// Type of the field itself, before a null record or a `fixed` is considered.
        declared: Type,
    },
    /// The same number in a wider type: int to long, float to double, int or long to decimal,
    /// decimal to more digits. Null stays null.
    Widen(Box<Expr>),
    /// A value where one that may be null is expected.
    Wrap(Box<Expr>),
    /// `!a`
    Not(Box<Expr>),
    /// `-a` of a long (checked), double or decimal.
    Negate(Box<Expr>),
    /// `a op b` of two longs (checked), two doubles, two decimals, or two texts (`+`). Decimals
    /// of a sum have the scale of the result; those of a product have their own.
    Arithmetic {
        /// Which.
        op: ArithmeticOp,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `a op b` of two values of one type. For `==` and `!=` either may be null, and null equals
    /// null alone; then both sides are nullable.
    Compare {
        /// Which.
        op: CompareOp,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `a && b`, or `a || b`; the right side is looked at only if it matters.
    Logic {
        /// Whether it is `&&`.
        and: bool,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `condition ? then : otherwise`
    If {
        /// What decides.
        condition: Box<Expr>,
        /// If so.
        then: Box<Expr>,
        /// If not.
        otherwise: Box<Expr>,
    },
    /// `a in [b, c]`, items of the type of the value; a null value is in no list.
    In {
        /// The value.
        value: Box<Expr>,
        /// The list.
        items: Vec<Expr>,
    },
    /// Whether a value is null (`negated`: is not).
    IsNull {
        /// The value, which may be null.
        value: Box<Expr>,
        /// Whether the question is the opposite.
        negated: bool,
    },
    /// `a.orValue(b)`: `b` where `a` is null.
    OrValue {
        /// The value, which may be null.
        value: Box<Expr>,
        /// What stands for null.
        otherwise: Box<Expr>,
    },
    /// Number of characters (code points), bytes, items or entries, as a long.
    Size(Box<Expr>),
    /// A question about a text.
    Text {
        /// Which.
        test: TextTest,
        /// The text.
        text: Box<Expr>,
        /// What it is asked about.
        part: Box<Expr>,
    },
    /// `map["key"]`; null where the map has no such key.
    Lookup {
        /// The map.
        map: Box<Expr>,
        /// The key, a text.
        key: Box<Expr>,
    },
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Long(i64),
    /// A floating-point number; finite.
    Double(f64),
    /// Text.
    String(String),
    /// A decimal, times 10^scale of its type.
    Decimal(i128),
    /// A point in time, in the unit of its type.
    Timestamp(i64),
    /// A symbol of the enum that its type names.
    Symbol(String),
    /// Null, of the type beside it.
    Null,
}

/// A record that expressions start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variable {
    /// The record of the source.
    Event,
    /// The record of the other side of a join or look-up.
    Other,
    /// An item of the list under `each`.
    Item,
}

/// An operation on numbers, or `+` on texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArithmeticOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// A question about a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextTest {
    /// `startsWith`
    StartsWith,
    /// `endsWith`
    EndsWith,
    /// `contains`
    Contains,
}
