//! Enums: symbols as variants.

use super::{
    docs,
    record::{Head, write_head},
    rust_file::RustFile,
};
use crate::model::EnumDef;

/// Writes an enum, its symbols' text and its `Codec`; `parsed` where it is read from text, too.
pub(super) fn write(file: &mut RustFile, head: &Head<'_>, def: &EnumDef, parsed: bool) {
    write_enum(file, head, def);
    file.body.blank();
    write_text(file, head.rust, def);
    if parsed {
        file.body.blank();
        write_parsing(file, head.rust, def);
    }
    file.body.blank();
    write_codec(file, head.rust, def);
}

fn write_enum(file: &mut RustFile, head: &Head<'_>, def: &EnumDef) {
    let code = &mut file.body;
    docs::outer(code, &head.docs);
    code.line(match def.default {
        Some(_) => "#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]",
        None => "#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]",
    });
    code.block(format_args!("pub enum {}", head.rust), |code| {
        for symbol in &def.symbols {
            let first = match &symbol.doc {
                Some(doc) => docs::text(doc),
                None => format!("The symbol `{}`.", symbol.name),
            };
            let is_default = def.default.as_ref() == Some(&symbol.name);
            let mut paragraphs = vec![first];
            if is_default {
                paragraphs.push("Stands for symbols that only newer writers know.".to_owned());
            }
            docs::outer(code, &paragraphs);
            if is_default {
                code.line("#[default]");
            }
            code.line(format_args!("{},", symbol.rust));
        }
    });
}

/// `as_str` and `Display`: the symbol.
fn write_text(file: &mut RustFile, rust: &str, def: &EnumDef) {
    let code = &mut file.body;
    code.block(format_args!("impl {rust}"), |code| {
        code.line("/// The symbol as schemas and JSON write it.");
        code.block("pub fn as_str(self) -> &'static str", |code| {
            code.block("match self", |code| {
                for symbol in &def.symbols {
                    code.line(format_args!("Self::{} => {:?},", symbol.rust, symbol.name));
                }
            });
        });
    });
    code.blank();
    code.block(format_args!("impl std::fmt::Display for {rust}"), |code| {
        code.block(
            "fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result",
            |code| code.line("f.write_str(self.as_str())"),
        );
    });
}

/// `FromStr`: the exact symbol.
fn write_parsing(file: &mut RustFile, rust: &str, def: &EnumDef) {
    let result = file.imports.prelude("Result");
    let string = file.imports.prelude("String");
    let code = &mut file.body;
    code.block(format_args!("impl std::str::FromStr for {rust}"), |code| {
        code.line(format_args!("type Err = {string};"));
        code.blank();
        code.block(
            format_args!("fn from_str(text: &str) -> {result}<Self, {string}>"),
            |code| {
                code.block("match text", |code| {
                    for symbol in &def.symbols {
                        code.line(format_args!(
                            "{:?} => Ok(Self::{}),",
                            symbol.name, symbol.rust
                        ));
                    }
                    code.line(format_args!(
                        "_ => Err(format!(\"{{text:?}} is no `{rust}`\")),"
                    ));
                });
            },
        );
    });
}

fn write_codec(file: &mut RustFile, rust: &str, def: &EnumDef) {
    let codec = file.imports.codec("Codec");
    let reader = file.imports.codec("Reader");
    let write = write_head(&mut file.imports, "out");
    let code = &mut file.body;
    code.block(format_args!("impl {codec} for {rust}"), |code| {
        code.line("const MIN_SIZE: usize = 1;");
        code.blank();
        code.block(write, |code| code.line("out.index(*self as usize)"));
        code.blank();
        code.block("fn blank() -> Self", |code| {
            let first = def.symbols.first().map_or("", |symbol| &symbol.rust);
            code.line(format_args!("Self::{first}"));
        });
        code.blank();
        let head = format!("fn read(&mut self, r: &mut {reader}<'_>)");
        code.block(head, |code| {
            let open = format!("*self = match r.position({}) {{", def.symbols.len());
            code.enclosed(open, "};", |code| {
                let last = def.symbols.len().saturating_sub(1);
                for (position, symbol) in def.symbols.iter().enumerate() {
                    let pattern = position_pattern(position, last);
                    code.line(format_args!("{pattern} => Self::{},", symbol.rust));
                }
            });
        });
    });
}

/// The pattern of a position below the number that the reader checked: the last is whatever is left.
pub(super) fn position_pattern(position: usize, last: usize) -> String {
    if position == last {
        "_".to_owned()
    } else {
        position.to_string()
    }
}
