//! Types as the catalog writes them.

use super::Typed;

/// A type that a schema becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Ty {
    /// A primitive or logical type, as written.
    Plain(String),
    /// A record, an enum or a union that has a name.
    Named(String),
    /// A value as JSON text.
    Json,
    Array(Box<Ty>),
    Map(Box<Ty>),
    /// Two or more branches, none of them null, a union or optional.
    Union(Vec<Ty>),
    /// Null or the other.
    Optional(Box<Ty>),
}

impl Typed {
    /// The type with null as a part of it.
    pub(super) fn optional(self) -> Ty {
        match self.ty {
            Ty::Optional(inner) => Ty::Optional(inner),
            ty if self.nullable => Ty::Optional(Box::new(ty)),
            ty => ty,
        }
    }
}

impl Ty {
    pub(super) fn plain(name: &str) -> Self {
        Self::Plain(name.to_owned())
    }

    /// As written in a catalog.
    pub(super) fn text(&self, nullable: bool) -> String {
        match self {
            Self::Optional(inner) => inner.text(true),
            Self::Union(branches) => {
                let null = nullable.then(|| "null".to_owned());
                let branches = branches.iter().map(|b| b.text(false));
                null.into_iter()
                    .chain(branches)
                    .collect::<Vec<_>>()
                    .join(" | ")
            }
            other => {
                let mark = if nullable { "?" } else { "" };
                let text = match other {
                    Self::Plain(name) | Self::Named(name) => name.clone(),
                    Self::Json => "string".to_owned(),
                    Self::Array(items) => format!("[{}]", items.text(false)),
                    Self::Map(values) => format!("map<{}>", values.text(false)),
                    Self::Union(_) | Self::Optional(_) => String::new(),
                };
                format!("{text}{mark}")
            }
        }
    }

    /// What Avro tells branches of a union by.
    pub(super) fn wire(&self) -> String {
        match self {
            Self::Json => "string".to_owned(),
            Self::Named(name) => name.clone(),
            Self::Array(_) => "[]".to_owned(),
            Self::Map(_) => "{}".to_owned(),
            Self::Optional(inner) => inner.wire(),
            Self::Union(_) => "|".to_owned(),
            Self::Plain(name) => {
                let base = match name.as_str() {
                    "uuid" => "string",
                    "date" | "time-millis" => "int",
                    name if name.starts_with("timestamp") => "long",
                    name if name.starts_with("decimal") => "bytes",
                    name => name,
                };
                base.to_owned()
            }
        }
    }

    /// What it is, with an article, for sentences.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Plain(name) => format!("of the type `{name}`"),
            Self::Named(name) => format!("a value of `{name}`"),
            Self::Json => "a value of any kind".to_owned(),
            Self::Array(_) => "a list".to_owned(),
            Self::Map(_) => "a map".to_owned(),
            Self::Union(_) => "one of several types".to_owned(),
            Self::Optional(inner) => inner.words(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ty;

    #[test]
    fn types_are_written_as_the_catalog_reads_them() {
        let named = |n: &str| Ty::Named(n.to_owned());
        let union = Ty::Union(vec![named("A"), Ty::plain("string")]);
        assert_eq!(union.text(true), "null | A | string");
        assert_eq!(Ty::Array(Box::new(union)).text(true), "[A | string]?");
        let map = Ty::Map(Box::new(Ty::Optional(Box::new(Ty::plain("long")))));
        assert_eq!(map.text(false), "map<long?>");
    }
}
