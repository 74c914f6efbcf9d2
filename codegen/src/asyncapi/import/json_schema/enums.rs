//! `enum` and `const`.

use std::collections::HashSet;

use super::{
    super::{
        names,
        native::{self, Draft, Mapping},
    },
    Place, Schemas, Typed,
    flat::Flat,
    types::Ty,
};
use crate::{ident, syntax::Node};

impl<'t> Schemas<'_, 't> {
    /// An enum of texts; any other values have their common type.
    pub(super) fn enumeration(&mut self, flat: &Flat<'t>, place: Place<'_>) -> Typed {
        if let Some(only) = flat.get("const") {
            return Typed::of(self.common(flat, &[only]));
        }
        let listed = flat.get("enum").map_or(&[][..], |e| e.items());
        let values: Vec<&'t Node<'t>> = listed.iter().filter(|n| !n.is_null()).collect();
        let Some(texts) = texts(flat) else {
            return Typed::of(self.common(flat, &values));
        };
        let Some(symbols) = symbols(&texts) else {
            let message = "not every value of this enum can be a symbol";
            let becomes = "it becomes text; its values stand in the documentation";
            self.cx.changed(flat.at, message, becomes);
            return Typed::of(Ty::plain("string"));
        };
        let Some(name) = self.claim(place, flat.at) else {
            return Typed::of(Ty::Json);
        };
        let pairs: Vec<(String, String)> =
            texts.iter().map(|t| (*t).to_owned()).zip(symbols).collect();
        self.write_enum(flat, &name, &pairs);
        if let Some(id) = flat.id() {
            self.by_node.insert(id, name.clone());
        }
        self.enums.insert(name.clone(), pairs);
        Typed::of(Ty::Named(name))
    }

    fn write_enum(&mut self, flat: &Flat<'t>, name: &str, pairs: &[(String, String)]) {
        let at = flat.at;
        let mut draft = Draft::new("type", name, at);
        let doc = self.doc(flat);
        draft.body.put_text("doc", at, doc);
        let changed: Vec<&(String, String)> = pairs.iter().filter(|(v, s)| v != s).collect();
        if let Some((value, symbol)) = changed.first() {
            let message = format!("`{}` cannot be a symbol", value.escape_debug());
            let help = format!("it is called `{symbol}`; what it is called here stands beside it");
            self.cx.renamed(at, message, &help);
            let mut map = Mapping::new(at);
            for (value, symbol) in pairs {
                let doc = format!("Written `{}`.", value.escape_debug());
                let doc = native::text(at, doc);
                map.put(symbol.clone(), doc);
            }
            draft.body.put("symbols", map.node());
        } else {
            let items = pairs.iter().map(|(_, s)| native::text(at, s.clone()));
            draft.body.put("symbols", native::list(at, items.collect()));
        }
        self.drafts.push(draft);
    }

    /// The type that all values have.
    fn common(&mut self, flat: &Flat<'t>, values: &[&'t Node<'t>]) -> Ty {
        if let [only] = flat.kinds().as_slice()
            && !matches!(*only, "object" | "array")
        {
            return self.scalar(flat, only).ty;
        }
        let json: Vec<serde_json::Value> = values.iter().map(|n| n.json()).collect();
        let all = |is: fn(&serde_json::Value) -> bool| !json.is_empty() && json.iter().all(is);
        if all(serde_json::Value::is_string) {
            Ty::plain("string")
        } else if all(serde_json::Value::is_boolean) {
            Ty::plain("boolean")
        } else if all(serde_json::Value::is_i64) {
            Ty::plain("long")
        } else if all(serde_json::Value::is_number) {
            Ty::plain("double")
        } else {
            let message = "these values have no type in common";
            self.cx
                .changed(flat.at, message, "they travel as JSON text");
            Ty::Json
        }
    }
}

/// The values of an enum of texts.
pub(super) fn texts<'t>(flat: &Flat<'t>) -> Option<Vec<&'t str>> {
    let listed = flat.get("enum").map_or(&[][..], |e| e.items());
    let text = |node: &'t Node<'t>| {
        // A list of words may hold `12` or `yes`: they are text if the schema says so.
        let text = node.json().is_string() || flat.kinds() == ["string"];
        node.text().filter(|_| text)
    };
    let texts: Option<Vec<&'t str>> = listed.iter().filter(|n| !n.is_null()).map(text).collect();
    texts.filter(|t| !t.is_empty())
}

/// A symbol for each value; nothing where two would be one.
pub(super) fn symbols(texts: &[&str]) -> Option<Vec<String>> {
    let mut seen = HashSet::new();
    let symbol = |text: &&str| {
        let symbol = names::field_name(text);
        let own = text.chars().any(|c| c.is_ascii_alphanumeric() || c == '_');
        (own && seen.insert(ident::rust_type(&symbol))).then_some(symbol)
    };
    texts.iter().map(symbol).collect()
}

#[cfg(test)]
mod tests {
    use super::symbols;

    #[test]
    fn symbols_are_names() {
        let of = |texts: &[&str]| symbols(texts).map(|s| s.join(" "));
        assert_eq!(of(&["on", "off"]).as_deref(), Some("on off"));
        assert_eq!(
            of(&["in-progress", "1.0"]).as_deref(),
            Some("in_progress _1_0")
        );
        assert_eq!(of(&["on", "ON"]), None);
        assert_eq!(of(&["\r\n"]), None);
        assert_eq!(of(&["<", ">"]), None);
    }
}
