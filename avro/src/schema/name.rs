//! Names of types, and what a name may look like.

/// The name of a record, enum or fixed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    full: String,
    /// Where the last part of `full` starts.
    simple: usize,
}

impl Name {
    /// A name as written in a schema, where `namespace` surrounds it: a dotted
    /// name brings its own namespace.
    pub fn new(written: &str, namespace: Option<&str>) -> Self {
        let (namespace, simple) = match written.rsplit_once('.') {
            Some((own, simple)) => (Some(own), simple),
            None => (namespace, written),
        };
        match namespace {
            Some(namespace) if !namespace.is_empty() => Self {
                full: format!("{namespace}.{simple}"),
                simple: namespace.len() + 1,
            },
            _ => Self {
                full: simple.to_owned(),
                simple: 0,
            },
        }
    }

    /// Namespace and simple name, joined by a dot.
    pub fn full(&self) -> &str {
        &self.full
    }

    /// The last part.
    pub fn simple(&self) -> &str {
        &self.full[self.simple..]
    }

    /// What stands before the simple name, if anything.
    pub fn namespace(&self) -> Option<&str> {
        self.simple.checked_sub(1).map(|end| &self.full[..end])
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.full)
    }
}

/// The names of Avro's types, which no named type may have.
pub(super) const PRIMITIVES: [&str; 8] = [
    "null", "boolean", "int", "long", "float", "double", "bytes", "string",
];

/// Why `part`, without dots, is no name. Letters and digits of any script are
/// allowed, as Avro's Java library does since 1.12.
pub(super) fn invalid_part(part: &str) -> Option<String> {
    let mut letters = part.chars();
    let Some(first) = letters.next() else {
        return Some("a name is empty".to_owned());
    };
    if !(first.is_alphabetic() || first == '_') {
        return Some(format!(
            "the name {part:?} begins with {first:?}, not with a letter or _"
        ));
    }
    letters
        .find(|letter| !(letter.is_alphanumeric() || *letter == '_'))
        .map(|letter| format!("the name {part:?} contains {letter:?}: only letters, digits and _"))
}

/// Why `name` is no name, its namespace included.
pub(super) fn invalid(name: &Name) -> Option<String> {
    if PRIMITIVES.contains(&name.full()) {
        return Some(format!(
            "{:?} is the name of one of Avro's types",
            name.full()
        ));
    }
    name.full().split('.').find_map(invalid_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_are_inherited_or_brought_along() {
        let inherited = Name::new("Order", Some("shop"));
        assert_eq!(
            (inherited.full(), inherited.simple()),
            ("shop.Order", "Order")
        );
        assert_eq!(inherited.namespace(), Some("shop"));
        assert_eq!(
            Name::new("a.b.Order", Some("shop")).namespace(),
            Some("a.b")
        );
        assert_eq!(Name::new("Order", Some("")).namespace(), None);
        assert_eq!(Name::new(".Order", Some("shop")).full(), "Order");
    }

    #[test]
    fn names_are_letters_digits_and_underscores() {
        for good in ["a", "_1", "Ünï9"] {
            assert_eq!(invalid_part(good), None);
        }
        for bad in ["", "1a", "a-b", "a b", "a.b"] {
            assert!(invalid_part(bad).is_some(), "{bad}");
        }
        assert!(invalid(&Name::new("x-y.Order", None)).is_some());
        assert!(invalid(&Name::new("int", None)).is_some());
        assert!(invalid(&Name::new("int", Some("shop"))).is_none());
    }
}
