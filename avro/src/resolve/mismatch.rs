//! A reason why one schema does not read another.

use crate::schema::{Schema, TypeId};

/// One reason why some value of the writer could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", at(path))]
pub struct Mismatch {
    /// Where, along the values: fields by name, `[]` for the items of an array,
    /// `{}` for the values of a map, `<Name>` for a branch of a union. Empty for
    /// the whole.
    pub path: String,
    /// Which rule of resolution is broken.
    pub rule: Rule,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The writer's side, by the name of its type.
    pub writer: String,
    /// The reader's side, by the name of its type.
    pub reader: String,
}

/// The rules of resolution that can be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The types differ and none is promoted to the other.
    Type,
    /// Records, enums or fixed of different names, without an alias.
    Name,
    /// Fixed of different sizes.
    FixedSize,
    /// The reader's enum lacks symbols and has no default.
    Symbols,
    /// The reader's field has neither a writer nor a default.
    MissingDefault,
    /// The reader's union has no branch for the writer's type.
    Branch,
    /// Aliases of the reader give two parts of the writer one name.
    Alias,
    /// The default of a field of the reader cannot be encoded.
    Default,
    /// The schemas nest deeper, or have more pairs of types, than can be followed.
    Depth,
}

impl Rule {
    /// A stable name for machines.
    pub fn id(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Name => "name",
            Self::FixedSize => "fixed-size",
            Self::Symbols => "symbols",
            Self::MissingDefault => "missing-default",
            Self::Branch => "branch",
            Self::Alias => "alias",
            Self::Default => "default",
            Self::Depth => "depth",
        }
    }
}

impl Mismatch {
    /// A mismatch between two types, described by their names.
    pub(super) fn new(
        rule: Rule,
        message: String,
        (writer, w): (&Schema, TypeId),
        (reader, r): (&Schema, TypeId),
    ) -> Self {
        Self {
            path: String::new(),
            rule,
            message,
            writer: writer.type_name(w).to_owned(),
            reader: reader.type_name(r).to_owned(),
        }
    }

    pub(super) fn too_deep() -> Self {
        Self {
            path: String::new(),
            rule: Rule::Depth,
            message: "the schemas nest too many named types".to_owned(),
            writer: String::new(),
            reader: String::new(),
        }
    }

    pub(super) fn too_large() -> Self {
        Self {
            message: "the schemas have too many pairs of types to be compared".to_owned(),
            ..Self::too_deep()
        }
    }

    pub(super) fn at(self, path: String) -> Self {
        Self { path, ..self }
    }
}

fn at(path: &str) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!("{path}: ")
    }
}
