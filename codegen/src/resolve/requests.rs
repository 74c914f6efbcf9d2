//! HTTP requests of a service.

mod params;

use std::collections::BTreeMap;

use super::{key_types, lower::Lower, records::text, services::Around};
use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    ident,
    model::{Method, Param, Request, RequestKey, Service, Store, Type},
    source::Span,
    syntax::{Document, Entry, Node},
};

/// Requests by name.
pub(super) fn requests(
    around: Around<'_, '_>,
    document: &Document<'_>,
    service: &Service,
    out: &mut Vec<Diagnostic>,
) -> Vec<Request> {
    let entries = document
        .root
        .get("requests")
        .map_or(&[][..], |n| n.entries());
    let mut routes: BTreeMap<(Method, String), Span> = BTreeMap::new();
    let mut requests = Vec::new();
    for entry in entries {
        let Some((method, path, at)) = route(entry, out) else {
            continue;
        };
        if let Some(first) = routes.insert((method, shape_of(&path)), at) {
            let message = format!("two requests answer {} {path}", method.as_str());
            out.push(
                Diagnostic::new(codes::SAME_ROUTE, message, at, "again here")
                    .with(first, "first here")
                    .help("change one of the paths"),
            );
        }
        let mut one = One {
            around,
            service,
            entry,
            out,
        };
        requests.extend(one.request(method, path, at));
    }
    requests.sort_by(|a, b| a.name.cmp(&b.name));
    requests
}

/// Method and path: exactly one of the keys of [`Method::ALL`].
fn route(entry: &Entry<'_>, out: &mut Vec<Diagnostic>) -> Option<(Method, String, Span)> {
    let node = &entry.value;
    let given: Vec<(Method, &Node<'_>)> = Method::ALL
        .iter()
        .filter_map(|(key, method)| Some((*method, node.get(key)?)))
        .collect();
    let [(method, path)] = given.as_slice() else {
        let message = format!(
            "the request `{}` needs exactly one method with its path",
            entry.key
        );
        let (at, label) = given.get(1).map_or((entry.key_span, "has none"), |(_, n)| {
            (n.span, "a second one")
        });
        let help = "write `get: /path` or `post: /path`";
        out.push(Diagnostic::new(codes::BAD_REQUEST, message, at, label).help(help));
        return None;
    };
    Some((*method, path.text()?.to_owned(), path.span))
}

/// A path with all parameters alike, by which routes are told apart.
fn shape_of(path: &str) -> String {
    path.split('/')
        .map(|s| if s.starts_with('{') { "{}" } else { s })
        .collect::<Vec<_>>()
        .join("/")
}

/// One request being resolved.
struct One<'o, 'n, 'a> {
    around: Around<'n, 'a>,
    service: &'o Service,
    entry: &'o Entry<'a>,
    out: &'o mut Vec<Diagnostic>,
}

impl One<'_, '_, '_> {
    fn request(&mut self, method: Method, path: String, at: Span) -> Option<Request> {
        let (name, node) = (self.entry.key.to_string(), &self.entry.value);
        let body = self.ty("body");
        let returns = self.ty("returns");
        let mut params = self.path_params(&path, at, body.as_ref(), returns.as_ref())?;
        params.extend(self.query());
        self.one_field_each(&params, body.is_some(), at);
        let status = node.get("status").and_then(Node::whole).map(|s| s as u16);
        let key = self.key(method, &params, body.as_ref());
        Some(Request {
            rust: ident::rust_type(&name),
            handler: ident::rust_field(&name),
            status: status.unwrap_or(if returns.is_some() { 200 } else { 204 }),
            doc: text(node, "doc"),
            source: self.around.view.index.sources.source(self.entry.key_span),
            method,
            path,
            params,
            body,
            returns,
            key,
            name,
        })
    }

    /// Parameters and the body become fields of one struct.
    fn one_field_each(&mut self, params: &[Param], has_body: bool, at: Span) {
        let mut taken: Vec<&str> = has_body.then_some("body").into_iter().collect();
        for param in params {
            if taken.contains(&param.rust.as_str()) {
                let message = format!("two parts of the request would be called `{}`", param.rust);
                self.error(
                    message,
                    at,
                    "clashes",
                    "rename a parameter of the path or query",
                );
            }
            taken.push(&param.rust);
        }
    }

    fn error(&mut self, message: String, at: Span, label: &str, help: &str) {
        self.out
            .push(Diagnostic::new(codes::BAD_REQUEST, message, at, label).help(help));
    }

    fn ty(&mut self, key: &str) -> Option<Type> {
        let node = self.entry.value.get(key)?;
        self.lower(node, key)
    }

    fn lower(&mut self, node: &Node<'_>, field: &str) -> Option<Type> {
        let index = self.around.view.index;
        Lower {
            index,
            owner: None,
            owned: Vec::new(),
            out: self.out,
        }
        .node(node, field)
    }

    /// What names the document: a parameter, or a field of the body.
    fn key(&mut self, method: Method, params: &[Param], body: Option<&Type>) -> Option<RequestKey> {
        let fields = body
            .and_then(|ty| key_types::record(self.around, ty))
            .map(|(_, record)| record);
        let Some(node) = self.entry.value.get("key") else {
            if self.service.store == Store::Mongodb && method != Method::Get {
                let message = format!(
                    "the request `{}` does not say which document it works on",
                    self.entry.key
                );
                let help = "add `key:` with a parameter of the path or a field of the body";
                self.out.push(
                    Diagnostic::new(
                        codes::MISSING_KEY,
                        message,
                        self.entry.key_span,
                        "has no `key`",
                    )
                    .help(help),
                );
            }
            return None;
        };
        let name = node.text()?;
        if params.iter().any(|p| p.name == name) {
            return Some(RequestKey::Param(name.to_owned()));
        }
        if fields.is_some_and(|r| r.field(name).is_some()) {
            return Some(RequestKey::Body(name.to_owned()));
        }
        let known = params.iter().map(|p| p.name.as_str());
        let known = known.chain(
            fields
                .into_iter()
                .flat_map(|r| r.fields.iter().map(|f| f.name.as_str())),
        );
        let help = did_you_mean(name, known)
            .unwrap_or_else(|| "name a parameter of the path or a field of the body".into());
        let message = format!(
            "the request `{}` has no `{name}` that could be its key",
            self.entry.key
        );
        self.out
            .push(Diagnostic::new(codes::DANGLING, message, node.span, "not found").help(help));
        None
    }
}
