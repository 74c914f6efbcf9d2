//! HTTP requests of a service.

use std::collections::BTreeMap;

use super::{
    key_types::{self, Found},
    lower::Lower,
    records::text,
    services::Around,
};
use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    ident,
    model::{Method, Param, ParamPlace, Request, RequestKey, Service, Store, Type},
    source::Span,
    syntax::{Document, Entry, Node, is_avro_name},
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
        if let Some(param) = params.iter().find(|p| p.name == "body")
            && body.is_some()
        {
            let message = format!("the parameter `{}` would hide the body", param.name);
            self.error(message, at, "named `body`", "rename the parameter");
        }
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

    fn path_params(
        &mut self,
        path: &str,
        at: Span,
        body: Option<&Type>,
        returns: Option<&Type>,
    ) -> Option<Vec<Param>> {
        if !path.starts_with('/') || path.contains("//") || path.contains(char::is_whitespace) {
            let message = format!("`{path}` is not a path");
            self.error(
                message,
                at,
                "not a path",
                "begin with `/`, such as `/orders/{order_id}`",
            );
            return None;
        }
        let mut params: Vec<Param> = Vec::new();
        for segment in path.split('/').filter(|s| s.contains(['{', '}'])) {
            let name = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
            let Some(name) = name.filter(|n| is_avro_name(n)) else {
                let message = format!("`{segment}` is not a parameter of a path");
                self.error(
                    message,
                    at,
                    "not a path",
                    "a parameter fills the space between two `/`: `{order_id}`",
                );
                return None;
            };
            if params.iter().any(|p| p.name == name) {
                let message = format!("the parameter `{name}` stands twice in the path");
                self.error(
                    message,
                    at,
                    "not a path",
                    "give each parameter a name of its own",
                );
                return None;
            }
            let ty = self.param_type(name, at, body, returns)?;
            let (name, rust) = (name.to_owned(), ident::rust_field(name));
            params.push(Param {
                name,
                rust,
                place: ParamPlace::Path,
                ty,
            });
        }
        self.no_strange_params(&params);
        Some(params)
    }

    /// `params` gives types to parameters of the path and to nothing else.
    fn no_strange_params(&mut self, params: &[Param]) {
        let entries = self
            .entry
            .value
            .get("params")
            .map_or(&[][..], |n| n.entries());
        for entry in entries
            .iter()
            .filter(|e| !params.iter().any(|p| p.name == e.key))
        {
            let message = format!("the path has no parameter `{}`", entry.key);
            let known = params.iter().map(|p| p.name.as_str());
            let help = did_you_mean(&entry.key, known)
                .unwrap_or_else(|| "put it into the path, or under `query`".into());
            self.error(message, entry.key_span, "not in the path", &help);
        }
    }

    fn param_type(
        &mut self,
        name: &str,
        at: Span,
        body: Option<&Type>,
        returns: Option<&Type>,
    ) -> Option<Type> {
        if let Some(node) = self.entry.value.get("params").and_then(|n| n.get(name)) {
            let ty = self.lower(node, name)?;
            return self.with_text_form(ty, name, node.span);
        }
        let shapes: Vec<&Type> = body.into_iter().chain(returns).collect();
        match key_types::find(self.around, self.service, &shapes, name) {
            Found::One(ty) => Some(ty),
            Found::None => Some(Type::String),
            Found::Two(one, other) => {
                let message = format!("`{name}` has different types in `{one}` and `{other}`");
                let help = format!("say which with `params: {{ {name}: string }}`");
                self.out.push(
                    Diagnostic::new(codes::UNCLEAR_TYPE, message, at, "of which type?").help(help),
                );
                None
            }
        }
    }

    fn with_text_form(&mut self, ty: Type, name: &str, at: Span) -> Option<Type> {
        let plain = match &ty {
            Type::Optional { inner, .. } => inner,
            other => other,
        };
        if key_types::is_key(self.around, plain) {
            return Some(ty);
        }
        let message = format!("the parameter `{name}` needs a type with a text form");
        let help = "use text, a number, a uuid, a date or an enum";
        self.out
            .push(Diagnostic::new(codes::UNCLEAR_TYPE, message, at, "has no text form").help(help));
        None
    }

    fn query(&mut self) -> Vec<Param> {
        let entries = self
            .entry
            .value
            .get("query")
            .map_or(&[][..], |n| n.entries());
        let mut params = Vec::new();
        for entry in entries {
            let Some(ty) = self.lower(&entry.value, &entry.key) else {
                continue;
            };
            let Some(ty) = self.with_text_form(ty, &entry.key, entry.value.span) else {
                continue;
            };
            let (name, rust) = (entry.key.to_string(), ident::rust_field(&entry.key));
            params.push(Param {
                name,
                rust,
                place: ParamPlace::Query,
                ty,
            });
        }
        params
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
