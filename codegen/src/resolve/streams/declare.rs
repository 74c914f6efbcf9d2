//! One stream's document: its keys are checked against one another, its expressions against the
//! schemas.

use std::collections::BTreeMap;

use super::super::{Messages, index::Index, records::text};
use super::{
    columns,
    emitted::Derivation,
    numbers::{name, nullable, plain},
    scope::{Schemas, Scope},
    short,
    sides::Sides,
    text::Text,
    typing, windows,
};
use crate::{
    diagnostic::{Diagnostic, codes},
    ident,
    model::{
        Body, Each, Event, Group, Input, Meet, Other, Stream, Type, TypeDef, Variable, When,
        Window, WindowKind,
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
            written: root.json(),
            source: self.index.sources.source(self.document.name_span),
        };
        Some((stream, scope))
    }

    /// Keys that need one another, or exclude one another.
    fn parts_fit(&self, out: &mut Vec<Diagnostic>) {
        let has = |key: &str| self.node(key).is_some();
        if !has("from") && !has("table") {
            let help = "write `from: OrderPlaced`, or `table: latest OrderPlaced by order_id`";
            self.wrong(
                "stream",
                "the stream reads nothing",
                "reads what?",
                help,
                out,
            );
        }
        if has("join") && has("table") {
            let help = "chain two streams: one that joins, one that looks up";
            let message = "a stream has one other side, a `join` or a `table`";
            self.wrong("table", message, "the second other side", help, out);
        }
        if has("join") && !has("from") {
            let help = "write `from:` with the event of the first side";
            self.wrong(
                "join",
                "there is nothing to join with",
                "with what?",
                help,
                out,
            );
        }
        if has("map") && (has("compute") || has("group_by")) {
            let help = "drop `map`, or `group_by` and `compute`";
            let message = "a stream maps each record or computes over groups, not both";
            self.wrong("map", message, "beside a group", help, out);
        } else if !has("map") && !has("compute") {
            let help = "write `compute:` with `group_by:`, or `map:` with the fields to emit";
            self.wrong(
                "emit",
                "the emitted event has no fields",
                "of what?",
                help,
                out,
            );
        } else if has("compute") != has("group_by") {
            let (given, missing) = if has("compute") {
                ("compute", "group_by")
            } else {
                ("group_by", "compute")
            };
            let message = format!("`{given}` needs `{missing}`");
            let help =
                "write `group_by: { country: event.country }` and `compute: { orders: count() }`";
            self.wrong(given, message, "half of a group", help, out);
        }
        if !has("from") && has("map") {
            let help = "write `from:` to map each record as it comes";
            self.wrong(
                "map",
                "a table is grouped, not mapped",
                "of a table",
                help,
                out,
            );
        }
        if !has("from") && has("each") {
            let help = "write `from:` to take items one by one";
            self.wrong(
                "each",
                "a row of a table counts once",
                "of a table",
                help,
                out,
            );
        }
        self.window_fits(out);
    }

    fn window_fits(&self, out: &mut Vec<Diagnostic>) {
        let has = |key: &str| self.node(key).is_some();
        let when = self.node("when").and_then(Node::text);
        if has("window") {
            if has("map") {
                let help = "drop the window: each record is emitted as it comes";
                self.wrong(
                    "window",
                    "`map` needs no window",
                    "of what group?",
                    help,
                    out,
                );
            }
            if !has("from") && has("table") {
                let help = "drop the window, or read the event with `from`";
                self.wrong(
                    "window",
                    "rows of a table have no window",
                    "over a table",
                    help,
                    out,
                );
            }
            let session = self.node("window").and_then(|w| w.get("session")).is_some();
            if session && when == Some("on update") {
                let help = "write `when: window closes`";
                let message = "a session's bounds change with each record";
                self.wrong("when", message, "not for sessions", help, out);
            }
            if session && has("late") {
                let help = "drop `late`; records that come too late are counted in any case";
                let message = "whether a record is late for a session is known behind its group";
                self.wrong("late", message, "not for sessions", help, out);
            }
            return;
        }
        let help = "add `window: { tumbling: 1m }`, or drop it";
        for key in ["late", "idle"] {
            if has(key) {
                let message = format!("`{key}` belongs to a window, and there is none");
                self.wrong(key, message, "of which window?", help, out);
            }
        }
        if when == Some("window closes") {
            let message = "without a window nothing closes";
            self.wrong("when", message, "of which window?", help, out);
        }
    }

    fn input(&self, out: &mut Vec<Diagnostic>) -> Option<(Input, Scope<'s>)> {
        let from = self.node("from");
        let listed = from.map_or(&[][..], |n| n.items());
        let nodes: Vec<&Node<'_>> = listed.iter().chain(from).collect();
        let mut events: Vec<String> = Vec::new();
        for name in nodes.iter().filter_map(|n| n.text()) {
            // What is not declared was reported where references are.
            self.schemas.messages.events.get(name)?;
            if !events.iter().any(|e| e == name) {
                events.push(name.to_owned());
            }
        }
        let known = |name: &str| self.index.emitted.contains_key(name);
        if let Some(node) = self.node("table").filter(|_| from.is_none()) {
            let side = short::table(node, out)?;
            let mut sides = Sides {
                schemas: self.schemas,
                sources: &[],
                out,
            };
            let event = sides.event(side.event, &known)?;
            sides.keyed(event, side.key)?;
            let events = vec![event.message.name.clone()];
            let scope = Scope::new(self.schemas, &events);
            return Some((input(events, true, None), scope));
        }
        if events.is_empty() {
            return None;
        }
        let side = match (self.node("join"), self.node("table")) {
            (Some(node), _) => Some(short::join(node, out)?),
            (None, Some(node)) => Some(short::table(node, out)?),
            (None, None) => None,
        };
        let mut scope = Scope::new(self.schemas, &events);
        let Some(side) = side else {
            return Some((input(events, false, None), scope));
        };
        let meet = match side.within_ms {
            Some(within_ms) => Meet::Within {
                within_ms,
                grace_ms: side.grace_ms.unwrap_or_default(),
            },
            None => Meet::Latest,
        };
        let mut sides = Sides {
            schemas: self.schemas,
            sources: &events,
            out,
        };
        let other = sides.other(&side, meet, &known)?;
        let record = Type::Named(other.event.clone());
        let ty = if other.left { nullable(record) } else { record };
        scope.add(&other.name, Variable::Other, ty);
        Some((input(events, false, Some(other)), scope))
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

fn input(events: Vec<String>, table: bool, other: Option<Other>) -> Input {
    Input {
        events,
        table,
        shared: Vec::new(),
        time: None,
        other,
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
