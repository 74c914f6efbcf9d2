//! Released versions: their schema files, and the list that a message carries of them.

use super::{EmitError, code::Code};
use crate::{
    files::Files,
    model::{Message, Model, ReleasedVersion},
};

/// Path of a released schema below the output.
fn path(version: &ReleasedVersion) -> String {
    format!(
        "avro/released/{}/v{}.avsc",
        version.full_name, version.version
    )
}

/// Writes every released schema, those of messages since removed included.
pub(super) fn emit(model: &Model, files: &mut Files) -> Result<(), EmitError> {
    for version in model.released.values().flatten() {
        files.add(path(version), &*version.payload())?;
    }
    Ok(())
}

/// The versions of a message that are older than its current one.
pub(super) fn before<'a>(model: &'a Model, message: &Message) -> Vec<&'a ReleasedVersion> {
    let all = model.released(&message.name).iter();
    all.filter(|released| released.version < message.version)
        .collect()
}

/// Writes the constant `RELEASED`.
pub(super) fn write(code: &mut Code, item: &str, versions: &[&ReleasedVersion]) {
    let head = format!("const RELEASED: &'static [{item}] =");
    match versions {
        [] => code.line(format_args!("{head} &[];")),
        [only] => code.enclosed(format_args!("{head} &[{item} {{"), "}];", |code| {
            fields(code, only);
        }),
        several => code.enclosed(format_args!("{head} &["), "];", |code| {
            for version in several {
                code.enclosed(format_args!("{item} {{"), "},", |code| {
                    fields(code, version);
                });
            }
        }),
    }
}

fn fields(code: &mut Code, version: &ReleasedVersion) {
    code.line(format_args!("version: {},", version.version));
    let path = format!("../../{}", path(version));
    let line = format!("schema: include_str!({path:?}),");
    if code.fits(&line) {
        code.line(line);
    } else {
        code.enclosed("schema: include_str!(", "),", |code| {
            code.line(format_args!("{path:?}"));
        });
    }
}
