//! Unions: branches as variants.

use super::{
    code::Code,
    docs,
    enums::position_pattern,
    fields,
    imports::Imports,
    index::{Index, is_special},
    record::{Head, write_head},
    rust_file::RustFile,
    rust_type::rust_type,
};
use crate::model::{Type, UnionDef, Variant};

/// Writes a union's enum and its `Codec`.
pub(super) fn write(file: &mut RustFile, index: &Index<'_>, head: &Head<'_>, def: &UnionDef) {
    write_enum(file, index, head, def);
    file.body.blank();
    write_codec(file, index, head.rust, def);
}

fn write_enum(file: &mut RustFile, index: &Index<'_>, head: &Head<'_>, def: &UnionDef) {
    let RustFile { imports, body, .. } = file;
    docs::outer(body, &head.docs);
    body.line("#[derive(Clone, Debug, PartialEq)]");
    body.block(format_args!("pub enum {}", head.rust), |code| {
        for variant in &def.variants {
            let Variant { rust, ty } = variant;
            if *ty == Type::Null {
                code.line("/// Nothing.");
                code.line(format_args!("{rust},"));
                continue;
            }
            docs::outer(code, &[variant_doc(index, ty)]);
            let inner = rust_type(index, ty, imports);
            code.line(format_args!("{rust}({inner}),"));
        }
    });
}

fn variant_doc(index: &Index<'_>, ty: &Type) -> String {
    let def = match ty.unboxed() {
        Type::Named(name) => index.model().types.get(name),
        _ => None,
    };
    match def.map(|def| (&def.doc, &def.name)) {
        Some((Some(doc), _)) => docs::text(doc),
        Some((None, name)) => format!("A value of `{name}`."),
        None => "A value of this type.".to_owned(),
    }
}

fn write_codec(file: &mut RustFile, index: &Index<'_>, rust: &str, def: &UnionDef) {
    let codec = file.imports.codec("Codec");
    let reader = file.imports.codec("Reader");
    let RustFile { imports, body, .. } = file;
    let least = def.variants.iter().map(|v| index.min_size(&v.ty)).min();
    body.block(format_args!("impl {codec} for {rust}"), |code| {
        code.line(format_args!(
            "const MIN_SIZE: usize = {};",
            1 + least.unwrap_or(0)
        ));
        code.blank();
        code.block(write_head(imports, "mut out"), |code| {
            encode(code, imports, def);
        });
        code.blank();
        code.block("fn blank() -> Self", |code| {
            let Some(Variant { rust, ty }) = blank_variant(index, def) else {
                return;
            };
            match ty {
                Type::Null => code.line(format_args!("Self::{rust}")),
                _ => code.line(format_args!("Self::{rust}({codec}::blank())")),
            }
        });
        code.blank();
        let head = format!("fn read(&mut self, r: &mut {reader}<'_>)");
        code.block(head, |code| read(code, index, imports, def));
    });
}

/// The first of the branches that hold the fewest types inside: a blank value of it has an end.
fn blank_variant<'a>(index: &Index<'_>, def: &'a UnionDef) -> Option<&'a Variant> {
    let height = |variant: &&Variant| index.height(&variant.ty).unwrap_or(usize::MAX);
    def.variants.iter().min_by_key(height)
}

fn encode(code: &mut Code, imports: &mut Imports, def: &UnionDef) {
    code.block("match self", |code| {
        for (position, Variant { rust, ty }) in def.variants.iter().enumerate() {
            if *ty == Type::Null {
                code.line(format_args!("Self::{rust} => out = out.index({position}),"));
                continue;
            }
            code.block(format_args!("Self::{rust}(value) =>"), |code| {
                code.line(format_args!("out = out.index({position});"));
                fields::write(code, imports, ty, fields::Place::local("value"));
            });
        }
    });
    code.line("out");
}

/// A value of the same branch is read over; of another, it is replaced.
fn read(code: &mut Code, index: &Index<'_>, imports: &mut Imports, def: &UnionDef) {
    let count = def.variants.len();
    code.block(
        format_args!("match (r.position({count}), &mut *self)"),
        |code| {
            for (position, Variant { rust, ty }) in def.variants.iter().enumerate() {
                let pattern = position_pattern(position, count - 1);
                let any = match pattern.as_str() {
                    "_" => "_".to_owned(),
                    pattern => format!("({pattern}, _)"),
                };
                if *ty == Type::Null {
                    code.line(format_args!("{any} => *self = Self::{rust},"));
                    continue;
                }
                if !is_special(ty) {
                    code.line(format_args!(
                        "({pattern}, Self::{rust}(value)) => value.read(r),"
                    ));
                }
                let head = format!("{any} => *self = Self::{rust}(");
                fields::value(code, index, imports, ty, (&head, "),"));
            }
        },
    );
}
