//! Broken catalogs, each a folder with its expected report. `BLESS=1` writes the reports anew.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use herald_codegen::{
    Failure,
    diagnostic::{Color, codes},
    model::Settings,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalogs")
}

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).unwrap();
    let mut cases: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> String {
    case.file_name().unwrap().to_string_lossy().into_owned()
}

fn report(catalog: &Path) -> String {
    let settings = Settings {
        runtime: "../runtime".into(),
        standalone: true,
        today: None,
        ..Settings::default()
    };
    let report = match herald_codegen::load(catalog, settings) {
        Err(Failure::Catalog(report)) => report,
        Err(other) => panic!("{}: {other}", catalog.display()),
        Ok(_) => panic!("{}: nothing is wrong", catalog.display()),
    };
    report
        .text(Color::No)
        .replace(&catalog.display().to_string(), "<catalog>")
}

#[test]
fn every_broken_catalog_gives_its_report() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let found = report(&case.join("catalog"));
        let path = case.join("expected.txt");
        if bless {
            fs::write(&path, &found).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != found {
            wrong.push(format!("{}:\n{found}", name(&case)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_case_gives_the_code_of_its_name_and_no_errors_that_follow_from_it() {
    for case in cases() {
        let code = name(&case)[..4].to_owned();
        let report = fs::read_to_string(case.join("expected.txt")).unwrap();
        assert!(
            report.contains(&format!("error[{code}]")),
            "{}: {report}",
            name(&case)
        );
        assert!(!report.contains("panicked"), "{report}");
    }
}

#[test]
fn every_language_error_has_a_case() {
    let cased: BTreeSet<String> = cases().iter().map(|c| name(c)[..4].to_owned()).collect();
    let missing: Vec<String> = codes::ALL
        .iter()
        // What the operating system refuses cannot lie in a folder; see below. Warnings about
        // AsyncAPI documents stand in `tests/asyncapi/`.
        .filter(|e| e.code != codes::UNREADABLE && !codes::WARNINGS.contains(&e.code))
        .map(|e| e.code.to_string())
        .filter(|code| !cased.contains(code))
        .collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn a_folder_that_is_not_there_is_said_to_be_so() {
    let report = report(&folder().join("no-such-folder"));
    assert!(
        report.starts_with("error[H004]: `<catalog>` cannot be read"),
        "{report}"
    );
    assert!(report.contains("--catalog"), "{report}");
}

#[test]
fn codes_are_documented() {
    for explained in codes::ALL {
        assert!(
            explained.docs.trim().lines().count() >= 1,
            "{}",
            explained.code
        );
        assert!(!explained.docs.trim().is_empty(), "{}", explained.code);
    }
}
