//! A page per HTTP request.

use serde_json::{Value, json};

use super::{code, each, fact, leads};
use crate::{
    emit::EmitError,
    model::{ParamPlace, Request, RequestKey, Service, Type, TypeKind},
    site::{
        File, Site, fields,
        links::{Kind, request_name},
        render::{At, Page},
        words,
    },
};

/// Pages of all requests.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let services = site.model.services().values();
    let requests: Vec<(&Service, &Request)> = services
        .flat_map(|s| s.requests.iter().map(move |r| (s, r)))
        .collect();
    each(&requests, |(service, request)| page(site, service, request))
}

fn page(site: &Site<'_>, service: &Service, request: &Request) -> Result<Vec<File>, EmitError> {
    let key = request_name(&service.name, &request.name);
    let Some(url) = site.links.url(Kind::Request, &key) else {
        return Ok(Vec::new());
    };
    let at = site.at(url);
    let params: Vec<Value> = request
        .params
        .iter()
        .map(|p| {
            let place = match p.place {
                ParamPlace::Path => "path",
                ParamPlace::Query => "query",
            };
            json!({ "name": p.name, "place": place, "type": fields::pieces(&at, &p.ty) })
        })
        .collect();
    let mut facts = vec![
        leads("Answered by", at.reference(Kind::Service, &service.name)),
        fact("Status", request.status.to_string()),
        code("Handler", &request.handler),
    ];
    match &request.key {
        Some(RequestKey::Param(name)) => facts.push(code("Key", name)),
        Some(RequestKey::Body(name)) => facts.push(code("Key", format!("body.{name}"))),
        None => {}
    }
    let flows = site.graph.flows(&request.name).iter();
    let flows: Vec<Value> = flows.map(|f| at.reference(Kind::Flow, &f.name)).collect();
    let mut toc = vec![];
    if !params.is_empty() {
        toc.push(("params", "Parameters"));
    }
    if request.body.is_some() {
        toc.push(("body", "Body"));
    }
    toc.push(("answer", "Answer"));
    if !flows.is_empty() {
        toc.push(("flows", "Flows"));
    }
    let values = json!({
        "name": request.name,
        "doc": at.doc(request.doc.as_deref()),
        "method": request.method.as_str(),
        "path": request.path,
        "facts": facts,
        "params": params,
        "body": request.body.as_ref().map(|ty| shape(&at, ty)),
        "returns": request.returns.as_ref().map(|ty| shape(&at, ty)),
        "status": request.status,
        "flows": flows,
        "source": request.source.to_string(),
    });
    let about = words::first_sentence(request.doc.as_deref().unwrap_or_default(), 160);
    Ok(vec![site.page(&Page {
        url,
        template: "request",
        title: &request.name,
        about: &about,
        section: Kind::Request.folder(),
        toc,
        values,
    })?])
}

/// A type with the fields of the record in it.
fn shape(at: &At<'_, '_>, ty: &Type) -> Value {
    let rows = named(ty).and_then(|name| match &at.site.model.types.get(name)?.kind {
        TypeKind::Record(record) => Some(fields::plain_rows(at, record)),
        _ => None,
    });
    json!({ "type": fields::pieces(at, ty), "rows": rows })
}

fn named(ty: &Type) -> Option<&str> {
    match ty {
        Type::Named(name) => Some(name),
        Type::Optional { inner, .. } | Type::Array(inner) | Type::Boxed(inner) => named(inner),
        _ => None,
    }
}
