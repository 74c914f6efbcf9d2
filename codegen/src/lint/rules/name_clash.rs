//! # What it does
//!
//! Finds different names that become one name in Rust: of types, events and commands; of services;
//! of the fields of a record; of the symbols of an enum and the branches of a union; of the
//! handlers, requests and timers of a service. Rust keywords are no clash: `type` becomes `r#type`.
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
    lint::{Finding, Index, Place},
    model::{Message, Model, Record, Service, Source, TypeDef, TypeKind},
};

/// Modules at the root of the generated crate, and crates whose names its code uses.
const TAKEN_MODULES: [&str; 8] =
    ["types", "events", "commands", "topology", "herald", "std", "core", "alloc"];
/// Types that every service module declares.
const TAKEN_TYPES: [&str; 2] = ["Permits", "Service"];

pub(super) fn check(index: &Index<'_>, findings: &mut Vec<Finding>) {
    let mut clashes = Clashes { findings };
    payloads(index.model, &mut clashes);
    for message in messages(index.model) {
        fields(&message.name, &message.record, &message.source, &mut clashes);
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
        Self { what, name, rust, source, line: source.line }
    }

    fn place(&self) -> Place {
        Place::on_line(self.source, self.line, self.name)
    }

    fn finding(&self, message: String) -> Finding {
        Finding::new(self.place(), message).help(format!("give this {} another name", self.what))
    }
}

impl Clashes<'_> {
    /// Reports names that are equal in Rust to one before them.
    fn among<'a>(&mut self, of: &str, items: impl Iterator<Item = Named<'a>>) {
        let mut first: HashMap<&str, Named<'a>> = HashMap::new();
        for item in items {
            let Some(before) = first.get(item.rust) else {
                first.insert(item.rust, item);
                continue;
            };
            let message = format!(
                "the {} `{}` and the {} `{}`{of} are both `{}` in Rust",
                before.what, before.name, item.what, item.name, item.rust
            );
            let finding = item.finding(message).also(before.place(), format!("a {}", before.what));
            self.findings.push(finding);
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

fn messages(model: &Model) -> impl Iterator<Item = &Message> {
    let events = model.events.values().map(|e| &e.message);
    events.chain(model.commands.values().map(|c| &c.message))
}

/// Types, events and commands: by module, which is the same for all that Rust takes for one type.
fn payloads(model: &Model, clashes: &mut Clashes<'_>) {
    let types = model.types.values().map(|d| Named::new("type", &d.name, &d.module, &d.source));
    let events = model.events.values().map(|e| ("event", &e.message));
    let messages = events.chain(model.commands.values().map(|c| ("command", &c.message)));
    let messages = messages.map(|(what, m)| Named::new(what, &m.name, &m.module, &m.source));
    clashes.among("", types.chain(messages));
}

fn fields(owner: &str, record: &Record, source: &Source, clashes: &mut Clashes<'_>) {
    let fields = record.fields.iter().map(|field| Named {
        what: "field",
        name: &field.name,
        rust: &field.rust,
        source,
        line: field.line,
    });
    clashes.among(&format!(" of `{owner}`"), fields);
}

fn parts(def: &TypeDef, clashes: &mut Clashes<'_>) {
    let (source, of) = (&def.source, format!(" of `{}`", def.name));
    match &def.kind {
        TypeKind::Record(record) => fields(&def.name, record, source, clashes),
        TypeKind::Enum(def) => {
            let symbols = def.symbols.iter();
            clashes.among(&of, symbols.map(|s| Named::new("symbol", &s.name, &s.rust, source)));
        }
        TypeKind::Union(def) => {
            let variants = def.variants.iter();
            clashes.among(&of, variants.map(|v| Named::new("branch", &v.rust, &v.rust, source)));
        }
        TypeKind::Fixed(_) => {}
    }
}

fn services(model: &Model, clashes: &mut Clashes<'_>) {
    let services = || {
        let services = model.services().values();
        services.map(|s| Named::new("service", &s.name, &s.module, &s.source))
    };
    clashes.among("", services());
    services().for_each(|service| clashes.with_taken(&TAKEN_MODULES, &service));
}

fn members(service: &Service, clashes: &mut Clashes<'_>) {
    let of = format!(" of the service `{}`", service.name);
    let events = service.consumes.iter();
    let events = events.map(|c| Named::new("consumed event", &c.event, &c.handler, &c.source));
    let commands = service.receives.iter();
    let commands =
        commands.map(|r| Named::new("received command", &r.command, &r.handler, &r.source));
    let requests = service.requests.iter();
    let requests = requests.map(|r| Named::new("request", &r.name, &r.handler, &r.source));
    let timers = service.timers.iter();
    let timers = timers.map(|t| Named::new("timer", &t.name, &t.handler, &t.source));
    clashes.among(&of, events.chain(commands).chain(requests).chain(timers));
    let requests = service.requests.iter();
    let requests = requests.map(|r| Named::new("request", &r.name, &r.rust, &r.source));
    let timers = service.timers.iter();
    let timers = timers.map(|t| Named::new("timer", &t.name, &t.rust, &t.source));
    requests.chain(timers).for_each(|item| clashes.with_taken(&TAKEN_TYPES, &item));
    for request in &service.requests {
        let body = request.body.iter().map(|_| Named::new("key", "body", "body", &request.source));
        let params = request.params.iter();
        let params = params.map(|p| Named::new("parameter", &p.name, &p.rust, &request.source));
        clashes.among(&format!(" of the request `{}`", request.name), body.chain(params));
    }
}
