//! Emitter: streams for the embedded engine, a file each, and the list of all.

mod expr;
mod group;
mod java;
mod logic;
mod wiring;

use super::{
    EmitError,
    code::Code,
    docs,
    index::Index,
    record::{self, Head},
    rust_file::{MARKER, RustFile},
};
use crate::{
    files::Files,
    model::{Body, Field, Group, Model, Record, Stream, Type},
};

pub(super) use java::emit as emit_java;

/// Writes `src/streams.rs` and a file below it per stream, where the catalog has streams.
pub(super) fn emit(model: &Model, files: &mut Files) -> Result<(), EmitError> {
    if model.streams.is_empty() {
        return Ok(());
    }
    let index = Index::new(model);
    for stream in model.streams.values() {
        let path = format!("src/streams/{}.rs", stream.module);
        files.add(path, file(&index, stream)?)?;
    }
    files.add("src/streams.rs", list(model))?;
    Ok(())
}

fn list(model: &Model) -> String {
    let mut code = Code::default();
    code.line(format_args!("// {MARKER}"));
    code.blank();
    code.line("//! Streams: what is computed from events as they come, for the embedded engine.");
    code.line("//!");
    code.line("//! How conditions are put, brackets included, is the catalog's.");
    code.blank();
    for stream in model.streams.values() {
        code.line("#[allow(clippy::all, unused_parens)]");
        code.line("#[rustfmt::skip]");
        code.line(format_args!("pub mod {};", stream.module));
    }
    code.blank();
    code.line("use herald::streams::Definition;");
    code.blank();
    code.line("/// Every stream of the catalog.");
    code.block("pub fn all() -> Vec<Definition>", |code| {
        let calls = model.streams.values();
        let calls: Vec<String> = calls
            .map(|s| format!("{}::definition()", s.module))
            .collect();
        let line = format!("vec![{}]", calls.join(", "));
        if code.fits(&line) && line.len() <= super::code::MAX_CHAIN {
            return code.line(line);
        }
        code.enclosed("vec![", "]", |code| {
            for call in &calls {
                code.line(format_args!("{call},"));
            }
        });
    });
    code.into_text()
}

/// One stream: its records, its logic, how it is put together.
fn file(index: &Index<'_>, stream: &Stream) -> Result<String, EmitError> {
    let own = ["Stream", "Key", "Row", "State", "Source", "definition"];
    let mut file = RustFile::new(Some(&stream.source.file), "super", own.map(str::to_owned));
    let first = match &stream.doc {
        Some(doc) => docs::text(doc),
        None => format!("The stream `{}`.", stream.name),
    };
    let origin = format!(
        "Catalog entry `stream: {}` in `{}`.",
        stream.name, stream.source.file
    );
    file.about(vec![first, origin]);
    let reads = stream.reads().filter_map(|e| index.model().events.get(e));
    if reads
        .chain(index.model().events.get(&stream.emits))
        .any(|e| e.deprecated.is_some())
    {
        file.allow_deprecated();
    }
    file.body.line("/// The stream.");
    file.body
        .line("#[derive(Clone, Copy, Debug, PartialEq, Eq)]");
    file.body.line("pub struct Stream;");
    if stream.input.events.len() > 1 {
        let shared = stream.input.shared.iter();
        let fields = shared
            .map(|f| field(&f.name, &f.ty, "As in every source."))
            .collect();
        write_record(
            &mut file,
            index,
            "Source",
            "What all sources have.",
            fields,
            false,
        );
    }
    if let Body::Group(group) = &stream.body {
        write_group(&mut file, index, group);
    }
    logic::write(&mut file, index, stream)?;
    wiring::write(&mut file, index, stream)?;
    Ok(file.into_text())
}

fn write_group(file: &mut RustFile, index: &Index<'_>, group: &Group) {
    let keys = group.keys.iter();
    let keys = keys.map(|k| field(&k.name, &k.expr.ty, "What groups are told apart by."));
    let keys = keys.collect();
    write_record(file, index, "Key", "What tells groups apart.", keys, true);
    let rows = group.aggregates.iter().filter_map(|a| {
        let about = format!("What `{}` is computed over.", a.name);
        Some(field(&a.name, &a.argument.as_ref()?.ty, &about))
    });
    let rows = rows.collect();
    write_record(file, index, "Row", "What one record gives.", rows, false);
    let kept = group::kept(group).into_iter();
    let kept = kept.map(|k| field(&k.name, &k.ty, &k.about)).collect();
    write_record(
        file,
        index,
        "State",
        "What is known of a group.",
        kept,
        false,
    );
}

fn write_record(
    file: &mut RustFile,
    index: &Index<'_>,
    rust: &str,
    about: &str,
    fields: Vec<Field>,
    hash: bool,
) {
    file.body.blank();
    let head = Head {
        rust,
        docs: vec![about.to_owned()],
        deprecated: None,
        hash,
    };
    record::write(file, index, &head, &Record { fields });
}

fn field(name: &str, ty: &Type, doc: &str) -> Field {
    Field {
        name: name.to_owned(),
        rust: crate::ident::rust_field(name),
        ty: ty.clone(),
        doc: Some(doc.to_owned()),
        default: None,
        aliases: Vec::new(),
        added: None,
        deprecated: None,
        pattern: None,
        unit: None,
        pii: false,
        line: 0,
    }
}
