//! Properties of a headers schema → headers of the message's own.

use super::{
    super::{headers::is_envelope, names::Names, native::Mapping},
    Place, Schemas, Typed, enums,
    flat::Flat,
    shapes::Shape,
    types::Ty,
};
use crate::{
    envelope, ident, model,
    syntax::{Entry, Node, is_header_name},
};

/// What becomes of a header that cannot be one here.
const LEFT_OUT: &str = "it is left out; its name stands in the documentation of the message";

impl<'t> Schemas<'_, 't> {
    /// Keeps the name of the struct that the headers of a message become, so that no type takes it.
    pub(in super::super) fn reserve_headers(&mut self, message: &str, schemas: &[&'t Node<'t>]) {
        let flat = self.through(self.flat_all(schemas));
        let mut keys = flat.properties().into_iter().map(|(entry, _)| &entry.key);
        let name = model::headers_rust(message);
        if keys.any(|key| !is_envelope(key)) && self.names.claim(&[name]).is_some() {
            self.with_headers.insert(message.to_owned());
        }
    }

    /// Puts the headers that schemas describe, those of the envelope excepted; gives the names of
    /// those that cannot be headers here.
    pub(in super::super) fn headers(
        &mut self,
        message: &str,
        schemas: &[&'t Node<'t>],
        body: &mut Mapping,
    ) -> Vec<&'t str> {
        let flat = self.through(self.flat_all(schemas));
        let mut properties = flat.properties();
        properties.retain(|(entry, _)| !is_envelope(&entry.key));
        if let Some((first, _)) = properties.first()
            && !self.with_headers.contains(message)
        {
            let rust = model::headers_rust(message);
            let why = format!("the headers of `{message}` need the name `{rust}`, which is taken");
            let becomes = "they are left out; their names stand in its documentation";
            self.cx.changed(first.key_span, why, becomes);
            return properties.iter().map(|(entry, _)| &*entry.key).collect();
        }
        let mut headers = Mapping::new(flat.at);
        let mut rust = Names::default();
        let mut left_out = Vec::new();
        for (entry, schemas) in properties {
            let required = flat.requires(&entry.key);
            if self.is_free(entry, &mut rust) {
                let node = self.header(message, entry, &schemas, required);
                headers.put_at(entry.key.to_string(), entry.key_span, node);
            } else {
                left_out.push(&*entry.key);
            }
        }
        if !headers.is_empty() {
            body.put("headers", headers.node());
        }
        left_out
    }

    /// Whether a header may have that name.
    fn is_free(&self, entry: &Entry<'t>, rust: &mut Names) -> bool {
        let name = &*entry.key;
        let why = if let Some(whose) = envelope::owner_of(name) {
            format!("the header `{name}` would belong to {whose}")
        } else if !is_header_name(name) {
            format!("`{}` cannot be the name of a header", name.escape_debug())
        } else if rust.claim(&[ident::rust_field(name)]).is_none() {
            format!("`{name}` and another header are one name in Rust")
        } else {
            return true;
        };
        self.cx.changed(entry.key_span, why, LEFT_OUT);
        false
    }

    fn header(
        &mut self,
        message: &str,
        entry: &'t Entry<'t>,
        schemas: &[&'t Node<'t>],
        required: bool,
    ) -> Node<'static> {
        let at = entry.key_span;
        let place = Place {
            owner: message,
            field: &entry.key,
        };
        let nearest = self.flat_all(schemas);
        let whole = self.through(nearest.clone());
        let mut typed = self.header_type(entry, &nearest, &whole, place);
        typed.nullable |= whole.nullable();
        let (default, nullable) = self.default(&whole, &typed, required);
        let ty = Typed { nullable, ..typed }.optional();
        let texts = match (self.parts(&whole), whole.get("enum")) {
            (Some(parts), _) => Some(format!("The JSON of {parts}.")),
            (None, Some(values)) if Self::is_spelt_otherwise(&whole) => {
                Some(format!("One of `{}`.", values.json()))
            }
            _ => None,
        };
        let words: Vec<String> = self.doc(&whole).into_iter().chain(texts).collect();
        let doc = (!words.is_empty()).then(|| words.join(" "));
        Self::documented(doc, &whole, &ty, default, at)
    }

    /// What values are that have parts.
    fn parts(&self, whole: &Flat<'t>) -> Option<&'static str> {
        match self.shape(whole) {
            Shape::Record | Shape::Map(_) => Some("an object"),
            Shape::Array(_) => Some("a list"),
            Shape::Union(_) => Some("a value of several types"),
            Shape::Several(kinds) => {
                let mut kinds = kinds.iter();
                let has_parts = kinds.any(|k| matches!(*k, "object" | "array"));
                has_parts.then_some("a value of several types")
            }
            Shape::Enum | Shape::Scalar(_) | Shape::Any => None,
        }
    }

    /// The type, which has a text form.
    fn header_type(
        &mut self,
        entry: &Entry<'t>,
        nearest: &Flat<'t>,
        whole: &Flat<'t>,
        place: Place<'_>,
    ) -> Typed {
        let (name, at) = (&entry.key, entry.key_span);
        if let Some(parts) = self.parts(whole) {
            let why = format!("the header `{name}` is {parts}");
            self.cx.changed(at, why, "its values travel as JSON text");
            return Typed::of(Ty::Json);
        }
        let text = |schemas: &Self, why: String| {
            schemas.cx.changed(at, why, "it is text");
            Typed::of(Ty::plain("string"))
        };
        match self.shape(whole) {
            Shape::Enum if Self::is_spelt_otherwise(whole) => {
                let why = format!("not every value of the header `{name}` can be a symbol");
                text(self, why)
            }
            Shape::Enum => self.flat_typed(nearest, place),
            Shape::Scalar(kind) => {
                let typed = self.scalar(whole, kind);
                match &typed.ty {
                    Ty::Plain(ty) if ty == "bytes" => {
                        text(self, format!("the header `{name}` holds bytes"))
                    }
                    _ => typed,
                }
            }
            Shape::Any => text(self, format!("the header `{name}` has no type")),
            _ => text(self, format!("the header `{name}` may have several types")),
        }
    }

    /// Whether an enum has texts that are no symbols as they stand: others write them so.
    fn is_spelt_otherwise(flat: &Flat<'t>) -> bool {
        let Some(texts) = enums::texts(flat) else {
            return false;
        };
        enums::symbols(&texts).is_none_or(|symbols| symbols != texts)
    }
}
