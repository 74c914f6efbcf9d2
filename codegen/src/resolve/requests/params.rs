//! Parameters of a request: of its path and of its query.

use super::{
    super::key_types::{self, Found},
    One,
};
use crate::{
    diagnostic::{Diagnostic, codes, did_you_mean},
    ident,
    model::{Param, ParamPlace, Type},
    source::Span,
    syntax::is_avro_name,
};

impl One<'_, '_, '_> {
    pub(super) fn path_params(
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

    pub(super) fn query(&mut self) -> Vec<Param> {
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
}
