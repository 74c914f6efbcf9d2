//! Every lint rule is registered, documented, and held by catalogs: those in `bad…` folders break
//! it and no other, those in `good…` folders break none. `BLESS=1` rewrites the expected reports.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use herald_codegen::{
    Failure, Report,
    diagnostic::{Color, Diagnostic, render},
    lint::{self, Rule},
    load,
    model::Settings,
    resolve::resolve,
    source::Sources,
    syntax,
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn fixture(rule: &Rule) -> PathBuf {
    root().join(format!("tests/lint/{}-{}", rule.code, rule.name))
}

/// Names inside a folder, sorted.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn settings() -> Settings {
    Settings {
        runtime: "runtime".to_owned(),
        standalone: false,
        today: None,
        ..Settings::default()
    }
}

/// All that the generator finds in a catalog, errors of the language included.
fn look(folder: &Path) -> Report {
    match load(folder, settings()) {
        Ok(loaded) => loaded.report,
        Err(Failure::Catalog(report)) => report,
        Err(failure) => panic!("{}: {failure}", folder.display()),
    }
}

fn text(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    diagnostics
        .iter()
        .map(|d| render(d, sources, Color::No) + "\n")
        .collect()
}

/// The two YAML blocks of a rule's documentation: the mistake, and how to mend it.
fn examples(rule: &Rule) -> [String; 2] {
    let docs = rule.docs();
    let blocks: Vec<String> = docs
        .split("```yaml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default().to_owned())
        .collect();
    blocks
        .try_into()
        .unwrap_or_else(|b| panic!("{}: two examples, not {b:?}", rule.name))
}

#[test]
fn every_rule_is_registered_once() {
    let rules = lint::rules();
    assert!(
        rules.is_sorted_by(|a, b| a.code < b.code),
        "by code, each once"
    );
    assert!(
        rules.iter().all(|rule| rule.code.0 > 100),
        "codes below H100 are the language's"
    );
    let registered: BTreeSet<String> = rules
        .iter()
        .map(|r| r.name.replace('-', "_") + ".rs")
        .collect();
    let mut files = names(&root().join("src/lint/rules"));
    files.retain(|name| Path::new(name).extension().is_some_and(|end| end == "rs"));
    assert_eq!(registered, files);
}

#[test]
fn every_fixture_belongs_to_a_rule() {
    let folders = lint::rules()
        .iter()
        .map(|r| format!("{}-{}", r.code, r.name))
        .collect();
    assert_eq!(names(&root().join("tests/lint")), folders);
}

#[test]
fn every_rule_says_what_it_does_and_why_and_gives_an_example() {
    for rule in lint::rules() {
        let docs = rule.docs();
        let sections: Vec<&str> = docs.lines().filter(|line| line.starts_with("# ")).collect();
        let expected = ["# What it does", "# Why is this bad", "# Example"];
        assert_eq!(sections, expected, "{}", rule.name);
        for example in examples(rule) {
            let sources = Sources::new([("example.yaml".to_owned(), example)]);
            if let Err(errors) = syntax::parse(&sources, Vec::new()) {
                panic!(
                    "the documentation of {}:\n{}",
                    rule.name,
                    text(&errors, &sources)
                );
            }
        }
    }
}

#[test]
fn examples_are_part_of_the_catalogs_that_prove_them() {
    for rule in lint::rules() {
        let folder = fixture(rule);
        for (example, kind) in examples(rule).iter().zip(["bad", "good"]) {
            let path = folder.join(kind).join("example.yaml");
            let text =
                fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            for document in example.split("---\n") {
                assert!(
                    text.contains(document),
                    "{} lacks\n{document}",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn bad_catalogs_break_their_rule_and_no_other() {
    for rule in lint::rules() {
        let folder = fixture(rule);
        let mut all = String::new();
        for name in names(&folder).iter().filter(|n| n.starts_with("bad")) {
            let report = look(&folder.join(name));
            let (found, text) = (
                &report.diagnostics,
                text(&report.diagnostics, &report.sources),
            );
            assert!(!found.is_empty(), "{}/{name} breaks nothing", rule.name);
            let own = found
                .iter()
                .all(|d| d.code == rule.code && d.severity == rule.severity);
            assert!(own, "{}/{name} breaks more:\n{text}", rule.name);
            let helps = found.iter().all(|d| d.at.is_some() && d.help.is_some());
            assert!(
                helps,
                "{}/{name} says neither where nor what to type:\n{text}",
                rule.name
            );
            all.extend(["== ", name.as_str(), "\n", text.as_str()]);
        }
        let expected = folder.join("expected.txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&expected, &all).unwrap();
        }
        let expected = fs::read_to_string(expected).unwrap_or_default();
        assert_eq!(all, expected, "{}", rule.name);
    }
}

#[test]
fn good_catalogs_break_no_rule() {
    for rule in lint::rules() {
        let folder = fixture(rule);
        for name in names(&folder).iter().filter(|n| n.starts_with("good")) {
            let report = look(&folder.join(name));
            let text = text(&report.diagnostics, &report.sources);
            assert!(report.is_empty(), "{}/{name}:\n{text}", rule.name);
        }
    }
}

const WAIVED: &str = "
system: shop
---
event: RateChanged
domain: rates
owner: treasury-team
doc: A bank that is not part of the system has a new rate.
key: currency
fields: { currency: string }
---
waiver: rates-from-outside
event: RateChanged
rule: event-without-producer
reason: The bank publishes it.
owner: treasury-team
until: 2030-06-30
";

/// Codes that rules find in a catalog of one file on a day.
fn codes(catalog: &str, day: Option<&str>) -> Vec<u16> {
    let sources = Sources::new([("shop.yaml".to_owned(), catalog.to_owned())]);
    let documents = syntax::parse(&sources, Vec::new()).unwrap();
    let model = resolve(&documents, &sources, settings()).unwrap();
    lint::run(&model, &sources, day)
        .iter()
        .map(|d| d.code.0)
        .collect()
}

#[test]
fn a_waiver_holds_until_its_day() {
    assert!(codes(WAIVED, None).is_empty());
    assert!(codes(WAIVED, Some("2030-06-30")).is_empty());
    assert_eq!(codes(WAIVED, Some("2030-07-01")), [101]);
}

#[test]
fn errors_cannot_be_waived() {
    let nullable = WAIVED.replace("currency: string", "currency: \"string?\"");
    assert_eq!(
        codes(&nullable.replace("event-without-producer", "H111"), None),
        [101, 111]
    );
}
