//! Type expressions: `T?`, `[T]`, `map<T>`, `A | B`, `decimal(12, 2)`, names.

use crate::{
    source::Span,
    syntax::{Node, Value},
};

/// Deepest nesting of an expression.
const MAX_DEPTH: usize = 24;

/// A parsed expression; names not looked up.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    /// A name, of a primitive, a logical type or a `type` document.
    Name(String, Span),
    /// A name with numbers, `decimal(12, 2)`.
    Call(String, Vec<u64>, Span),
    /// `T?`.
    Optional(Box<Expr>, Span),
    /// `[T]`.
    Array(Box<Expr>),
    /// `map<T>`.
    Map(Box<Expr>),
    /// `A | B`.
    Union(Vec<Expr>, Span),
}

/// Why text is not a type, and where.
#[derive(Debug, PartialEq)]
pub(super) struct Problem {
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) at: Span,
}

/// Reads the type that a node writes: text, or a list of one type, which is an array.
pub(super) fn parse(node: &Node<'_>) -> Result<Expr, Problem> {
    match &node.value {
        Value::List(items) => match items.as_slice() {
            [item] => Ok(Expr::Array(Box::new(parse(item)?))),
            _ => Err(problem("an array has one type of items", node.span)),
        },
        Value::Scalar { text, plain } => {
            let mut parser = Parser {
                chars: text.chars().collect(),
                at: 0,
                depth: 0,
                span: node.span,
                quoted: !plain,
            };
            parser.whole()
        }
        Value::Map(_) => Err(problem("expected a type", node.span)),
    }
}

fn problem(message: impl Into<String>, at: Span) -> Problem {
    Problem {
        message: message.into(),
        help: None,
        at,
    }
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
    span: Span,
    quoted: bool,
}

impl Parser {
    fn whole(&mut self) -> Result<Expr, Problem> {
        let expr = self.union()?;
        match self.peek() {
            None => Ok(expr),
            Some(c) => Err(self.unexpected(c)),
        }
    }

    fn union(&mut self) -> Result<Expr, Problem> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(problem("the type is nested too deeply", self.span));
        }
        self.skip_blanks();
        let start = self.at;
        let first = self.postfix()?;
        let mut branches = vec![first];
        while self.eat('|') {
            branches.push(self.postfix()?);
        }
        self.depth -= 1;
        match branches.pop() {
            Some(only) if branches.is_empty() => Ok(only),
            last => Ok(Expr::Union(
                branches.into_iter().chain(last).collect(),
                self.place(start, self.at),
            )),
        }
    }

    fn postfix(&mut self) -> Result<Expr, Problem> {
        self.skip_blanks();
        let start = self.at;
        let mut expr = self.atom()?;
        while self.eat('?') {
            if matches!(expr, Expr::Optional(..)) {
                return Err(problem(
                    "one `?` is enough",
                    self.place(self.at - 1, self.at),
                ));
            }
            expr = Expr::Optional(Box::new(expr), self.place(start, self.at));
        }
        Ok(expr)
    }

    fn atom(&mut self) -> Result<Expr, Problem> {
        if self.eat('[') {
            let items = self.union()?;
            self.expect(']')?;
            return Ok(Expr::Array(Box::new(items)));
        }
        if self.eat('(') {
            let inner = self.union()?;
            self.expect(')')?;
            return Ok(inner);
        }
        self.skip_blanks();
        let start = self.at;
        let name = self.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
        if name.is_empty() {
            return Err(match self.peek() {
                Some(c) => self.unexpected(c),
                None => problem("the type ends too early", self.place(start, start)),
            });
        }
        if name == "map" && self.eat('<') {
            let values = self.union()?;
            self.expect('>')?;
            return Ok(Expr::Map(Box::new(values)));
        }
        if self.eat('(') {
            let numbers = self.numbers()?;
            return Ok(Expr::Call(name, numbers, self.place(start, self.at)));
        }
        Ok(Expr::Name(name, self.place(start, self.at)))
    }

    fn numbers(&mut self) -> Result<Vec<u64>, Problem> {
        let mut numbers = Vec::new();
        loop {
            self.skip_blanks();
            let start = self.at;
            let digits = self.take_while(|c| c.is_ascii_digit());
            let Ok(number) = digits.parse() else {
                return Err(problem(
                    "expected a whole number",
                    self.place(start, self.at.max(start + 1)),
                ));
            };
            numbers.push(number);
            if !self.eat(',') {
                self.expect(')')?;
                return Ok(numbers);
            }
        }
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> String {
        let taken: String = self.chars[self.at..]
            .iter()
            .copied()
            .take_while(|c| keep(*c))
            .collect();
        self.at += taken.chars().count();
        taken
    }

    fn skip_blanks(&mut self) {
        self.take_while(char::is_whitespace);
    }

    fn peek(&mut self) -> Option<char> {
        self.skip_blanks();
        self.chars.get(self.at).copied()
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, c: char) -> Result<(), Problem> {
        if self.eat(c) {
            return Ok(());
        }
        if let Some(found @ ('<' | ',')) = self.peek() {
            return Err(self.unexpected(found));
        }
        Err(problem(
            format!("expected `{c}`"),
            self.place(self.at, self.at + 1),
        ))
    }

    fn unexpected(&self, c: char) -> Problem {
        let help = match c {
            '<' => Some("only `map<T>` has a type in `< >`; write `[T]` for an array".to_owned()),
            ',' => Some("write `A | B` for one of several types".to_owned()),
            _ => None,
        };
        let message = format!("`{c}` does not belong here in a type");
        Problem {
            message,
            help,
            at: self.place(self.at, self.at + 1),
        }
    }

    /// The place of some of the characters; of all where the text stands on several lines.
    fn place(&self, from: usize, to: usize) -> Span {
        if self.span.line != self.span.end_line {
            return self.span;
        }
        let quote = usize::from(self.quoted);
        self.span.part(from + quote, to.max(from + 1) + quote)
    }
}
