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

/// Statement that writes a value at the cursor `out`.
pub(super) fn write(code: &mut Code, imports: &mut Imports, ty: &Type, place: Place<'_>) {
    if !is_special(ty) {
        return code.assign_chain("out =", place.expr, ".write(out);");
    }
    let value = place.borrowed("&");
    match ty {
        Type::Optional {
            inner,
            null_first: false,
        } if !is_special(inner) => {
            imports.codec("null_last");
            code.call("out = null_last::write", &[&value, "out"], ";");
        }
        Type::Fixed(fixed) => {
            let function = fixed_function(imports, fixed, "write");
            code.call(&format!("out = {function}"), &[&value, "out"], ";");
        }
        Type::Optional { inner, null_first } => {
            let (null, some) = if *null_first { (0, 1) } else { (1, 0) };
            code.block(format_args!("match {value}"), |code| {
                code.line(format_args!("None => out = out.index({null}),"));
                code.block("Some(value) =>", |code| {
                    code.line(format_args!("out = out.index({some});"));
                    write(code, imports, inner, Place::local("value"));
                });
            });
        }
        Type::Array(inner) => write_items(code, imports, inner, place, "item"),
        Type::Map(inner) => write_items(code, imports, inner, place, "(key, item)"),
        _ => {}
    }
}

fn write_items(code: &mut Code, imports: &mut Imports, ty: &Type, place: Place<'_>, item: &str) {
    let expr = place.expr;
    code.block(format_args!("if !{expr}.is_empty()"), |code| {
        code.chain(&format!("out = out.block({expr}.len())"), "", ";");
        code.block(
            format_args!("for {item} in {}", place.borrowed("&")),
            |code| {
                if item.starts_with('(') {
                    code.line("out = key.write(out);");
                }
                write(code, imports, ty, Place::local("item"));
            },
        );
    });
    code.line("out = out.block(0);");
}

/// Expression that reads a value from `r`, between `head` and `end`.
pub(super) fn value(
    code: &mut Code,
    index: &Index<'_>,
    imports: &mut Imports,
    ty: &Type,
    (head, end): (&str, &str),
) {
    if !is_special(ty) {
        return code.line(format_args!("{head}r.value(){end}"));
    }
    match ty {
        Type::Optional {
            inner,
            null_first: false,
        } if !is_special(inner) => {
            imports.codec("null_last");
            code.line(format_args!("{head}null_last::value(r){end}"));
        }
        Type::Fixed(fixed) => {
            let function = fixed_function(imports, fixed, "value");
            code.line(format_args!("{head}{function}(r){end}"));
        }
        Type::Optional { inner, null_first } => {
            let (open, close) = (format!("{head}match r.position(2) {{"), format!("}}{end}"));
            let null = u8::from(!null_first);
            code.enclosed(open, &close, |code| {
                code.line(format_args!("{null} => None,"));
                value(code, index, imports, inner, ("_ => Some(", "),"));
            });
        }
        Type::Array(_) | Type::Map(_) => {
            let collection = empty(imports, ty);
            code.enclosed(format!("{head}{{"), &format!("}}{end}"), |code| {
                code.line(format_args!("let mut items = {collection}::new();"));
                read_items(code, index, imports, ty, "items");
                code.line("items");
            });
        }
        _ => {}
    }
}

/// The collection's type, whose `new` makes an empty one.
fn empty(imports: &mut Imports, ty: &Type) -> String {
    match ty {
        Type::Map(_) => imports.item("std::collections", "BTreeMap"),
        _ => imports.prelude("Vec"),
    }
}

/// Statement that appends the items that follow in `r` to `items`.
fn read_items(code: &mut Code, index: &Index<'_>, imports: &mut Imports, ty: &Type, items: &str) {
    let (inner, is_map) = match ty {
        Type::Map(inner) => (inner, true),
        Type::Array(inner) => (inner, false),
        _ => return,
    };
    let min_size = index.min_size(inner) + usize::from(is_map);
    let walk = imports.codec("Items");
    code.enclosed("r.deeper(|r| {", "});", |code| {
        code.line(format_args!("let mut walk = {walk}::new({min_size});"));
        code.block("while walk.more(r)", |code| {
            if is_map {
                code.line("let key = r.value();");
                value(code, index, imports, inner, ("let item = ", ";"));
                code.line(format_args!("{items}.insert(key, item);"));
            } else {
                let head = format!("{items}.push(");
                value(code, index, imports, inner, (&head, ");"));
            }
        });
    });
}

/// Statement that reads a value from `r` over the one in `place`, reusing its allocations.
pub(super) fn read(
    code: &mut Code,
    index: &Index<'_>,
    imports: &mut Imports,
    ty: &Type,
    place: Place<'_>,
) {
    if !is_special(ty) {
        return code.chain(place.expr, ".read(r)", ";");
    }
    match ty {
        Type::Optional {
            inner,
            null_first: false,
        } if !is_special(inner) => {
            imports.codec("null_last");
            code.call("null_last::read", &[&place.borrowed("&mut "), "r"], ";");
        }
        Type::Fixed(fixed) => {
            let function = fixed_function(imports, fixed, "read");
            code.call(&function, &[&place.borrowed("&mut "), "r"], ";");
        }
        Type::Array(_) | Type::Map(_) => {
            code.chain(place.expr, ".clear()", ";");
            read_items(code, index, imports, ty, place.expr);
        }
        _ => {
            let target = format!("{}{} = ", if place.is_ref { "*" } else { "" }, place.expr);
            value(code, index, imports, ty, (&target, ";"));
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
