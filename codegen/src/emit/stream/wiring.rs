//! How a stream is put together: what it reads, what stands beside it, what groups it.

use std::fmt::Write as _;

use super::{
    expr::Rust,
    logic::{event_type, is_lookup},
};
use crate::{
    emit::{EmitError, index::Index, rust_file::RustFile, tokens},
    model::{Body, Group, Meet, Stream, When, WindowKind},
};

/// `fn definition`.
pub(super) fn write(
    file: &mut RustFile,
    index: &Index<'_>,
    stream: &Stream,
) -> Result<(), EmitError> {
    let mut rust = Rust {
        index,
        imports: &mut file.imports,
    };
    let (builder, definition) = (rust.streams("Builder"), rust.streams("Definition"));
    let mut chain = format!("{builder}::<Stream>::new()");
    for event in &stream.input.events {
        let ty = event_type(&mut rust, event);
        let into = if stream.input.events.len() > 1 {
            "Source::from"
        } else {
            "|event| event"
        };
        let _ = write!(chain, ".from::<{ty}>({into})");
    }
    if let Some(other) = &stream.input.other {
        let (ty, left) = (event_type(&mut rust, &other.event), other.left);
        let _ = match &other.meet {
            meet if is_lookup(meet) => write!(chain, ".latest::<{ty}>(|other| other, {left})"),
            Meet::Within {
                within_ms,
                grace_ms,
            } => write!(
                chain,
                ".join::<{ty}>(|other| other, {within_ms}, {grace_ms}, {left})"
            ),
            Meet::Latest => Ok(()),
        };
    }
    if let Some(dedup_ms) = stream.dedup_ms {
        let _ = write!(chain, ".dedup_ms({dedup_ms})");
    }
    if let Some(late) = &stream.late {
        let _ = write!(chain, ".late({late:?})");
    }
    if let Some(idle_ms) = stream.idle_ms {
        let _ = write!(chain, ".idle_ms({idle_ms})");
    }
    for (environment, idle_ms) in index.model().idle_elsewhere(&stream.name) {
        let _ = write!(chain, ".idle_ms_in({environment:?}, {idle_ms})");
    }
    chain.push_str(&end(&mut rust, stream));
    let docs = " The stream, ready to be run.";
    let text = format!("#[doc = {docs:?}] pub fn definition() -> {definition} {{ {chain} }}");
    let parsed = text.parse().map_err(|error: proc_macro2::LexError| {
        EmitError::Tokens(syn::Error::new(error.span(), error))
    })?;
    tokens::item(&mut file.body, parsed)
}

fn end(rust: &mut Rust<'_, '_>, stream: &Stream) -> String {
    let Body::Group(Group { window, when, .. }) = &stream.body else {
        return ".mapped()".to_owned();
    };
    if stream.input.table {
        return ".table()".to_owned();
    }
    let Some(window) = window else {
        return ".totals()".to_owned();
    };
    let grace_ms = window.grace_ms;
    match window.kind {
        WindowKind::Session { gap_ms } => {
            let session = rust.streams("Session");
            format!(".sessions({session} {{ gap_ms: {gap_ms}, grace_ms: {grace_ms} }})")
        }
        WindowKind::Hopping {
            size_ms,
            advance_ms,
        } => {
            let hopping = rust.streams("Hopping");
            let on_update = *when == When::OnUpdate;
            format!(
                ".windowed({hopping} {{ size_ms: {size_ms}, advance_ms: {advance_ms}, \
                 grace_ms: {grace_ms} }}, {on_update})"
            )
        }
    }
}
