//! Unions: which branches Avro allows side by side, and what Rust calls them.

use super::index::Index;
use crate::{
    diagnostic::{Diagnostic, codes},
    ident,
    model::{Type, UnionDef, Variant},
    source::Span,
};

/// A union of branches, unless two of them look the same on the wire.
pub(super) fn definition(
    index: &Index<'_>,
    types: Vec<Type>,
    at: Span,
    out: &mut Vec<Diagnostic>,
) -> Option<UnionDef> {
    if types.len() < 2 {
        let help = "add a branch, or use the one type itself";
        out.push(
            Diagnostic::new(
                codes::BAD_UNION,
                "a union has at least two branches",
                at,
                "too few",
            )
            .help(help),
        );
        return None;
    }
    for (i, ty) in types.iter().enumerate() {
        let same = types[..i].iter().find(|t| wire(t) == wire(ty));
        if let Some(same) = same {
            let (one, other) = (variant_name(index, same), variant_name(index, ty));
            let message = if one == other {
                format!("the branch {one} stands twice in a union")
            } else {
                format!(
                    "{one} and {other} are both `{}` on the wire, so no reader could tell them apart",
                    wire(ty)
                )
            };
            let help = "wrap one of them in a record of its own";
            out.push(
                Diagnostic::new(codes::BAD_UNION, message, at, "not a union in Avro").help(help),
            );
            return None;
        }
    }
    let variants = types
        .into_iter()
        .map(|ty| Variant {
            rust: variant_name(index, &ty),
            ty,
        })
        .collect();
    Some(UnionDef { variants })
}

/// What distinguishes a branch on the wire (Avro 1.12, "Unions").
fn wire(ty: &Type) -> &str {
    match ty {
        Type::Null => "null",
        Type::Boolean => "boolean",
        Type::Int | Type::Date | Type::TimeMillis => "int",
        Type::Long
        | Type::TimeMicros
        | Type::TimestampMillis
        | Type::TimestampMicros
        | Type::TimestampNanos
        | Type::LocalTimestampMillis
        | Type::LocalTimestampMicros
        | Type::LocalTimestampNanos => "long",
        Type::Float => "float",
        Type::Double => "double",
        Type::Bytes | Type::Decimal { .. } => "bytes",
        Type::String | Type::Uuid => "string",
        Type::Fixed(fixed) => &fixed.name,
        Type::Array(_) => "array",
        Type::Map(_) => "map",
        Type::Named(name) => name,
        Type::Optional { .. } => "union",
        Type::Boxed(inner) => wire(inner),
    }
}

fn variant_name(index: &Index<'_>, ty: &Type) -> String {
    match ty {
        Type::Null => "Null".into(),
        Type::Decimal { .. } => "Decimal".into(),
        Type::Array(_) => "Array".into(),
        Type::Map(_) => "Map".into(),
        Type::Fixed(fixed) if index.types.contains_key(fixed.name.as_str()) => {
            ident::rust_type(&fixed.name)
        }
        Type::Fixed(fixed) if fixed.logical.is_some() => "Duration".into(),
        Type::Fixed(_) => "Fixed".into(),
        Type::Named(name) => ident::rust_type(name),
        Type::Optional { inner, .. } | Type::Boxed(inner) => variant_name(index, inner),
        plain => {
            let name = super::lower::PLAIN
                .iter()
                .find(|(_, ty)| ty == plain)
                .map_or("", |(name, _)| name);
            ident::rust_type(name)
        }
    }
}
