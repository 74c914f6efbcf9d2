//! The event that a stream emits: an event of the catalog like any other, whose fields are derived.

use std::collections::BTreeMap;

use super::super::{
    defaults,
    index::Index,
    messages, payloads,
    records::{text, texts},
};
use super::scope::Scope;
use crate::{
    diagnostic::{Diagnostic, codes},
    ident,
    model::{
        Body, Event, Expr, ExprKind, Field, FieldDefault, Message, Record, Stream, Type, TypeDef,
        Variable,
    },
    source::Span,
    syntax::{Document, Entry, Node},
};

/// Names of the fields that say which window a result is of.
const START: &str = "window_start";
const END: &str = "window_end";

/// What the event is derived from.
pub(super) struct Derivation<'s, 'n> {
    pub(super) index: &'s Index<'n>,
    pub(super) types: &'s BTreeMap<String, TypeDef>,
    pub(super) scope: &'s Scope<'s>,
    pub(super) document: &'s Document<'n>,
}

impl Derivation<'_, '_> {
    /// The event, `None` where its parts contradict one another.
    pub(super) fn event(&self, stream: &Stream, out: &mut Vec<Diagnostic>) -> Option<Event> {
        let (index, root) = (self.index, &self.document.root);
        let emit = root.get("emit")?;
        let name_node = emit.get("event").unwrap_or(emit);
        let name = name_node.text()?.to_owned();
        let domain = index.domain_of(&name);
        let version = emit.get("version").and_then(Node::whole);
        let version = version.map_or(1, |v| v as u32);
        let record = Record {
            fields: self.fields(stream, version, out)?,
        };
        let key = self.key(stream, emit, &record, out).ok()?;
        let namespace = messages::namespace(index.system_name(), &domain);
        let message = Message {
            payload_name: crate::model::full_name(&namespace, &name),
            rust: ident::rust_type(&name),
            module: ident::rust_module(&name),
            kebab: ident::kebab(&name),
            version,
            doc: text(emit, "doc").or_else(|| text(root, "doc")),
            aliases: texts(emit, "aliases"),
            reaches: payloads::reaches(self.types, &record),
            record,
            headers: Record::default(),
            key,
            compatibility: messages::compatibility(index, emit),
            examples: messages::examples(index, self.document, emit, out),
            source: index.sources.source(name_node.span),
            namespace,
            name,
        };
        Some(Event {
            topic: index
                .topic_of
                .get(message.name.as_str())
                .cloned()
                .unwrap_or_default(),
            owner: stream.owner.clone(),
            deprecated: None,
            tags: texts(emit, "tags"),
            domain,
            message,
        })
    }

    /// Keys of the group and the window before what is computed; or what is mapped.
    fn fields(
        &self,
        stream: &Stream,
        version: u32,
        out: &mut Vec<Diagnostic>,
    ) -> Option<Vec<Field>> {
        let mut fields: Vec<Field> = Vec::new();
        match &stream.body {
            Body::Map(columns) => {
                for c in columns {
                    fields.push(self.field(
                        "map",
                        &c.name,
                        &c.expr.ty,
                        Some(&c.expr),
                        version,
                        out,
                    ));
                }
            }
            Body::Group(group) => {
                for c in &group.keys {
                    let field =
                        self.field("group_by", &c.name, &c.expr.ty, Some(&c.expr), version, out);
                    fields.push(field);
                }
                if group.window.is_some() {
                    let line = self.document.name_span.line;
                    fields.push(bound(START, "Start of the window.", line));
                    fields.push(bound(
                        END,
                        "End of the window; of a session, its last record.",
                        line,
                    ));
                }
                for a in &group.aggregates {
                    fields.push(self.field("compute", &a.name, &a.ty, None, version, out));
                }
            }
        }
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        let mut twice = false;
        for field in &fields {
            if seen.insert(&field.name, field.line).is_some() {
                let message = format!("the emitted event would have two fields `{}`", field.name);
                let at = self.place(&field.name).unwrap_or(self.document.name_span);
                out.push(
                    Diagnostic::new(codes::DUPLICATE, message, at, "again here")
                        .help("rename one of them"),
                );
                twice = true;
            }
        }
        (!twice).then_some(fields)
    }

    fn entry(&self, list: &str, name: &str) -> Option<&Entry<'_>> {
        self.document.root.get(list)?.map()?.entry(name)
    }

    fn place(&self, name: &str) -> Option<Span> {
        let lists = ["compute", "map", "group_by"];
        let entry = lists.into_iter().find_map(|list| self.entry(list, name))?;
        Some(entry.key_span)
    }

    fn field(
        &self,
        list: &str,
        name: &str,
        ty: &Type,
        expr: Option<&Expr>,
        version: u32,
        out: &mut Vec<Diagnostic>,
    ) -> Field {
        let entry = self.entry(list, name);
        let node = entry.map(|e| &e.value);
        let key_span = entry.map_or(self.document.name_span, |e| e.key_span);
        let told = |key: &str| node.and_then(|n| text(n, key));
        let origin = expr.and_then(|e| self.origin(e));
        let added = node.and_then(|n| n.get("added")?.whole()).map(|v| v as u32);
        if let Some(added) = added.filter(|added| *added > version) {
            let message = format!(
                "the field `{name}` was added in version {added}, but this is version {version}"
            );
            let help = format!("write `emit: {{ event: …, version: {added} }}`");
            out.push(
                Diagnostic::new(codes::BAD_VERSION, message, key_span, "still to come").help(help),
            );
        }
        Field {
            name: name.to_owned(),
            rust: ident::rust_field(name),
            doc: told("doc").or_else(|| origin.and_then(|f| f.doc.clone())),
            default: self.default(name, ty, node, out),
            aliases: Vec::new(),
            added,
            deprecated: None,
            pattern: origin.and_then(|f| f.pattern.clone()),
            unit: told("unit").or_else(|| origin.and_then(|f| f.unit.clone())),
            pii: origin.is_some_and(|f| f.pii),
            line: key_span.line,
            ty: ty.clone(),
        }
    }

    fn default(
        &self,
        name: &str,
        ty: &Type,
        node: Option<&Node<'_>>,
        out: &mut Vec<Diagnostic>,
    ) -> Option<Box<FieldDefault>> {
        let Some(default) = node.and_then(|n| n.get("default")) else {
            let null = serde_json::Value::Null;
            return matches!(ty, Type::Optional { .. }).then(|| {
                Box::new(FieldDefault {
                    plain: null.clone(),
                    avro: null,
                })
            });
        };
        let plain = default.json();
        match defaults::to_avro(self.types, ty, &plain) {
            Ok(avro) => Some(Box::new(FieldDefault { plain, avro })),
            Err(why) => {
                let message = format!("the default of `{name}` is not a value of its type: {why}");
                out.push(
                    Diagnostic::new(codes::BAD_DEFAULT, message, default.span, "not a value")
                        .help("write a value of the field's type, as JSON or YAML would"),
                );
                None
            }
        }
    }

    /// The field that an expression hands on as it is.
    fn origin(&self, expr: &Expr) -> Option<&Field> {
        let ExprKind::Field { of, name, .. } = &expr.kind else {
            return None;
        };
        let record = self.scope.record(super::numbers::required(&of.ty))?;
        record.field(name)
    }

    /// The partition key: what `emit` says, else the first of the group, else the source's key
    /// where it is handed on. `Err` where it was reported.
    fn key(
        &self,
        stream: &Stream,
        emit: &Node<'_>,
        record: &Record,
        out: &mut Vec<Diagnostic>,
    ) -> Result<Option<String>, ()> {
        let group = stream.group();
        if let Some(node) = emit.get("key") {
            let wanted = node.text().ok_or(())?;
            let fits = match group {
                Some(group) => group.keys.iter().any(|k| k.name == wanted),
                None => record.field(wanted).is_some(),
            };
            if fits {
                return Ok(Some(wanted.to_owned()));
            }
            let message = format!("`{wanted}` is not a field that can be the key");
            let help = match group {
                Some(_) => "name a field of `group_by`: the results of a group keep their order",
                None => "name a field of `map`",
            };
            out.push(
                Diagnostic::new(codes::BAD_STREAM, message, node.span, "not such a field")
                    .help(help),
            );
            return Err(());
        }
        if let Some(group) = group {
            return Ok(group.keys.first().map(|k| k.name.clone()));
        }
        let Body::Map(columns) = &stream.body else {
            return Ok(None);
        };
        let source = stream.input.events.first().ok_or(())?;
        let of_source = self.scope.schemas.messages.events.get(source).ok_or(())?;
        let own = of_source.message.key.as_deref();
        let handed_on = columns.iter().find(|c| {
            matches!(&c.expr.kind, ExprKind::Field { of, name, .. }
                if own == Some(name) && of.kind == ExprKind::Variable(Variable::Event))
        });
        Ok(handed_on.map(|c| c.name.clone()))
    }
}

/// A field that says where a window starts or ends.
fn bound(name: &str, doc: &str, line: u32) -> Field {
    Field {
        name: name.to_owned(),
        rust: name.to_owned(),
        ty: Type::TimestampMillis,
        doc: Some(doc.to_owned()),
        default: None,
        aliases: Vec::new(),
        added: None,
        deprecated: None,
        pattern: None,
        unit: None,
        pii: false,
        line,
    }
}
