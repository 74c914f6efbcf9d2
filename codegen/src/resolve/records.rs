//! Fields and shared types.

use super::{
    index::Index,
    lower::{Lower, owned},
    union,
};
use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    ident,
    model::{EnumDef, Field, FieldDefault, Fixed, Record, Symbol, Type, TypeDef, TypeKind},
    source::Span,
    syntax::{Document, Entry, Node},
};

/// Text of a key.
pub(super) fn text(node: &Node<'_>, key: &str) -> Option<String> {
    node.get(key)?.text().map(|t| t.trim_end().to_owned())
}

/// Texts of a list.
pub(super) fn texts(node: &Node<'_>, key: &str) -> Vec<String> {
    let items = node.get(key).map_or(&[][..], |n| n.items());
    items
        .iter()
        .filter_map(|n| n.text().map(str::to_owned))
        .collect()
}

/// A shared type, and the types that its fields own.
pub(super) fn shared(
    index: &Index<'_>,
    document: &Document<'_>,
    out: &mut Vec<Diagnostic>,
) -> Vec<TypeDef> {
    let namespace = index.namespace();
    let mut lower = Lower {
        index,
        owner: Some((&document.name, &namespace)),
        owned: Vec::new(),
        out,
    };
    let Some(kind) = kind(&mut lower, document) else {
        return Vec::new();
    };
    let mut types = lower.owned;
    types.push(TypeDef {
        name: document.name.clone(),
        namespace,
        avro_name: None,
        rust: ident::rust_type(&document.name),
        module: ident::rust_module(&document.name),
        doc: text(&document.root, "doc"),
        aliases: texts(&document.root, "aliases"),
        version: document
            .root
            .get("version")
            .and_then(Node::whole)
            .map(|v| v as u32),
        owner: None,
        kind,
        source: index.sources.source(document.name_span),
    });
    types
}

fn kind(lower: &mut Lower<'_, '_>, document: &Document<'_>) -> Option<TypeKind> {
    const WAYS: [&str; 4] = ["fields", "symbols", "fixed", "union"];
    let root = &document.root;
    let given: Vec<&Entry<'_>> = root
        .entries()
        .iter()
        .filter(|e| WAYS.contains(&&*e.key))
        .collect();
    let [entry] = given.as_slice() else {
        let message = format!(
            "the type `{}` needs exactly one of `{}`",
            document.name,
            WAYS.join("`, `")
        );
        let at = given.get(1).map_or(document.name_span, |e| e.key_span);
        let label = if given.is_empty() {
            "has none of them"
        } else {
            "has this too"
        };
        let help = "write `fields:` for a record, `symbols:` for an enum";
        lower
            .out
            .push(Diagnostic::new(codes::ONE_OF, message, at, label).help(help));
        return None;
    };
    match &*entry.key {
        "fields" => Some(TypeKind::Record(record(lower, &entry.value, None))),
        "symbols" => {
            let default = root
                .get("default")
                .and_then(|n| Some((n.text()?.to_owned(), n.span)));
            Some(TypeKind::Enum(enumeration(
                &entry.value,
                default,
                lower.out,
            )))
        }
        "fixed" => {
            let (name, namespace) = (document.name.clone(), lower.index.namespace());
            let size = entry.value.whole()? as usize;
            Some(TypeKind::Fixed(
                Fixed {
                    name,
                    namespace,
                    size,
                    logical: None,
                }
                .into(),
            ))
        }
        _ => {
            let at = entry.key_span;
            let branches = entry.value.items();
            let types = branches
                .iter()
                .map(|n| lower.node(n, "union"))
                .collect::<Option<Vec<Type>>>()?;
            Some(TypeKind::Union(union::definition(
                lower.index,
                types,
                at,
                lower.out,
            )?))
        }
    }
}

/// Fields of a record; `version` is the message's, which no field can be added after.
pub(super) fn record(lower: &mut Lower<'_, '_>, fields: &Node<'_>, version: Option<u32>) -> Record {
    let mut record = Record {
        fields: Vec::with_capacity(fields.entries().len()),
    };
    let entries = fields.entries().iter();
    record
        .fields
        .extend(entries.filter_map(|entry| field(lower, entry, version)));
    record
}

pub(super) fn field(
    lower: &mut Lower<'_, '_>,
    entry: &Entry<'_>,
    version: Option<u32>,
) -> Option<Field> {
    let node = &entry.value;
    let name = entry.key.to_string();
    let ty = if node.map().is_some() {
        field_type(lower, entry)?
    } else {
        lower.node(node, &name)?
    };
    let default = match node.get("default") {
        Some(default) => Some(FieldDefault {
            plain: default.json(),
            avro: serde_json::Value::Null,
        }),
        None => null_default(lower, &ty),
    };
    let added = node.get("added").and_then(Node::whole).map(|v| v as u32);
    if let (Some(added), Some(version)) = (added, version)
        && added > version
    {
        let message = format!(
            "the field `{name}` was added in version {added}, but this is version {version}"
        );
        let at = node.get("added").map_or(entry.key_span, |n| n.span);
        let help = format!("raise `version` to {added}");
        lower
            .out
            .push(Diagnostic::new(codes::BAD_VERSION, message, at, "still to come").help(help));
    }
    Some(Field {
        rust: ident::rust_field(&name),
        doc: text(node, "doc"),
        default: default.map(Box::new),
        aliases: texts(node, "aliases"),
        added,
        deprecated: text(node, "deprecated"),
        pattern: text(node, "pattern"),
        unit: text(node, "unit"),
        pii: node.get("pii").and_then(Node::flag).unwrap_or_default(),
        line: entry.key_span.line,
        name,
        ty,
    })
}

/// A nullable field has the default null.
fn null_default(lower: &Lower<'_, '_>, ty: &Type) -> Option<FieldDefault> {
    let nullable = match ty {
        Type::Optional { .. } => true,
        Type::Named(name) => lower.owned.iter().any(|t| t.name == *name && has_null(t)),
        _ => false,
    };
    let null = serde_json::Value::Null;
    nullable.then(|| FieldDefault {
        plain: null.clone(),
        avro: null,
    })
}

fn has_null(def: &TypeDef) -> bool {
    matches!(&def.kind, TypeKind::Union(u) if u.variants.iter().any(|v| v.ty == Type::Null))
}

fn field_type(lower: &mut Lower<'_, '_>, entry: &Entry<'_>) -> Option<Type> {
    let (node, name) = (&entry.value, &*entry.key);
    match (node.get("type"), node.get("symbols")) {
        (Some(ty), None) => lower.node(ty, name),
        (None, Some(symbols)) => own_enum(lower, entry, symbols),
        (given, _) => {
            let message = format!("the field `{name}` needs exactly one of `type` and `symbols`");
            let label = if given.is_some() {
                "has both"
            } else {
                "has neither"
            };
            let help = format!("write `{name}: {{ type: string }}`");
            lower
                .out
                .push(Diagnostic::new(codes::ONE_OF, message, entry.key_span, label).help(help));
            None
        }
    }
}

/// An enum of the field's own, named after its owner and the field.
fn own_enum(lower: &mut Lower<'_, '_>, entry: &Entry<'_>, symbols: &Node<'_>) -> Option<Type> {
    let (owner, namespace) = lower.owner?;
    let name = format!("{}{}", ident::pascal(owner), ident::pascal(&entry.key));
    let kind = TypeKind::Enum(enumeration(symbols, None, lower.out));
    let (owner, namespace) = (owner.to_owned(), namespace.to_owned());
    let mut def = owned(
        name.clone(),
        namespace,
        owner,
        kind,
        lower.index,
        entry.key_span,
    );
    def.doc = text(&entry.value, "doc");
    lower.owned.push(def);
    Some(Type::Named(name))
}

fn enumeration(
    node: &Node<'_>,
    default: Option<(String, Span)>,
    out: &mut Vec<Diagnostic>,
) -> EnumDef {
    let mut symbols: Vec<Symbol> = Vec::new();
    let listed = node
        .items()
        .iter()
        .filter_map(|n| Some((n.text()?.to_owned(), None, n.span)));
    let mapped = node.entries().iter().map(|e| {
        (
            e.key.to_string(),
            e.value.text().map(str::to_owned),
            e.key_span,
        )
    });
    let mut seen = std::collections::HashSet::new();
    for (name, doc, span) in listed.chain(mapped) {
        if !seen.insert(name.clone()) {
            let message = format!("the symbol `{name}` stands twice");
            out.push(
                Diagnostic::new(codes::BAD_ENUM, message, span, "again here")
                    .help("keep one of them"),
            );
        }
        symbols.push(Symbol {
            rust: ident::rust_type(&ident::pascal(&name)),
            name,
            doc,
        });
    }
    if symbols.is_empty() {
        let help = "list them: `symbols: [OPEN, CLOSED]`";
        out.push(
            Diagnostic::new(
                codes::BAD_ENUM,
                "an enum has at least one symbol",
                node.span,
                "has none",
            )
            .help(help),
        );
    }
    let default = default.map(|(name, span)| {
        if !symbols.iter().any(|s| s.name == name) {
            let message = format!("the default `{name}` is not a symbol of the enum");
            let help = did_you_mean(&name, symbols.iter().map(|s| s.name.as_str()));
            out.push(
                Diagnostic::new(codes::BAD_ENUM, message, span, "not a symbol").maybe_help(help),
            );
        }
        name
    });
    EnumDef { symbols, default }
}
