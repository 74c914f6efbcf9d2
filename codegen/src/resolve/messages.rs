//! Events and commands.

use super::{
    avsc, headers,
    index::Index,
    lower::Lower,
    records::{self, text, texts},
};
use crate::{
    diagnostic::{Diagnostic, codes},
    ident,
    model::{Command, Compatibility, Event, Message, Record, TypeDef, full_name},
    syntax::{Document, Node},
};

/// What a message's document declares.
pub(super) struct Declared<T> {
    pub(super) message: T,
    /// Types that the payload owns, or that its `.avsc` file brings.
    pub(super) types: Vec<TypeDef>,
    /// Enums that the headers own.
    pub(super) of_headers: Vec<TypeDef>,
    /// Whether the payload is an Avro schema, whose types go by their full names yet.
    pub(super) of_schema: bool,
}

/// An event.
pub(super) fn event(
    index: &Index<'_>,
    document: &Document<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Declared<Event>> {
    let root = &document.root;
    let domain = text(root, "domain").unwrap_or_default();
    let declared = message(index, document, &domain, out)?;
    let of_domain = index
        .domains
        .get(domain.as_str())
        .and_then(|d| text(&d.root, "owner"));
    let event = Event {
        owner: text(root, "owner").or(of_domain),
        topic: index
            .topic_of
            .get(document.name.as_str())
            .cloned()
            .unwrap_or_default(),
        deprecated: text(root, "deprecated"),
        tags: texts(root, "tags"),
        message: declared.message,
        domain,
    };
    Some(Declared {
        message: event,
        types: declared.types,
        of_headers: declared.of_headers,
        of_schema: declared.of_schema,
    })
}

/// A command.
pub(super) fn command(
    index: &Index<'_>,
    document: &Document<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Declared<Command>> {
    let root = &document.root;
    let to = text(root, "to").unwrap_or_default();
    let domain = text(root, "domain").unwrap_or_else(|| to.clone());
    let declared = message(index, document, &domain, out)?;
    let own = || format!("{to}.{}", declared.message.kebab);
    let queue = text(root, "queue").unwrap_or_else(own);
    Some(Declared {
        message: Command {
            message: declared.message,
            to,
            queue,
        },
        types: declared.types,
        of_headers: declared.of_headers,
        of_schema: declared.of_schema,
    })
}

fn message(
    index: &Index<'_>,
    document: &Document<'_>,
    domain: &str,
    out: &mut Vec<Diagnostic>,
) -> Option<Declared<Message>> {
    let root = &document.root;
    let version = root
        .get("version")
        .and_then(Node::whole)
        .map_or(1, |v| v as u32);
    let mut namespace = namespace(index.system_name(), domain);
    let mut payload_name = None;
    let (record, types, aliases_in_schema, doc_in_schema) =
        match (root.get("fields"), root.get("schema")) {
            (Some(fields), None) => {
                let owner = Some((document.name.as_str(), namespace.as_str()));
                let mut lower = Lower {
                    index,
                    owner,
                    owned: Vec::new(),
                    out,
                };
                let record = records::record(&mut lower, fields, Some(version));
                (record, lower.owned, Vec::new(), None)
            }
            (None, Some(schema)) => {
                let payload = avsc::payload(index, document, schema, out)?;
                namespace = payload.namespace;
                payload_name = Some(payload.name);
                (payload.record, payload.types, payload.aliases, payload.doc)
            }
            (None, None) => (Record { fields: Vec::new() }, Vec::new(), Vec::new(), None),
            (Some(_), Some(schema)) => {
                let message = format!("the payload of `{}` is given twice", document.name);
                let fields = root
                    .map()
                    .and_then(|m| m.entry("fields"))
                    .map(|e| e.key_span);
                let help = "keep `fields:` or `schema:`";
                let diagnostic =
                    Diagnostic::new(codes::ONE_OF, message, schema.span, "here").help(help);
                out.push(match fields {
                    Some(span) => diagnostic.with(span, "and here"),
                    None => diagnostic,
                });
                return None;
            }
        };
    let (headers, of_headers) = headers::headers(index, document, &namespace, out);
    let mut aliases = texts(root, "aliases");
    aliases.extend(aliases_in_schema);
    let message = Message {
        name: document.name.clone(),
        rust: ident::rust_type(&document.name),
        module: ident::rust_module(&document.name),
        kebab: ident::kebab(&document.name),
        version,
        doc: text(root, "doc").or(doc_in_schema),
        aliases,
        record,
        headers,
        reaches: Vec::new(),
        key: text(root, "key"),
        compatibility: compatibility(index, root),
        examples: examples(index, document, root, out),
        source: index.sources.source(document.name_span),
        payload_name: payload_name.unwrap_or_else(|| full_name(&namespace, &document.name)),
        namespace,
    };
    Some(Declared {
        message,
        types,
        of_headers,
        of_schema: root.get("schema").is_some(),
    })
}

/// Avro namespace of a domain; a `-`, which Avro does not allow, becomes `_`.
pub(crate) fn namespace(system: &str, domain: &str) -> String {
    let whole = if domain.is_empty() {
        system.to_owned()
    } else {
        format!("{system}.{domain}")
    };
    let safe = |part: &str| {
        let part = part.replace('-', "_");
        if part.starts_with(|c: char| c.is_ascii_digit()) {
            format!("_{part}")
        } else {
            part
        }
    };
    whole
        .split('.')
        .filter(|p| !p.is_empty())
        .map(safe)
        .collect::<Vec<_>>()
        .join(".")
}

/// Mode of a message, else the system's, else `BACKWARD`.
pub(super) fn compatibility(index: &Index<'_>, root: &Node<'_>) -> Compatibility {
    let own = text(root, "compatibility");
    own.as_deref()
        .and_then(mode)
        .unwrap_or_else(|| system_compatibility(index))
}

/// Mode of messages that choose none.
pub(super) fn system_compatibility(index: &Index<'_>) -> Compatibility {
    let defaults = index.system.and_then(|d| d.root.get("defaults"));
    let system = defaults.and_then(|d| text(d, "compatibility"));
    system
        .as_deref()
        .and_then(mode)
        .unwrap_or(Compatibility::Backward)
}

fn mode(text: &str) -> Option<Compatibility> {
    Compatibility::ALL
        .iter()
        .find(|(name, _)| *name == text)
        .map(|(_, mode)| *mode)
}

/// Examples as text; they are compared with the payload when types are known.
pub(super) fn examples(
    index: &Index<'_>,
    document: &Document<'_>,
    of: &Node<'_>,
    out: &mut Vec<Diagnostic>,
) -> Vec<(String, String)> {
    let listed = of.get("examples").map_or(&[][..], |n| n.items());
    let mut examples = Vec::new();
    for (i, node) in listed.iter().enumerate() {
        let Some(name) = node.text() else {
            let own = index.sources.source(node.span).file;
            let own = own.strip_prefix("catalog/").unwrap_or(&own);
            let path = format!("{own}#{}/examples/{i}", document.name);
            examples.push((path, format!("{:#}\n", node.json())));
            continue;
        };
        match avsc::beside(index, document, name) {
            Some((_, file)) => examples.push((file.path.clone(), file.text.clone())),
            None => out.push(avsc::no_file(
                index,
                document,
                name,
                node.span,
                codes::BAD_EXAMPLE,
            )),
        }
    }
    examples
}
