//! Texts, numbers and flags with their formats.

use super::{Schemas, Typed, flat::Flat, types::Ty};

/// Digits of a decimal whose schema does not say them.
const DECIMAL: (u32, u32) = (38, 9);

impl<'t> Schemas<'_, 't> {
    /// The type of a scalar.
    pub(super) fn scalar(&mut self, flat: &Flat<'t>, kind: &str) -> Typed {
        let format = flat.text("format").unwrap_or_default();
        let ty = match kind {
            "string" => self.text_type(flat, format),
            "integer" => self.whole(flat, format),
            "number" => self.number(flat, format),
            "boolean" => Ty::plain("boolean"),
            other => {
                let message = format!("`{other}` is no type of JSON Schema");
                self.cx
                    .changed(flat.at, message, "its values travel as JSON text");
                Ty::Json
            }
        };
        Typed::of(ty)
    }

    fn text_type(&mut self, flat: &Flat<'t>, format: &str) -> Ty {
        let base64 = flat
            .text("contentEncoding")
            .is_some_and(|e| e.starts_with("base64"));
        match format {
            "date-time" => Ty::plain("timestamp-millis"),
            "date" => Ty::plain("date"),
            "time" | "partial-time" => Ty::plain("time-millis"),
            "uuid" => Ty::plain("uuid"),
            "byte" | "binary" | "base64" => Ty::plain("bytes"),
            "decimal" | "bigdecimal" | "big-decimal" => self.decimal(flat),
            _ if base64 => Ty::plain("bytes"),
            _ => Ty::plain("string"),
        }
    }

    fn whole(&self, flat: &Flat<'t>, format: &str) -> Ty {
        match format {
            "int32" | "int16" | "int8" | "uint16" | "uint8" => Ty::plain("int"),
            "uint64" => {
                let message = "whole numbers end at 9223372036854775807 here";
                self.cx.changed(flat.at, message, "it becomes a `long`");
                Ty::plain("long")
            }
            _ => Ty::plain("long"),
        }
    }

    fn number(&mut self, flat: &Flat<'t>, format: &str) -> Ty {
        match format {
            "float" => Ty::plain("float"),
            "int32" => Ty::plain("int"),
            "int64" => Ty::plain("long"),
            "decimal" | "bigdecimal" | "big-decimal" => self.decimal(flat),
            _ => Ty::plain("double"),
        }
    }

    /// Digits from `multipleOf`; the usual ones where it does not say.
    fn decimal(&mut self, flat: &Flat<'t>) -> Ty {
        let (precision, scale) = if let Some(scale) = flat.text("multipleOf").and_then(scale) {
            (38, scale)
        } else {
            let message = "the schema does not say how many digits the decimal has";
            let becomes = "it has 38, 9 of them after the point; `multipleOf: 0.01` says 2";
            self.cx.changed(flat.at, message, becomes);
            DECIMAL
        };
        Ty::Plain(format!("decimal({precision}, {scale})"))
    }
}

/// Digits after the point of a power of ten: 2 of `0.01`, 7 of `1e-7`, 0 of `1`.
fn scale(step: &str) -> Option<u32> {
    let digits = match step.split_once('.') {
        Some((whole, part)) => {
            let power = whole.bytes().all(|b| b == b'0') && part.trim_start_matches('0') == "1";
            power.then_some(part.len() as u32)?
        }
        None if step == "1" => 0,
        None => step.strip_prefix("1e-")?.parse().ok()?,
    };
    (digits <= 30).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::scale;

    #[test]
    fn a_step_says_how_many_digits_there_are() {
        assert_eq!(scale("0.01"), Some(2));
        assert_eq!(scale("1"), Some(0));
        assert_eq!(scale("1e-7"), Some(7));
        assert_eq!(scale("1e-31"), None);
        assert_eq!(scale("0.05"), None);
        assert_eq!(scale("10"), None);
    }
}
