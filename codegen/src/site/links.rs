//! The address of every page, chosen once.
//!
//! Names become file names: letters, digits, `.`, `_` and `-` stay, everything else becomes `-`. A
//! name that is too long for a file, or differs from another only by case (which some file systems
//! do not tell apart), gets a suffix.

use std::collections::{HashMap, HashSet};

use crate::model::{Model, TopicRole};

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Domain,
    Service,
    Event,
    Command,
    Type,
    Topic,
    Queue,
    Request,
    Flow,
    Stream,
}

impl Kind {
    /// All kinds, in the order of navigation.
    pub(super) const ALL: [Kind; 10] = [
        Kind::Domain,
        Kind::Service,
        Kind::Event,
        Kind::Command,
        Kind::Type,
        Kind::Topic,
        Kind::Queue,
        Kind::Stream,
        Kind::Request,
        Kind::Flow,
    ];

    /// The word for one, also the class of its marks.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Domain => "domain",
            Kind::Service => "service",
            Kind::Event => "event",
            Kind::Command => "command",
            Kind::Type => "type",
            Kind::Topic => "topic",
            Kind::Queue => "queue",
            Kind::Request => "request",
            Kind::Flow => "flow",
            Kind::Stream => "stream",
        }
    }

    /// The folder of its pages, also the word for several.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Kind::Domain => "domains",
            Kind::Service => "services",
            Kind::Event => "events",
            Kind::Command => "commands",
            Kind::Type => "types",
            Kind::Topic => "topics",
            Kind::Queue => "queues",
            Kind::Request => "requests",
            Kind::Flow => "flows",
            Kind::Stream => "streams",
        }
    }
}

/// The address of every page, from the site's root.
#[derive(Debug)]
pub(super) struct Links {
    urls: HashMap<Kind, HashMap<String, String>>,
}

impl Links {
    pub(super) fn new(model: &Model) -> Self {
        let mut urls = HashMap::new();
        for kind in Kind::ALL {
            let mut taken = HashSet::new();
            let names = names(model, kind);
            let of_kind = names.map(|name| {
                let url = format!("{}/{}.html", kind.folder(), slug(&name, &mut taken));
                (name, url)
            });
            urls.insert(kind, of_kind.collect());
        }
        Self { urls }
    }

    /// The address of a page, where there is one.
    pub(super) fn url(&self, kind: Kind, name: &str) -> Option<&str> {
        self.urls.get(&kind)?.get(name).map(String::as_str)
    }
}

/// The name of a request among those of all services.
pub(super) fn request_name(service: &str, request: &str) -> String {
    format!("{service}.{request}")
}

fn names(model: &Model, kind: Kind) -> Box<dyn Iterator<Item = String> + '_> {
    match kind {
        Kind::Domain => Box::new(model.domains.keys().cloned()),
        Kind::Service => Box::new(model.services().keys().cloned()),
        Kind::Event => Box::new(model.events.keys().cloned()),
        Kind::Command => Box::new(model.commands.keys().cloned()),
        Kind::Type => {
            let shared = model.types.values().filter(|def| def.owner.is_none());
            Box::new(shared.map(|def| def.name.clone()))
        }
        Kind::Topic => {
            let topics = model.topics().values();
            let of_events = topics.filter(|t| t.role == TopicRole::Events);
            Box::new(of_events.map(|t| t.name.clone()))
        }
        Kind::Queue => Box::new(model.queues().keys().cloned()),
        Kind::Request => Box::new(model.services().values().flat_map(|service| {
            let requests = service.requests.iter();
            requests.map(|r| request_name(&service.name, &r.name))
        })),
        Kind::Flow => Box::new(model.flows.keys().cloned()),
        Kind::Stream => Box::new(model.streams.keys().cloned()),
    }
}

/// Longest part of a name that a file name keeps, in bytes.
const LONGEST: usize = 96;

/// Names of devices on Windows, where no file can have them.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A file name that no other name of the kind has.
fn slug(name: &str, taken: &mut HashSet<String>) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let mut slug: String = name
        .chars()
        .map(|c| if allowed(c) { c } else { '-' })
        .take(LONGEST)
        .collect();
    if name.len() > LONGEST || !name.chars().all(allowed) {
        super::html::put(&mut slug, format_args!("-{:08x}", hash(name)));
    }
    let lower = slug.to_lowercase();
    // `index` is the list of the kind, a leading dot hides a file.
    if lower.starts_with("index") || lower.starts_with(['.', '-']) || DEVICES.contains(&&*lower) {
        slug.insert(0, '_');
    }
    let mut chosen = slug.clone();
    let mut number = 2;
    while !taken.insert(chosen.to_lowercase()) {
        chosen = format!("{slug}--{number}");
        number += 1;
    }
    chosen
}

/// FNV-1a, 32 bits: the same name has the same address in every build.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_where_they_can() {
        let mut taken = HashSet::new();
        assert_eq!(slug("ordering.orders", &mut taken), "ordering.orders");
        assert_eq!(slug("Ordering.Orders", &mut taken), "Ordering.Orders--2");
        assert_eq!(slug("index", &mut taken), "_index");
        assert_eq!(slug("aux", &mut taken), "_aux");
        assert!(slug("a/../b", &mut taken).starts_with("a-..-b-"));
        assert!(slug(&"x".repeat(10_000), &mut taken).len() < 128);
    }
}
