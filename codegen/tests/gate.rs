//! The gate on the example catalog, as pull requests would meet it: each stages an edit and has its
//! printed report. `BLESS=1` rewrites the reports.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use herald_avro::schema::parse;
use herald_codegen::{
    Failure, check,
    compat::{self, Outcome, Past, Side, Versions, report},
    diagnostic::{Color, codes},
    model::Settings,
    read, resolve,
    source::Sources,
    syntax,
};

/// The day on which pull requests are judged.
const TODAY: &str = "2027-03-01";

/// One text replaced in a file of the catalog.
struct Edit {
    file: &'static str,
    from: &'static str,
    to: &'static str,
}

const fn edit(file: &'static str, from: &'static str, to: &'static str) -> Edit {
    Edit { file, from, to }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The example catalog with edits.
fn catalog(edits: &[&Edit]) -> Side {
    let (sources, _) = read::read(&root().join("../catalog"));
    let mut files: Vec<(String, String)> = sources
        .iter()
        .map(|(_, f)| (f.path.clone(), f.text.clone()))
        .collect();
    for Edit { file, from, to } in edits {
        let (_, text) = files.iter_mut().find(|(path, _)| path == file).unwrap();
        assert!(text.contains(from), "{file} has no {from:?}");
        *text = text.replacen(from, to, 1);
    }
    side(files)
}

fn side(files: Vec<(String, String)>) -> Side {
    match Side::new(Sources::new(files), Vec::new()) {
        Ok(side) => side,
        Err(Failure::Catalog(report)) => panic!("{}", report.text(Color::No)),
        Err(failure) => panic!("{failure}"),
    }
}

fn text(outcome: &Outcome, now: &Side, before: Option<&Side>) -> String {
    let view = report::View {
        outcome,
        now: &now.sources,
        before: before.map(|b| &b.sources),
        against: if before.is_some() {
            "git:main"
        } else {
            "the released versions"
        },
    };
    report::text(&view, Color::No)
}

/// What a pull request prints, held by a file; and what it found.
fn pull_request(name: &str, main: &[&Edit], branch: &[&Edit]) -> Outcome {
    let before = catalog(main);
    let now = catalog(&[main, branch].concat());
    let outcome = compat::compare(&now, Past::Catalog(&before), Some(TODAY));
    let report = text(&outcome, &now, Some(&before));
    let path = root().join(format!("tests/compat/pull-requests/{name}.txt"));
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &report).unwrap();
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap_or_default(),
        report,
        "{name}"
    );
    outcome
}

fn found(outcome: &Outcome) -> Vec<(&str, &'static str)> {
    let findings = outcome.findings.iter();
    findings
        .map(|f| (f.code.as_str(), f.severity.as_str()))
        .collect()
}

const ORDERS: &str = "ordering/events.yaml";
const CONFIRMED: Edit = edit(
    ORDERS,
    "event: OrderConfirmed\nversion: 1\n",
    "event: OrderConfirmed\nversion: 2\n",
);
const PLACED: Edit = edit(
    ORDERS,
    "event: OrderPlaced\nversion: 2\n",
    "event: OrderPlaced\nversion: 3\n",
);

#[test]
fn a_harmless_change_passes() {
    let field = edit(
        ORDERS,
        "  confirmed_at: {",
        "  carrier: { type: \"string?\", doc: Who delivers. }\n  confirmed_at: {",
    );
    let doc = edit(
        ORDERS,
        "What will be captured.",
        "The amount that will be captured.",
    );
    let outcome = pull_request("1-harmless", &[], &[&CONFIRMED, &field, &doc]);
    assert!(!outcome.breaks() && outcome.findings.is_empty());
    assert_eq!(outcome.rollout.turns[0].order, compat::Order::Either);
}

#[test]
fn a_backward_break_names_every_consumer() {
    let field = edit(
        ORDERS,
        "  confirmed_at: {",
        "  carrier: { type: string, doc: Who delivers. }\n  confirmed_at: {",
    );
    let outcome = pull_request("2-backward-break", &[], &[&CONFIRMED, &field]);
    assert_eq!(found(&outcome), [("C01", "error")]);
    let hurt: Vec<&str> = outcome.findings[0]
        .hurt
        .iter()
        .map(|i| i.service.as_str())
        .collect();
    assert_eq!(
        hurt,
        [
            "analytics",
            "inventory",
            "payment",
            "stream confirmed-orders"
        ]
    );
}

#[test]
fn a_forward_break_is_shown_by_a_record() {
    let mode = edit(
        ORDERS,
        "event: OrderConfirmed\nversion: 1\n",
        "event: OrderConfirmed\nversion: 1\ncompatibility: FORWARD\n",
    );
    let version = edit(
        ORDERS,
        "version: 1\ncompatibility: FORWARD\n",
        "version: 2\ncompatibility: FORWARD\n",
    );
    let field = edit(
        ORDERS,
        "  confirmed_at: { type: timestamp-millis, doc: When the second of both answers was heard. }\n",
        "",
    );
    let outcome = pull_request("3-forward-break", &[&mode], &[&version, &field]);
    assert_eq!(found(&outcome), [("C01", "error")]);
    let proof = outcome.findings[0].proof.as_ref().unwrap();
    assert!(proof.witness.is_some());
    assert_eq!(proof.direction, compat::Direction::Forward);
}

#[test]
fn a_full_break_shows_in_both_directions() {
    let mode = edit(
        ORDERS,
        "event: OrderConfirmed\nversion: 1\n",
        "event: OrderConfirmed\nversion: 1\ncompatibility: FULL\n",
    );
    let version = edit(
        ORDERS,
        "version: 1\ncompatibility: FULL\n",
        "version: 2\ncompatibility: FULL\n",
    );
    let scale = edit(
        ORDERS,
        "  total: { type: \"decimal(12, 2)\", doc: What will be captured. }",
        "  total: { type: \"decimal(12, 4)\", doc: What will be captured. }",
    );
    let outcome = pull_request("4-full-break", &[&mode], &[&version, &scale]);
    assert_eq!(found(&outcome), [("C34", "error"), ("C34", "error")]);
    assert!(
        outcome
            .findings
            .iter()
            .all(|f| f.hurt.is_empty() && !f.unhurt.is_empty())
    );
}

#[test]
fn a_field_that_nobody_reads_may_go() {
    let field = edit(
        ORDERS,
        "  attributes: { type: map<string>, doc: Free notes of the sales channel; nobody's rules depend on them. }\n",
        "",
    );
    let outcome = pull_request("5-unread-field-removed", &[], &[&PLACED, &field]);
    assert!(!outcome.breaks());
    assert_eq!(found(&outcome), [("C02", "note")]);
}

#[test]
fn what_a_stream_emits_is_judged_like_any_event() {
    let computed = edit(
        "analytics/streams.yaml",
        "expr: sum(line.amount)",
        "expr: sum(line.quantity)",
    );
    let outcome = pull_request("8-stream-output", &[], &[&computed]);
    assert!(outcome.breaks());
    assert!(outcome.findings.iter().all(|f| f.proof.is_some()));
}

#[test]
fn streams_are_readers_with_the_fields_of_their_expressions() {
    let (declined, placed) = ("payments/events.yaml", ORDERS);
    let version = edit(
        declined,
        "event: PaymentDeclined\nversion: 2\n",
        "event: PaymentDeclined\nversion: 3\n",
    );
    let required = edit(
        declined,
        "  declined_at: {",
        "  attempt: { type: int, doc: Which try it was. }\n  declined_at: {",
    );
    let pattern = edit(
        placed,
        "pattern: \"^[A-Z]{3}$\"",
        "pattern: \"^[A-Z]{3,4}$\"",
    );
    let outcome = pull_request(
        "9-stream-input",
        &[],
        &[&version, &required, &PLACED, &pattern],
    );
    let of = |event: &str| {
        let mut findings = outcome.findings.iter();
        let found = findings.find(|f| f.event.as_deref() == Some(event));
        let named = |impacts: &[compat::Impact]| -> Vec<String> {
            impacts.iter().map(|i| i.service.clone()).collect()
        };
        let found = found.unwrap();
        (named(&found.hurt), named(&found.unhurt))
    };
    let has = |names: &[String], name: &str| names.iter().any(|n| n == name);
    let (declined, placed, sold) = (of("PaymentDeclined"), of("OrderPlaced"), of("OrderSold"));
    assert!(
        has(&declined.0, "stream declines-by-reason"),
        "{declined:?}"
    );
    assert!(has(&placed.0, "stream confirmed-orders"), "{placed:?}");
    assert!(has(&sold.1, "stream sales-per-minute"), "{sold:?}");
}

#[test]
fn a_queue_argument_comes_with_its_migration() {
    let ttl = edit(
        "notifications/commands.yaml",
        "to: notification\n",
        "to: notification\nttl: 2h\n",
    );
    let outcome = pull_request("6-queue-argument", &[], &[&ttl]);
    assert_eq!(found(&outcome), [("C80", "error")]);
}

#[test]
fn a_waiver_covers_until_its_day() {
    let raised = edit(
        "ordering/events.yaml",
        "retention: forever\n",
        "retention: forever\npartitions: 24\n",
    );
    let waiver = edit(
        "ordering/domain.yaml",
        "domain: ordering\n",
        "waiver: more-partitions\nevent: OrderPlaced\nrule: partitions-raised\nreason: Producers are stopped until consumers have drained the topic.\nowner: ordering-team\nuntil: 2027-02-28\n---\ndomain: ordering\n",
    );
    let outcome = pull_request("7-expired-waiver", &[], &[&raised, &waiver]);
    assert_eq!(
        found(&outcome),
        [("C98", "error"), ("C72", "error"), ("C72", "error")]
    );
    let (before, now) = (catalog(&[]), catalog(&[&raised, &waiver]));
    let in_time = compat::compare(&now, Past::Catalog(&before), Some("2027-02-28"));
    assert!(in_time.findings.is_empty() && in_time.waived == 2);
}

#[test]
fn the_example_breaks_nothing_that_was_released() {
    let now = catalog(&[]);
    let outcome = compat::compare(&now, Past::Frozen, Some(TODAY));
    assert!(
        outcome.findings.is_empty(),
        "{}",
        text(&outcome, &now, None)
    );
}

#[test]
fn a_first_release_breaks_nothing() {
    let now = catalog(&[]);
    let none = Versions::new([]).unwrap();
    let outcome = compat::compare(&now, Past::Versions(&none), Some(TODAY));
    assert!(outcome.findings.is_empty());
}

/// Apicurio 3 writes a nested type without the namespace that is the enclosing one's.
#[test]
fn a_registry_may_write_a_schema_in_its_own_way() {
    let now = catalog(&[]);
    let in_its_way = |text: &str| parse(text).unwrap().to_json().to_string();
    let released = now.sources.iter().filter_map(|(_, file)| {
        let schema = file.path.strip_suffix(".avsc")?;
        let released = schema.starts_with("released/");
        released.then(|| (file.path.clone(), in_its_way(&file.text)))
    });
    let registry = Versions::new(released).unwrap();
    let outcome = compat::compare(&now, Past::Versions(&registry), Some(TODAY));
    let text = text(&outcome, &now, None);
    assert!(outcome.findings.is_empty(), "{text}");
    assert!(!text.contains("rollout"), "{text}");
}

#[test]
fn order_of_fields_and_files_breaks_nothing() {
    let before = catalog(&[]);
    let first = "  order_id: { type: uuid, doc: The order. }\n";
    let second = "  total: { type: \"decimal(12, 2)\", doc: What will be captured. }\n";
    let moved = |path: &str| match path.strip_prefix("released/") {
        Some(_) => path.to_owned(),
        None => format!("moved/{path}"),
    };
    let mut files: Vec<(String, String)> = before
        .sources
        .iter()
        .map(|(_, f)| (moved(&f.path), f.text.clone()))
        .collect();
    for (_, text) in &mut files {
        *text = text.replace(&format!("{first}{second}"), &format!("{second}{first}"));
        *text = text.replace(
            "event: OrderConfirmed\nversion: 1",
            "event: OrderConfirmed\nversion: 2",
        );
    }
    let now = side(files);
    let outcome = compat::compare(&now, Past::Catalog(&before), Some(TODAY));
    assert!(!outcome.breaks(), "{}", text(&outcome, &now, Some(&before)));
}

#[test]
fn a_waived_break_can_be_generated() {
    let field = "  carrier: { type: string, doc: Who delivers. }\n  confirmed_at: {";
    let waiver = "waiver: carrier\nevent: OrderConfirmed\nrule: C01\nreason: Old records are gone.\nowner: ordering-team\nuntil: 2027-06-30\n---\nevent: OrderPlaced\n";
    let example = root().join("../catalog");
    let look = |waived: bool, today: &str| {
        let (sources, _) = read::read(&example);
        let edited = sources.iter().map(|(_, f)| {
            let mut text = f.text.clone();
            if f.path == ORDERS {
                text = text.replacen(CONFIRMED.from, CONFIRMED.to, 1);
                text = text.replacen("  confirmed_at: {", field, 1);
                if waived {
                    text = text.replacen("event: OrderPlaced\n", waiver, 1);
                }
            }
            (f.path.clone(), text)
        });
        let sources = Sources::new(edited.collect::<Vec<_>>());
        let documents = syntax::parse(&sources, Vec::new()).unwrap();
        let settings = Settings {
            today: Some(today.to_owned()),
            ..Settings::default()
        };
        let model = resolve::resolve(&documents, &sources, settings).unwrap();
        let found = check::check(&model, &documents, &sources);
        let mut found = found.err().unwrap_or_default().into_iter();
        found.any(|d| d.code == codes::RELEASED_UNREADABLE)
    };
    assert!(look(false, TODAY));
    assert!(!look(true, TODAY));
    assert!(look(true, "2027-07-01"));
}
