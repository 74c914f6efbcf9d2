//! Timers: messages of one field that a service sends to itself.

use super::about;
use crate::{
    emit::{index::Index, messages, rust_file::RustFile},
    model::{Compatibility, Field, Message, Model, Record, Service, Timer},
};

/// The file `timers.rs`.
pub(super) fn write(index: &Index<'_>, service: &Service) -> String {
    let own = service.timers.iter().map(|t| t.rust.clone());
    let mut file = RustFile::new(Some(&service.source.file), "super", own);
    for timer in &service.timers {
        let message = message(index.model(), service, timer);
        file.separate();
        messages::write(
            &mut file,
            index,
            &message,
            about::timer(service, timer),
            None,
        );
        messages::constants(
            &mut file,
            "Timer",
            &timer.rust,
            &[("SERVICE", &service.name)],
        );
    }
    file.into_text()
}

/// A timer as a message: version 1 of `<system>.<service>.<timer>`, as nobody else reads it.
pub(in crate::emit) fn message(model: &Model, service: &Service, timer: &Timer) -> Message {
    let key = Field {
        name: timer.key.clone(),
        rust: timer.key_rust.clone(),
        ty: timer.key_ty.clone(),
        doc: Some("The key.".to_owned()),
        default: None,
        aliases: Vec::new(),
        added: None,
        deprecated: None,
        pattern: None,
        unit: None,
        pii: false,
        line: timer.source.line,
    };
    let namespace = format!("{}.{}", model.system.name, service.module);
    Message {
        name: timer.name.clone(),
        payload_name: format!("{namespace}.{}", timer.name),
        namespace,
        rust: timer.rust.clone(),
        module: String::new(),
        kebab: String::new(),
        version: 1,
        doc: timer.doc.clone(),
        aliases: Vec::new(),
        record: Record { fields: vec![key] },
        headers: Record::default(),
        reaches: Vec::new(),
        key: Some(timer.key.clone()),
        compatibility: Compatibility::None,
        examples: Vec::new(),
        source: timer.source.clone(),
    }
}
