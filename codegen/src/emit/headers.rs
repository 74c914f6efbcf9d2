//! Headers of a message's own: a struct, and how it lies in the headers of the wire.

mod defaults;

use super::{
    code::{Code, MAX_CHAIN, MAX_WIDTH},
    docs,
    imports::Imports,
    index::Index,
    record,
    rust_file::RustFile,
    rust_type::{rust_type, text_of},
};
use crate::model::{Field, Message, Type, TypeKind};

/// Writes the struct of a message's headers, and that it may be left out where nothing is required.
pub(super) fn write(file: &mut RustFile, index: &Index<'_>, message: &Message) {
    let Some(rust) = message.headers_rust() else {
        return;
    };
    let fields = &message.headers.fields;
    if fields.iter().any(|f| f.deprecated.is_some()) {
        file.allow_deprecated();
    }
    let omissible = fields.iter().all(|f| !is_required(f));
    let derived = omissible && fields.iter().all(defaults::is_plain);
    file.body.blank();
    write_struct(file, index, message, &rust, derived);
    file.body.blank();
    write_codec(file, index, &rust, fields);
    if omissible && !derived {
        file.body.blank();
        defaults::write(file, index, &rust, fields);
    }
    if omissible {
        let optional = file.imports.item("herald", "OptionalHeaders");
        file.body.blank();
        file.body
            .line(format_args!("impl {optional} for {rust} {{}}"));
    }
}

/// Whether whoever hands the message out must give the header.
fn is_required(header: &Field) -> bool {
    !matches!(header.ty, Type::Optional { .. }) && header.default.is_none()
}

fn write_struct(
    file: &mut RustFile,
    index: &Index<'_>,
    message: &Message,
    rust: &str,
    derived: bool,
) {
    let with = if index.model().events.contains_key(&message.name) {
        "publish_with"
    } else {
        "send_with"
    };
    let about = [
        format!(
            "The headers of [`{}`], beside its envelope's.",
            message.rust
        ),
        format!(
            "Given to `cx.{with}(…)`, read by `cx.headers::<{}>()`.",
            message.rust
        ),
    ];
    let RustFile { imports, body, .. } = file;
    docs::outer(body, &about);
    body.line(if derived {
        "#[derive(Clone, Debug, Default, PartialEq)]"
    } else {
        "#[derive(Clone, Debug, PartialEq)]"
    });
    body.block(format_args!("pub struct {rust}"), |code| {
        for header in &message.headers.fields {
            docs::outer(code, &about_header(header));
            record::deprecated(code, header.deprecated.as_deref());
            let ty = rust_type(index, &header.ty, imports);
            code.line(format_args!("pub {}: {ty},", header.rust));
        }
    });
}

fn about_header(header: &Field) -> Vec<String> {
    let wire = format!("The header `{}`.", header.name);
    let facts = record::facts(header);
    match &header.doc {
        Some(doc) if facts.is_empty() => vec![docs::text(doc), wire],
        Some(doc) => vec![docs::text(doc), format!("{wire} {facts}")],
        None => vec![wire, facts],
    }
}

fn write_codec(file: &mut RustFile, index: &Index<'_>, rust: &str, fields: &[Field]) {
    let of_message = file.imports.item("herald", "MessageHeaders");
    let headers = file.imports.item("herald::transport", "Headers");
    let error = file.imports.item("herald", "HeaderError");
    let result = file.imports.prelude("Result");
    let RustFile { imports, body, .. } = file;
    body.block(format_args!("impl {of_message} for {rust}"), |code| {
        let head = format!("fn write(&self, headers: &mut {headers})");
        code.block(head, |code| {
            for header in fields {
                write_one(code, index, header);
            }
        });
        code.blank();
        let head = format!("fn read(headers: &{headers}) -> {result}<Self, {error}>");
        code.block(head, |code| {
            code.enclosed("Ok(Self {", "})", |code| {
                for header in fields {
                    read_one(code, index, imports, header);
                }
            });
        });
    });
}

fn write_one(code: &mut Code, index: &Index<'_>, header: &Field) {
    let place = format!("self.{}", header.rust);
    let (ty, value) = match &header.ty {
        Type::Optional { inner, .. } => (&**inner, "value"),
        ty => (ty, place.as_str()),
    };
    // Every type of a header has a text form.
    let text = text_of(index, ty, value).unwrap_or_default();
    let name = format!("{:?}", header.name);
    let text = match text.rsplit_once('.') {
        Some((place, call)) if text.len() > MAX_CHAIN => {
            let indent = " ".repeat(code.indent() + 8);
            format!("{place}\n{indent}.{call}")
        }
        _ => text,
    };
    let push = |code: &mut Code| code.call("headers.push", &[&name, &text], ";");
    if value == "value" {
        code.block(format_args!("if let Some(value) = &{place}"), push);
    } else {
        push(code);
    }
}

/// An entry of the struct's literal.
fn read_one(code: &mut Code, index: &Index<'_>, imports: &mut Imports, header: &Field) {
    let (optional, ty) = match &header.ty {
        Type::Optional { inner, .. } => (true, &**inner),
        ty => (header.default.is_some(), ty),
    };
    let symbol = if has_unknown(index, ty) {
        "_symbol"
    } else {
        ""
    };
    let method = if optional { "optional" } else { "required" };
    let call = format!(".{method}{symbol}({:?})?", header.name);
    let default = defaults::fallback(index, header, imports);
    let chain = format!("headers{call}{}", default.as_deref().unwrap_or_default());
    let line = format!("{}: {chain},", header.rust);
    // The formatter's limit of chains is for those of two links and more.
    let fits = default.is_none() || chain.len() <= MAX_CHAIN;
    if fits && code.indent() + line.len() <= MAX_WIDTH {
        return code.line(line);
    }
    code.line(format_args!("{}: headers", header.rust));
    match default {
        None => code.line(format_args!("    {call},")),
        Some(default) => {
            code.line(format_args!("    {call}"));
            code.line(format_args!("    {default},"));
        }
    }
}

/// Whether a symbol stands for those that only newer writers know.
fn has_unknown(index: &Index<'_>, ty: &Type) -> bool {
    let Type::Named(name) = ty else { return false };
    let def = index.model().types.get(name).map(|def| &def.kind);
    matches!(def, Some(TypeKind::Enum(def)) if def.default.is_some())
}
