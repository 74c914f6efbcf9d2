//! Examples against payloads.

use std::collections::BTreeMap;

use herald_avro::{json::from_plain, schema::Schema};

use super::Places;
use crate::{
    diagnostic::{Diagnostic, Severity, codes},
    model::{Message, Model},
    schema,
    source::Sources,
    syntax::{self, Document, Node},
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
        for (pointer, why) in problems(&schema, text) {
            out.push(problem(message, places, path, &pointer, &why));
        }
    }
}

/// Examples of AsyncAPI documents were written for other payloads than the ones made of them, so
/// that one which does not fit is left out.
pub(super) fn drop_unfit(
    model: &mut Model,
    documents: &[Document<'_>],
    sources: &Sources,
) -> Vec<Diagnostic> {
    let places = Places::new(documents, sources);
    let mut unfit: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut out = Vec::new();
    let imported = |m: &&Message| places.document(m).is_some_and(|d| d.imported);
    for message in model.messages().filter(imported) {
        if message.examples.is_empty() {
            continue;
        }
        let Ok(schema) = Schema::from_json(&schema::of_message(model, message)) else {
            continue;
        };
        for (path, text) in &message.examples {
            let Some((pointer, why)) = problems(&schema, text).into_iter().next() else {
                continue;
            };
            let mut found = problem(message, &places, path, &pointer, &why);
            found.severity = Severity::Warning;
            found.code = codes::ASYNCAPI_CHANGED;
            found.help = Some("the example is left out; give it the form of the payload".into());
            out.push(found);
            let of_message = unfit.entry(message.name.clone()).or_default();
            of_message.push(path.clone());
        }
    }
    for (name, paths) in unfit {
        if let Some(message) = model.message_mut(&name) {
            message.examples.retain(|(path, _)| !paths.contains(path));
        }
    }
    out
}

/// Where an example does not fit, as a pointer, and why.
fn problems(schema: &Schema, text: &str) -> Vec<(String, String)> {
    match serde_json::from_str(text) {
        Err(error) => vec![(String::new(), format!("it is not JSON: {error}"))],
        Ok(value) => match from_plain(schema, &value) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.into_iter().map(|e| (e.path, e.message)).collect(),
        },
    }
}

/// The example that stands in the message's document.
fn inline<'n>(message: &Message, places: &Places<'n>, path: &str) -> Option<&'n Node<'n>> {
    let (_, number) = path.rsplit_once("/examples/")?;
    let document = places.document(message)?;
    let node = document
        .root
        .get("examples")?
        .items()
        .get(number.parse::<usize>().ok()?)?;
    node.text().is_none().then_some(node)
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
    if let Some(node) = inline(message, places, path) {
        let span = syntax::inside(node, pointer);
        return Diagnostic::new(codes::BAD_EXAMPLE, text, span, format!("{at} is wrong"))
            .help(help);
    }
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
