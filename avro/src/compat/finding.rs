//! What a judgement consists of.

use super::SchemaRule;
use serde_json::Value;

/// What happens when data of one schema are read with another.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Whether Avro's resolution reads every datum, as [`resolve`](crate::resolve::resolve)
    /// has it.
    pub readable: bool,
    /// Everything found, sorted by path, then by rule.
    pub findings: Vec<Finding>,
}

impl Judgement {
    /// Readable, and nothing changes its meaning: no finding is an error.
    pub fn compatible(&self) -> bool {
        let error = |finding: &Finding| finding.severity == Severity::Error;
        self.readable && !self.findings.iter().any(error)
    }
}

/// One consequence of reading with another schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: SchemaRule,
    /// Where, in the reader's names: fields joined by dots, `[]` for the items of an
    /// array, `{}` for the values of a map, `<Name>` for a branch of a union of more
    /// than null and one other. Empty for the whole. What the reader lacks is named
    /// as the writer does.
    pub path: String,
    /// What happens, in one sentence that names both sides.
    pub message: String,
    /// How bad it is.
    pub severity: Severity,
    /// In what way.
    pub kind: Kind,
    /// The writer's side in short, such as `decimal(12, 2)`; `None` if it is absent.
    pub writer: Option<String>,
    /// The reader's side in short; `None` if it is absent.
    pub reader: Option<String>,
    /// A datum that shows it, for [`Kind::Unreadable`] and [`Kind::Misread`].
    pub witness: Option<Witness>,
    /// Why there is no witness where the kind asks for one.
    pub no_witness: Option<String>,
    /// The innermost field around the path, where there is one.
    pub field: Option<FieldRef>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Data are lost, refused or misunderstood.
    Error,
    /// Likely not meant, or harmful to some data only.
    Warning,
    /// Good to know.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// In what way a reader is hurt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Reading fails: the witness is such a datum.
    Unreadable,
    /// Reading succeeds and yields something else than was written: the witness
    /// shows both.
    Misread,
    /// The specification refuses it although every datum happens to decode.
    Refused,
    /// No datum suffers now.
    Advice,
}

impl Kind {
    /// `unreadable`, `misread`, `refused` or `advice`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Misread => "misread",
            Self::Refused => "refused",
            Self::Advice => "advice",
        }
    }
}

/// A datum of the writer that shows a finding, as small as can be.
#[derive(Clone, Debug, PartialEq)]
pub struct Witness {
    /// The datum, in Avro JSON of the writer's schema.
    pub json: Value,
    /// Its binary encoding, as hexadecimal text.
    pub hex: String,
    /// For a misread: the datum in plain JSON, where logical types show.
    pub means: Option<Value>,
    /// For a misread: what the reader gets, in plain JSON.
    pub reads_as: Option<Value>,
}

/// A field by name, so that its declaration can be found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldRef {
    /// Full name of the record: the reader's, where it has the field.
    pub record: String,
    /// The writer's field; `None` if it has none.
    pub writer_field: Option<String>,
    /// The reader's field; `None` if it has none.
    pub reader_field: Option<String>,
}
