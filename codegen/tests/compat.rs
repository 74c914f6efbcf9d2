//! Every rule of the gate is registered, documented, and held by two catalogs, `old` and `new`,
//! between which it and no other rule finds something. `BLESS=1` rewrites the expected reports.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use herald_codegen::{
    Failure,
    compat::{self, Outcome, Past, RuleInfo, Side, report},
    diagnostic::Color,
    read,
};

/// The day on which fixtures are judged.
const TODAY: &str = "2027-01-15";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Rules about catalogs have their fixtures here, those about payloads beside the judgement.
fn fixture(rule: &RuleInfo) -> PathBuf {
    let name = format!("{}-{}", rule.code, rule.name);
    if rule.code < "C50" {
        root().join("../avro/tests/compat").join(name)
    } else {
        root().join("tests/compat").join(name)
    }
}

/// Names inside a folder, sorted.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn side(folder: &Path) -> Side {
    let (sources, unread) = read::read(folder);
    match Side::new(sources, unread) {
        Ok(side) => side,
        Err(Failure::Catalog(report)) => {
            panic!("{}:\n{}", folder.display(), report.text(Color::No))
        }
        Err(failure) => panic!("{}: {failure}", folder.display()),
    }
}

fn text(outcome: &Outcome, now: &Side, before: &Side) -> String {
    let view = report::View {
        outcome,
        now: &now.sources,
        before: Some(&before.sources),
        against: "old",
    };
    report::text(&view, Color::No)
}

fn own_rules() -> impl Iterator<Item = RuleInfo> {
    compat::rules().filter(|rule| rule.code >= "C50")
}

#[test]
fn codes_and_names_stand_once() {
    let codes: Vec<&str> = compat::rules().map(|r| r.code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    let names: BTreeSet<&str> = compat::rules().map(|r| r.name).collect();
    assert_eq!(names.len(), codes.len());
}

#[test]
fn every_file_of_a_rule_is_registered() {
    let registered: BTreeSet<String> = own_rules()
        .map(|r| r.name.replace('-', "_") + ".rs")
        .collect();
    assert_eq!(names(&root().join("src/compat/rules")), registered);
}

#[test]
fn every_rule_says_what_it_does_and_why_and_what_to_do() {
    for rule in compat::rules() {
        let docs = rule.docs();
        let sections = docs.lines().filter(|line| line.starts_with("# ")).count();
        assert_eq!(sections, 3, "{}: {docs}", rule.name);
        assert!(docs.starts_with("# What it does\n\n"), "{}", rule.name);
    }
}

#[test]
fn every_rule_has_a_fixture() {
    for rule in compat::rules() {
        let folder = fixture(&rule);
        assert!(folder.is_dir(), "{} is missing", folder.display());
    }
    let folders: BTreeSet<String> = own_rules()
        .map(|r| format!("{}-{}", r.code, r.name))
        .collect();
    let mut found = names(&root().join("tests/compat"));
    found.retain(|name| name.starts_with('C'));
    assert_eq!(found, folders);
}

#[test]
fn fixtures_trigger_their_rule_and_no_other() {
    let mut wrong = String::new();
    for rule in own_rules() {
        let folder = fixture(&rule);
        let (now, before) = (side(&folder.join("new")), side(&folder.join("old")));
        let outcome = compat::compare(&now, Past::Catalog(&before), Some(TODAY));
        let report = text(&outcome, &now, &before);
        let own = outcome.findings.iter().filter(|f| f.code == rule.code);
        let worst = own.map(|f| f.severity).min();
        assert_eq!(worst, Some(rule.severity), "{}:\n{report}", rule.name);
        let others = outcome.findings.iter().filter(|f| f.code != rule.code);
        // Notes go with many changes, such as the one that a field is gone.
        let others: Vec<&str> = others
            .filter(|f| f.severity != compat::Severity::Note)
            .map(|f| f.code.as_str())
            .collect();
        assert!(
            others.is_empty(),
            "{} finds {others:?}:\n{report}",
            rule.name
        );
        let placed = outcome
            .findings
            .iter()
            .all(|f| f.marks.iter().any(|m| m.span.is_some()));
        assert!(placed, "{} says not where:\n{report}", rule.name);
        let expected = folder.join("expected.txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&expected, &report).unwrap();
        }
        if fs::read_to_string(&expected).unwrap_or_default() != report {
            wrong.extend(["== ", rule.name, "\n", report.as_str()]);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_catalog_compared_with_itself_breaks_nothing() {
    for rule in own_rules().filter(|r| r.code < "C98") {
        let now = side(&fixture(&rule).join("old"));
        let outcome = compat::compare(&now, Past::Catalog(&now), Some(TODAY));
        assert!(
            outcome.findings.is_empty(),
            "{}:\n{}",
            rule.name,
            text(&outcome, &now, &now)
        );
    }
}

#[test]
fn the_changelog_tells_of_headers() {
    let folder = root().join("tests/compat/C61-headers-changed");
    let (old, new) = (side(&folder.join("old")), side(&folder.join("new")));
    let text = compat::changelog::markdown(&old, &new, "old", "new");
    for line in [
        "- added the header `x-new-default` `int`, default `1`: New.",
        "- removed the header `x-gone`",
        "- the header `x-loosened`: `int` → `int?`",
        "- the header `x-kept` is described anew",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
}
