//! AsyncAPI documents, real ones and ones made up, and the catalogs that come of them: each folder
//! has `source/`, the `catalog/` that it is converted into, and what is said (`expected.txt`).
//! `BLESS=1` writes the last two anew.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "asyncapi/damage.rs"]
mod damage;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use herald_codegen::{
    Failure,
    asyncapi::{self, MissingRefs},
    diagnostic::Color,
    model::Settings,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/asyncapi")
}

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap();
    let entries = entries.map(|e| e.unwrap().path());
    let mut cases: Vec<PathBuf> = entries.filter(|p| p.join("source").is_dir()).collect();
    cases.sort();
    assert!(cases.len() > 10);
    cases
}

fn settings() -> Settings {
    Settings {
        runtime: "../runtime".to_owned(),
        standalone: true,
        ..Settings::default()
    }
}

fn files_below(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let below = path.strip_prefix(folder).unwrap();
                let name = below.to_string_lossy().replace('\\', "/");
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn every_document_becomes_its_catalog() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let converted = match asyncapi::convert(&case.join("source"), MissingRefs::Refused) {
            Ok(converted) => converted,
            Err(Failure::Catalog(report)) => panic!("{name}: {}", report.text(Color::No)),
            Err(other) => panic!("{name}: {other}"),
        };
        let files: BTreeMap<String, String> = converted.files.into_iter().collect();
        let said = converted.report.text(Color::No);
        let (catalog, expected) = (case.join("catalog"), case.join("expected.txt"));
        if bless {
            let _ = fs::remove_dir_all(&catalog);
            for (path, text) in &files {
                let path = catalog.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            fs::write(&expected, &said).unwrap();
            continue;
        }
        if files_below(&catalog) != files {
            let texts = files.iter().map(|(p, t)| format!("== {p}\n{t}"));
            wrong.push(format!("{name}:\n{}", texts.collect::<String>()));
        }
        if fs::read_to_string(&expected).unwrap_or_default() != said {
            wrong.push(format!("{name}:\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is generated from a document and from the catalog that it is converted into: all files but
/// comments, which name places.
#[test]
fn a_document_and_its_catalog_generate_the_same() {
    for case in cases() {
        let name = case.display();
        let of_document = herald_codegen::build(&case.join("source"), settings()).unwrap();
        // The document's catalog may lean on documents that were native before.
        let catalog = case.join("catalog");
        let native = case.join("source/system.yaml");
        let copied = catalog.join("system.yaml");
        let lean = native.exists() && !copied.exists();
        if lean {
            fs::copy(&native, &copied).unwrap();
        }
        let of_catalog = herald_codegen::build(&catalog, settings());
        if lean {
            fs::remove_file(&copied).unwrap();
        }
        let of_catalog = of_catalog.unwrap_or_else(|e| panic!("{name}: {e:?}"));
        let texts = |built: &herald_codegen::Built| -> BTreeMap<String, String> {
            let placeless = |text: &str| {
                let is_comment = |l: &str| l.trim_start().starts_with(['/', '#']);
                let lines = text
                    .lines()
                    .filter(|l| !is_comment(l) && !l.contains("catalog/"));
                lines.collect::<Vec<_>>().join("\n")
            };
            let files = built.files.iter();
            files.map(|(p, t)| (p.to_owned(), placeless(t))).collect()
        };
        let (one, other) = (texts(&of_document), texts(&of_catalog));
        let paths = |t: &BTreeMap<String, String>| t.keys().cloned().collect::<Vec<_>>();
        assert_eq!(paths(&one), paths(&other), "{name}");
        for (path, text) in &one {
            assert_eq!(Some(text), other.get(path), "{name}: {path}");
        }
    }
}

/// A crate without types has nothing to test, and nothing that the compiler would call unused.
#[test]
fn a_document_without_messages_gives_a_crate_without_tests() {
    let built = herald_codegen::build(&folder().join("components-only/source"), settings());
    let paths: Vec<String> = built
        .unwrap()
        .files
        .iter()
        .map(|(p, _)| p.to_owned())
        .collect();
    assert!(paths.iter().any(|p| p == "src/lib.rs"), "{paths:?}");
    assert!(!paths.iter().any(|p| p.starts_with("tests/")), "{paths:?}");
}

#[test]
fn missing_references_are_left_open_on_demand() {
    let source = folder().join("../catalogs/H053-asyncapi-references/catalog");
    let refused = asyncapi::convert(&source, MissingRefs::Refused);
    assert!(matches!(refused, Err(Failure::Catalog(_))));
    let allowed = asyncapi::convert(&source, MissingRefs::Allowed);
    let report = match allowed {
        Ok(converted) => converted.report,
        Err(Failure::Catalog(report)) => panic!("{}", report.text(Color::No)),
        Err(other) => panic!("{other}"),
    };
    assert!(!report.has_errors());
    assert!(report.text(Color::No).contains("does not use the network"));
}

#[test]
fn what_is_no_document_is_said_to_be_none() {
    let other = folder().join("README.md");
    let Err(Failure::Catalog(report)) = asyncapi::convert(&other, MissingRefs::Refused) else {
        panic!("it was converted");
    };
    let text = report.text(Color::No);
    assert!(text.contains("there is no AsyncAPI document at"), "{text}");
    assert!(text.contains("`asyncapi: 3.0.0` at its top"), "{text}");
}

#[test]
fn one_document_is_a_catalog_with_what_it_refers_to() {
    let shared = folder().join("retail/source/customer-relationship/customer-management");
    let document = shared.join("customer-profile/asyncapi-client.yml");
    let built = herald_codegen::build(&document, settings()).unwrap();
    let paths: Vec<&str> = built.files.iter().map(|(path, _)| path).collect();
    let schema = |name: &str| {
        paths
            .iter()
            .any(|p| p.ends_with(name) && p.starts_with("avro/"))
    };
    assert!(schema(".RefreshCustomerTierCommand.avsc"), "{paths:?}");
    assert!(!schema(".CustomerProfileUpdated.avsc"), "{paths:?}");
}
