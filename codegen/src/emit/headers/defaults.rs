//! Defaults of headers as Rust writes them.

use serde_json::Value;

use crate::{
    emit::{
        imports::Imports, index::Index, literal::number_text, rust_file::RustFile,
        rust_type::rust_type,
    },
    model::{Field, Type, TypeKind},
};

/// Longest inside of a struct literal on one line (`struct_lit_width`).
const MAX_LITERAL: usize = 18;

/// Whether the default is that of the header's Rust type, so that it is derived.
pub(super) fn is_plain(header: &Field) -> bool {
    let default = header.default.as_ref().map(|d| &d.avro);
    match (&header.ty, default) {
        (Type::Optional { .. }, _) => true,
        (Type::Boolean, Some(Value::Bool(flag))) => !flag,
        (Type::Int | Type::Long, Some(Value::Number(number))) => number.as_i64() == Some(0),
        (Type::String, Some(Value::String(text))) => text.is_empty(),
        _ => false,
    }
}

/// `impl Default`, which states every value.
pub(super) fn write(file: &mut RustFile, index: &Index<'_>, rust: &str, headers: &[Field]) {
    let RustFile { imports, body, .. } = file;
    let value = |header: &Field, imports: &mut Imports| {
        let default = of(index, header, imports);
        let default = default.unwrap_or_else(|| "None".to_owned());
        format!("{}: {default}", header.rust)
    };
    let values: Vec<String> = headers.iter().map(|h| value(h, imports)).collect();
    let line = values.join(", ");
    body.block(format_args!("impl Default for {rust}"), |code| {
        code.block("fn default() -> Self", |code| {
            if line.len() <= MAX_LITERAL {
                return code.line(format_args!("Self {{ {line} }}"));
            }
            code.block("Self", |code| {
                for value in &values {
                    code.line(format_args!("{value},"));
                }
            });
        });
    });
}

/// The call that puts the default in place of a header that is absent.
pub(super) fn fallback(index: &Index<'_>, header: &Field, imports: &mut Imports) -> Option<String> {
    let default = of(index, header, imports)?;
    Some(match header.ty {
        Type::String if is_plain(header) => ".unwrap_or_default()".to_owned(),
        Type::String => format!(".unwrap_or_else(|| {default})"),
        _ => format!(".unwrap_or({default})"),
    })
}

/// The default as an expression; none for a header that is null where it is absent.
fn of(index: &Index<'_>, header: &Field, imports: &mut Imports) -> Option<String> {
    if matches!(header.ty, Type::Optional { .. }) {
        return None;
    }
    let default = header.default.as_ref()?;
    let ty = rust_type(index, &header.ty, imports);
    let name = ty.split('<').next().unwrap_or(&ty);
    Some(match (&header.ty, &default.avro) {
        (Type::Boolean, flag) => flag.to_string(),
        (Type::Int | Type::Long, number) => integer(number.as_i64()?.into()),
        (Type::Float | Type::Double, number) => format!("{:?}", number.as_f64()?),
        (Type::String, Value::String(text)) if text.is_empty() => {
            format!("{}::new()", imports.prelude("String"))
        }
        (Type::String, Value::String(text)) => format!("{text:?}.to_owned()"),
        (Type::Uuid, Value::String(text)) => format!("{name}::from_u128({})", hexadecimal(text)),
        (Type::Decimal { scale, .. }, _) => {
            let unscaled = unscaled(&default.plain, *scale as usize)?;
            format!("{name}::from_unscaled({})", integer(unscaled))
        }
        (Type::Named(of), Value::String(symbol)) => {
            let TypeKind::Enum(def) = &index.model().types.get(of)?.kind else {
                return None;
            };
            let symbol = def.symbols.iter().find(|s| s.name == *symbol)?;
            format!("{ty}::{}", symbol.rust)
        }
        (_, number) => format!("{name}({})", integer(number.as_i64()?.into())),
    })
}

fn integer(number: i128) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let digits = match u64::try_from(number.unsigned_abs()) {
        Ok(digits) => number_text(digits),
        Err(_) => number.unsigned_abs().to_string(),
    };
    format!("{sign}{digits}")
}

/// A uuid's digits, four by four.
fn hexadecimal(uuid: &str) -> String {
    let digits: Vec<char> = uuid.chars().filter(|c| *c != '-').collect();
    let groups = digits
        .chunks(4)
        .map(|group| group.iter().collect::<String>());
    format!("0x{}", groups.collect::<Vec<_>>().join("_"))
}

/// A decimal, as people write it, times ten to the power of its scale.
fn unscaled(plain: &Value, scale: usize) -> Option<i128> {
    let text = match plain {
        Value::String(text) => text.clone(),
        number => number.to_string(),
    };
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{part:0<scale$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{hexadecimal, integer, unscaled};

    #[test]
    fn numbers_are_written_as_rust_reads_them() {
        assert_eq!(integer(-12_500), "-12_500");
        assert_eq!(integer(i64::MIN.into()), "-9_223_372_036_854_775_808");
        assert_eq!(unscaled(&json!("-0.5"), 2), Some(-50));
        assert_eq!(unscaled(&json!(12), 2), Some(1200));
        assert_eq!(
            hexadecimal("01234567-89ab-cdef-0123-456789abcdef"),
            "0x0123_4567_89ab_cdef_0123_4567_89ab_cdef"
        );
    }
}
