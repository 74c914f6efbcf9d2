//! Code that encodes and decodes one value, by its type.
//!
//! Most types go through `Codec` of their Rust type. The few that Avro can write in two ways (null
//! last, uuid and decimal over fixed) are spelled out, and so is whatever holds them.

use super::{
    code::Code,
    imports::Imports,
    index::{Index, is_special},
};
use crate::model::{Fixed, FixedLogical, Type};

/// A place that holds a value: `self.total`, or a local reference.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The expression.
    pub(super) expr: &'a str,
    /// Whether the expression is a reference already.
    pub(super) is_ref: bool,
}

impl<'a> Place<'a> {
    pub(super) fn field(expr: &'a str) -> Self {
        Self {
            expr,
            is_ref: false,
        }
    }

    pub(super) fn local(expr: &'a str) -> Self {
        Self { expr, is_ref: true }
    }

    fn borrowed(self, with: &str) -> String {
        let and = if self.is_ref { "" } else { with };
        format!("{and}{}", self.expr)
    }
}

/// Statement that appends a value to `out`.
pub(super) fn encode(code: &mut Code, imports: &mut Imports, ty: &Type, place: Place<'_>) {
    if !is_special(ty) {
        return code.chain(place.expr, ".encode(out)", ";");
    }
    let value = place.borrowed("&");
    match ty {
        Type::Optional {
            inner,
            null_first: false,
        } if !is_special(inner) => {
            imports.codec("null_last");
            code.call("null_last::encode", &[&value, "out"], ";");
        }
        Type::Fixed(fixed) => {
            code.call(
                &fixed_function(imports, fixed, "encode"),
                &[&value, "out"],
                ";",
            );
        }
        Type::Optional { inner, null_first } => {
            imports.codec("write");
            let (null, some) = if *null_first { (0, 1) } else { (1, 0) };
            code.block(format_args!("match {value}"), |code| {
                code.line(format_args!("None => write::index({null}, out),"));
                code.block("Some(value) =>", |code| {
                    code.line(format_args!("write::index({some}, out);"));
                    encode(code, imports, inner, Place::local("value"));
                });
            });
        }
        Type::Array(inner) => encode_items(code, imports, inner, place, "item"),
        Type::Map(inner) => encode_items(code, imports, inner, place, "(key, item)"),
        _ => {}
    }
}

fn encode_items(code: &mut Code, imports: &mut Imports, ty: &Type, place: Place<'_>, item: &str) {
    imports.codec("write");
    let expr = place.expr;
    code.block(format_args!("if !{expr}.is_empty()"), |code| {
        code.chain(&format!("write::block({expr}.len(), out)"), "", ";");
        code.block(
            format_args!("for {item} in {}", place.borrowed("&")),
            |code| {
                if item.starts_with('(') {
                    code.line("key.encode(out);");
                }
                encode(code, imports, ty, Place::local("item"));
            },
        );
    });
    code.line("write::block(0, out);");
}

/// Expression that reads a value from `r`, between `head` and `end`.
pub(super) fn decode(
    code: &mut Code,
    index: &Index<'_>,
    imports: &mut Imports,
    ty: &Type,
    (head, end): (&str, &str),
) {
    if !is_special(ty) {
        let codec = imports.codec("Codec");
        return code.line(format_args!("{head}{codec}::decode(r)?{end}"));
    }
    match ty {
        Type::Optional {
            inner,
            null_first: false,
        } if !is_special(inner) => {
            imports.codec("null_last");
            code.line(format_args!("{head}null_last::decode(r)?{end}"));
        }
        Type::Fixed(fixed) => {
            let function = fixed_function(imports, fixed, "decode");
            code.line(format_args!("{head}{function}(r)?{end}"));
        }
        Type::Optional { inner, null_first } => {
            let (open, close) = (format!("{head}match r.index(2)? {{"), format!("}}{end}"));
            let null = u8::from(!null_first);
            code.enclosed(open, &close, |code| {
                code.line(format_args!("{null} => None,"));
                decode(code, index, imports, inner, ("_ => Some(", "),"));
            });
        }
        Type::Array(inner) => decode_items(code, index, imports, inner, (head, end), false),
        Type::Map(inner) => decode_items(code, index, imports, inner, (head, end), true),
        _ => {}
    }
}

fn decode_items(
    code: &mut Code,
    index: &Index<'_>,
    imports: &mut Imports,
    ty: &Type,
    (head, end): (&str, &str),
    is_map: bool,
) {
    let collection = if is_map {
        imports.item("std::collections", "BTreeMap")
    } else {
        imports.prelude("Vec")
    };
    let min_size = index.min_size(ty) + usize::from(is_map);
    let items = imports.codec("Items");
    let (open, close) = (format!("{head}r.nested(|r| {{"), format!("}})?{end}"));
    code.enclosed(open, &close, |code| {
        code.line(format_args!("let mut items = {collection}::new();"));
        code.line(format_args!("let mut walk = {items}::new({min_size});"));
        code.block("while walk.next(r)?", |code| {
            if is_map {
                let codec = imports.codec("Codec");
                code.line(format_args!("let key = {codec}::decode(r)?;"));
                decode(code, index, imports, ty, ("let item = ", ";"));
                code.line("items.insert(key, item);");
            } else {
                decode(code, index, imports, ty, ("items.push(", ");"));
            }
        });
        code.line("Ok(items)");
    });
}

/// Statement that reads a value from `r` over the one in `place`, reusing its allocations.
pub(super) fn decode_into(
    code: &mut Code,
    index: &Index<'_>,
    imports: &mut Imports,
    ty: &Type,
    place: Place<'_>,
) {
    if !is_special(ty) {
        return code.chain(place.expr, ".decode_into(r)?", ";");
    }
    match ty {
        Type::Optional {
            inner,
            null_first: false,
        } if !is_special(inner) => {
            imports.codec("null_last");
            code.call(
                "null_last::decode_into",
                &[&place.borrowed("&mut "), "r"],
                "?;",
            );
        }
        Type::Fixed(fixed) => {
            let function = fixed_function(imports, fixed, "decode_into");
            code.call(&function, &[&place.borrowed("&mut "), "r"], "?;");
        }
        _ => {
            let target = format!("{}{} = ", if place.is_ref { "*" } else { "" }, place.expr);
            decode(code, index, imports, ty, (&target, ";"));
        }
    }
}

fn fixed_function(imports: &mut Imports, fixed: &Fixed, function: &str) -> String {
    if let Some(FixedLogical::Decimal { .. }) = fixed.logical {
        imports.codec("decimal_fixed");
        return format!("decimal_fixed::{function}::<{}, _>", fixed.size);
    }
    imports.codec("uuid_fixed");
    format!("uuid_fixed::{function}")
}
