//! What changed about a payload, a line a field.

use serde_json::Value;

use super::one_line;
use crate::{
    compat::place::named,
    lint::keys::describe,
    model::{Field, Message, Model, Record, TypeKind},
};

/// Fields by their paths.
type Fields<'a> = Vec<(String, &'a Field)>;

/// Lines about fields that came, went or changed.
pub(super) fn changes(
    (old_model, old): (&Model, &Message),
    (model, now): (&Model, &Message),
) -> Vec<String> {
    let (before, now) = (fields(old_model, old), fields(model, now));
    let mut lines = Vec::new();
    for (path, field) in &now {
        let former = before
            .iter()
            .find(|(old_path, old)| is_former(path, field, old_path, old));
        match former {
            None if covered(&before, &now, path) => {}
            None => lines.push(added("", path, field)),
            Some((old_path, old)) => lines.extend(changed("", (old_path, old), (path, field))),
        }
    }
    let kept = |(old_path, old): &(String, &Field)| {
        now.iter()
            .any(|(path, field)| is_former(path, field, old_path, old))
    };
    let gone = before
        .iter()
        .filter(|old| !kept(old) && !covered(&now, &before, &old.0));
    lines.extend(gone.map(|(path, _)| format!("removed `{path}`")));
    lines.extend(symbols((old_model, &before), (model, &now)));
    lines
}

/// Lines about headers that came, went or changed.
pub(super) fn headers(old: &Message, now: &Message) -> Vec<String> {
    let mut lines = Vec::new();
    for header in &now.headers.fields {
        let name = &header.name;
        match old.headers.field(name) {
            None => lines.push(added("the header ", name, header)),
            Some(old) => lines.extend(changed("the header ", (name, old), (name, header))),
        }
    }
    let gone = old.headers.fields.iter();
    let gone = gone.filter(|old| now.headers.field(&old.name).is_none());
    lines.extend(gone.map(|old| format!("removed the header `{}`", old.name)));
    lines
}

/// Every field of a payload; a record inside is looked at once.
fn fields<'a>(model: &'a Model, message: &'a Message) -> Fields<'a> {
    let mut found = Vec::new();
    walk(model, &message.record, "", &mut Vec::new(), &mut found);
    found
}

fn walk<'a>(
    model: &'a Model,
    record: &'a Record,
    around: &str,
    seen: &mut Vec<&'a str>,
    found: &mut Fields<'a>,
) {
    for field in &record.fields {
        let path = match around {
            "" => field.name.clone(),
            around => format!("{around}.{}", field.name),
        };
        found.push((path.clone(), field));
        let Some(name) = named(&field.ty).filter(|name| !seen.contains(name)) else {
            continue;
        };
        if let Some(TypeKind::Record(inner)) = model.types.get(name).map(|def| &def.kind) {
            seen.push(name);
            walk(model, inner, &path, seen, found);
        }
    }
}

/// Lines about symbols that enums of the payload got or lost.
fn symbols(
    (old_model, before): (&Model, &Fields<'_>),
    (model, now): (&Model, &Fields<'_>),
) -> Vec<String> {
    let of = |model: &Model, fields: &Fields<'_>| -> Vec<(String, Vec<String>)> {
        let names = fields
            .iter()
            .filter_map(|(_, f)| named(&f.ty).map(str::to_owned));
        let names: std::collections::BTreeSet<String> = names.collect();
        let symbols = |name: String| match &model.types.get(&name)?.kind {
            TypeKind::Enum(def) => {
                Some((name, def.symbols.iter().map(|s| s.name.clone()).collect()))
            }
            _ => None,
        };
        names.into_iter().filter_map(symbols).collect()
    };
    let before = of(old_model, before);
    let mut lines = Vec::new();
    for (name, now) in of(model, now) {
        let Some((_, old)) = before.iter().find(|(n, _)| *n == name) else {
            continue;
        };
        let new = now.iter().filter(|s| !old.contains(s));
        lines.extend(new.map(|s| format!("`{name}` has the symbol `{s}`")));
        let gone = old.iter().filter(|s| !now.contains(s));
        lines.extend(gone.map(|s| format!("`{name}` no longer has the symbol `{s}`")));
    }
    lines
}

/// Whether a field is what another one was: of the same path, or renamed with an alias.
fn is_former(path: &str, field: &Field, old_path: &str, old: &Field) -> bool {
    let around = |path: &str| path.rsplit_once('.').map(|(a, _)| a.to_owned());
    let renamed = field.aliases.contains(&old.name) && around(path) == around(old_path);
    path == old_path || renamed
}

/// Whether the field around a path is not on the other side either: it is enough to say that.
fn covered(other: &Fields<'_>, own: &Fields<'_>, path: &str) -> bool {
    let Some((around, _)) = path.rsplit_once('.') else {
        return false;
    };
    let on = |fields: &Fields<'_>| fields.iter().any(|(p, _)| p == around);
    on(own) && !on(other)
}

fn added(what: &str, path: &str, field: &Field) -> String {
    let default = field.default.as_ref();
    let default = default
        .map(|d| format!(", default `{}`", d.plain))
        .unwrap_or_default();
    let doc = field.doc.as_deref().map(|d| format!(": {}", one_line(d)));
    format!(
        "added {what}`{path}` `{}`{default}{}",
        describe(&field.ty),
        doc.unwrap_or_default()
    )
}

fn changed(of: &str, (old_path, old): (&str, &Field), (path, now): (&str, &Field)) -> Vec<String> {
    let mut lines = Vec::new();
    if old_path != path {
        lines.push(format!("`{old_path}` is called `{path}`"));
    }
    let mut differ = |what: &str, was: String, is: String| {
        if was != is {
            lines.push(format!("{of}`{path}`{what}: {was} → {is}"));
        }
    };
    let code = |text: Option<String>| text.map_or("none".to_owned(), |t| format!("`{t}`"));
    let default = |f: &Field| code(f.default.as_ref().map(|d| Value::to_string(&d.plain)));
    differ(
        "",
        code(Some(describe(&old.ty))),
        code(Some(describe(&now.ty))),
    );
    differ(" default", default(old), default(now));
    differ(
        " pattern",
        code(old.pattern.clone()),
        code(now.pattern.clone()),
    );
    differ(" unit", code(old.unit.clone()), code(now.unit.clone()));
    differ(
        " deprecated",
        code(old.deprecated.clone()),
        code(now.deprecated.clone()),
    );
    differ(" personal data", old.pii.to_string(), now.pii.to_string());
    if old.doc != now.doc {
        lines.push(format!("{of}`{path}` is described anew"));
    }
    lines
}
