//! `Permits`: what the service's handlers may publish, send and set, as the compiler checks it.

use quote::quote;

use crate::{
    emit::{EmitError, docs, index::Index, rust_file::RustFile, tokens},
    model::Service,
};

/// The file `permits.rs`.
pub(super) fn write(index: &Index<'_>, service: &Service) -> Result<String, EmitError> {
    let mut file = RustFile::new(Some(&service.source.file), "super", ["Permits".to_owned()]);
    let permissions = permissions(&mut file, index, service);
    let first = format!(
        "What handlers of service `{}` may publish, send and set; the compiler checks it.",
        service.name
    );
    let entry = format!(
        "Lists `publishes`, `sends` and `timers` of `service: {}` in `{}`.",
        service.name, service.source.file
    );
    docs::outer(&mut file.body, &[first, entry]);
    file.body.line("#[derive(Clone, Copy, Debug)]");
    file.body.line("pub struct Permits;");
    for (permission, message) in permissions {
        let permission = tokens::path(&permission)?;
        let message = tokens::path(&message)?;
        tokens::item(
            &mut file.body,
            quote!(impl #permission<#message> for Permits {}),
        )?;
    }
    Ok(file.into_text())
}

/// Traits with the messages they are implemented for, as the file writes both.
fn permissions(file: &mut RustFile, index: &Index<'_>, service: &Service) -> Vec<(String, String)> {
    let model = index.model();
    let mut permissions = Vec::new();
    for name in &service.publishes {
        let Some(event) = model.events.get(name) else {
            continue;
        };
        if event.deprecated.is_some() {
            file.allow_deprecated();
        }
        let message = file.imports.generated("crate::events", &event.message.rust);
        permissions.push((file.imports.item("herald", "Publishes"), message));
    }
    for name in &service.sends {
        let Some(command) = model.commands.get(name) else {
            continue;
        };
        let message = file
            .imports
            .generated("crate::commands", &command.message.rust);
        permissions.push((file.imports.item("herald", "Sends"), message));
    }
    for timer in &service.timers {
        let message = file.imports.generated("super", &timer.rust);
        permissions.push((file.imports.item("herald", "SetsTimer"), message));
    }
    permissions
}
