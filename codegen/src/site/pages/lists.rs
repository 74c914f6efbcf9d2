//! The list of every kind.

use serde_json::Value;

use super::list::{List, leads, row, text};
use crate::{
    emit::EmitError,
    model::{TopicRole, TypeKind},
    site::{File, Site, links::Kind, render::At, words},
};

/// Pages of all lists of kinds that have members.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    // All lists lie one folder below the root.
    let at = site.at("kind/index.html");
    let lists = [
        domains(&at),
        services(&at),
        events(&at),
        commands(&at),
        types(&at),
        topics(&at),
        queues(&at),
        requests(&at),
        flows(&at),
        streams(&at),
    ];
    let mut files = Vec::new();
    for list in lists.iter().filter(|list| !list.rows.is_empty()) {
        files.extend(list.pages(site)?);
    }
    Ok(files)
}

fn about(doc: Option<&String>) -> Option<String> {
    doc.map(|d| words::first_sentence(d, 130))
}

fn domain(at: &At<'_, '_>, domain: Option<&str>) -> Value {
    domain.map_or_else(|| text(""), |d| leads(at.reference(Kind::Domain, d)))
}

fn domains(at: &At<'_, '_>) -> List {
    let model = at.site.model;
    let rows = at.site.graph.domains().map(|(name, members)| {
        let known = model.domains.get(name);
        let owner = known.and_then(|d| d.owner.clone()).unwrap_or_default();
        let size = words::count(members.events.len(), "event");
        row(
            at.reference(Kind::Domain, name),
            about(known.and_then(|d| d.doc.as_ref())),
            vec![text(owner), text(size)],
        )
    });
    List {
        kind: Kind::Domain,
        about: "What the system is divided into, and who answers for each part.",
        heads: vec!["Owner", "Size"],
        rows: rows.collect(),
    }
}

fn services(at: &At<'_, '_>) -> List {
    let services = at.site.model.services().values();
    let rows = services.map(|s| {
        row(
            at.reference(Kind::Service, &s.name),
            about(s.doc.as_ref()),
            vec![
                domain(at, at.site.graph.home(&s.name)),
                text(s.owner.clone().unwrap_or_default()),
                text(s.store.as_str()),
            ],
        )
    });
    List {
        kind: Kind::Service,
        about: "The programs that say and hear everything.",
        heads: vec!["Domain", "Owner", "Store"],
        rows: rows.collect(),
    }
}

fn events(at: &At<'_, '_>) -> List {
    let events = at.site.model.events.values();
    let rows = events.map(|e| {
        row(
            at.reference(Kind::Event, &e.message.name),
            about(e.message.doc.as_ref()),
            vec![
                domain(at, Some(&e.domain)),
                leads(at.reference(Kind::Topic, &e.topic)),
                text(format!("v{}", e.message.version)),
            ],
        )
    });
    List {
        kind: Kind::Event,
        about: "Facts: something happened, and everybody who cares may hear of it.",
        heads: vec!["Domain", "Topic", "Version"],
        rows: rows.collect(),
    }
}

fn commands(at: &At<'_, '_>) -> List {
    let commands = at.site.model.commands.values();
    let rows = commands.map(|c| {
        row(
            at.reference(Kind::Command, &c.message.name),
            about(c.message.doc.as_ref()),
            vec![
                leads(at.reference(Kind::Service, &c.to)),
                leads(at.reference(Kind::Queue, &c.queue)),
                text(format!("v{}", c.message.version)),
            ],
        )
    });
    List {
        kind: Kind::Command,
        about: "Instructions, each to exactly one service.",
        heads: vec!["To", "Queue", "Version"],
        rows: rows.collect(),
    }
}

fn types(at: &At<'_, '_>) -> List {
    let types = at
        .site
        .model
        .types
        .values()
        .filter(|def| def.owner.is_none());
    let rows = types.map(|def| {
        let what = match &def.kind {
            TypeKind::Record(record) => words::count(record.fields.len(), "field"),
            TypeKind::Enum(symbols) => words::count(symbols.symbols.len(), "symbol"),
            TypeKind::Union(union) => words::count(union.variants.len(), "branch"),
            TypeKind::Fixed(fixed) => words::count(fixed.size, "byte"),
        };
        let users = at.site.graph.users(&def.name).count();
        row(
            at.reference(Kind::Type, &def.name),
            about(def.doc.as_ref()),
            vec![text(what), text(words::count(users, "user"))],
        )
    });
    List {
        kind: Kind::Type,
        about: "What several messages and requests have in common.",
        heads: vec!["Shape", "Used by"],
        rows: rows.collect(),
    }
}

fn topics(at: &At<'_, '_>) -> List {
    let topics = at.site.model.topics().values();
    let topics = topics.filter(|t| t.role == TopicRole::Events);
    let rows = topics.map(|t| {
        let events = match &t.events[..] {
            [one] => leads(at.reference(Kind::Event, one)),
            several => text(words::count(several.len(), "event")),
        };
        row(
            at.reference(Kind::Topic, &t.name),
            about(t.doc.as_ref()),
            vec![
                events,
                text(t.partitions.to_string()),
                text(words::retention(t.retention_ms)),
            ],
        )
    });
    List {
        kind: Kind::Topic,
        about: "Where events are kept, in order by key.",
        heads: vec!["Carries", "Partitions", "Kept"],
        rows: rows.collect(),
    }
}

fn queues(at: &At<'_, '_>) -> List {
    let queues = at.site.model.queues().values();
    let rows = queues.map(|q| {
        row(
            at.reference(Kind::Queue, &q.name),
            None,
            vec![
                leads(at.reference(Kind::Command, &q.command)),
                leads(at.reference(Kind::Service, &q.service)),
                text(words::count(q.tiers_ms.len(), "tier")),
            ],
        )
    });
    List {
        kind: Kind::Queue,
        about: "Where commands wait for the one service that follows them.",
        heads: vec!["Carries", "To", "Retries"],
        rows: rows.collect(),
    }
}

fn requests(at: &At<'_, '_>) -> List {
    let services = at.site.model.services().values();
    let rows = services.flat_map(|s| {
        s.requests.iter().map(|r| {
            row(
                at.request(&s.name, &r.name),
                about(r.doc.as_ref()),
                vec![
                    text(format!("{} {}", r.method.as_str(), r.path)),
                    leads(at.reference(Kind::Service, &s.name)),
                ],
            )
        })
    });
    List {
        kind: Kind::Request,
        about: "What can be asked of the system from outside.",
        heads: vec!["Path", "Answered by"],
        rows: rows.collect(),
    }
}

fn flows(at: &At<'_, '_>) -> List {
    let flows = at.site.model.flows.values();
    let rows = flows.map(|f| {
        let size = words::count(f.steps.len(), "step");
        row(
            at.reference(Kind::Flow, &f.name),
            about(f.doc.as_ref()),
            vec![text(size)],
        )
    });
    List {
        kind: Kind::Flow,
        about: "How one thing leads to another, step by step.",
        heads: vec!["Length"],
        rows: rows.collect(),
    }
}

fn streams(at: &At<'_, '_>) -> List {
    let streams = at.site.model.streams.values();
    let rows = streams.map(|s| {
        let reads = match s.reads().collect::<Vec<_>>()[..] {
            [one] => leads(at.reference(Kind::Event, one)),
            ref several => text(words::count(several.len(), "event")),
        };
        row(
            at.reference(Kind::Stream, &s.name),
            about(s.doc.as_ref()),
            vec![reads, leads(at.reference(Kind::Event, &s.emits))],
        )
    });
    List {
        kind: Kind::Stream,
        about: "What is computed from events while they pass.",
        heads: vec!["Reads", "Emits"],
        rows: rows.collect(),
    }
}
