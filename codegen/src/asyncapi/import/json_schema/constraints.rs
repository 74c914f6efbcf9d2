//! Constraints that Avro does not check: they stand in the documentation.

use super::{super::context::Context, Schemas, flat::Flat};
use crate::{
    diagnostic::{Diagnostic, Severity, codes},
    source::Span,
    syntax::Node,
};

/// Most places that are shown.
const SHOWN: usize = 12;

/// Constraints and where they stand.
#[derive(Default)]
pub(super) struct Constraints {
    found: Vec<(&'static str, Span)>,
}

/// Keywords that narrow a value, with what they mean in words.
const KEYWORDS: &[(&str, &str)] = &[
    ("minimum", "At least"),
    ("exclusiveMinimum", "More than"),
    ("maximum", "At most"),
    ("exclusiveMaximum", "Less than"),
    ("multipleOf", "A multiple of"),
    ("minLength", "Least length:"),
    ("maxLength", "Greatest length:"),
    ("minItems", "Least number of items:"),
    ("maxItems", "Greatest number of items:"),
    ("minProperties", "Least number of entries:"),
    ("maxProperties", "Greatest number of entries:"),
    ("uniqueItems", "No item twice:"),
    ("const", "Always"),
    ("not", "Not"),
    ("if", "Depends on other values:"),
    ("dependentRequired", "Fields that need others:"),
    ("dependentSchemas", "Fields that need others:"),
    ("dependencies", "Fields that need others:"),
    ("propertyNames", "Names:"),
    ("contains", "Contains"),
    ("prefixItems", "First items:"),
    ("unevaluatedProperties", "Other fields:"),
];

/// Whether a keyword narrows a value, and says nothing about its type.
pub(super) fn is_keyword(key: &str) -> bool {
    key == "pattern" || KEYWORDS.iter().any(|(known, _)| *known == key)
}

/// Formats that have a type of their own, or say no more than the type does.
const FORMATS: &[&str] = &[
    "date-time",
    "date",
    "time",
    "partial-time",
    "uuid",
    "byte",
    "binary",
    "base64",
    "int32",
    "int64",
    "int16",
    "int8",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float",
    "double",
    "decimal",
    "bigdecimal",
    "big-decimal",
    "string",
    "number",
    "integer",
    "boolean",
];

impl Constraints {
    /// Says once for each file which constraints are not checked.
    pub(super) fn report(self, cx: &Context<'_>) {
        let mut found = self.found;
        found.sort_by_key(|(_, at)| *at);
        found.dedup();
        let mut rest = found.as_slice();
        while let Some((_, first)) = rest.first() {
            let own = rest
                .iter()
                .take_while(|(_, at)| at.file == first.file)
                .count();
            let (of_file, others) = rest.split_at(own);
            rest = others;
            let mut words: Vec<&str> = of_file.iter().map(|(k, _)| *k).collect();
            words.sort_unstable();
            words.dedup();
            let message = format!(
                "{} {} not checked when a message is written or read: `{}`",
                of_file.len(),
                if of_file.len() == 1 {
                    "constraint is"
                } else {
                    "constraints are"
                },
                words.join("`, `")
            );
            let mut diagnostic =
                Diagnostic::new(codes::ASYNCAPI_CHANGED, message, *first, "not checked");
            diagnostic.severity = Severity::Warning;
            for (_, at) in of_file.iter().skip(1).take(SHOWN) {
                diagnostic = diagnostic.with(*at, "not checked");
            }
            let help = "each stands in the documentation of its field";
            cx.push(diagnostic.help(help));
        }
    }
}

impl<'t> Schemas<'_, 't> {
    /// The description, else the title, and the constraints in words.
    pub(super) fn doc(&mut self, flat: &Flat<'t>) -> Option<String> {
        // A title that is one word is the name again.
        let title = flat.text("title").filter(|t| t.contains(' '));
        let own = flat.text("description").or(title);
        let mut words: Vec<String> = own.map(sentence).into_iter().collect();
        let only_required = self.branches(flat).is_none();
        let mut note = |key: &'static str, at: Span, text: String| {
            words.push(text);
            self.constraints.found.push((key, at));
        };
        for (key, phrase) in KEYWORDS {
            // `false` says that nothing is narrowed.
            let found = flat.parts.iter().find_map(|p| p.map()?.entry(key));
            let Some(entry) = found.filter(|e| e.value.flag() != Some(false)) else {
                continue;
            };
            let words = match entry.value.flag() {
                Some(true) => format!("{}.", phrase.trim_end_matches(':')),
                _ => format!("{phrase} `{}`.", entry.value.json()),
            };
            note(key, entry.key_span, words);
        }
        if let Some(node) = flat.get("format")
            && let Some(format) = node.text()
            && !FORMATS.contains(&format)
        {
            note("format", node.span, format!("Format: {format}."));
        }
        for (key, alternatives) in [("oneOf", flat.get("oneOf")), ("anyOf", flat.get("anyOf"))] {
            if let Some(node) = alternatives.filter(|_| only_required) {
                note(key, node.span, format!("Alternatives: `{}`.", node.json()));
            }
        }
        if let Some(node) = flat.get("enum")
            && !is_enum(node)
        {
            note("enum", node.span, format!("One of `{}`.", node.json()));
        }
        if let Some(node) = flat.get("pattern")
            && flat.kinds() != ["string"]
        {
            note(
                "pattern",
                node.span,
                format!("Pattern: `{}`.", node.text().unwrap_or_default()),
            );
        }
        if let Some(node) = flat.get("additionalProperties")
            && flat.get("properties").is_some()
            && node.flag() != Some(false)
        {
            self.constraints
                .found
                .push(("additionalProperties", node.span));
            words.push("Fields of other names are not carried.".to_owned());
        }
        (!words.is_empty()).then(|| words.join(" "))
    }
}

/// Whether the values become symbols.
fn is_enum(node: &Node<'_>) -> bool {
    let texts: Option<Vec<&str>> = node
        .items()
        .iter()
        .filter(|n| !n.is_null())
        .map(|n| n.text().filter(|_| n.json().is_string()))
        .collect();
    texts.is_some_and(|texts| super::enums::symbols(&texts).is_some())
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?', ':', '`', '|', '>', '*']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
