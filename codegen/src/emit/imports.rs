//! The `use` lines of a file, in rustfmt's order and layout.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use super::code::{Code, MAX_WIDTH, filled};

/// What a file imports. A name that the file itself defines is written with its path instead.
#[derive(Debug, Default)]
pub(super) struct Imports {
    home: &'static str,
    own: BTreeSet<String>,
    modules: BTreeMap<String, BTreeSet<String>>,
}

/// Names of the language's prelude that generated code mentions, with their paths.
const PRELUDE: [(&str, &str); 5] = [
    ("Box", "std::boxed"),
    ("Option", "std::option"),
    ("Result", "std::result"),
    ("String", "std::string"),
    ("Vec", "std::vec"),
];

/// Names that generated code imports from elsewhere than the crate itself, so that a catalog's
/// type of such a name is always written with its path.
const RESERVED: &[&str] = &[
    "BTreeMap",
    "Binding",
    "Bound",
    "Bytes",
    "Codec",
    "Command",
    "Context",
    "Cow",
    "Date",
    "Decimal",
    "DecodeError",
    "Described",
    "DocumentTx",
    "Duration",
    "Event",
    "HandlerError",
    "HeaderError",
    "Headers",
    "HttpError",
    "Invalid",
    "Items",
    "LocalTimestampMicros",
    "LocalTimestampMillis",
    "LocalTimestampNanos",
    "Message",
    "MessageHeaders",
    "Method",
    "OptionalHeaders",
    "Parts",
    "Permits",
    "Publishes",
    "Reader",
    "Released",
    "Request",
    "Sends",
    "Service",
    "SetsTimer",
    "Store",
    "TimeMicros",
    "TimeMillis",
    "Timer",
    "TimestampMicros",
    "TimestampMillis",
    "TimestampNanos",
    "Uuid",
    "Future",
    "Self",
    "Send",
    "Sync",
    "Ok",
    "Err",
    "Some",
    "None",
];

impl Imports {
    /// The imports of a file that defines these names, which the module `home` exports.
    pub(super) fn of_file(home: &'static str, own: impl IntoIterator<Item = String>) -> Self {
        Self {
            home,
            own: own.into_iter().collect(),
            modules: BTreeMap::new(),
        }
    }

    /// How the file writes an item of the runtime or the standard library.
    pub(super) fn item(&mut self, module: &str, name: &str) -> String {
        if self.own.contains(name) {
            return format!("{module}::{name}");
        }
        self.import(module, name);
        name.to_owned()
    }

    /// How the file writes an item of the binary codec.
    pub(super) fn codec(&mut self, name: &str) -> String {
        self.item("herald::avro::codec", name)
    }

    /// How the file writes a name of the prelude.
    pub(super) fn prelude(&self, name: &str) -> String {
        match PRELUDE.iter().find(|(prelude, _)| *prelude == name) {
            Some((_, module)) if self.own.contains(name) => format!("{module}::{name}"),
            _ => name.to_owned(),
        }
    }

    /// How the file writes a generated type of another module of the crate.
    pub(super) fn generated(&mut self, module: &str, name: &str) -> String {
        let is_own = self.own.contains(name);
        if is_own && module == self.home {
            return name.to_owned();
        }
        if is_own || is_reserved(name) {
            return format!("{module}::{name}");
        }
        self.import(module, name);
        name.to_owned()
    }

    fn import(&mut self, module: &str, name: &str) {
        let names = self.modules.entry(module.to_owned()).or_default();
        names.insert(name.to_owned());
    }

    /// Writes the `use` lines, grouped by origin, with an empty line after each group.
    pub(super) fn write(&self, code: &mut Code) {
        for group in ["std", "herald", "crate", "super"] {
            let mut lines: Vec<(&str, Vec<&str>)> = self
                .modules
                .iter()
                .filter(|(module, _)| module.split("::").next() == Some(group))
                .map(|(module, names)| {
                    (module.as_str(), names.iter().map(String::as_str).collect())
                })
                .collect();
            lines.sort_by(by_path);
            for (module, names) in &mut lines {
                code.line(use_line(module, names, 0));
            }
            if !lines.is_empty() {
                code.blank();
            }
        }
    }
}

fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name) || PRELUDE.iter().any(|(prelude, _)| *prelude == name)
}

/// A path before the longer one that begins with it, single names before lists.
pub(super) fn by_path(a: &(&str, Vec<&str>), b: &(&str, Vec<&str>)) -> Ordering {
    let path = |(module, names): &(&str, Vec<&str>)| {
        let mut path: Vec<String> = module.split("::").map(str::to_owned).collect();
        path.push(match names.as_slice() {
            [name] => (*name).to_owned(),
            _ => String::from("\u{10FFFF}"),
        });
        path
    };
    let (a, b) = (path(a), path(b));
    let pairs = a.iter().zip(&b).map(|(a, b)| by_version(a, b));
    pairs
        .fold(Ordering::Equal, Ordering::then)
        .then(a.len().cmp(&b.len()))
}

/// `use module::name;` or `use module::{names};`, sorted, and filled over several lines where it is
/// long; `prefix` columns stand before it.
pub(super) fn use_line(module: &str, names: &mut [&str], prefix: usize) -> String {
    if let [name] = names {
        return format!("use {module}::{name};");
    }
    names.sort_by(|a, b| by_version(a, b));
    let line = format!("use {module}::{{{}}};", names.join(", "));
    if prefix + line.len() <= MAX_WIDTH {
        return line;
    }
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    // One column is kept free in lists of names.
    let lines = filled(&names, 4, MAX_WIDTH - 1).replace('\n', "\n    ");
    format!("use {module}::{{\n    {lines}\n}};")
}

/// The order of names in a list: capitals first, numbers by value, `_` before letters and digits
/// (style edition 2024, "Sorting"); raw identifiers as if they were not.
pub(super) fn by_version(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (plain(a).as_bytes(), plain(b).as_bytes());
    loop {
        match (a, b) {
            ([], []) => return Ordering::Equal,
            ([], _) => return Ordering::Less,
            (_, []) => return Ordering::Greater,
            ([x, ..], [y, ..]) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (first, rest_a) = number(a);
                let (second, rest_b) = number(b);
                let by_value = value(first)
                    .cmp(&value(second))
                    .then(second.len().cmp(&first.len()));
                if by_value.is_ne() {
                    return by_value;
                }
                (a, b) = (rest_a, rest_b);
            }
            ([x, rest_a @ ..], [y, rest_b @ ..]) => {
                let rank = |c: &u8| if *c == b'_' { 0 } else { *c };
                let by_char = rank(x).cmp(&rank(y));
                if by_char.is_ne() {
                    return by_char;
                }
                (a, b) = (rest_a, rest_b);
            }
        }
    }
}

fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

fn number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|c| !c.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

/// Digits without leading zeros; more digits are a greater number.
fn value(digits: &[u8]) -> (usize, &[u8]) {
    let start = digits.iter().position(|&c| c != b'0');
    let digits = &digits[start.unwrap_or(digits.len())..];
    (digits.len(), digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_rustfmt_s_order() {
        let sorted = [
            "A_b",
            "AB",
            "Ab",
            "E01",
            "E1",
            "E9",
            "E10",
            "Z",
            "Zz",
            "ab",
            "null_last",
            "r#type",
            "write",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|a, b| by_version(a, b));
        assert_eq!(names, sorted);
    }

    #[test]
    fn a_name_that_the_file_defines_is_not_imported() {
        let mut imports =
            Imports::of_file("crate::events", ["Date".to_owned(), "Option".to_owned()]);
        assert_eq!(imports.codec("Date"), "herald::avro::codec::Date");
        assert_eq!(imports.codec("Uuid"), "Uuid");
        assert_eq!(imports.prelude("Option"), "std::option::Option");
        assert_eq!(
            imports.generated("crate::types", "Duration"),
            "crate::types::Duration"
        );
        assert_eq!(imports.generated("crate::types", "OrderLine"), "OrderLine");
        let mut code = Code::default();
        imports.write(&mut code);
        let text = "use herald::avro::codec::Uuid;\n\nuse crate::types::OrderLine;\n\n";
        assert_eq!(code.into_text(), text);
    }
}
