//! Headers of a message's own are frozen with its version: the gate and `gen` notice what becomes
//! of them without another revision to compare with.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use herald_codegen::{
    Failure,
    compat::{self, Outcome, Past, Side},
    diagnostic::Color,
    model::Settings,
    release,
    source::Sources,
};

const OLD: &str = include_str!("compat/C61-headers-changed/old/shop.yaml");
const NEW: &str = include_str!("compat/C61-headers-changed/new/shop.yaml");

fn side(files: &[(String, String)]) -> Side {
    match Side::new(Sources::new(files.to_vec()), Vec::new()) {
        Ok(side) => side,
        Err(Failure::Catalog(report)) => panic!("{}", report.text(Color::No)),
        Err(failure) => panic!("{failure}"),
    }
}

/// A folder of one test's own.
fn folder(name: &str) -> PathBuf {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("frozen-headers");
    all.join(name)
}

/// The released versions of a catalog, as files below it.
fn released(name: &str, catalog: &str) -> Vec<(String, String)> {
    let folder = folder(name);
    let _ = fs::remove_dir_all(&folder);
    let model = side(&[("shop.yaml".to_owned(), catalog.to_owned())]).model;
    let paths = release::release(&model, &folder).unwrap();
    let read = |path: String| {
        let text = fs::read_to_string(folder.join(&path)).unwrap();
        (path, text)
    };
    paths.into_iter().map(read).collect()
}

/// What the gate says of `now` whose versions were frozen as `OLD` has them.
fn judged(name: &str, now: &str) -> Outcome {
    let mut files = released(name, OLD);
    files.push(("shop.yaml".to_owned(), now.to_owned()));
    compat::compare(&side(&files), Past::Frozen, None)
}

/// Codes and sentences, sorted.
fn sentences(outcome: &Outcome, code: &str) -> Vec<String> {
    let of_code = outcome.findings.iter().filter(|f| f.code == code);
    let mut sentences: Vec<String> = of_code.map(|f| f.message.clone()).collect();
    sentences.sort();
    sentences
}

#[test]
fn the_gate_finds_the_same_by_frozen_versions_as_by_a_revision() {
    let next = NEW.replace("version: 1", "version: 2");
    let by_frozen = judged("next", &next);
    let before = side(&[("shop.yaml".to_owned(), OLD.to_owned())]);
    let now = side(&[("shop.yaml".to_owned(), next)]);
    let by_revision = compat::compare(&now, Past::Catalog(&before), None);
    let found = sentences(&by_frozen, "C61");
    assert_eq!(found, sentences(&by_revision, "C61"));
    assert_eq!(found.len(), 10, "{found:#?}");
    let marks = by_frozen.findings.iter().flat_map(|f| &f.marks);
    assert!(marks.into_iter().all(|mark| mark.span.is_some()));
}

#[test]
fn a_frozen_version_keeps_its_headers() {
    assert!(judged("as-it-is", OLD).findings.is_empty());
    let documented = OLD.replace("doc: Stays.", "doc: Stays in other words.");
    assert!(judged("documented", &documented).findings.is_empty());
    let edited = judged("edited", NEW);
    assert_eq!(
        sentences(&edited, "C50"),
        [
            "version 1 of `OrderPlaced` was released and differs now",
            "version 1 of `SendEmail` was released and differs now",
        ]
    );
}

#[test]
fn generated_schemas_have_no_headers() {
    let name = "generated";
    let frozen = released(name, OLD);
    assert!(frozen[0].1.contains("\"headers\""), "{frozen:?}");
    let next = NEW.replace("version: 1", "version: 2");
    fs::write(folder(name).join("shop.yaml"), next).unwrap();
    let built =
        herald_codegen::build(&folder(name), Settings::default()).map_err(|e| e.to_string());
    let built = built.unwrap();
    let is_schema = |path: &str| Path::new(path).extension().is_some_and(|e| e == "avsc");
    let schemas = built.files.iter().filter(|(path, _)| is_schema(path));
    let schemas: Vec<(&str, &str)> = schemas.collect();
    assert!(
        schemas
            .iter()
            .any(|(path, _)| path.starts_with("avro/released/"))
    );
    assert!(
        schemas
            .iter()
            .all(|(_, text)| !text.contains("\"headers\""))
    );
}

#[test]
fn gen_refuses_other_headers_under_a_frozen_number() {
    released("gen", OLD);
    let catalog = folder("gen");
    let load = |text: &str| {
        fs::write(catalog.join("shop.yaml"), text).unwrap();
        herald_codegen::load(&catalog, Settings::default())
    };
    assert!(load(OLD).is_ok());
    let Err(Failure::Catalog(report)) = load(NEW) else {
        panic!("changed headers of a released version must not load")
    };
    let found = report.diagnostics.iter();
    let codes: Vec<String> = found.map(|d| d.code.to_string()).collect();
    assert_eq!(codes, ["H031", "H031"], "{}", report.text(Color::No));
}
