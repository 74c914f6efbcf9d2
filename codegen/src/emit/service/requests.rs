//! Requests: a struct each, with what the HTTP binding reads it from.

use super::about;
use crate::{
    emit::{
        code::Code,
        docs,
        index::Index,
        rust_file::RustFile,
        rust_type::{rust_type, text_of},
    },
    model::{Param, ParamPlace, Request, RequestKey, Service, Type, TypeKind},
};

/// Widest body of a struct literal on one line.
const MAX_LITERAL: usize = 18;

/// The file `requests.rs`.
pub(super) fn write(index: &Index<'_>, service: &Service) -> String {
    let own = service.requests.iter().map(|r| r.rust.clone());
    let mut file = RustFile::new(Some(&service.source.file), "super", own);
    for request in &service.requests {
        file.separate();
        write_struct(&mut file, index, service, request);
        file.body.blank();
        write_impl(&mut file, index, request);
    }
    file.into_text()
}

fn write_struct(file: &mut RustFile, index: &Index<'_>, service: &Service, request: &Request) {
    let RustFile { imports, body, .. } = file;
    docs::outer(body, &about::request(service, request));
    body.line("#[derive(Clone, Debug, PartialEq)]");
    if request.params.is_empty() && request.body.is_none() {
        return body.line(format_args!("pub struct {} {{}}", request.rust));
    }
    body.block(format_args!("pub struct {}", request.rust), |code| {
        for Param {
            name,
            rust,
            place,
            ty,
        } in &request.params
        {
            code.line(match place {
                ParamPlace::Path => format!("/// The part `{{{name}}}` of the path."),
                ParamPlace::Query => format!("/// The parameter `{name}` of the query."),
            });
            let ty = rust_type(index, ty, imports);
            code.line(format_args!("pub {rust}: {ty},"));
        }
        if let Some(ty) = &request.body {
            code.line("/// The body.");
            let ty = rust_type(index, ty, imports);
            code.line(format_args!("pub body: {ty},"));
        }
    });
}

fn write_impl(file: &mut RustFile, index: &Index<'_>, request: &Request) {
    let item = file.imports.item("herald::http", "Request");
    let method = file.imports.item("herald::http", "Method");
    let parts = file.imports.item("herald::http", "Parts");
    let invalid = file.imports.item("herald::http", "Invalid");
    let option = file.imports.prelude("Option");
    let string = file.imports.prelude("String");
    let result = file.imports.prelude("Result");
    let RustFile { imports, body, .. } = file;
    let returns = request.returns.as_ref();
    let returns = returns.map_or("()".to_owned(), |ty| rust_type(index, ty, imports));
    body.block(format_args!("impl {item} for {}", request.rust), |code| {
        code.assign(
            "const NAME: &'static str =",
            format_args!("{:?};", request.name),
        );
        code.line(format_args!(
            "const METHOD: {method} = {method}::{};",
            request.method.as_str()
        ));
        code.assign(
            "const PATH: &'static str =",
            format_args!("{:?};", request.path),
        );
        code.line(format_args!("const STATUS: u16 = {};", request.status));
        code.line(format_args!("type Returns = {returns};"));
        code.blank();
        let head = format!("fn from_parts(parts: &{parts}) -> {result}<Self, {invalid}>");
        code.block(head, |code| write_reading(code, request));
        code.blank();
        code.block(
            format_args!("fn key(&self) -> {option}<{string}>"),
            |code| match key(index, request) {
                Some(text) => code.some(&text),
                None => code.line("None"),
            },
        );
    });
}

fn write_reading(code: &mut Code, request: &Request) {
    if request.params.is_empty() && request.body.is_none() {
        return code.line("parts.fields().finish(|| Some(Self {}))");
    }
    let taken = request.params.iter().any(|p| p.rust == "fields");
    let fields = if taken { "fields_" } else { "fields" };
    code.line(format_args!("let mut {fields} = parts.fields();"));
    let mut names = Vec::new();
    for Param {
        name,
        rust,
        place,
        ty,
    } in &request.params
    {
        let method = match (place, ty) {
            (ParamPlace::Path, _) => "path",
            (ParamPlace::Query, Type::Optional { .. }) => "query_optional",
            (ParamPlace::Query, _) => "query",
        };
        code.line(format_args!("let {rust} = {fields}.{method}({name:?});"));
        names.push(rust.as_str());
    }
    if request.body.is_some() {
        code.line(format_args!("let body = {fields}.body();"));
        names.push("body");
    }
    let inits: Vec<String> = names
        .iter()
        .map(|name| format!("{name}: {name}?"))
        .collect();
    let literal = inits.join(", ");
    if literal.len() <= MAX_LITERAL {
        return code.line(format_args!(
            "{fields}.finish(|| Some(Self {{ {literal} }}))"
        ));
    }
    code.enclosed(format_args!("{fields}.finish(|| {{"), "})", |code| {
        code.enclosed("Some(Self {", "})", |code| {
            for init in &inits {
                code.line(format_args!("{init},"));
            }
        });
    });
}

/// An expression for the text of the key.
fn key(index: &Index<'_>, request: &Request) -> Option<String> {
    match request.key.as_ref()? {
        RequestKey::Param(name) => {
            let param = request.params.iter().find(|p| p.name == *name)?;
            text_of(index, &param.ty, &format!("self.{}", param.rust))
        }
        RequestKey::Body(name) => {
            let Type::Named(body) = request.body.as_ref()?.unboxed() else {
                return None;
            };
            let TypeKind::Record(record) = &index.model().types.get(body)?.kind else {
                return None;
            };
            let field = record.field(name)?;
            text_of(index, &field.ty, &format!("self.body.{}", field.rust))
        }
    }
}
