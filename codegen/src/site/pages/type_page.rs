//! A page per shared type.

use serde_json::{Value, json};

use super::{code, each, fact};
use crate::{
    emit::EmitError,
    model::{TypeDef, TypeKind},
    schema,
    site::{
        File, Site, fields,
        links::Kind,
        render::{At, Page},
        words,
    },
};

const MOST_USERS: usize = 300;
const LARGEST_SHOWN: usize = 24 * 1024;

/// Pages of all shared types.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let types = site.model.types.values();
    let types: Vec<&TypeDef> = types.filter(|def| def.owner.is_none()).collect();
    each(&types, |def| page(site, def))
}

fn page(site: &Site<'_>, def: &TypeDef) -> Result<Vec<File>, EmitError> {
    let Some(url) = site.links.url(Kind::Type, &def.name) else {
        return Ok(Vec::new());
    };
    let at = site.at(url);
    let stem = url
        .rsplit('/')
        .next()
        .unwrap_or(url)
        .trim_end_matches(".html");
    let avsc_url = format!("avro/{stem}.avsc");
    let avsc = schema::text(&schema::of_type(site.model, def));
    let (what, rows, branches) = match &def.kind {
        TypeKind::Record(record) => ("record", fields::rows(&at, record, None), Value::Null),
        TypeKind::Enum(_) => ("enum", Value::Null, Value::Null),
        TypeKind::Union(union) => {
            let branches = union.variants.iter().map(|v| fields::pieces(&at, &v.ty));
            ("union", Value::Null, branches.collect::<Vec<_>>().into())
        }
        TypeKind::Fixed(_) => ("fixed", Value::Null, Value::Null),
    };
    let mut facts = vec![fact("Kind", what), code("Type", def.full_name())];
    if let TypeKind::Fixed(fixed) = &def.kind {
        facts.push(fact("Bytes", fixed.size.to_string()));
    }
    let users = users(&at, &def.name);
    let mut toc = Vec::new();
    match what {
        "record" => toc.push(("payload", "Fields")),
        "enum" => toc.push(("symbols", "Symbols")),
        "union" => toc.push(("branches", "Branches")),
        _ => {}
    }
    if !users.0.is_empty() {
        toc.push(("users", "Who uses it"));
    }
    toc.push(("schema", "Avro schema"));
    let values = json!({
        "name": def.name,
        "doc": at.doc(def.doc.as_deref()),
        "version": def.version,
        "aliases": def.aliases,
        "facts": facts,
        "rows": rows,
        "symbols": fields::symbols(def),
        "branches": branches,
        "users": users.0,
        "more": users.1,
        "source": def.source.to_string(),
        "avsc": (avsc.len() <= LARGEST_SHOWN).then_some(&avsc),
        "avsc_url": avsc_url,
        "avsc_name": words::clip(&format!("{}.avsc", def.full_name()), 200),
    });
    let about = words::first_sentence(def.doc.as_deref().unwrap_or_default(), 160);
    let page = site.page(&Page {
        url,
        template: "type",
        title: &def.name,
        about: &about,
        section: Kind::Type.folder(),
        toc,
        values,
    })?;
    Ok(vec![page, (avsc_url, avsc.into())])
}

fn users(at: &At<'_, '_>, name: &str) -> (Vec<Value>, usize) {
    let count = at.site.graph.users(name).count();
    let users = at.site.graph.users(name).take(MOST_USERS);
    let users: Vec<Value> = users
        .map(|user| at.reference(user.kind, &user.name))
        .collect();
    let more = count - users.len();
    (users, more)
}
