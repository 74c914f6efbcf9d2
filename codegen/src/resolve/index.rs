//! Documents by kind and name.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    diagnostic::{Diagnostic, codes},
    ident,
    language::Ref,
    model::{Fixed, STREAMS},
    source::Sources,
    syntax::Document,
};

/// Documents of one kind by name.
pub(super) type ByName<'a> = BTreeMap<&'a str, &'a Document<'a>>;

/// All documents of a catalog.
pub(super) struct Index<'a> {
    pub(super) sources: &'a Sources,
    pub(super) system: Option<&'a Document<'a>>,
    pub(super) domains: ByName<'a>,
    pub(super) types: ByName<'a>,
    pub(super) events: ByName<'a>,
    pub(super) topics: ByName<'a>,
    pub(super) commands: ByName<'a>,
    pub(super) services: ByName<'a>,
    pub(super) streams: ByName<'a>,
    /// The stream that emits each event that has no document of its own.
    pub(super) emitted: ByName<'a>,
    pub(super) flows: ByName<'a>,
    pub(super) environments: ByName<'a>,
    pub(super) waivers: Vec<&'a Document<'a>>,
    /// Topic of each event.
    pub(super) topic_of: BTreeMap<&'a str, String>,
    /// Topics that are declared or that an event has of its own.
    topic_names: BTreeSet<String>,
}

impl<'a> Index<'a> {
    pub(super) fn new(
        documents: &'a [Document<'a>],
        sources: &'a Sources,
        out: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut by = |word| by_name(documents, word, out);
        let mut index = Index {
            sources,
            domains: by("domain"),
            types: by("type"),
            events: by("event"),
            topics: by("topic"),
            commands: by("command"),
            services: by("service"),
            streams: by("stream"),
            emitted: BTreeMap::new(),
            flows: by("flow"),
            environments: by("environment"),
            waivers: documents
                .iter()
                .filter(|d| d.kind.word == "waiver")
                .collect(),
            system: one_system(documents, out),
            topic_of: BTreeMap::new(),
            topic_names: BTreeSet::new(),
        };
        index.emitted = index.emitted_events(out);
        index.one_namespace(out);
        index.topic_of = index.topics_of_events(out);
        let declared = index.topics.keys().map(|name| (*name).to_owned());
        index.topic_names = declared.chain(index.topic_of.values().cloned()).collect();
        index
    }

    /// Name of the system; empty where none is declared, which is an error already.
    pub(super) fn system_name(&self) -> &'a str {
        self.system.map_or("", |d| &d.name)
    }

    /// Whether a reference finds something.
    pub(super) fn has(&self, what: Ref, name: &str) -> bool {
        match what {
            Ref::Event => self.is_event(name),
            Ref::Command => self.commands.contains_key(name),
            Ref::Service => self.services.contains_key(name),
            Ref::Stream => self.streams.contains_key(name),
            Ref::Message => self.is_event(name) || self.commands.contains_key(name),
            Ref::Topic => self.topic_names.contains(name),
            Ref::Program => self.names(what).contains(&name),
        }
    }

    /// What a reference may name.
    pub(super) fn names(&self, what: Ref) -> Vec<&str> {
        let keys = |map: &ByName<'a>| map.keys().copied().collect::<Vec<&str>>();
        match what {
            Ref::Event => [keys(&self.events), keys(&self.emitted)].concat(),
            Ref::Command => keys(&self.commands),
            Ref::Service => keys(&self.services),
            Ref::Stream => keys(&self.streams),
            Ref::Message => [
                keys(&self.events),
                keys(&self.emitted),
                keys(&self.commands),
            ]
            .concat(),
            Ref::Topic => self.topic_names.iter().map(String::as_str).collect(),
            Ref::Program => {
                let streams = (!self.streams.is_empty()).then_some(STREAMS);
                let services = self.services.keys().copied();
                services.chain(streams).collect()
            }
        }
    }

    /// Whether an event of that name is declared, or emitted by a stream.
    fn is_event(&self, name: &str) -> bool {
        self.event_document(name).is_some()
    }

    /// An event's document, or that of the stream which emits it.
    pub(super) fn event_document(&self, name: &str) -> Option<(&'a str, &'a Document<'a>)> {
        let found = self.events.get_key_value(name);
        let (name, document) = found.or_else(|| self.emitted.get_key_value(name))?;
        Some((name, document))
    }

    /// The domain of an event; a stream's is that of its first source unless it says.
    pub(super) fn domain_of(&self, event: &str) -> String {
        let mut event = event;
        // As many steps as there are streams: those that read one another are reported elsewhere.
        for _ in 0..=self.streams.len() {
            let Some((_, document)) = self.event_document(event) else {
                break;
            };
            if let Some(domain) = document.root.get("domain").and_then(|n| n.text()) {
                return domain.to_owned();
            }
            let Some(source) = super::streams::sources(document)
                .into_iter()
                .find(|s| self.is_event(s))
            else {
                break;
            };
            event = source;
        }
        String::new()
    }

    /// Events that streams emit; none is emitted by two.
    fn emitted_events(&self, out: &mut Vec<Diagnostic>) -> ByName<'a> {
        let mut emitted: ByName<'a> = BTreeMap::new();
        for document in self.streams.values() {
            let Some(node) = super::streams::emitted_name(document) else {
                continue;
            };
            let Some(name) = node.text() else { continue };
            let Some(first) = emitted.insert(name, document) else {
                continue;
            };
            let message = format!("two streams emit the event `{name}`");
            let at = super::streams::emitted_name(first).map_or(first.name_span, |n| n.span);
            out.push(
                Diagnostic::new(codes::DUPLICATE, message, node.span, "again here")
                    .with(at, "first here")
                    .help("an event has one producer: rename one of them"),
            );
        }
        emitted
    }

    /// Namespace of what belongs to no domain.
    pub(super) fn namespace(&self) -> String {
        super::messages::namespace(self.system_name(), "")
    }

    /// Whether a type of that name is a union.
    pub(super) fn is_union(&self, name: &str) -> bool {
        self.types
            .get(name)
            .is_some_and(|d| d.root.get("union").is_some())
    }

    /// The fixed type of that name.
    pub(super) fn fixed(&self, name: &str) -> Option<Fixed> {
        let size = self.types.get(name)?.root.get("fixed")?.whole()? as usize;
        let namespace = self.namespace();
        Some(Fixed {
            name: name.to_owned(),
            namespace,
            size,
            logical: None,
        })
    }

    /// Whether a message's document has a field, be its type right or wrong.
    pub(super) fn has_field(&self, message: &str, field: &str) -> bool {
        let document = self
            .events
            .get(message)
            .or_else(|| self.commands.get(message));
        document
            .and_then(|d| d.root.get("fields")?.get(field))
            .is_some()
    }

    /// Types, events and commands become Rust types and share one namespace of names.
    fn one_namespace(&self, out: &mut Vec<Diagnostic>) {
        let kinds = [
            ("type", &self.types),
            ("event", &self.events),
            ("a stream's event", &self.emitted),
            ("command", &self.commands),
        ];
        for (i, (word, documents)) in kinds.iter().enumerate() {
            for (other_word, others) in &kinds[..i] {
                for (name, document) in *documents {
                    let Some(other) = others.get(name) else {
                        continue;
                    };
                    let message = format!("`{name}` is declared as {word} and as {other_word}");
                    out.push(
                        Diagnostic::new(
                            codes::DUPLICATE,
                            message,
                            document.name_span,
                            format!("as {word}"),
                        )
                        .with(other.name_span, format!("as {other_word}"))
                        .help("give one of them another name"),
                    );
                }
            }
        }
    }

    fn topics_of_events(&self, out: &mut Vec<Diagnostic>) -> BTreeMap<&'a str, String> {
        let mut topics: BTreeMap<&str, (String, crate::source::Span)> = BTreeMap::new();
        for (topic, document) in &self.topics {
            let listed = document.root.get("events").map_or(&[][..], |n| n.items());
            for node in listed {
                let Some((event, _)) = node.text().and_then(|name| self.event_document(name))
                else {
                    continue;
                };
                let Some((first, span)) = topics.insert(event, ((*topic).to_owned(), node.span))
                else {
                    continue;
                };
                let message = format!("the event `{event}` stands in two topics");
                out.push(
                    Diagnostic::new(
                        codes::TWO_TOPICS,
                        message,
                        node.span,
                        format!("in `{topic}`"),
                    )
                    .with(span, format!("in `{first}`"))
                    .help("an event has one topic: remove it from one of the two"),
                );
            }
        }
        for (event, document) in self.events.iter().chain(&self.emitted) {
            let domain = self.domain_of(event);
            let own = || {
                (
                    format!("{domain}.{}", ident::kebab(event)),
                    document.name_span,
                )
            };
            topics.entry(event).or_insert_with(own);
        }
        topics
            .into_iter()
            .map(|(event, (topic, _))| (event, topic))
            .collect()
    }
}

fn by_name<'a>(documents: &'a [Document<'a>], word: &str, out: &mut Vec<Diagnostic>) -> ByName<'a> {
    let mut map: ByName<'a> = BTreeMap::new();
    for document in documents.iter().filter(|d| d.kind.word == word) {
        if let Some(first) = map.insert(&document.name, document) {
            let message = format!("the {word} `{}` is declared twice", document.name);
            out.push(
                Diagnostic::new(codes::DUPLICATE, message, document.name_span, "again here")
                    .with(first.name_span, "first here")
                    .help("rename or remove one of them"),
            );
        }
    }
    map
}

fn one_system<'a>(
    documents: &'a [Document<'a>],
    out: &mut Vec<Diagnostic>,
) -> Option<&'a Document<'a>> {
    let mut systems = documents.iter().filter(|d| d.kind.word == "system");
    let Some(first) = systems.next() else {
        let message = "the catalog has no `system:` document";
        let help = "write a file `system.yaml` that begins with `system: name`";
        out.push(Diagnostic::whole(codes::ONE_SYSTEM, message).help(help));
        return None;
    };
    for second in systems {
        let message = format!(
            "a catalog has one system, this one has `{}` and `{}`",
            first.name, second.name
        );
        out.push(
            Diagnostic::new(codes::ONE_SYSTEM, message, second.name_span, "the second")
                .with(first.name_span, "the first")
                .help("remove one, or keep each system in a folder of its own"),
        );
    }
    Some(first)
}
