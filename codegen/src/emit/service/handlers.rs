//! The `Service` trait: a method per event, command, timer and request.

use super::about;
use crate::{
    emit::{
        code::{Code, MAX_WIDTH},
        docs,
        imports::Imports,
        index::Index,
        rust_file::RustFile,
        rust_type::rust_type,
    },
    model::{Method, Request, Service, Store},
};

/// A method of the trait.
struct Handler<'a> {
    docs: Vec<String>,
    name: &'a str,
    argument: &'a str,
    message: String,
    context: bool,
    ok: String,
    error: &'a str,
}

/// The file `service.rs`.
pub(super) fn write(index: &Index<'_>, service: &Service) -> String {
    let mut file = RustFile::new(Some(&service.source.file), "super", ["Service".to_owned()]);
    let handlers = handlers(index, service, &mut file);
    let context = context_type(&mut file, service, &handlers);
    let body = &mut file.body;
    docs::outer(body, &trait_docs(service));
    let name = &service.name;
    body.enclosed("#[diagnostic::on_unimplemented(", ")]", |code| {
        code.line(format_args!(
            "message = \"`{{Self}}` does not handle what service `{name}` takes in\","
        ));
        code.line(format_args!("note = {:?}", plain_entry(service)));
    });
    let assoc = match service.store {
        Store::Mongodb => {
            let document = file.imports.item("herald::store", "Document");
            (
                "/// The one document that a handler works on.",
                format!("type Document: {document};"),
            )
        }
        _ => ("/// The store's transaction.", "type Tx: Send;".to_owned()),
    };
    file.body
        .block("pub trait Service: Send + Sync + 'static", |code| {
            code.line(assoc.0);
            code.line(assoc.1);
            for handler in &handlers {
                code.blank();
                write_handler(code, handler, &context);
            }
        });
    file.into_text()
}

/// The heads of the methods as somebody writes them who implements the trait, a method a text.
pub(in crate::emit) fn skeleton(
    index: &Index<'_>,
    service: &Service,
    imports: &mut Imports,
) -> Vec<String> {
    let mut file = RustFile::new(None, "", []);
    std::mem::swap(&mut file.imports, imports);
    let handlers = handlers(index, service, &mut file);
    let context = context_type(&mut file, service, &handlers);
    std::mem::swap(&mut file.imports, imports);
    handlers
        .iter()
        .map(|handler| {
            let Handler {
                name,
                argument,
                message,
                ok,
                error,
                ..
            } = handler;
            let context = if handler.context {
                format!("\n        cx: &mut {context},")
            } else {
                String::new()
            };
            format!(
                "async fn {name}(\n        &self,\n        {argument}: {message},{context}\n    ) -> Result<{ok}, {error}>"
            )
        })
        .collect()
}

fn plain_entry(service: &Service) -> String {
    let Service { name, source, .. } = service;
    format!("it is declared by `service: {name}` in `{}`", source.file)
}

fn trait_docs(service: &Service) -> Vec<String> {
    let first = format!(
        "What service `{}` does with what it takes in: its author implements it.",
        service.name
    );
    vec![first, about::entry(service)]
}

fn context_type(file: &mut RustFile, service: &Service, handlers: &[Handler<'_>]) -> String {
    if !handlers.iter().any(|h| h.context) {
        return String::new();
    }
    let context = file.imports.item("herald", "Context");
    file.imports.item("super", "Permits");
    match service.store {
        Store::Mongodb => {
            let tx = file.imports.item("herald::store", "DocumentTx");
            format!("{context}<'_, Permits, {tx}<Self::Document>>")
        }
        _ => format!("{context}<'_, Permits, Self::Tx>"),
    }
}

fn handlers<'a>(index: &Index<'_>, service: &'a Service, file: &mut RustFile) -> Vec<Handler<'a>> {
    let model = index.model();
    let mut handlers = Vec::new();
    for consume in &service.consumes {
        let Some(event) = model.events.get(&consume.event) else {
            continue;
        };
        if event.deprecated.is_some() {
            file.allow_deprecated();
        }
        let message = file.imports.generated("crate::events", &event.message.rust);
        let docs = about::consumes(service, consume, &event.message);
        handlers.push(message_handler(
            file,
            docs,
            &consume.handler,
            "event",
            message,
        ));
    }
    for receive in &service.receives {
        let Some(command) = model.commands.get(&receive.command) else {
            continue;
        };
        let message = file
            .imports
            .generated("crate::commands", &command.message.rust);
        let docs = about::receives(service, receive, &command.message);
        handlers.push(message_handler(
            file,
            docs,
            &receive.handler,
            "command",
            message,
        ));
    }
    for timer in &service.timers {
        let message = file.imports.generated("super", &timer.rust);
        let docs = about::timer(service, timer);
        handlers.push(message_handler(
            file,
            docs,
            &timer.handler,
            "timer",
            message,
        ));
    }
    for request in &service.requests {
        handlers.push(request_handler(index, service, request, file));
    }
    handlers
}

fn message_handler<'a>(
    file: &mut RustFile,
    docs: Vec<String>,
    name: &'a str,
    argument: &'a str,
    message: String,
) -> Handler<'a> {
    file.imports.item("herald", "HandlerError");
    Handler {
        docs,
        name,
        argument,
        message,
        context: true,
        ok: "()".to_owned(),
        error: "HandlerError",
    }
}

fn request_handler<'a>(
    index: &Index<'_>,
    service: &Service,
    request: &'a Request,
    file: &mut RustFile,
) -> Handler<'a> {
    file.imports.item("herald", "HttpError");
    let returns = request.returns.as_ref();
    Handler {
        docs: about::request(service, request),
        name: &request.handler,
        argument: "request",
        message: file.imports.generated("super", &request.rust),
        context: request.method != Method::Get,
        ok: returns.map_or("()".to_owned(), |ty| {
            rust_type(index, ty, &mut file.imports)
        }),
        error: "HttpError",
    }
}

fn write_handler(code: &mut Code, handler: &Handler<'_>, context: &str) {
    docs::outer(code, &handler.docs);
    let Handler {
        name,
        argument,
        message,
        ok,
        error,
        ..
    } = handler;
    let mut arguments = vec!["&self".to_owned(), format!("{argument}: {message}")];
    if handler.context {
        arguments.push(format!("cx: &mut {context}"));
    }
    let head = format!("fn {name}({})", arguments.join(", "));
    let returns = format!("-> impl Future<Output = Result<{ok}, {error}>> + Send;");
    match code.indent() + head.len() + 1 + returns.len() {
        ..MAX_WIDTH => return code.line(format_args!("{head} {returns}")),
        // rustfmt leaves no room for the semicolon when it decides how to break.
        MAX_WIDTH => {
            code.line(head);
            return code.line(returns);
        }
        _ => {}
    }
    code.line(format_args!("fn {name}("));
    for argument in &arguments {
        code.line(format_args!("    {argument},"));
    }
    let end = format!(") {returns}");
    if code.fits(&end) {
        return code.line(end);
    }
    code.enclosed(") -> impl Future<", "> + Send;", |code| {
        code.line(format_args!("Output = Result<{ok}, {error}>,"));
    });
}
