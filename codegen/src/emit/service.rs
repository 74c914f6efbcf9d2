//! Emitter: a module per service, with its handlers' trait, permissions, requests, timers, and what
//! binds them to the runtime.

mod about;
mod bind;
mod handlers;
mod permits;
mod requests;
pub(super) mod timers;

pub(super) use handlers::skeleton as skeleton_methods;
use rayon::prelude::*;

use super::{EmitError, index::Index, rust_file::RustFile};
use crate::{
    files::Files,
    model::{Model, Service},
};

/// Writes `src/<service>.rs` and the files below it, for every service.
pub(super) fn emit(model: &Model, files: &mut Files) -> Result<(), EmitError> {
    let index = Index::new(model);
    let services: Vec<&Service> = model.services().values().collect();
    let written: Vec<Vec<(String, String)>> = services
        .par_iter()
        .map(|service| module(&index, service))
        .collect::<Result<_, EmitError>>()?;
    for (path, text) in written.into_iter().flatten() {
        files.add(path, text)?;
    }
    Ok(())
}

/// Paths and texts of a service's files.
fn module(index: &Index<'_>, service: &Service) -> Result<Vec<(String, String)>, EmitError> {
    let mut parts = vec![
        (
            "bind",
            vec!["DEFINITION".to_owned(), "bind".to_owned()],
            bind::write(index, service),
        ),
        (
            "permits",
            vec!["Permits".to_owned()],
            permits::write(index, service)?,
        ),
        (
            "service",
            vec!["Service".to_owned()],
            handlers::write(index, service),
        ),
    ];
    if !service.requests.is_empty() {
        let names = service.requests.iter().map(|r| r.rust.clone()).collect();
        parts.push(("requests", names, requests::write(index, service)));
    }
    if !service.timers.is_empty() {
        let names = service.timers.iter().map(|t| t.rust.clone()).collect();
        parts.push(("timers", names, timers::write(index, service)));
    }
    parts.sort_by_key(|(name, ..)| *name);
    let exports = exports(service, &parts);
    let folder = format!("src/{}", service.module);
    let below = parts
        .into_iter()
        .map(|(name, _, text)| (format!("{folder}/{name}.rs"), text));
    Ok(std::iter::once((format!("{folder}.rs"), exports))
        .chain(below)
        .collect())
}

fn exports(service: &Service, parts: &[(&str, Vec<String>, String)]) -> String {
    let mut file = RustFile::new(Some(&service.source.file), "super", []);
    file.about(about::service(service));
    for (name, ..) in parts {
        file.body.line(format_args!("mod {name};"));
    }
    file.body.blank();
    for (name, exported, _) in parts {
        let mut names: Vec<&str> = exported.iter().map(String::as_str).collect();
        file.body.line(format_args!(
            "pub {}",
            super::imports::use_line(name, &mut names, 4)
        ));
    }
    file.into_text()
}
