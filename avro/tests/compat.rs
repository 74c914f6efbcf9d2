//! Every rule has a text, a stable code and an example that shows it and nothing else.
//!
//! An example is a folder `tests/compat/CODE-name/` with `old.avsc`, `new.avsc` and
//! `expected.json`: what reading the old schema's data with the new one comes to.
//! `BLESS=1` writes the last one anew.

#![allow(clippy::unwrap_used)]

use herald_avro::compat::{Finding, Kind, SchemaRule, judge};
use herald_avro::resolve::{resolve, resolve_lazily};
use herald_avro::schema::{Schema, parse};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compat")
}

fn example(rule: SchemaRule) -> PathBuf {
    folder().join(format!("{}-{}", rule.code(), rule.name()))
}

fn schemas(folder: &Path) -> (Schema, Schema) {
    let read = |name| parse(&fs::read_to_string(folder.join(name)).unwrap()).unwrap();
    (read("old.avsc"), read("new.avsc"))
}

fn shown(finding: &Finding) -> Value {
    let witness = finding.witness.as_ref().map(|witness| {
        json!({
            "json": witness.json,
            "hex": witness.hex,
            "means": witness.means,
            "reads_as": witness.reads_as,
        })
    });
    json!({
        "rule": finding.rule.code(),
        "path": finding.path,
        "message": finding.message,
        "severity": finding.severity.as_str(),
        "kind": finding.kind.as_str(),
        "writer": finding.writer,
        "reader": finding.reader,
        "witness": witness,
        "no_witness": finding.no_witness,
        "field": finding.field.as_ref().map(|field| json!({
            "record": field.record,
            "writer": field.writer_field,
            "reader": field.reader_field,
        })),
    })
}

#[test]
fn every_rule_has_an_example_that_shows_nothing_else() {
    let bless = std::env::var_os("BLESS").is_some();
    for rule in SchemaRule::ALL {
        let folder = example(*rule);
        let (old, new) = schemas(&folder);
        let judgement = judge(&old, &new);
        let found: BTreeSet<&str> = judgement.findings.iter().map(|f| f.rule.code()).collect();
        assert_eq!(found, BTreeSet::from([rule.code()]), "{}", folder.display());
        let actual = json!({
            "readable": judgement.readable,
            "compatible": judgement.compatible(),
            "findings": judgement.findings.iter().map(shown).collect::<Vec<Value>>(),
        });
        let file = folder.join("expected.json");
        if bless {
            fs::write(&file, format!("{actual:#}\n")).unwrap();
        }
        let expected: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(actual, expected, "{}", folder.display());
    }
}

#[test]
fn every_example_belongs_to_a_rule() {
    let known: BTreeSet<PathBuf> = SchemaRule::ALL.iter().map(|rule| example(*rule)).collect();
    let folders = fs::read_dir(folder()).unwrap();
    let found: BTreeSet<PathBuf> = folders.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(found, known);
}

#[test]
fn codes_are_stable_and_texts_complete() {
    let codes: Vec<(&str, &str)> = SchemaRule::ALL
        .iter()
        .map(|rule| (rule.code(), rule.name()))
        .collect();
    let published = [
        ("C01", "field-added-without-default"),
        ("C02", "field-removed"),
        ("C03", "field-renamed-without-alias"),
        ("C04", "field-renamed-with-alias"),
        ("C05", "alias-ambiguous"),
        ("C06", "alias-removed"),
        ("C07", "default-removed"),
        ("C08", "default-invalid"),
        ("C09", "default-changed"),
        ("C10", "type-changed"),
        ("C11", "type-narrowed"),
        ("C12", "type-widened"),
        ("C13", "promotion-lossy"),
        ("C14", "enum-symbol-removed"),
        ("C15", "enum-symbol-defaulted"),
        ("C16", "enum-symbol-added"),
        ("C17", "enum-default-changed"),
        ("C18", "union-branch-removed"),
        ("C19", "union-branch-added"),
        ("C20", "union-ambiguous"),
        ("C21", "nullable-removed"),
        ("C22", "nullable-added"),
        ("C23", "record-renamed"),
        ("C24", "enum-renamed"),
        ("C25", "fixed-renamed"),
        ("C26", "namespace-changed"),
        ("C27", "type-renamed-with-alias"),
        ("C28", "fixed-size-changed"),
        ("C29", "nesting-too-deep"),
        ("C30", "logical-type-added"),
        ("C31", "logical-type-removed"),
        ("C32", "logical-type-changed"),
        ("C33", "time-unit-changed"),
        ("C34", "decimal-scale-changed"),
        ("C35", "decimal-precision-reduced"),
        ("C36", "decimal-precision-raised"),
    ];
    assert_eq!(codes, published);
    for rule in SchemaRule::ALL {
        let text = rule.documentation();
        for heading in ["# What it does\n", "\n# Why is this bad\n", "\n# Example\n"] {
            assert!(text.contains(heading), "{rule}: {heading:?} in {text}");
        }
        let (first, _) = text.split_once('\n').unwrap();
        assert_eq!(first, "# What it does", "{rule}");
    }
}

/// Witnesses do what their finding says, on the examples.
#[test]
fn witnesses_fail_or_are_misread() {
    for rule in SchemaRule::ALL {
        let (old, new) = schemas(&example(*rule));
        let judgement = judge(&old, &new);
        assert_eq!(judgement.readable, resolve(&old, &new).is_ok(), "{rule}");
        for finding in &judgement.findings {
            let Some(witness) = &finding.witness else {
                let explained = finding.no_witness.is_some();
                let needless = matches!(finding.kind, Kind::Advice | Kind::Refused);
                assert!(needless || explained, "{rule}: {finding:?}");
                continue;
            };
            let bytes = unhex(&witness.hex);
            let mut out = Vec::new();
            let read = resolve_lazily(&old, &new)
                .is_ok_and(|plan| plan.transcode(&bytes, &mut out).is_ok());
            assert_eq!(read, finding.kind == Kind::Misread, "{rule}: {finding:?}");
            assert_eq!(witness.reads_as.is_some(), read, "{rule}");
        }
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}
