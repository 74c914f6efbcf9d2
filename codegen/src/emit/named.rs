//! A named type in the file of its owner or in its own: definition, codec, schema.

use super::{
    code::MAX_CHAIN, docs, enums, index::Index, record, record::Head, rust_file::RustFile, unions,
};
use crate::model::{TypeDef, TypeKind};

/// Writes a record, enum or union with everything that belongs to it.
pub(super) fn write(file: &mut RustFile, index: &Index<'_>, def: &TypeDef) {
    let head = Head {
        rust: &def.rust,
        docs: about(index, def),
        deprecated: None,
        hash: false,
    };
    file.separate();
    match &def.kind {
        TypeKind::Record(record) => record::write(file, index, &head, record),
        TypeKind::Enum(symbols) => {
            enums::write(file, &head, symbols, index.is_parsed(&def.name));
        }
        TypeKind::Union(def) => unions::write(file, index, &head, def),
        TypeKind::Fixed(_) => return,
    }
    file.body.blank();
    described(file, &def.rust, &def.full_name());
}

/// What the catalog says about a type, by paragraph.
fn about(index: &Index<'_>, def: &TypeDef) -> Vec<String> {
    let TypeDef { name, source, .. } = def;
    let kind = match def.kind {
        TypeKind::Record(_) => "record",
        TypeKind::Enum(_) => "enum",
        TypeKind::Union(_) => "union",
        TypeKind::Fixed(_) => "fixed",
    };
    let first = match &def.doc {
        Some(doc) => docs::text(doc),
        None => format!("The {kind} `{name}`."),
    };
    let origin = match &def.owner {
        Some(owner) if is_of_header(index, owner, def) => {
            format!("A header of `{owner}` declares it.")
        }
        Some(owner) => format!("A field of `{owner}` declares it."),
        None if def.avro_name.is_some() => {
            format!("In Avro `{}`, of `{}`.", def.full_name(), source.file)
        }
        None => format!("Catalog entry `type: {name}` in `{}`.", source.file),
    };
    vec![first, origin]
}

fn is_of_header(index: &Index<'_>, owner: &str, def: &TypeDef) -> bool {
    let message = index.model().message(owner);
    message.is_some_and(|m| m.headers.fields.iter().any(|f| f.ty.names(&def.name)))
}

/// Writes the type's `Described`: the text of its schema file.
pub(super) fn described(file: &mut RustFile, rust: &str, full_name: &str) {
    let described = file.imports.codec("Described");
    let cow = file.imports.item("std::borrow", "Cow");
    file.body
        .block(format_args!("impl {described} for {rust}"), |code| {
            code.block(
                format_args!("fn schema_json() -> {cow}<'static, str>"),
                |code| {
                    let path = format!("../../avro/{full_name}.avsc");
                    let include = format!("include_str!({path:?})");
                    if include.len() <= MAX_CHAIN {
                        code.line(format_args!("{cow}::Borrowed({include})"));
                    } else {
                        code.enclosed(
                            format_args!("{cow}::Borrowed(include_str!("),
                            "))",
                            |code| {
                                code.line(format_args!("{path:?}"));
                            },
                        );
                    }
                },
            );
        });
}
