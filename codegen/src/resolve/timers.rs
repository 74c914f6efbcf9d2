//! Timers of a service.

use super::{
    key_types::{self, Found},
    lower::Lower,
    policy::{Layers, policy},
    records::text,
    services::Around,
};
use crate::{
    diagnostic::{Diagnostic, codes},
    ident,
    model::{Service, Timer, Type},
    syntax::{self, Document, Entry},
};

/// Timers by name.
pub(super) fn timers(
    around: Around<'_, '_>,
    document: &Document<'_>,
    service: &Service,
    out: &mut Vec<Diagnostic>,
) -> Vec<Timer> {
    let entries = document.root.get("timers").map_or(&[][..], |n| n.entries());
    let mut timers: Vec<Timer> = entries
        .iter()
        .filter_map(|e| timer(around, document, service, e, out))
        .collect();
    timers.sort_by(|a, b| a.name.cmp(&b.name));
    timers
}

fn timer(
    around: Around<'_, '_>,
    document: &Document<'_>,
    service: &Service,
    entry: &Entry<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<Timer> {
    let (name, node) = (&*entry.key, &entry.value);
    let view = around.view;
    let of_environment = view.overridden(&["timers", &document.name, name]);
    let of_service = view.overridden(&["services", &document.name, "timers", name]);
    let own = [Some(node), of_environment, of_service];
    let layers = Layers::new(view.defaults().into_iter().chain(own));
    let key = text(node, "key")?;
    Some(Timer {
        name: name.to_owned(),
        rust: ident::rust_type(name),
        handler: format!("on_{}", ident::snake(name)),
        policy: policy(&layers, true),
        after_ms: layers.text("after").and_then(syntax::duration)?,
        key_rust: ident::rust_field(&key),
        key_ty: key_type(around, service, entry, &key, out)?,
        key,
        doc: text(node, "doc"),
        source: view.index.sources.source(entry.key_span),
    })
}

fn key_type(
    around: Around<'_, '_>,
    service: &Service,
    entry: &Entry<'_>,
    key: &str,
    out: &mut Vec<Diagnostic>,
) -> Option<Type> {
    let at = entry.value.get("key").map_or(entry.key_span, |n| n.span);
    if let Some(node) = entry.value.get("type") {
        let mut lower = Lower {
            index: around.view.index,
            owner: None,
            owned: Vec::new(),
            out,
        };
        let ty = lower.node(node, key)?;
        if !key_types::is_key(around, &ty) {
            let message = format!("the key `{key}` of a timer needs a type with a text form");
            let help = "use text, a number, a uuid, a date or an enum";
            out.push(
                Diagnostic::new(codes::UNCLEAR_TYPE, message, node.span, "has no text form")
                    .help(help),
            );
            return None;
        }
        return Some(ty);
    }
    let shapes: Vec<&Type> = service
        .requests
        .iter()
        .flat_map(|r| r.body.iter().chain(&r.returns))
        .collect();
    let message = match key_types::find(around, service, &shapes, key) {
        Found::One(ty) => return Some(ty),
        Found::None => format!(
            "no message of `{}` has a field `{key}` that could be a key",
            service.name
        ),
        Found::Two(one, other) => format!("`{key}` has different types in `{one}` and `{other}`"),
    };
    let help = "say it with `type:` in the timer";
    out.push(Diagnostic::new(codes::UNCLEAR_TYPE, message, at, "of which type?").help(help));
    None
}
