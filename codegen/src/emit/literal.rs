//! Static data as Rust literals, in rustfmt's layout.

use super::code::{Code, MAX_WIDTH, filled};

/// Widest array on one line; widest body of a struct on one line.
const MAX_ARRAY: usize = 60;
const MAX_STRUCT: usize = 18;
/// Widest pair on one line.
const MAX_PAIR: usize = 60;
/// Items of at most this width fill lines, wider ones take a line each.
const SHORT_ITEM: usize = 10;

/// The last field of a struct that takes what it does not name from another.
pub(super) const REST: &str = "..";

/// A literal.
pub(super) enum Literal {
    /// A number, a string, a path: anything on one line.
    Atom(String),
    /// `Name { field: value, … }`
    Struct(&'static str, Vec<(&'static str, Literal)>),
    /// `&[…]`
    List(Vec<Literal>),
    /// `(a, b)`
    Pair(Box<Literal>, Box<Literal>),
}

impl Literal {
    pub(super) fn text(text: &str) -> Self {
        Self::Atom(format!("{text:?}"))
    }

    pub(super) fn number(number: impl Into<u64>) -> Self {
        Self::Atom(number_text(number.into()))
    }

    pub(super) fn some_number(number: Option<u64>) -> Self {
        match number {
            Some(number) => Self::Atom(format!("Some({})", number_text(number))),
            None => Self::none(),
        }
    }

    pub(super) fn some_text(text: Option<&str>) -> Self {
        match text {
            Some(text) => Self::Atom(format!("Some({text:?})")),
            None => Self::none(),
        }
    }

    pub(super) fn none() -> Self {
        Self::Atom("None".to_owned())
    }

    pub(super) fn path(path: impl Into<String>) -> Self {
        Self::Atom(path.into())
    }

    /// Calls `found` with the name of every struct and of every enum inside.
    pub(super) fn for_each_name(&self, found: &mut impl FnMut(&str)) {
        match self {
            Self::Atom(text) => {
                let path = text
                    .split_once("::")
                    .filter(|(name, _)| !name.contains('"'));
                if let Some((name, _)) = path {
                    found(name);
                }
            }
            Self::Struct(name, fields) => {
                found(name);
                for (_, value) in fields {
                    value.for_each_name(found);
                }
            }
            Self::List(items) => {
                for item in items {
                    item.for_each_name(found);
                }
            }
            Self::Pair(a, b) => {
                a.for_each_name(found);
                b.for_each_name(found);
            }
        }
    }

    /// Writes `head literal end`.
    pub(super) fn write(&self, code: &mut Code, head: &str, end: &str) {
        let mut line = head.to_owned();
        if self.append_to(&mut line) {
            line.push_str(end);
            if code.fits(&line) {
                return code.line(line);
            }
        }
        self.write_open(code, head, end);
    }

    /// Its text on one line, where its kind allows that.
    fn one_line(&self) -> Option<String> {
        let mut line = String::new();
        self.append_to(&mut line).then_some(line)
    }

    /// Appends its text on one line; false, with a part of it written, as soon as its kind does
    /// not allow that.
    fn append_to(&self, line: &mut String) -> bool {
        match self {
            Self::Atom(text) => {
                line.push_str(text);
                true
            }
            Self::Struct(name, fields) => {
                line.push_str(name);
                line.push_str(" { ");
                let body = line.len();
                let fits = fields.iter().enumerate().all(|(at, (name, value))| {
                    line.push_str(if at == 0 { "" } else { ", " });
                    line.push_str(name);
                    line.push_str(": ");
                    value.append_to(line) && line.len() - body <= MAX_STRUCT
                });
                line.push_str(" }");
                fits
            }
            Self::List(items) => {
                line.push_str("&[");
                let body = line.len();
                // A pair alone is as wide as a pair may be; its brackets do not count.
                let most = match items.as_slice() {
                    [Self::Pair(..)] => MAX_PAIR + 2,
                    _ => MAX_ARRAY - 2,
                };
                let fits = items.iter().enumerate().all(|(at, item)| {
                    line.push_str(if at == 0 { "" } else { ", " });
                    item.append_to(line) && line.len() - body <= most
                });
                line.push(']');
                fits
            }
            Self::Pair(a, b) => {
                line.push('(');
                let body = line.len();
                let first = a.append_to(line);
                line.push_str(", ");
                let both = first && b.append_to(line) && line.len() - body <= MAX_PAIR;
                line.push(')');
                both
            }
        }
    }

    fn write_open(&self, code: &mut Code, head: &str, end: &str) {
        match self {
            Self::Atom(text) => code.line(format_args!("{head}{text}{end}")),
            Self::Struct(name, fields) => {
                let (open, close) = (format!("{head}{name} {{"), format!("}}{end}"));
                code.enclosed(open, &close, |code| {
                    for (name, value) in fields {
                        match *name {
                            REST => value.write(code, REST, ""),
                            name => value.write(code, &format!("{name}: "), ","),
                        }
                    }
                });
            }
            Self::List(items) => Self::write_list(items, code, head, end),
            Self::Pair(a, b) => {
                let (open, close) = (format!("{head}("), format!("){end}"));
                code.enclosed(open, &close, |code| {
                    a.write(code, "", ",");
                    b.write(code, "", ",");
                });
            }
        }
    }

    /// Writes `head &[…] end` with structs that come one by one.
    pub(super) fn write_all(
        items: impl Iterator<Item = Literal>,
        code: &mut Code,
        head: &str,
        end: &str,
    ) {
        let mut items = items;
        let first: Vec<Literal> = items.by_ref().take(2).collect();
        if first.len() < 2 {
            return Self::List(first).write(code, head, end);
        }
        let (open, close) = (format!("{head}&["), format!("]{end}"));
        code.enclosed(open, &close, |code| {
            first
                .into_iter()
                .chain(items)
                .for_each(|item| item.write(code, "", ","));
        });
    }

    /// A single item that takes several lines shares the brackets' lines.
    fn write_list(items: &[Literal], code: &mut Code, head: &str, end: &str) {
        if let [only @ (Self::Struct(..) | Self::Pair(..))] = items {
            return only.write_open(code, &format!("{head}&["), &format!("]{end}"));
        }
        let atoms = items.iter().map(Self::one_line);
        let short: Option<Vec<String>> = atoms
            .map(|atom| atom.filter(|atom| atom.len() <= SHORT_ITEM))
            .collect();
        let (open, close) = (format!("{head}&["), format!("]{end}"));
        code.enclosed(open, &close, |code| match short {
            Some(atoms) => filled(&atoms, code.indent(), MAX_WIDTH)
                .lines()
                .for_each(|line| code.line(line)),
            None => items.iter().for_each(|item| item.write(code, "", ",")),
        });
    }
}

/// Digits in groups of three from five digits on.
pub(super) fn number_text(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        let cases = [
            (0, "0"),
            (9999, "9999"),
            (30_000, "30_000"),
            (604_800_000, "604_800_000"),
        ];
        for (number, text) in cases {
            assert_eq!(number_text(number), text);
        }
    }
}
