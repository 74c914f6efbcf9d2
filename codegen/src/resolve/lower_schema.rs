//! Avro schemas → records and types of the model, which go by Avro's full names until all are known:
//! `avro_names` chooses their names then.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use herald_avro::schema::{self as avro, Kind, Logical, Schema, TypeId};
use serde_json::Value;

use crate::{
    ident,
    model::{
        EnumDef, Field, FieldDefault, Fixed, FixedLogical, Record, Source, Symbol, Type, TypeDef,
        TypeKind, UnionDef, Variant,
    },
};

/// Between the full name of a record and the field whose union is meant; no name has it.
pub(super) const UNION: char = '#';

/// Deepest nesting of types inside one another.
const MAX_DEPTH: usize = 64;

/// The record's fields and the types that it brings, or why the model cannot hold it.
pub(super) fn lower(
    schema: &Schema,
    record: &avro::Record,
    file: &Arc<str>,
    message: &str,
) -> Result<(Record, Vec<TypeDef>), String> {
    // Under another name the message's record may stand inside itself, as a type.
    let itself = record.name.simple() == message;
    let payload = itself.then(|| record.name.full().to_owned());
    let source = Source {
        file: Arc::clone(file),
        line: 1,
    };
    let mut lower = Lower {
        schema,
        payload,
        source,
        types: BTreeMap::new(),
        open: BTreeSet::new(),
        depth: 0,
    };
    let lowered = lower.record(record)?;
    Ok((lowered, lower.types.into_values().collect()))
}

struct Lower<'a> {
    schema: &'a Schema,
    /// Full name of the payload where it is the message's too, and no type that others can use.
    payload: Option<String>,
    source: Source,
    types: BTreeMap<String, TypeDef>,
    /// Full names of types that are being lowered or are lowered.
    open: BTreeSet<String>,
    depth: usize,
}

/// Where a type stands, for the names of unions.
struct Place<'a> {
    owner: &'a avro::Name,
    field: String,
}

impl Place<'_> {
    fn inside(&self, part: &str) -> Self {
        Place {
            owner: self.owner,
            field: format!("{}_{part}", self.field),
        }
    }
}

impl Lower<'_> {
    fn record(&mut self, record: &avro::Record) -> Result<Record, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("records are nested more than {MAX_DEPTH} deep"));
        }
        let fields = record
            .fields
            .iter()
            .map(|field| self.field(&record.name, field))
            .collect::<Result<_, _>>();
        self.depth -= 1;
        fields.map(|fields| Record { fields })
    }

    fn field(&mut self, owner: &avro::Name, field: &avro::Field) -> Result<Field, String> {
        let place = Place {
            owner,
            field: field.name.clone(),
        };
        let text = |key: &str| {
            field
                .attributes
                .get(key)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let default = field.default.clone().map(|avro| {
            Box::new(FieldDefault {
                plain: avro.clone(),
                avro,
            })
        });
        Ok(Field {
            name: field.name.clone(),
            rust: ident::rust_field(&field.name),
            ty: self.ty(field.schema, &place)?,
            doc: field.doc.clone(),
            default,
            aliases: field.aliases.clone(),
            added: field
                .attributes
                .get("added")
                .and_then(Value::as_u64)
                .map(|v| v as u32),
            deprecated: text("deprecated"),
            pattern: text("pattern"),
            unit: text("unit"),
            pii: field
                .attributes
                .get("pii")
                .and_then(Value::as_bool)
                .unwrap_or_default(),
            line: 1,
        })
    }

    fn ty(&mut self, id: TypeId, place: &Place<'_>) -> Result<Type, String> {
        let schema = self.schema;
        let ty = schema.get(id);
        match (&ty.kind, ty.logical) {
            (Kind::Array(items), _) => Ok(Type::Array(Box::new(
                self.ty(*items, &place.inside("item"))?,
            ))),
            (Kind::Map(values), _) => Ok(Type::Map(Box::new(
                self.ty(*values, &place.inside("value"))?,
            ))),
            (Kind::Union(branches), _) => self.union(branches, place),
            (Kind::Fixed(fixed), logical) => Self::fixed(fixed, logical),
            (Kind::Record(record), _) => self.named(
                &record.name,
                |lower| Ok(TypeKind::Record(lower.record(record)?)),
                &ty.kind,
            ),
            (Kind::Enum(def), _) => self.named(
                &def.name,
                |_| Ok(TypeKind::Enum(enumeration(def))),
                &ty.kind,
            ),
            (_, Some(Logical::Decimal { precision, .. })) if precision > 38 => Err(format!(
                "a decimal of {precision} digits; 38 are the most there are"
            )),
            (_, Some(Logical::Decimal { precision, scale })) => {
                Ok(Type::Decimal { precision, scale })
            }
            (_, Some(logical)) => Ok(logical_type(logical).unwrap_or(Type::Bytes)),
            (kind, None) => Ok(primitive(kind)),
        }
    }

    fn union(&mut self, branches: &[TypeId], place: &Place<'_>) -> Result<Type, String> {
        let is_null = |id: &TypeId| matches!(self.schema.kind(*id), Kind::Null);
        if let [one, other] = branches
            && is_null(one) != is_null(other)
        {
            let null_first = is_null(one);
            let inner = Box::new(self.ty(if null_first { *other } else { *one }, place)?);
            return Ok(Type::Optional { inner, null_first });
        }
        let mut variants = Vec::new();
        for id in branches {
            let ty = self.ty(*id, &place.inside("branch"))?;
            let name = match (self.schema.kind(*id).name(), self.schema.get(*id).logical) {
                (Some(name), _) => ident::rust_type(name.simple()),
                (None, Some(logical)) => format!("{logical:?}")
                    .chars()
                    .take_while(|c| c.is_alphanumeric())
                    .collect(),
                (None, None) => ident::rust_type(self.schema.kind(*id).keyword()),
            };
            variants.push(Variant { rust: name, ty });
        }
        let kind = TypeKind::Union(UnionDef { variants });
        let name = format!("{}{UNION}{}", place.owner.full(), place.field);
        let namespace = place.owner.namespace().unwrap_or_default();
        let mut def = self.definition(name.clone(), namespace, kind);
        def.owner = Some(place.owner.full().to_owned());
        self.types.insert(name.clone(), def);
        Ok(Type::Named(name))
    }

    fn fixed(fixed: &avro::Fixed, logical: Option<Logical>) -> Result<Type, String> {
        let logical = match logical {
            Some(Logical::Uuid) => Some(FixedLogical::Uuid),
            Some(Logical::Duration) => Some(FixedLogical::Duration),
            Some(Logical::Decimal { precision, .. }) if precision > 38 => {
                return Err(format!(
                    "a decimal of {precision} digits; 38 are the most there are"
                ));
            }
            Some(Logical::Decimal { precision, scale }) => {
                Some(FixedLogical::Decimal { precision, scale })
            }
            _ => None,
        };
        Ok(Type::Fixed(Arc::new(Fixed {
            name: fixed.name.simple().to_owned(),
            namespace: fixed.name.namespace().unwrap_or_default().to_owned(),
            size: fixed.size,
            logical,
        })))
    }

    /// A record or enum: lowered at its first mention.
    fn named(
        &mut self,
        name: &avro::Name,
        kind: impl FnOnce(&mut Self) -> Result<TypeKind, String>,
        declared: &Kind,
    ) -> Result<Type, String> {
        if self.payload.as_deref() == Some(name.full()) {
            let simple = name.simple();
            return Err(format!(
                "the payload `{simple}` contains itself; only a record inside it can"
            ));
        }
        if self.open.insert(name.full().to_owned()) {
            let kind = kind(self)?;
            let namespace = name.namespace().unwrap_or_default();
            let mut def = self.definition(name.full().to_owned(), namespace, kind);
            def.aliases = declared
                .aliases()
                .iter()
                .map(|a| a.full().to_owned())
                .collect();
            def.doc = match declared {
                Kind::Record(record) => record.doc.clone(),
                Kind::Enum(def) => def.doc.clone(),
                _ => None,
            };
            self.types.insert(name.full().to_owned(), def);
        }
        Ok(Type::Named(name.full().to_owned()))
    }

    fn definition(&self, name: String, namespace: &str, kind: TypeKind) -> TypeDef {
        TypeDef {
            rust: String::new(),
            module: String::new(),
            namespace: namespace.to_owned(),
            avro_name: None,
            doc: None,
            aliases: Vec::new(),
            version: None,
            owner: None,
            source: self.source.clone(),
            name,
            kind,
        }
    }
}

fn enumeration(def: &avro::Enum) -> EnumDef {
    let symbol = |name: &String| Symbol {
        rust: ident::rust_type(name),
        name: name.clone(),
        doc: None,
    };
    EnumDef {
        symbols: def.symbols.iter().map(symbol).collect(),
        default: def.default.clone(),
    }
}

fn logical_type(logical: Logical) -> Option<Type> {
    Some(match logical {
        Logical::Uuid => Type::Uuid,
        Logical::Date => Type::Date,
        Logical::TimeMillis => Type::TimeMillis,
        Logical::TimeMicros => Type::TimeMicros,
        Logical::TimestampMillis => Type::TimestampMillis,
        Logical::TimestampMicros => Type::TimestampMicros,
        Logical::TimestampNanos => Type::TimestampNanos,
        Logical::LocalTimestampMillis => Type::LocalTimestampMillis,
        Logical::LocalTimestampMicros => Type::LocalTimestampMicros,
        Logical::LocalTimestampNanos => Type::LocalTimestampNanos,
        Logical::Decimal { .. } | Logical::BigDecimal | Logical::Duration => return None,
    })
}

fn primitive(kind: &Kind) -> Type {
    match kind {
        Kind::Boolean => Type::Boolean,
        Kind::Int => Type::Int,
        Kind::Long => Type::Long,
        Kind::Float => Type::Float,
        Kind::Double => Type::Double,
        Kind::Bytes => Type::Bytes,
        Kind::String => Type::String,
        _ => Type::Null,
    }
}
