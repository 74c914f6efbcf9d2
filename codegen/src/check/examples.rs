//! Examples against payloads.

use herald_avro::{json::from_plain, schema::Schema};

use super::Places;
use crate::{
    diagnostic::{Diagnostic, codes},
    model::{Message, Model},
    schema, syntax,
};

pub(super) fn check(
    model: &Model,
    message: &Message,
    places: &Places<'_>,
    out: &mut Vec<Diagnostic>,
) {
    if message.examples.is_empty() {
        return;
    }
    let Ok(schema) = Schema::from_json(&schema::of_message(model, message)) else {
        return;
    };
    for (path, text) in &message.examples {
        let problems: Vec<(String, String)> = match serde_json::from_str(text) {
            Err(error) => vec![(String::new(), format!("it is not JSON: {error}"))],
            Ok(value) => match from_plain(&schema, &value) {
                Ok(_) => continue,
                Err(errors) => errors.into_iter().map(|e| (e.path, e.message)).collect(),
            },
        };
        for (pointer, why) in problems {
            out.push(problem(message, places, path, &pointer, &why));
        }
    }
}

fn problem(
    message: &Message,
    places: &Places<'_>,
    path: &str,
    pointer: &str,
    why: &str,
) -> Diagnostic {
    let at = if pointer.is_empty() {
        "it".to_owned()
    } else {
        format!("`{pointer}`")
    };
    let text = format!(
        "an example of `{}` does not fit its payload: {why}",
        message.name
    );
    let help = "correct the example, or the payload";
    let Some((id, file)) = places.sources.find(path) else {
        return Diagnostic::whole(codes::BAD_EXAMPLE, text).help(help);
    };
    let span = syntax::locate(id, &file.text, pointer);
    let diagnostic = Diagnostic::new(codes::BAD_EXAMPLE, text, span, format!("{at} is wrong"));
    let document = places.document(message);
    let listed = document.and_then(|d| {
        let mut listed = d.root.get("examples")?.items().iter();
        listed.find(|n| {
            n.text()
                .is_some_and(|t| path.ends_with(t.trim_start_matches(['.', '/'])))
        })
    });
    match listed {
        Some(node) => diagnostic.with(node.span, "an example of this").help(help),
        None => diagnostic.help(help),
    }
}
