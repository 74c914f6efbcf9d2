//! Writes a catalog of any size: what `gen` is measured on.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// How many events one source file holds: about what a domain team keeps together.
const EVENTS_A_FILE: usize = 20;

/// How large a catalog to write.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    /// Number of events, ten fields each.
    pub(crate) events: usize,
    /// Number of services; each event has one producer and two consumers among them.
    pub(crate) services: usize,
}

/// Writes the catalog below `dir`, one folder a domain.
pub(crate) fn write(dir: &Path, size: Size) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    fs::write(dir.join("system.yaml"), SYSTEM)?;
    for first in (0..size.events).step_by(EVENTS_A_FILE) {
        let last = (first + EVENTS_A_FILE).min(size.events);
        let domain = first / EVENTS_A_FILE;
        let folder = dir.join(format!("domain{domain}"));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("events.yaml"), domain_file(domain, first..last))?;
    }
    let services = dir.join("services");
    fs::create_dir_all(&services)?;
    for service in 0..size.services {
        fs::write(
            services.join(format!("service{service}.yaml")),
            service_file(service, size),
        )?;
    }
    Ok(())
}

/// The place in a domain's file where one field more makes a small edit.
pub(crate) fn add_a_field(dir: &Path) -> io::Result<()> {
    let path = dir.join("domain0/events.yaml");
    let text = fs::read_to_string(&path)?;
    let edited = text.replacen(
        "  note: ",
        "  remark: { type: \"string?\", doc: One more. }\n  note: ",
        1,
    );
    fs::write(path, edited)
}

const SYSTEM: &str = "\
system: bench
doc: A catalog of a given size.
defaults: { compatibility: BACKWARD, partitions: 12, replication: 3, retention: 7d }
---
type: Address
doc: Where something is sent.
fields:
  street: string
  city: string
  postcode: string?
---
type: Channel
doc: How a customer came in.
symbols: [WEB, SHOP, PHONE]
default: WEB
";

fn domain_file(domain: usize, events: std::ops::Range<usize>) -> String {
    let mut text =
        format!("domain: domain{domain}\nowner: team{domain}\ndoc: Domain number {domain}.\n");
    for event in events {
        let _ = write!(
            text,
            "---
event: Thing{event}Happened
version: 1
domain: domain{domain}
owner: team{domain}
doc: The thing number {event} happened.
key: thing_id
fields:
  thing_id: uuid
  customer_id: {{ type: string, doc: Who it happened to. }}
  happened_at: timestamp-millis
  amount: decimal(12, 2)
  quantity: int
  channel: Channel
  address: Address?
  tags: [string]
  attributes: map<string>
  note: {{ type: \"string?\", doc: Free text. }}
"
        );
    }
    text
}

fn service_file(service: usize, size: Size) -> String {
    let mut text = format!(
        "service: service{service}\nowner: team{service}\ndoc: Service number {service}.\nstore: postgres\npublishes:\n"
    );
    let of = |owner: usize| (owner % size.services..size.events).step_by(size.services);
    for event in of(service) {
        let _ = writeln!(text, "  - Thing{event}Happened");
    }
    text.push_str("consumes:\n");
    for event in of(service + 1).chain(of(service + 2)) {
        let _ = writeln!(
            text,
            "  Thing{event}Happened: {{ reads: [thing_id, amount], retry: {{ attempts: 5, backoff: 200ms..30s }} }}"
        );
    }
    text
}
