//! From a catalog to its AsyncAPI document and back: what is generated is the same.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::Value;

use super::{MissingRefs, yaml_of};
use crate::{
    check, emit,
    model::{Model, Settings},
    read, resolve, schema,
    source::{FileId, Sources},
    syntax,
};

/// The example, and the catalogs that golden crates come of.
fn catalogs() -> Vec<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let golden = std::fs::read_dir(here.join("tests/emit")).unwrap();
    let golden = golden.map(|e| e.unwrap().path().join("catalog"));
    let mut catalogs: Vec<PathBuf> = golden.filter(|p| p.is_dir()).collect();
    catalogs.push(here.join("../catalog"));
    catalogs.sort();
    assert!(catalogs.len() > 5);
    catalogs
}

/// The model of some files, without versions that were released: a document has no history.
fn model(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Model {
    let files = files
        .into_iter()
        .filter(|(path, _)| !path.starts_with("released/"));
    let (sources, unread) = read::from_bytes(files);
    let failed = |found: Vec<crate::diagnostic::Diagnostic>| -> Model {
        let report = crate::Report::new(Sources::default(), found);
        panic!("{}", report.text(crate::diagnostic::Color::No))
    };
    let parsed = syntax::parse_all(&sources, unread, MissingRefs::Refused);
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(found) => return failed(found),
    };
    let settings = Settings {
        runtime: "../runtime".into(),
        standalone: true,
        ..Settings::default()
    };
    let mut model = match resolve::resolve(&parsed.documents, &sources, settings) {
        Ok(model) => model,
        Err(found) => return failed(found),
    };
    let unfit = check::drop_unfit(&mut model, &parsed.documents, &sources);
    assert!(unfit.is_empty(), "{unfit:?}");
    if let Err(found) = check::check(&model, &parsed.documents, &sources) {
        return failed(found);
    }
    model
}

fn native(catalog: &std::path::Path) -> Model {
    let (sources, _) = read::read(catalog);
    let files = sources.iter();
    model(files.map(|(_, f)| (f.path.clone(), f.text.clone().into_bytes())))
}

fn of_document(text: &str) -> Model {
    model([("asyncapi.yaml".to_owned(), text.as_bytes().to_vec())])
}

/// Generated files without comments and places.
fn generated(model: &Model) -> BTreeMap<String, String> {
    let files = emit::emit(model).unwrap();
    let bare = |text: &str| {
        let comment = |l: &str| l.trim_start().starts_with("//") || l.starts_with('#');
        let lines = text
            .lines()
            .filter(|l| !comment(l) && !l.contains("catalog/"));
        lines.collect::<Vec<_>>().join("\n")
    };
    files.iter().map(|(p, t)| (p.to_owned(), bare(t))).collect()
}

#[test]
fn a_catalog_comes_back_whole() {
    for catalog in catalogs() {
        let before = generated(&native(&catalog));
        let after = generated(&of_document(&before["asyncapi.yaml"]));
        let paths = |g: &BTreeMap<String, String>| g.keys().cloned().collect::<Vec<_>>();
        assert_eq!(paths(&before), paths(&after), "{}", catalog.display());
        for (path, text) in &before {
            assert_eq!(Some(text), after.get(path), "{}: {path}", catalog.display());
        }
    }
}

/// What AsyncAPI says in its own words is enough for payloads, their tags and examples, topics and
/// queues. Who does what is left out: to AsyncAPI a document is one application.
#[test]
fn without_extensions_comes_back_what_asyncapi_can_say() {
    for catalog in catalogs() {
        let before = native(&catalog);
        let text = generated(&before).remove("asyncapi.yaml").unwrap();
        let mut found = Vec::new();
        let node = syntax::foreign(FileId(0), "a.yaml", &text, &mut found).unwrap();
        let mut document = node.json();
        strip(&mut document);
        let after = of_document(&yaml_of(&document));
        let name = catalog.display();
        let events = |m: &Model| m.events.keys().cloned().collect::<Vec<_>>();
        assert_eq!(events(&before), events(&after), "{name}");
        for (event, of) in &before.events {
            let schema = |m: &Model| {
                let message = m.message(event).unwrap();
                canonical(&schema::of_message(m, message))
            };
            assert_eq!(schema(&before), schema(&after), "{name}: {event}");
            assert_eq!(Some(&of.topic), after.events.get(event).map(|e| &e.topic));
            assert_eq!(headers(&before, event), headers(&after, event), "{name}");
            let tags = |m: &Model| m.events.get(event).map(|e| e.tags.clone());
            assert_eq!(tags(&before), tags(&after), "{name}: {event}");
            let examples = |m: &Model| m.message(event).map(|m| m.examples.len());
            assert_eq!(examples(&before), examples(&after), "{name}: {event}");
        }
        for (command, of) in &before.commands {
            assert_eq!(
                headers(&before, command),
                headers(&after, command),
                "{name}"
            );
            let after = after.commands.get(command);
            assert_eq!(
                Some(&of.queue),
                after.map(|c| &c.queue),
                "{name}: {command}"
            );
        }
        for topic in before.topics().values().filter(|t| !t.events.is_empty()) {
            let of = |m: &Model| {
                let t = m.topics().get(&topic.name)?;
                Some((t.partitions, t.replication, t.doc.clone(), t.events.clone()))
            };
            assert_eq!(of(&before), of(&after), "{name}: {}", topic.name);
        }
    }
}

/// Headers with whether each may be left out, and their defaults where that is so.
fn headers(model: &Model, message: &str) -> Vec<(String, bool, bool)> {
    let message = model.message(message).unwrap();
    let header = |f: &crate::model::Field| {
        let optional = matches!(f.ty, crate::model::Type::Optional { .. });
        (f.name.clone(), optional, f.default.is_some())
    };
    message.headers.fields.iter().map(header).collect()
}

/// Removes every extension.
fn strip(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(strip),
        Value::Object(map) => {
            map.retain(|key, _| !key.starts_with("x-herald-"));
            map.values_mut().for_each(strip);
        }
        _ => {}
    }
}

/// The schema as Avro's readers see it.
fn canonical(schema: &Value) -> String {
    let schema = herald_avro::schema::Schema::from_json(schema).unwrap();
    herald_avro::canonical::parsing_canonical_form(&schema)
}

#[test]
fn each_service_has_a_document_that_stands_alone() {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let whole = native(&here.join("../catalog"));
    let files = emit::emit(&whole).unwrap();
    let mut documents = 0;
    for (path, text) in files.iter().filter(|(p, _)| p.starts_with("asyncapi/")) {
        let model = of_document(text);
        let name = path
            .trim_start_matches("asyncapi/")
            .trim_end_matches(".yaml");
        if let Some(service) = whole.services().get(name) {
            let own = model.services().get(name).unwrap();
            assert_eq!(own.publishes, service.publishes, "{path}");
            assert_eq!(own.sends, service.sends, "{path}");
            let consumed = |s: &crate::model::Service| {
                let of = s.consumes.iter();
                of.map(|c| (c.event.clone(), c.group.clone(), c.policy.clone()))
                    .collect::<Vec<_>>()
            };
            assert_eq!(consumed(own), consumed(service), "{path}");
        }
        documents += 1;
    }
    assert_eq!(documents, whole.services().len() + whole.streams.len());
}
