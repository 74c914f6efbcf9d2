//! Current versions against released ones: what is frozen stays as it is, and stays readable.

use herald_avro::{resolve::resolve, schema::Schema};
use serde_json::Value;

use super::Places;
use crate::{
    compat,
    diagnostic::{Diagnostic, codes},
    frozen,
    model::{Compatibility, Message, Model, ReleasedVersion},
    schema,
    source::Span,
};

/// Compares one message with its released versions.
pub(super) fn check(
    model: &Model,
    message: &Message,
    places: &Places<'_>,
    out: &mut Vec<Diagnostic>,
) {
    let full_name = message.full_name();
    let released: Vec<&ReleasedVersion> = model
        .released(&message.name)
        .iter()
        .filter(|r| r.full_name == full_name)
        .collect();
    let Some(last) = released.last() else { return };
    let written = frozen::json(model, message);
    let at = places.document(message).map(|d| d.name_span);
    if last.version > message.version {
        out.push(went_back(message, last, at, places));
        return;
    }
    if last.version == message.version && is_changed(&last.schema, &written) {
        out.push(changed(message, last, at, places));
    }
    // Whoever answers for the break has said so; the gate reports when that is over.
    if compat::is_break_waived(model, &message.name) {
        return;
    }
    let Ok(reader) = Schema::from_json(&written) else {
        return;
    };
    for old in must_read(message.compatibility, &released) {
        let Ok(writer) = herald_avro::schema::parse(&old.schema) else {
            continue;
        };
        for mismatch in resolve(&writer, &reader).err().unwrap_or_default() {
            let field = mismatch
                .path
                .split(['.', '[', '{', '<'])
                .next()
                .unwrap_or_default();
            let at = places.field(message, field).or(at);
            out.push(unreadable_version(
                message,
                old,
                &mismatch.to_string(),
                at,
                places,
            ));
        }
    }
}

/// Released files that hold no schema of their name.
pub(super) fn unreadable(model: &Model, places: &Places<'_>) -> Vec<Diagnostic> {
    let problem = |old: &ReleasedVersion| {
        let text = match herald_avro::schema::parse(&old.schema) {
            Ok(schema) if schema.type_name(schema.root()) == old.full_name => return None,
            Ok(schema) => format!(
                "`{}` holds `{}`, not `{}`",
                old.path,
                schema.type_name(schema.root()),
                old.full_name
            ),
            Err(errors) => {
                let why = errors.first().map(ToString::to_string).unwrap_or_default();
                format!("`{}` is not an Avro schema: {why}", old.path)
            }
        };
        let at = places.file(&old.path);
        let help = "restore the file as it was released";
        Some(place(Diagnostic::whole(codes::BAD_RELEASED, text), at, "released").help(help))
    };
    model
        .released
        .values()
        .flatten()
        .filter_map(problem)
        .collect()
}

/// The versions that a mode promises to read.
fn must_read<'a>(
    mode: Compatibility,
    released: &[&'a ReleasedVersion],
) -> Vec<&'a ReleasedVersion> {
    match mode {
        Compatibility::BackwardTransitive | Compatibility::FullTransitive => released.to_vec(),
        Compatibility::Backward | Compatibility::Full => {
            released.last().copied().into_iter().collect()
        }
        Compatibility::Forward | Compatibility::ForwardTransitive | Compatibility::None => {
            Vec::new()
        }
    }
}

/// Whether two schemas differ in more than their documentation.
fn is_changed(frozen: &str, current: &Value) -> bool {
    let Ok(frozen) = serde_json::from_str::<Value>(frozen) else {
        return true;
    };
    schema::without_docs(frozen) != schema::without_docs(current.clone())
}

fn place(diagnostic: Diagnostic, at: Option<Span>, label: &str) -> Diagnostic {
    match at {
        Some(span) => Diagnostic {
            at: Some(crate::diagnostic::Label {
                span,
                text: label.to_owned(),
            }),
            ..diagnostic
        },
        None => diagnostic,
    }
}

fn with_file(diagnostic: Diagnostic, old: &ReleasedVersion, places: &Places<'_>) -> Diagnostic {
    match places.file(&old.path) {
        Some(span) => diagnostic.with(span, format!("version {}, as released", old.version)),
        None => diagnostic,
    }
}

fn went_back(
    message: &Message,
    last: &ReleasedVersion,
    at: Option<Span>,
    places: &Places<'_>,
) -> Diagnostic {
    let text = format!(
        "`{}` is at version {}, but version {} was released",
        message.name, message.version, last.version
    );
    let help = format!("write `version: {}` or higher", last.version);
    let diagnostic = place(Diagnostic::whole(codes::BAD_VERSION, text), at, "went back");
    with_file(diagnostic, last, places).help(help)
}

fn changed(
    message: &Message,
    last: &ReleasedVersion,
    at: Option<Span>,
    places: &Places<'_>,
) -> Diagnostic {
    let text = format!(
        "version {} of `{}` was released and differs now",
        last.version, message.name
    );
    let help = format!("undo the change, or write `version: {}`", last.version + 1);
    let diagnostic = place(
        Diagnostic::whole(codes::RELEASED_CHANGED, text),
        at,
        "changed since",
    );
    with_file(diagnostic, last, places).help(help)
}

fn unreadable_version(
    message: &Message,
    old: &ReleasedVersion,
    why: &str,
    at: Option<Span>,
    places: &Places<'_>,
) -> Diagnostic {
    let text = format!(
        "`{}` cannot read its released version {}: {why}",
        message.name, old.version
    );
    let help = "give new fields a default, and former names as `aliases`";
    let diagnostic = place(
        Diagnostic::whole(codes::RELEASED_UNREADABLE, text),
        at,
        "cannot read",
    );
    with_file(diagnostic, old, places).help(help)
}
