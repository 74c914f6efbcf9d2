//! What the gate prints for machines, and what it writes into a catalog.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used, clippy::panic)]

use herald_codegen::{
    Failure,
    compat::{self, Outcome, Past, Side, files, report},
    diagnostic::Color,
    model::Compatibility,
    source::Sources,
};
use serde_json::Value;

const BEFORE: &str = "\
system: shop
doc: A shop.
defaults: { compatibility: BACKWARD }
---
event: OrderPlaced
version: 1
domain: ordering
doc: An order was placed.
key: order_id
fields:
  order_id: uuid
  customerId: string
  lines: [OrderLine]
---
type: OrderLine
doc: A line.
fields:
  sku: { type: string, doc: An article. }
  pieces: { type: int, default: 1 }
";

fn side(text: &str) -> Side {
    let sources = Sources::new([("shop.yaml".to_owned(), text.to_owned())]);
    match Side::new(sources, Vec::new()) {
        Ok(side) => side,
        Err(Failure::Catalog(report)) => panic!("{}", report.text(Color::No)),
        Err(failure) => panic!("{failure}"),
    }
}

/// The catalog with texts replaced.
fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(BEFORE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

fn compared(before: &Side, now: &Side) -> Outcome {
    compat::compare(now, Past::Catalog(before), None)
}

/// What the catalog becomes when all that can be mended is.
fn mended(edits: &[(&str, &str)]) -> String {
    let (before, now) = (side(BEFORE), side(&edited(edits)));
    let outcome = compared(&before, &now);
    assert!(outcome.breaks() || !outcome.findings.is_empty());
    let texts = compat::apply_fixes(&now.sources, &outcome.findings);
    let text = texts.get("shop.yaml").cloned().unwrap_or_default();
    let again = compared(&before, &side(&text));
    assert!(!again.breaks(), "{text}");
    text
}

const VERSION: (&str, &str) = ("version: 1", "version: 2");

#[test]
fn a_new_field_gets_a_default() {
    let text = mended(&[
        VERSION,
        (
            "  order_id: uuid\n",
            "  order_id: uuid\n  note: string # free\n",
        ),
    ]);
    assert!(text.contains("  note: \"string?\" # free\n"), "{text}");
    let text = mended(&[
        VERSION,
        (
            "  order_id: uuid\n",
            "  order_id: uuid\n  sum: decimal(12, 2)\n",
        ),
    ]);
    assert!(text.contains("  sum: \"decimal(12, 2)?\"\n"), "{text}");
    let text = mended(&[
        VERSION,
        (
            "  order_id: uuid\n",
            "  order_id: uuid\n  notes: [string]\n",
        ),
    ]);
    assert!(
        text.contains("  notes: { type: [string], default: [] }\n"),
        "{text}"
    );
}

#[test]
fn a_new_field_of_a_shared_type_gets_one_where_it_stands() {
    let text = mended(&[
        VERSION,
        (
            "  sku: {",
            "  tags:\n    type: map<string>\n    doc: Words.\n  sku: {",
        ),
    ]);
    assert!(
        text.contains("  tags:\n    type: map<string>\n    default: {}\n    doc: Words.\n"),
        "{text}"
    );
}

#[test]
fn a_renamed_field_gets_its_former_name() {
    let text = mended(&[
        VERSION,
        ("  customerId: string\n", "  customer_id: string\n"),
    ]);
    assert!(
        text.contains("  customer_id: { type: string, aliases: [customerId] }\n"),
        "{text}"
    );
}

#[test]
fn a_default_comes_back() {
    let text = mended(&[VERSION, ("int, default: 1 }", "int, doc: How many. }")]);
    assert!(
        text.contains("  pieces: { type: int, default: 1, doc: How many. }\n"),
        "{text}"
    );
}

/// A finding with characters that every format must escape.
fn broken() -> (Side, Side, Outcome) {
    let before = side(BEFORE);
    let now = side(&edited(&[
        VERSION,
        ("  customerId: string\n", "  customerId: long\n"),
    ]));
    let outcome = compared(&before, &now);
    (before, now, outcome)
}

fn view<'a>(outcome: &'a Outcome, before: &'a Side, now: &'a Side) -> report::View<'a> {
    report::View {
        outcome,
        now: &now.sources,
        before: Some(&before.sources),
        against: "git:a<b>&\"c\", 100%",
    }
}

#[test]
fn json_says_everything() {
    let (before, now, outcome) = broken();
    let json = report::json(&view(&outcome, &before, &now));
    assert_eq!(json["compatible"], false);
    let finding = &json["findings"][0];
    for (key, value) in [
        ("code", "C10"),
        ("severity", "error"),
        ("event", "OrderPlaced"),
        ("path", "customerId"),
        ("direction", "backward"),
        ("kind", "unreadable"),
    ] {
        assert_eq!(finding[key], value, "{finding:#}");
    }
    assert_eq!(finding["places"][0]["line"], 12);
    assert_eq!(finding["places"][1]["side"], "before");
    assert!(finding["witness"]["hex"].is_string());
    assert_eq!(json["rollout"]["messages"][0]["order"], "neither");
}

#[test]
fn sarif_names_its_rules() {
    let (before, now, outcome) = broken();
    let sarif = report::sarif(&view(&outcome, &before, &now));
    let run = &sarif["runs"][0];
    let result = &run["results"][0];
    let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
    assert_eq!(rule["id"], result["ruleId"]);
    let location = &result["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "catalog/shop.yaml");
    assert_eq!(location["region"]["startLine"], 12);
}

#[test]
fn gitlab_demands_a_place_and_a_fingerprint() {
    let (before, now, outcome) = broken();
    let issues = report::gitlab(&view(&outcome, &before, &now));
    let issue = &issues[0];
    assert_eq!(issue["location"]["path"], "catalog/shop.yaml");
    assert_eq!(issue["location"]["lines"]["begin"], 12);
    assert_eq!(issue["severity"], "blocker");
    assert!(issue["fingerprint"].as_str().is_some_and(|f| f.len() == 16));
    let again = compared(&before, &now);
    let again = report::gitlab(&view(&again, &before, &now));
    assert_eq!(again[0]["fingerprint"], issue["fingerprint"]);
}

#[test]
fn github_commands_are_one_line_each() {
    let (before, now, outcome) = broken();
    let text = report::github(&view(&outcome, &before, &now));
    assert_eq!(text.lines().count(), outcome.findings.len());
    let start = "::error file=catalog/shop.yaml,line=12,endLine=12,col=3,endColumn=13,title=C10 type-changed::";
    assert!(text.starts_with(start), "{text}");
    assert!(text.contains("%0A"), "{text}");
}

#[test]
fn junit_is_escaped() {
    let (before, now, outcome) = broken();
    let text = report::junit(&view(&outcome, &before, &now));
    assert!(
        text.contains("compared with git:a&lt;b&gt;&amp;&quot;c&quot;, 100%"),
        "{text}"
    );
    let opened = text.matches("<testcase").count();
    assert_eq!(opened, text.matches("</testcase>").count());
    assert_eq!(text.matches("<failure").count(), 1);
    let clean = compat::compare(&before, Past::Catalog(&before), None);
    let text = report::junit(&view(&clean, &before, &before));
    assert!(text.contains("name=\"nothing breaks\"/>"), "{text}");
}

#[test]
fn two_files_are_compared_in_a_mode() {
    let file = |path, text| files::SchemaFile { path, text };
    let (int, long) = (file("a.avsc", "\"int\""), file("b.avsc", "\"long\""));
    let codes = |mode| {
        let (outcome, ..) = files::compare(int, long, mode).unwrap();
        let errors = outcome.findings.into_iter();
        let errors = errors.filter(|f| f.severity == compat::Severity::Error);
        errors.map(|f| f.code).collect::<Vec<String>>()
    };
    assert!(codes(Compatibility::Backward).is_empty());
    assert_eq!(codes(Compatibility::Forward), ["C11"]);
    assert_eq!(codes(Compatibility::FullTransitive), ["C11"]);
    assert!(codes(Compatibility::None).is_empty());
    let wrong = files::compare(file("c.avsc", "{}"), long, Compatibility::Full);
    assert!(
        wrong
            .unwrap_err()
            .to_string()
            .starts_with("c.avsc is not an Avro schema: ")
    );
}

#[test]
fn witnesses_are_whole_in_json() {
    let (before, now, outcome) = broken();
    let json = report::json(&view(&outcome, &before, &now));
    let witness = &json["findings"][0]["witness"]["json"];
    assert!(witness["customerId"].is_string() && witness["lines"] == Value::Array(Vec::new()));
}
