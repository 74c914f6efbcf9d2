//! What to write in the catalog: shown with a finding, and applied where only one thing can be
//! meant.

mod yaml;

use std::collections::BTreeMap;

use herald_avro::compat::{self as avro, SchemaRule};
use herald_avro::schema::parse;
use serde_json::Value;

use super::{
    attributes,
    finding::{Direction, Finding, Fix},
    history::Known,
    scene::Scene,
};
use crate::{
    lint::keys::describe,
    model::{Field, Message, Model, Type, TypeKind},
    source::Sources,
};

/// A change of a catalog document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edit {
    /// Name of the event, command or type that the document declares.
    pub(crate) of: String,
    /// Its field, unless the edit is about the whole.
    pub(crate) field: Option<String>,
    /// Key to set.
    pub(crate) key: &'static str,
    /// Its value, as YAML that may stand inside braces.
    pub(crate) value: String,
}

/// Texts of the catalog files that change, by path below the catalog.
///
/// An edit that does not fit the text any more is left out.
pub fn apply(sources: &Sources, findings: &[Finding]) -> BTreeMap<String, String> {
    let mut edits: Vec<&Edit> = findings
        .iter()
        .filter_map(|f| f.fix.as_ref()?.edit.as_ref())
        .collect();
    edits.sort();
    edits.dedup();
    yaml::apply(sources, &edits)
}

/// Raises the version of a message.
pub(crate) fn version(message: &Message) -> Fix {
    let version = message.version + 1;
    Fix {
        yaml: format!("version: {version}"),
        edit: Some(Edit {
            of: message.name.clone(),
            field: None,
            key: "version",
            value: version.to_string(),
        }),
    }
}

/// What mends a finding about a payload.
pub(crate) fn of_schema(
    scene: &Scene<'_>,
    message: &Message,
    finding: &avro::Finding,
    direction: Direction,
    version: &Known<'_>,
) -> Option<Fix> {
    if direction == Direction::Forward {
        return None;
    }
    let field = finding.field.as_ref()?;
    let (of, declared) = declared(
        &scene.now.model,
        message,
        &field.record,
        field.reader_field.as_deref()?,
    )?;
    let fix = |key, value: String| {
        Some(Fix {
            yaml: format!("{key}: {value}"),
            edit: Some(Edit {
                of: of.to_owned(),
                field: Some(declared.name.clone()),
                key,
                value,
            }),
        })
    };
    match finding.rule {
        SchemaRule::FieldAddedWithoutDefault => match declared.ty.unboxed() {
            Type::Array(_) => fix("default", "[]".to_owned()),
            Type::Map(_) => fix("default", "{}".to_owned()),
            ty => nullable(&scene.now.model, ty).map_or_else(
                || Some(shown("default: …  # a value of the field's type")),
                |ty| {
                    let edit = fix("type", format!("\"{ty}\""))?;
                    let yaml = format!("type: \"{ty}\"  # with default: null");
                    Some(Fix { yaml, ..edit })
                },
            ),
        },
        SchemaRule::DefaultRemoved => {
            let old = old_field(version, &field.record, field.writer_field.as_deref()?)?;
            match old.default {
                Some(Value::Null) => None,
                // Text, numbers and flags are written alike; bytes and decimals are not.
                Some(value) if is_plain(&declared.ty) => fix("default", value.to_string()),
                _ => None,
            }
        }
        SchemaRule::FieldRenamedWithoutAlias => {
            let former = field.writer_field.as_deref()?;
            let aliases = declared.aliases.iter().map(String::as_str).chain([former]);
            fix(
                "aliases",
                format!("[{}]", aliases.collect::<Vec<_>>().join(", ")),
            )
        }
        SchemaRule::AliasRemoved => {
            let old = old_field(version, &field.record, field.writer_field.as_deref()?)?;
            let mut aliases = old.aliases;
            aliases.retain(|a| !declared.aliases.contains(a));
            let aliases: Vec<String> = declared.aliases.iter().cloned().chain(aliases).collect();
            fix("aliases", format!("[{}]", aliases.join(", ")))
        }
        _ => None,
    }
}

fn shown(yaml: &str) -> Fix {
    Fix {
        yaml: yaml.to_owned(),
        edit: None,
    }
}

/// The type that also takes null, which is then its default; none where that is not one type.
fn nullable(model: &Model, ty: &Type) -> Option<String> {
    let union = match ty {
        Type::Named(name) => matches!(model.types.get(name)?.kind, TypeKind::Union(_)),
        Type::Optional { .. } | Type::Null => true,
        // A fixed number of bytes may be named after its field.
        Type::Fixed(fixed) => fixed.logical.is_none(),
        _ => false,
    };
    (!union).then(|| format!("{}?", describe(ty)))
}

/// Whether JSON of Avro and YAML of the catalog are the same for a type's values.
fn is_plain(ty: &Type) -> bool {
    matches!(
        ty.unboxed(),
        Type::Boolean | Type::Int | Type::Long | Type::Float | Type::Double | Type::String
    )
}

/// The document that declares a record, and the record's field.
fn declared<'a>(
    model: &'a Model,
    message: &'a Message,
    record: &str,
    field: &str,
) -> Option<(&'a str, &'a Field)> {
    if message.full_name() == record {
        return Some((&message.name, message.record.field(field)?));
    }
    let def = model.type_of(record)?;
    match &def.kind {
        TypeKind::Record(fields) => Some((&def.name, fields.field(field)?)),
        _ => None,
    }
}

/// A field as a version had it.
fn old_field(version: &Known<'_>, record: &str, name: &str) -> Option<herald_avro::schema::Field> {
    let schema = parse(&version.schema).ok()?;
    let mut fields = attributes::fields(&schema).into_iter();
    let (.., field) = fields.find(|(of, _, field)| of == record && field.name == name)?;
    Some(field.clone())
}
