//! Samples of code that uses the generated crate, for documentation. They compile as they stand: a
//! test takes them from the example's pages and builds them.

use super::{
    code::Code, imports::Imports, index::Index, rust_type::rust_type, service::skeleton_methods,
};
use crate::model::{Message, Service, Store};

/// Types of the catalog as Rust knows them, looked up once for all samples.
pub(crate) struct Sampler<'a> {
    index: Index<'a>,
}

/// Whether a message is published or sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// An event, from `events`.
    Publish,
    /// A command, from `commands`.
    Send,
}

impl Way {
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Way::Publish => ("crate::events", "publish"),
            Way::Send => ("crate::commands", "send"),
        }
    }
}

impl<'a> Sampler<'a> {
    pub(crate) fn new(model: &'a crate::model::Model) -> Self {
        Self {
            index: Index::new(model),
        }
    }

    /// A function that makes a message of its fields and hands it out from a handler of a service.
    pub(crate) fn hand_out(&self, way: Way, message: &Message, service: &Service) -> String {
        let (module, verb) = way.words();
        let mut imports = Imports::of_file("", ["Tx".to_owned(), "Permits".to_owned()]);
        let rust = imports.generated(module, &message.rust);
        imports.item("herald", "Context");
        imports.item("herald", "HandlerError");
        let fields = &message.record.fields;
        let free = |name, other| {
            if fields.iter().any(|f| f.rust == name) {
                other
            } else {
                name
            }
        };
        let cx = free("cx", "context");
        let headers = message.headers_rust().map(|rust| {
            let rust = imports.generated(module, &rust);
            (free("headers", "own_headers"), rust)
        });
        let mut code = Code::default();
        code.line(format_args!(
            "/// Called by a handler of service `{}`: it leaves once the handler's transaction is",
            service.name
        ));
        code.line("/// committed.");
        let name = message.module.trim_start_matches("r#");
        code.line(format_args!("fn {verb}_{name}<Tx>("));
        code.line(format_args!("    {cx}: &mut Context<'_, Permits, Tx>,"));
        for field in fields {
            let ty = rust_type(&self.index, &field.ty, &mut imports);
            code.line(format_args!("    {}: {ty},", field.rust));
        }
        if let Some((headers, rust)) = &headers {
            code.line(format_args!("    {headers}: {rust},"));
        }
        let literal = |code: &mut Code, open: &str, close: &str| {
            code.enclosed(format_args!("{open}{rust} {{"), close, |code| {
                for field in fields {
                    code.line(format_args!("{},", field.rust));
                }
            });
        };
        code.block(") -> Result<(), HandlerError>", |code| {
            match &headers {
                None => literal(code, &format!("{cx}.{verb}("), "})?;"),
                Some((headers, _)) => {
                    code.enclosed(format_args!("{cx}.{verb}_with("), ")?;", |code| {
                        literal(code, "", "},");
                        code.line(format_args!("{headers},"));
                    });
                }
            }
            code.line("Ok(())");
        });
        finish(&imports, code, service, true)
    }

    /// The body of a handler, which takes apart what it is given into the fields that it reads.
    pub(crate) fn handle(
        way: Way,
        message: &Message,
        service: &Service,
        handler: &str,
        reads: &[String],
    ) -> String {
        let (module, _) = way.words();
        let mut imports = Imports::of_file("", ["Tx".to_owned(), "Permits".to_owned()]);
        let rust = imports.generated(module, &message.rust);
        imports.item("herald", "Context");
        imports.item("herald", "HandlerError");
        let mut read: Vec<&str> = Vec::new();
        for path in reads {
            let first = path.split('.').next().unwrap_or(path);
            let field = message.record.field(first).map(|f| f.rust.as_str());
            read.extend(field.filter(|f| !read.contains(f)));
        }
        let all = read.len() == message.record.fields.len();
        let argument = if read.contains(&"cx") {
            "context"
        } else {
            "cx"
        };
        let mut code = Code::default();
        code.line(format_args!(
            "/// What `{handler}` does in service `{}`.",
            service.name
        ));
        code.line(format_args!("async fn {handler}<Tx>("));
        code.line(format_args!("    it: {rust},"));
        code.line(format_args!(
            "    {argument}: &mut Context<'_, Permits, Tx>,"
        ));
        code.block(") -> Result<(), HandlerError>", |code| {
            code.enclosed(format_args!("let {rust} {{"), "} = it;", |code| {
                for field in &read {
                    code.line(format_args!("{field},"));
                }
                if !all {
                    code.line("..");
                }
            });
            if message.headers_rust().is_some() {
                code.line("// What cannot be read makes the message a dead letter.");
                code.line(format_args!(
                    "let _headers = {argument}.headers::<{rust}>()?;"
                ));
            }
            code.line("// Write through `tx()`, hand out with `publish(…)?` and `send(…)?`:");
            code.line("// all of it is committed together, once.");
            code.line(format_args!("let _tx = {argument}.tx();"));
            code.line("Ok(())");
        });
        finish(&imports, code, service, true)
    }

    /// A service's trait with every method to be filled in.
    pub(crate) fn skeleton(&self, service: &Service) -> String {
        let own = if service.rust == "Service" {
            "MyService"
        } else {
            &service.rust
        };
        let mut imports = Imports::of_file("", [own.to_owned(), "S".to_owned(), "D".to_owned()]);
        let methods = skeleton_methods(&self.index, service, &mut imports);
        let interface = imports.item("super", "Service");
        let mut code = Code::default();
        let (parameter, bound, assoc) = match service.store {
            Store::Mongodb => {
                let bound = imports.item("herald::store", "Document");
                ("D", bound, "type Document = D;")
            }
            _ => (
                "S",
                imports.item("herald::store", "Store"),
                "type Tx = S::Tx;",
            ),
        };
        if service.store == Store::Mongodb {
            let phantom = imports.item("std::marker", "PhantomData");
            code.block(format_args!("pub struct {own}<D>"), |code| {
                code.line(format_args!("document: {phantom}<fn() -> D>,"));
            });
        } else {
            code.block(format_args!("pub struct {own}<S>"), |code| {
                code.line("store: S,");
            });
        }
        code.blank();
        let head = format!("impl<{parameter}: {bound}> {interface} for {own}<{parameter}>");
        code.block(head, |code| {
            code.line(assoc);
            for method in &methods {
                code.blank();
                code.block(method, |code| code.line("todo!()"));
            }
        });
        finish(&imports, code, service, false)
    }
}

/// The imports before the code, with the paths that somebody outside the generated crate writes.
fn finish(imports: &Imports, body: Code, service: &Service, permits: bool) -> String {
    let mut code = Code::default();
    imports.write(&mut code);
    let module = format!("generated::{}::", service.module);
    let mut text = code.into_text();
    if permits {
        let at = text.trim_end().len();
        text.insert_str(at, &format!("\nuse {module}Permits;"));
    }
    text.push_str(&body.into_text());
    text.replace("crate::", "generated::")
        .replace("super::", &module)
}
