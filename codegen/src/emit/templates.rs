//! Files with prose in them, from the templates that are compiled in.

use serde_json::Value;
use tera::{Context, Tera};

use super::EmitError;

/// Name and text of every template.
const TEMPLATES: [(&str, &str); 4] = [
    ("Cargo.toml", include_str!("../../../templates/Cargo.toml")),
    ("README.md", include_str!("../../../templates/README.md")),
    (
        "roundtrip.rs",
        include_str!("../../../templates/roundtrip.rs"),
    ),
    (
        "topics.yaml",
        include_str!("../../../templates/topics.yaml"),
    ),
];

/// Fills a template with the values of an object.
pub(super) fn render(name: &str, values: &Value) -> Result<String, EmitError> {
    let mut tera = Tera::new();
    // None of them is HTML.
    tera.autoescape_on(Vec::<&str>::new());
    tera.add_raw_templates(TEMPLATES)?;
    Ok(tera.render(name, &Context::from_serialize(values)?)?)
}
