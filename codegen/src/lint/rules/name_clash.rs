//! # What it does
//!
//! Finds different names that become one name in Rust: of types, events and commands; of services;
//! of the fields of a record and the headers of a message; of the symbols of an enum and the branches of a union; of the
//! requests and timers of a service. Also names that the generated crate uses itself, such as a
//! service called `events`. Rust keywords are no clash: `type` becomes `r#type`.
//!
//! # Why is this bad
//!
//! Avro tells `orderId` from `order_id`, Rust's conventions do not: both are the field `order_id`.
//! The generated code would not compile, with a message about a file that nobody wrote.
//!
//! # Example
//!
//! ```yaml
//! event: OrderPlaced
//! domain: ordering
//! doc: A customer's order was accepted.
//! key: order_id
//! fields: { order_id: uuid, orderId: string }
//! ```
//!
//! Call different things by different words:
//!
//! ```yaml
//! event: OrderPlaced
//! domain: ordering
//! doc: A customer's order was accepted.
//! key: order_id
//! fields: { order_id: uuid, order_number: string }
//! ```

use std::collections::HashMap;

use crate::{
    ident,
    lint::{Finding, Index, Place},
    model::{Field, Message, Model, Record, Service, Source, TypeDef, TypeKind, headers_rust},
};

/// Modules at the root of the generated crate.
const TAKEN_MODULES: [&str; 5] = ["types", "events", "commands", "topology", "streams"];
/// Types that every service module declares.
const TAKEN_TYPES: [&str; 2] = ["Permits", "Service"];

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut clashes = Clashes { findings };
    payloads(index.model, &mut clashes);
    for message in index.messages() {
        fields(
            &message.name,
            &message.record,
            &message.source,
            &mut clashes,
        );
        let headers = message.headers.fields.iter();
        let headers = headers.map(|header| Named::within("header", header, &message.source));
        clashes.among(Whose::Owner(&message.name), headers);
    }
    for def in index.model.types.values() {
        parts(def, &mut clashes);
    }
    services(index.model, &mut clashes);
    for service in index.model.services().values() {
        members(service, &mut clashes);
    }
}

struct Clashes<'f> {
    findings: &'f mut Vec<Finding>,
}

/// Something with a name, and the name it has in Rust.
struct Named<'a> {
    what: &'static str,
    name: &'a str,
    rust: &'a str,
    source: &'a Source,
    line: u32,
}

impl<'a> Named<'a> {
    fn new(what: &'static str, name: &'a str, rust: &'a str, source: &'a Source) -> Self {
        Self {
            what,
            name,
            rust,
            source,
            line: source.line,
        }
    }

    /// A field of a record, or a header of a message.
    fn within(what: &'static str, field: &'a Field, source: &'a Source) -> Self {
        Self {
            line: field.line,
            ..Self::new(what, &field.name, &field.rust, source)
        }
    }

    fn place(&self) -> Place {
        if matches!(self.what, "field" | "header") {
            return Place::on_line(self.source, self.line, &format!("{}:", self.name));
        }
        Place::on_line(self.source, self.line, self.name)
    }

    fn finding(&self, message: String) -> Finding {
        let what = match self.what {
            "headers of" => "message",
            what => what,
        };
        Finding::new(self.place(), message).help(format!("give this {what} another name"))
    }
}

/// Where names have to differ.
#[derive(Clone, Copy)]
enum Whose<'a> {
    Catalog,
    Owner(&'a str),
}

/// Up to so many names are compared one by one, which costs less than a table of them.
const FEW: usize = 32;

impl Clashes<'_> {
    /// Reports names that are equal in Rust to one before them.
    fn among<'a>(&mut self, whose: Whose<'_>, items: impl Iterator<Item = Named<'a>>) {
        let items: Vec<Named<'_>> = items.collect();
        let mut table: HashMap<&str, &Named<'_>> = HashMap::new();
        for (i, item) in items.iter().enumerate() {
            let before = if items.len() > FEW {
                let first = *table.entry(item.rust).or_insert(item);
                Some(first).filter(|first| !std::ptr::eq(*first, item))
            } else {
                items.iter().take(i).find(|b| b.rust == item.rust)
            };
            if let Some(before) = before {
                self.findings.push(clash(before, item, whose));
            }
        }
    }

    fn with_taken(&mut self, taken: &[&str], item: &Named<'_>) {
        if taken.contains(&item.rust) {
            let message = format!(
                "the {} `{}` is `{}` in Rust, which the generated crate uses itself",
                item.what, item.name, item.rust
            );
            self.findings.push(item.finding(message));
        }
    }
}

fn clash(before: &Named<'_>, item: &Named<'_>, whose: Whose<'_>) -> Finding {
    let of = match whose {
        Whose::Catalog => String::new(),
        Whose::Owner(name) => format!(" of `{name}`"),
    };
    let message = format!(
        "the {} `{}` and the {} `{}`{of} are both `{}` in Rust",
        before.what, before.name, item.what, item.name, item.rust
    );
    item.finding(message)
        .also(before.place(), format!("a {}", before.what))
}

/// Types, events and commands: by module, which is the same for all that Rust takes for one type.
fn payloads(model: &Model, clashes: &mut Clashes<'_>) {
    let types = model
        .types
        .values()
        .map(|d| Named::new("type", &d.name, &d.module, &d.source));
    let events = model.events.values().map(|e| ("event", &e.message));
    let messages = events.chain(model.commands.values().map(|c| ("command", &c.message)));
    let messages = messages.map(|(what, m)| Named::new(what, &m.name, &m.module, &m.source));
    // The struct of a message's headers stands beside the message.
    let with_headers = model.messages().filter(|m| !m.headers.fields.is_empty());
    let modules: Vec<(String, &Message)> = with_headers
        .map(|m| (ident::rust_module(&headers_rust(&m.rust)), m))
        .collect();
    let headers = modules
        .iter()
        .map(|(module, m)| Named::new("headers of", &m.name, module, &m.source));
    clashes.among(Whose::Catalog, types.chain(messages).chain(headers));
}

fn fields(owner: &str, record: &Record, source: &Source, clashes: &mut Clashes<'_>) {
    let fields = record.fields.iter();
    let fields = fields.map(|field| Named::within("field", field, source));
    clashes.among(Whose::Owner(owner), fields);
}

fn parts(def: &TypeDef, clashes: &mut Clashes<'_>) {
    let (source, whose) = (&def.source, Whose::Owner(&def.name));
    match &def.kind {
        TypeKind::Record(record) => fields(&def.name, record, source, clashes),
        TypeKind::Enum(def) => {
            let symbols = def.symbols.iter();
            clashes.among(
                whose,
                symbols.map(|s| Named::new("symbol", &s.name, &s.rust, source)),
            );
        }
        TypeKind::Union(def) => {
            let variants = def.variants.iter();
            clashes.among(
                whose,
                variants.map(|v| Named::new("branch", &v.rust, &v.rust, source)),
            );
        }
        TypeKind::Fixed(_) => {}
    }
}

fn services(model: &Model, clashes: &mut Clashes<'_>) {
    let services = || {
        let services = model.services().values();
        services.map(|s| Named::new("service", &s.name, &s.module, &s.source))
    };
    clashes.among(Whose::Catalog, services());
    services().for_each(|service| clashes.with_taken(&TAKEN_MODULES, &service));
}

/// Requests and timers of a service: both become types of its module.
fn members(service: &Service, clashes: &mut Clashes<'_>) {
    let members = || {
        let requests = service.requests.iter();
        let requests = requests.map(|r| Named::new("request", &r.name, &r.rust, &r.source));
        let timers = service.timers.iter();
        requests.chain(timers.map(|t| Named::new("timer", &t.name, &t.rust, &t.source)))
    };
    clashes.among(Whose::Owner(&service.name), members());
    members().for_each(|item| clashes.with_taken(&TAKEN_TYPES, &item));
}
