//! CEL text → a small tree of what the subset has, with the place of every part.
//!
//! The parser is the `cel` crate's; what it reads and the subset does not have is an error here.

use cel::{
    common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SourceInfo, operators},
    parser::Parser,
};

/// A part of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ast {
    /// Bytes of the text, the end excluded.
    pub(super) at: (usize, usize),
    pub(super) kind: AstKind,
}

/// What a part is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum AstKind {
    Null,
    Boolean(bool),
    Int(i64),
    Double(f64),
    Text(String),
    Name(String),
    Select(Box<Ast>, String),
    /// `has(a.b)`, of the selection.
    Has(Box<Ast>),
    List(Vec<Ast>),
    Unary(&'static str, Box<Ast>),
    Binary(&'static str, Box<Ast>, Box<Ast>),
    If(Box<Ast>, Box<Ast>, Box<Ast>),
    Index(Box<Ast>, Box<Ast>),
    Call {
        name: String,
        target: Option<Box<Ast>>,
        args: Vec<Ast>,
    },
}

/// Why a text is no expression of the subset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// Bytes of the text, the end excluded.
    pub(super) at: (usize, usize),
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// Longest expression: far more than a person writes.
const LONGEST: usize = 4_000;
/// Most operators, points and brackets: the parser goes one level down for each.
const MOST: usize = 150;
/// Deepest nesting of brackets.
const DEEPEST: usize = 16;

/// Bytes of stack for one expression: the parser takes some 150 kB for each bracket when built for
/// debugging, more than the threads of tests have.
const STACK: usize = 16 << 20;

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Ast, Problem> {
    let parsed = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let thread = thread.spawn_scoped(scope, || read(text)).ok()?;
        thread.join().ok()
    });
    let failed = || problem((0, text.len()), "this cannot be read as an expression");
    parsed.unwrap_or_else(|| Err(failed()))
}

fn read(text: &str) -> Result<Ast, Problem> {
    if text.len() > LONGEST {
        let message = format!("an expression has at most {LONGEST} characters");
        return Err(problem((0, text.len()), message));
    }
    if text.trim().is_empty() {
        return Err(problem((0, text.len()), "there is no expression"));
    }
    if let Some(at) = too_much(text) {
        let message = "the expression is too long or nested too deeply to be read";
        return Err(problem((at, at + 1), message));
    }
    let parser = Parser::new().error_recovery_limit(1);
    match parser.parse_with_source_info(text) {
        Ok((tree, places)) => Reader { text, places }.read(&tree),
        Err(errors) => {
            let first = errors.errors.first();
            let place = first.map_or((1, 1), |e| e.pos);
            let message = first.map_or("", |e| e.msg.as_str());
            Err(syntax_error(text, place, message))
        }
    }
}

/// Where a text has more operators or deeper brackets than the parser's stack has room for.
fn too_much(text: &str) -> Option<usize> {
    let (mut count, mut depth, mut quote) = (0, 0_usize, None);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(' | b'[' | b'{') => depth += 1,
            (None, b')' | b']' | b'}') => depth = depth.saturating_sub(1),
            // The inside of a text.
            _ => {}
        }
        // Inside texts too: whether a quote ends one is the parser's to say.
        count += usize::from(byte.is_ascii_punctuation() && !matches!(byte, b'_' | b'"' | b'\''));
        if depth > DEEPEST || count > MOST {
            return Some(at);
        }
    }
    None
}

/// The parser's words, which speak of tokens, in words of the catalog's.
fn syntax_error(text: &str, (line, column): (isize, isize), message: &str) -> Problem {
    let before = text.split_inclusive('\n');
    let lines = usize::try_from(line - 1).unwrap_or_default();
    let start: usize = before.take(lines).map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    let column = usize::try_from(column - 1).unwrap_or_default();
    let at = rest
        .char_indices()
        .nth(column)
        .map_or(text.len(), |(byte, _)| start + byte);
    let quoted = |of: &str| {
        let (_, tail) = message.split_once(of)?;
        let (found, _) = tail.strip_prefix('\'')?.split_once('\'')?;
        Some(found.to_owned())
    };
    let found = quoted("mismatched input ")
        .or_else(|| quoted("extraneous input "))
        .or_else(|| quoted("no viable alternative at input "));
    match found.as_deref() {
        Some("<EOF>") => problem((at, at), "the expression ends too early"),
        Some(token) => {
            let message = format!("`{token}` does not belong here in an expression");
            problem((at, at + token.len()), message)
        }
        None if message.contains("token recognition") => {
            let c = text.get(at..).and_then(|t| t.chars().next());
            let width = c.map_or(0, char::len_utf8);
            let message = match c {
                Some('\'' | '"') => "a text does not end".to_owned(),
                Some(c) => format!("`{c}` does not belong here in an expression"),
                None => "the expression ends too early".to_owned(),
            };
            problem((at, at + width), message)
        }
        None if message.contains("int literal") => {
            problem((at, at), "a whole number has at most 64 bits")
        }
        None => problem((at, at), "this cannot be read as an expression"),
    }
}

fn problem(at: (usize, usize), message: impl Into<String>) -> Problem {
    Problem {
        at,
        message: message.into(),
        help: None,
    }
}

/// Operators with two sides.
const BINARY: [(&str, &str); 12] = [
    (operators::LOGICAL_AND, "&&"),
    (operators::LOGICAL_OR, "||"),
    (operators::ADD, "+"),
    (operators::SUBSTRACT, "-"),
    (operators::MULTIPLY, "*"),
    (operators::EQUALS, "=="),
    (operators::NOT_EQUALS, "!="),
    (operators::LESS, "<"),
    (operators::LESS_EQUALS, "<="),
    (operators::GREATER, ">"),
    (operators::GREATER_EQUALS, ">="),
    (operators::IN, "in"),
];

struct Reader<'t> {
    text: &'t str,
    places: SourceInfo,
}

impl Reader<'_> {
    /// Where the parser saw a node: its operator, or the whole of a literal or name.
    fn token(&self, node: &IdedExpr) -> (usize, usize) {
        let (start, end) = self.places.offset_for(node.id).unwrap_or_default();
        let (start, end) = (start as usize, end as usize + 1);
        (start.min(self.text.len()), end.min(self.text.len()))
    }

    fn read(&self, node: &IdedExpr) -> Result<Ast, Problem> {
        let at = self.token(node);
        let refuse = |what: &str| Err(problem(at, format!("{what} are not part of the subset")));
        let whole = |kind| Ok(Ast { at, kind });
        match &node.expr {
            Expr::Ident(name) => whole(AstKind::Name(name.clone())),
            Expr::Literal(literal) => match literal {
                LiteralValue::Null => whole(AstKind::Null),
                LiteralValue::Boolean(b) => whole(AstKind::Boolean(*b.inner())),
                LiteralValue::Int(number) => Ok(Ast {
                    at: self.with_sign(at),
                    kind: AstKind::Int(*number.inner()),
                }),
                LiteralValue::Double(number) => Ok(Ast {
                    at: self.with_sign(at),
                    kind: AstKind::Double(*number.inner()),
                }),
                LiteralValue::String(text) => whole(AstKind::Text(text.inner().to_owned())),
                LiteralValue::UInt(_) => refuse("numbers without a sign (`1u`)"),
                LiteralValue::Bytes(_) => refuse("bytes"),
            },
            Expr::Select(select) => {
                let operand = self.read(&select.operand)?;
                if select.test {
                    let end = self.closing(operand.at.1);
                    let field = Ast {
                        at: (operand.at.0, end.saturating_sub(1)),
                        kind: AstKind::Select(Box::new(operand), select.field.clone()),
                    };
                    return Ok(Ast {
                        at: (at.0.saturating_sub(3), end),
                        kind: AstKind::Has(Box::new(field)),
                    });
                }
                Ok(Ast {
                    at: (operand.at.0, self.end_of_name(at.1, &select.field)),
                    kind: AstKind::Select(Box::new(operand), select.field.clone()),
                })
            }
            Expr::List(list) => {
                let items: Result<Vec<Ast>, Problem> =
                    list.elements.iter().map(|e| self.read(e)).collect();
                let items = items?;
                let behind = items.last().map_or(at.1, |i| i.at.1);
                let end = self.find(behind, ']');
                Ok(Ast {
                    at: (at.0, end),
                    kind: AstKind::List(items),
                })
            }
            Expr::Call(call) => self.call(at, call),
            Expr::Comprehension(_) => refuse("`all`, `exists`, `map` and `filter`"),
            Expr::Map(_) => refuse("maps in braces"),
            Expr::Struct(_) => refuse("messages in braces"),
            Expr::Unspecified => Err(problem(at, "this cannot be read as an expression")),
        }
    }

    fn call(&self, at: (usize, usize), call: &CallExpr) -> Result<Ast, Problem> {
        let args: Result<Vec<Ast>, Problem> = call.args.iter().map(|a| self.read(a)).collect();
        let args = args?;
        let name = call.func_name.as_str();
        let hull = |args: &[Ast]| {
            let start = args.iter().map(|a| a.at.0).chain([at.0]).min();
            let end = args.iter().map(|a| a.at.1).chain([at.1]).max();
            (start.unwrap_or(at.0), end.unwrap_or(at.1))
        };
        if let (Some((_, op)), [left, right]) =
            (BINARY.iter().find(|(n, _)| *n == name), args.as_slice())
        {
            let (left, right) = (Box::new(left.clone()), Box::new(right.clone()));
            return Ok(Ast {
                at: hull(&args),
                kind: AstKind::Binary(op, left, right),
            });
        }
        let kind = match (name, args.as_slice()) {
            (operators::LOGICAL_NOT, [a]) => AstKind::Unary("!", Box::new(a.clone())),
            (operators::NEGATE, [a]) => AstKind::Unary("-", Box::new(a.clone())),
            (operators::CONDITIONAL, [c, a, b]) => AstKind::If(
                Box::new(c.clone()),
                Box::new(a.clone()),
                Box::new(b.clone()),
            ),
            (operators::INDEX, [of, key]) => {
                let end = self.find(key.at.1, ']');
                let kind = AstKind::Index(Box::new(of.clone()), Box::new(key.clone()));
                return Ok(Ast {
                    at: (of.at.0, end),
                    kind,
                });
            }
            (operators::DIVIDE | operators::MODULO, _) => {
                return Err(Problem {
                    at,
                    message: "division is not part of the subset".to_owned(),
                    help: Some("emit both numbers, or `avg(x, scale)` under `compute`".to_owned()),
                });
            }
            _ => return self.named_call(at, call, args),
        };
        Ok(Ast {
            at: hull(&args),
            kind,
        })
    }

    fn named_call(
        &self,
        at: (usize, usize),
        call: &CallExpr,
        args: Vec<Ast>,
    ) -> Result<Ast, Problem> {
        let target = call.target.as_ref().map(|t| self.read(t)).transpose()?;
        let name = call.func_name.clone();
        let start = match &target {
            Some(target) => target.at.0,
            None => at.0.saturating_sub(name.len()),
        };
        let end = self.closing(args.last().map_or(at.1, |a| a.at.1));
        let target = target.map(Box::new);
        Ok(Ast {
            at: (start, end),
            kind: AstKind::Call { name, target, args },
        })
    }

    /// The minus sign belongs to the number behind it.
    fn with_sign(&self, (start, end): (usize, usize)) -> (usize, usize) {
        let before = self.text.get(..start).unwrap_or_default();
        (start - usize::from(before.ends_with('-')), end)
    }

    /// Behind the name that follows a point.
    fn end_of_name(&self, point: usize, name: &str) -> usize {
        let tail = self.text.get(point..).unwrap_or_default();
        let blanks = tail.len() - tail.trim_start().len();
        (point + blanks + name.len()).min(self.text.len())
    }

    fn closing(&self, from: usize) -> usize {
        self.find(from, ')')
    }

    /// Behind the next such character.
    fn find(&self, from: usize, wanted: char) -> usize {
        let tail = self.text.get(from..).unwrap_or_default();
        tail.find(wanted).map_or(from, |at| from + at + 1)
    }
}

#[cfg(test)]
#[path = "cel_tests.rs"]
mod tests;
