//! `DEFINITION` and `bind`: the service's handlers tied to the runtime.

use super::about;
use crate::{
    emit::{
        code::{Code, MAX_WIDTH},
        docs,
        index::Index,
        rust_file::RustFile,
    },
    model::{Method, Service, Store},
};

/// One call of the chain: what it declares or handles.
enum Link {
    /// `.publishes::<Message>()`
    Declares(&'static str, String),
    /// `.on::<Message>(|service, argument, cx| …)`
    Handles {
        call: &'static str,
        message: String,
        arguments: &'static str,
        handler: String,
    },
}

/// The file `bind.rs`.
pub(super) fn write(index: &Index<'_>, service: &Service) -> String {
    let own = ["DEFINITION".to_owned(), "bind".to_owned()];
    let mut file = RustFile::new(Some(&service.source.file), "super", own);
    write_definition(&mut file, index, service);
    let links = links(&mut file, index, service);
    for (module, name) in [
        ("herald", "Binding"),
        ("herald", "Bound"),
        ("herald::store", "Store"),
        ("super", "Permits"),
        ("super", "Service"),
    ] {
        file.imports.item(module, name);
    }
    let (tx, is_static) = match service.store {
        Store::Mongodb => {
            file.imports.item("herald::store", "DocumentTx");
            ("DocumentTx<S::Document>", None)
        }
        _ => ("S::Tx", Some("    S::Tx: 'static,")),
    };
    let body = &mut file.body;
    body.blank();
    docs::outer(body, &bind_docs(service));
    body.line("pub fn bind<S, St>(service: S, store: St) -> Bound");
    body.line("where");
    body.line("    S: Service,");
    body.line(format_args!("    St: Store<Tx = {tx}>,"));
    if let Some(line) = is_static {
        body.line(line);
    }
    let new = "Binding::<Permits, S, St>::new(&DEFINITION, service, store)";
    body.enclosed("{", "}", |code| {
        if links.is_empty() {
            return code.line(format_args!("{new}.build()"));
        }
        code.enclosed(new, "    .build()", |code| {
            for link in &links {
                write_link(code, link);
            }
        });
    });
    file.into_text()
}

fn bind_docs(service: &Service) -> Vec<String> {
    let first = format!(
        "Ties the handlers of service `{}` and its store together.",
        service.name
    );
    vec![first, about::entry(service)]
}

fn write_definition(file: &mut RustFile, index: &Index<'_>, service: &Service) {
    let definition = file.imports.item("herald", "Definition");
    file.imports.item("crate::topology", "topology");
    let doc = service.doc.as_deref().unwrap_or_default();
    let doc = doc.split_whitespace().collect::<Vec<_>>().join(" ");
    let body = &mut file.body;
    docs::outer(
        body,
        &[format!(
            "What the catalog says of service `{}`.",
            service.name
        )],
    );
    body.enclosed(
        format_args!("pub static DEFINITION: {definition} = {definition} {{"),
        "};",
        |code| {
            code.line(format_args!("system: {:?},", index.model().system.name));
            code.line(format_args!("service: {:?},", service.name));
            write_doc(code, &doc);
            code.line("topology,");
        },
    );
}

/// The field `doc`, over several lines where it is long; a backslash joins them.
fn write_doc(code: &mut Code, doc: &str) {
    let line = format!("doc: {doc:?},");
    if code.fits(&line) {
        return code.line(line);
    }
    let lines = docs::wrapped(doc, MAX_WIDTH - 16);
    let last = lines.len() - 1;
    for (position, line) in lines.iter().enumerate() {
        let text = format!("{line:?}");
        let text = &text[1..text.len() - 1];
        let open = if position == 0 { "doc: \"" } else { "      " };
        let close = if position == last { "\"," } else { " \\" };
        code.line(format_args!("{open}{text}{close}"));
    }
}

fn links(file: &mut RustFile, index: &Index<'_>, service: &Service) -> Vec<Link> {
    let model = index.model();
    let mut links = Vec::new();
    let event = |file: &mut RustFile, name: &String| {
        let event = model.events.get(name)?;
        if event.deprecated.is_some() {
            file.allow_deprecated();
        }
        Some(file.imports.generated("crate::events", &event.message.rust))
    };
    let command = |file: &mut RustFile, name: &String| {
        let command = model.commands.get(name)?;
        Some(
            file.imports
                .generated("crate::commands", &command.message.rust),
        )
    };
    let handles = |call, message, arguments, handler: &str| Link::Handles {
        call,
        message,
        arguments,
        handler: handler.to_owned(),
    };
    for name in &service.publishes {
        links.extend(event(file, name).map(|message| Link::Declares("publishes", message)));
    }
    for name in &service.sends {
        links.extend(command(file, name).map(|message| Link::Declares("sends", message)));
    }
    for consume in &service.consumes {
        let message = event(file, &consume.event);
        links.extend(message.map(|m| handles("on", m, "event, cx", &consume.handler)));
    }
    for receive in &service.receives {
        let message = command(file, &receive.command);
        links.extend(message.map(|m| handles("receive", m, "command, cx", &receive.handler)));
    }
    for timer in &service.timers {
        let message = file.imports.generated("super", &timer.rust);
        links.push(handles("timer", message, "timer, cx", &timer.handler));
    }
    for request in &service.requests {
        let message = file.imports.generated("super", &request.rust);
        let (call, argument) = match request.method {
            Method::Get => ("get", "request"),
            _ => ("request", "request, cx"),
        };
        links.push(handles(call, message, argument, &request.handler));
    }
    links
}

fn write_link(code: &mut Code, link: &Link) {
    match link {
        Link::Declares(call, message) => code.line(format_args!(".{call}::<{message}>()")),
        Link::Handles {
            call,
            message,
            arguments,
            handler,
        } => {
            let open = format!(".{call}::<{message}>(|service, {arguments}|");
            let boxed = format!("Box::pin(service.{handler}({arguments}))");
            if 8 + open.len() + 1 + boxed.len() < MAX_WIDTH {
                code.line(format_args!("{open} {boxed})"));
            } else {
                code.enclosed(format_args!("{open} {{"), "})", |code| code.line(boxed));
            }
        }
    }
}
