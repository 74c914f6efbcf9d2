//! One stream's document: its keys are checked against one another, its expressions against the
//! schemas.

mod input;
mod parts;

use std::collections::BTreeMap;

use super::super::{Messages, index::Index, records::text};
use super::{
    columns,
    emitted::Derivation,
    numbers::{name, plain},
    scope::{Schemas, Scope},
    short,
    text::Text,
    typing, windows,
};
use crate::{
    diagnostic::{Diagnostic, codes},
    ident,
    model::{
        Body, Each, Event, Group, Input, Meet, Stream, Type, TypeDef, Variable, When, Window,
        WindowKind,
    },
    source::Span,
    syntax::{Document, Entry, Node, duration},
};

/// How far back repeats are recognised where no window says how long they matter.
const DEDUP_MS: u64 = 3_600_000;

/// A stream and the event that it emits.
pub(super) fn stream(
    index: &Index<'_>,
    messages: &Messages,
    types: &BTreeMap<String, TypeDef>,
    document: &Document<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<(Stream, Event)> {
    let before = out.len();
    let declared = Declared {
        index,
        document,
        schemas: Schemas { messages, types },
    };
    let (stream, scope) = declared.stream(out)?;
    // What is wrong so far may be what the fields are derived from.
    if out.len() > before {
        return None;
    }
    let derivation = Derivation {
        index,
        types,
        scope: &scope,
        document,
    };
    let event = derivation.event(&stream, out)?;
    (out.len() == before).then_some((stream, event))
}

struct Declared<'s, 'n> {
    index: &'s Index<'n>,
    document: &'s Document<'n>,
    schemas: Schemas<'s>,
}

impl<'s> Declared<'s, '_> {
    fn node(&self, key: &str) -> Option<&Node<'_>> {
        self.document.root.get(key)
    }

    fn entry(&self, key: &str) -> Option<&Entry<'_>> {
        self.document.root.map()?.entry(key)
    }

    fn key_span(&self, key: &str) -> Span {
        self.entry(key)
            .map_or(self.document.name_span, |e| e.key_span)
    }

    fn wrong(
        &self,
        key: &str,
        message: impl Into<String>,
        label: &str,
        help: &str,
        out: &mut Vec<Diagnostic>,
    ) {
        let at = self.key_span(key);
        out.push(Diagnostic::new(codes::BAD_STREAM, message, at, label).help(help));
    }

    fn stream(&self, out: &mut Vec<Diagnostic>) -> Option<(Stream, Scope<'s>)> {
        self.parts_fit(out);
        let (mut input, mut scope) = self.input(out)?;
        let filter = self.node("where").and_then(|n| condition(&scope, n, out));
        let each = self.node("each").and_then(|n| each(&scope, n, out));
        let window = self.entry("window").map(|e| {
            let own = Scope::new(self.schemas, &input.events);
            windows::window(&own, &e.value, e.key_span, out)
        });
        input.shared.clone_from(&scope.shared);
        if let Some(each) = &each {
            scope.add(&each.name, Variable::Item, each.ty.clone());
        }
        let (window, time) = window.map_or((None, None), |w| (w.window, w.time));
        input.time = time;
        let body = self.body(&scope, window, &input, out)?;
        let root = &self.document.root;
        let emitted = super::emitted_name(self.document)?.text()?.to_owned();
        let domain = self.index.domain_of(&emitted);
        let of_domain = self.index.domains.get(domain.as_str());
        let owner = text(root, "owner").or_else(|| of_domain.and_then(|d| text(&d.root, "owner")));
        let time_of = |key: &str| self.node(key).and_then(Node::text).and_then(duration);
        let stream = Stream {
            name: self.document.name.clone(),
            rust: ident::rust_type(&self.document.name),
            module: ident::rust_module(&self.document.name),
            doc: text(root, "doc"),
            owner,
            dedup_ms: time_of("dedup").or_else(|| dedup(&input, &body)),
            input,
            filter,
            each,
            body,
            emits: emitted,
            late: text(root, "late"),
            idle_ms: time_of("idle"),
            actor: format!("stream {}", self.document.name),
            fields: BTreeMap::new(),
            written: root.json(),
            source: self.index.sources.source(self.document.name_span),
        };
        Some((stream.with_fields(), scope))
    }

    fn body(
        &self,
        scope: &Scope<'_>,
        window: Option<Window>,
        input: &Input,
        out: &mut Vec<Diagnostic>,
    ) -> Option<Body> {
        if let Some(map) = self.node("map") {
            return Some(Body::Map(columns::columns(scope, map, out)));
        }
        let keys = columns::keys(scope, self.node("group_by")?, out);
        let aggregates = columns::computed(scope, self.node("compute")?, input.table, out);
        let when = match (self.node("when").and_then(Node::text), window) {
            (Some("on update"), _) | (_, None) => When::OnUpdate,
            _ => When::WindowCloses,
        };
        Some(Body::Group(Group {
            keys,
            window,
            aggregates,
            when,
        }))
    }
}

fn condition(
    scope: &Scope<'_>,
    node: &Node<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<crate::model::Expr> {
    let text = Text::of(node)?;
    let ast = typing::parse(text, out)?;
    typing::Typing { scope, text, out }.condition(&ast)
}

fn each(scope: &Scope<'_>, node: &Node<'_>, out: &mut Vec<Diagnostic>) -> Option<Each> {
    let (list_text, item) = short::each(node, out)?;
    let list = typing::expression(scope, list_text, out)?;
    let Type::Array(ty) = &list.ty else {
        let message = format!(
            "`each` takes the items of a list, this is a {}",
            name(&list.ty)
        );
        let at = list_text.span();
        out.push(
            Diagnostic::new(codes::WRONG_OPERANDS, message, at, "not a list")
                .help("name a field of a type such as `[OrderLine]`"),
        );
        return None;
    };
    if scope.find(item.text).is_some() {
        let message = format!("`{}` is a name of this stream already", item.text);
        let at = item.span();
        out.push(
            Diagnostic::new(codes::DUPLICATE, message, at, "again here")
                .help("give the item another name"),
        );
        return None;
    }
    let ty = plain(ty);
    Some(Each {
        name: item.text.to_owned(),
        ty,
        list,
    })
}

/// How long a repeat can matter: as long as a window may take it; an hour where nothing says.
fn dedup(input: &Input, body: &Body) -> Option<u64> {
    let joined = match input.other.as_ref().map(|o| &o.meet) {
        Some(Meet::Within {
            within_ms,
            grace_ms,
        }) => Some(within_ms.saturating_add(*grace_ms)),
        Some(Meet::Latest) => Some(DEDUP_MS),
        None => None,
    };
    let grouped = match body {
        Body::Map(_) => None,
        Body::Group(Group { window, .. }) => Some(match window {
            Some(Window {
                kind: WindowKind::Hopping { size_ms, .. },
                grace_ms,
            }) => size_ms.saturating_add(*grace_ms),
            _ => DEDUP_MS,
        }),
    };
    joined.max(grouped)
}
