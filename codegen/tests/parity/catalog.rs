//! A catalog of random streams over events that have a field of every kind.

use std::fmt::Write as _;

use herald_codegen::{model::Settings, resolve, source::Sources, syntax};

use crate::chance::Random;

/// Events of the parity catalog.
pub(crate) const EVENTS: &str = "system: parity
defaults: { partitions: 1 }
---
domain: tests
owner: test-team
doc: Tests.
---
type: Line
doc: A line.
fields: { sku: string, quantity: int, amount: \"decimal(12, 2)\" }
---
type: Channel
doc: A channel.
symbols: [WEB, PHONE, SHOP]
---
event: Sale
domain: tests
doc: A sale.
key: shop
fields:
  shop: string
  sku: string
  quantity: int
  units: long
  price: decimal(12, 2)
  huge: decimal(38, 2)
  rate: double
  coupon: string?
  discount: \"decimal(5, 2)?\"
  channel: Channel
  at: timestamp-millis
  exact: timestamp-micros
  lines: [Line]
  notes: map<string>
  first: \"Line?\"
---
event: Payment
domain: tests
doc: A payment.
key: shop
fields: { shop: string, amount: \"decimal(20, 4)\", method: Channel, units: long, at: timestamp-millis, bonus: \"long?\" }
---
service: till
owner: test-team
doc: Sells.
publishes: [Sale, Payment]
";

/// The catalog with so many random streams, and the names of the streams.
pub(crate) fn catalog(streams: u64) -> (String, Vec<String>) {
    let mut text = EVENTS.to_owned();
    let mut names = Vec::new();
    for seed in 0..streams {
        let mut random = Random::new(seed);
        let name = format!("s{seed}");
        // Some have results of too many digits, which is an error of the catalog.
        let declared = loop {
            let declared = format!("---\n{}", stream(&mut random, &name, seed));
            if is_valid(&declared) {
                break declared;
            }
        };
        text.push_str(&declared);
        names.push(name);
    }
    (text, names)
}

fn is_valid(declared: &str) -> bool {
    let text = format!("{EVENTS}{declared}");
    let sources = Sources::new([("parity.yaml".to_owned(), text)]);
    let documents = syntax::parse(&sources, Vec::new());
    documents.is_ok_and(|d| resolve::resolve(&d, &sources, Settings::default()).is_ok())
}

/// What an expression may start from.
struct Names {
    sale: Option<&'static str>,
    payment: Option<&'static str>,
    line: bool,
    /// Whether the payment may be null.
    left: bool,
}

fn pick<'a>(random: &mut Random, of: &[&'a str]) -> &'a str {
    of[random.below(of.len() as u64) as usize]
}

fn stream(random: &mut Random, name: &str, seed: u64) -> String {
    let mut text = format!("stream: {name}\ndomain: tests\nowner: test-team\ndoc: A test.\n");
    // Every kind comes up often, whatever the rest is.
    let kind = seed % 10;
    let mut names = Names {
        sale: Some("event"),
        payment: None,
        line: false,
        left: false,
    };
    match kind {
        0 => {
            text.push_str("table: latest Sale by shop\n");
        }
        1 | 2 => {
            names.left = kind == 2;
            names.payment = Some("payment");
            let left = if names.left { "left " } else { "" };
            let within = pick(random, &["500ms", "1s", "2s"]);
            if random.chance(2) {
                let grace = pick(random, &["0s", "500ms", "2s"]);
                let kind = if names.left { "left" } else { "inner" };
                let _ = writeln!(
                    text,
                    "from: Sale\njoin: {{ event: Payment, on: shop, within: {within}, grace: {grace}, kind: {kind}, as: payment }}"
                );
            } else {
                let _ = writeln!(
                    text,
                    "from: Sale\njoin: {left}Payment on shop within {within} as payment"
                );
            }
        }
        3 => {
            names.left = random.chance(2);
            names.payment = Some("payment");
            let left = if names.left { "left " } else { "" };
            let _ = writeln!(
                text,
                "from: Sale\ntable: {left}latest Payment by shop as payment"
            );
        }
        4 => {
            names.sale = None;
            text.push_str("from: [Sale, Payment]\n");
        }
        _ => text.push_str("from: Sale\n"),
    }
    if random.chance(2) {
        let condition = condition(random, &names, 2);
        let _ = writeln!(text, "where: {}", quoted(&condition));
    }
    if kind != 0 && names.sale.is_some() && random.chance(3) {
        text.push_str("each: event.lines as line\n");
        names.line = true;
    }
    let grouped = match kind {
        0 => true,
        1..=3 => random.chance(3),
        _ => !random.chance(5),
    };
    if grouped {
        group(random, &names, kind, &mut text);
    } else {
        map(random, &names, &mut text);
    }
    let _ = writeln!(text, "emit: E{seed}");
    text
}

fn group(random: &mut Random, names: &Names, kind: u64, text: &mut String) {
    text.push_str("group_by:\n");
    let _ = writeln!(text, "  g1: {}", quoted(&key(random, names, true)));
    if random.chance(3) {
        let _ = writeln!(text, "  g2: {}", quoted(&key(random, names, false)));
    }
    let mut when = "";
    if kind != 0 && !random.chance(5) {
        let time = if random.chance(2) && names.sale.is_some() {
            pick(random, &[", time: event.at", ", time: event.exact"])
        } else {
            ""
        };
        let grace = pick(random, &["", ", grace: 500ms", ", grace: 2s"]);
        let window = pick(
            random,
            &[
                "tumbling: 1s",
                "tumbling: 3s",
                "hopping: 2s every 1s",
                "hopping: 3s every 500ms",
                "session: 500ms",
                "session: 1s",
            ],
        );
        let _ = writeln!(text, "window: {{ {window}{grace}{time} }}");
        let session = window.starts_with("session");
        if !session && random.chance(3) {
            when = "when: on update\n";
        } else if random.chance(2) {
            text.push_str("idle: 5s\n");
        }
        if !session && random.chance(2) {
            text.push_str("late: tests.late\n");
        }
    }
    text.push_str("compute:\n  n: count()\n");
    for at in 0..=random.below(4) {
        let _ = writeln!(
            text,
            "  a{at}: {}",
            quoted(&aggregate(random, names, kind == 0))
        );
    }
    text.push_str(when);
}

fn map(random: &mut Random, names: &Names, text: &mut String) {
    text.push_str("map:\n  shop: event.shop\n");
    for at in 0..=random.below(4) {
        let expr = match random.below(5) {
            0 => long(random, names, 2),
            1 => decimal(random, names, 1),
            2 => string(random, names, 2),
            3 => condition(random, names, 2),
            _ => whole(random, names),
        };
        let _ = writeln!(text, "  m{at}: {}", quoted(&expr));
    }
}

/// A value as it is.
fn whole(random: &mut Random, names: &Names) -> String {
    let mut all = vec!["event.units"];
    if names.sale.is_some() {
        all.extend([
            "event.lines",
            "event.coupon",
            "event.discount",
            "event.first",
            "event.notes",
        ]);
        all.extend([
            "event.first.amount",
            "event.channel",
            "event.exact",
            "event.rate",
        ]);
    }
    if names.payment.is_some() {
        all.extend(["payment.amount", "payment.bonus", "payment.method"]);
    }
    if names.line {
        all.extend(["line", "line.sku"]);
    }
    pick(random, &all).to_owned()
}

/// What groups are told apart by; the `first` is the partition key of what is emitted.
fn key(random: &mut Random, names: &Names, first: bool) -> String {
    let mut all = vec!["event.shop", "event.units"];
    if names.sale.is_some() {
        all.extend(["event.sku", "event.quantity", "event.channel"]);
        all.extend(["event.coupon.orValue('none')", "event.shop + event.sku"]);
    }
    if names.line {
        all.extend(["line.sku", "line.quantity * 2"]);
    }
    if names.payment.is_some() && !names.left {
        all.push("payment.method");
    }
    if !first {
        all.push("event.units > 2");
        if names.sale.is_some() {
            all.push("event.price");
        }
    }
    pick(random, &all).to_owned()
}

fn aggregate(random: &mut Random, names: &Names, table: bool) -> String {
    let mut all = vec!["sum", "avg", "count"];
    if !table {
        all.extend(["min", "max"]);
    }
    let function = pick(random, &all);
    let argument = match random.below(4) {
        0 | 1 => decimal(random, names, 1),
        2 => long(random, names, 1),
        _ => nullable(random, names),
    };
    match function {
        "avg" => format!("avg({argument}, {})", random.below(5)),
        _ => format!("{function}({argument})"),
    }
}

/// A number that may be null.
fn nullable(random: &mut Random, names: &Names) -> String {
    let mut all = vec![];
    if names.sale.is_some() {
        all.extend([
            "event.discount",
            "event.first.amount",
            "event.first.quantity",
        ]);
    }
    if names.left && names.payment.is_some() {
        all.extend(["payment.amount", "payment.units"]);
    }
    if names.payment.is_some() {
        all.push("payment.bonus");
    }
    if all.is_empty() {
        return "event.units".to_owned();
    }
    pick(random, &all).to_owned()
}

fn long(random: &mut Random, names: &Names, depth: u32) -> String {
    let mut all = vec!["event.units", "7", "-3", "size(event.shop)"];
    if names.sale.is_some() {
        all.extend(["event.quantity", "size(event.lines)", "size(event.notes)"]);
        all.push("event.first.quantity.orValue(5)");
    }
    if names.line {
        all.push("line.quantity");
    }
    if names.payment.is_some() {
        all.push(if names.left {
            "payment.units.orValue(-1)"
        } else {
            "payment.units"
        });
    }
    if depth == 0 || random.chance(2) {
        return pick(random, &all).to_owned();
    }
    let (a, b) = (
        long(random, names, depth - 1),
        long(random, names, depth - 1),
    );
    match random.below(4) {
        0 => format!("({} ? {a} : {b})", condition(random, names, depth - 1)),
        1 => format!("({a} - {b})"),
        2 => format!("({a} * {b})"),
        _ => format!("({a} + {b})"),
    }
}

fn decimal(random: &mut Random, names: &Names, depth: u32) -> String {
    let mut all = vec!["decimal(\"1.50\")", "decimal(\"-0.001\")"];
    if names.sale.is_some() {
        all.extend(["event.price", "event.discount.orValue(decimal('0.5'))"]);
        if depth == 1 {
            all.extend(["event.huge", "event.huge"]);
        }
    }
    if names.line {
        all.push("line.amount");
    }
    if names.payment.is_some() && !names.left {
        all.push("payment.amount");
    }
    if depth == 0 || random.chance(2) {
        return pick(random, &all).to_owned();
    }
    let (a, b) = (decimal(random, names, 0), decimal(random, names, 0));
    match random.below(5) {
        0 => format!("({} ? {a} : {b})", condition(random, names, 0)),
        1 => format!("({a} - {b})"),
        2 => format!("({a} * event.units)"),
        3 => format!("-({a})"),
        _ => format!("({a} + {b})"),
    }
}

fn string(random: &mut Random, names: &Names, depth: u32) -> String {
    let mut all = vec!["event.shop", "'x'", "\"\u{e9}\u{1f980}\""];
    if names.sale.is_some() {
        all.extend([
            "event.sku",
            "event.coupon.orValue('')",
            "event.notes['k'].orValue('-')",
        ]);
    }
    if depth == 0 || random.chance(2) {
        return pick(random, &all).to_owned();
    }
    let (a, b) = (
        string(random, names, depth - 1),
        string(random, names, depth - 1),
    );
    format!("({a} + {b})")
}

fn condition(random: &mut Random, names: &Names, depth: u32) -> String {
    if depth > 0 && random.chance(3) {
        let (a, b) = (
            condition(random, names, depth - 1),
            condition(random, names, depth - 1),
        );
        return match random.below(3) {
            0 => format!("({a} && {b})"),
            1 => format!("({a} || {b})"),
            _ => format!("!({a})"),
        };
    }
    let compare = pick(random, &["==", "!=", "<", "<=", ">", ">="]);
    match random.below(6) {
        0 => format!(
            "{} {compare} {}",
            long(random, names, 1),
            long(random, names, 1)
        ),
        1 => format!(
            "{} {compare} {}",
            decimal(random, names, 0),
            decimal(random, names, 0)
        ),
        2 => format!(
            "{} {compare} {}",
            string(random, names, 1),
            string(random, names, 1)
        ),
        3 if names.sale.is_some() => pick(
            random,
            &[
                "event.channel in ['WEB', 'SHOP']",
                "event.channel != 'PHONE'",
                "has(event.coupon)",
                "event.coupon == 'a'",
                "event.coupon in ['a', 'b']",
                "event.first == null",
                "event.discount != decimal('1.5')",
                "event.first.quantity == event.quantity",
                "event.rate < 0.5",
                "event.rate * 2.0 >= 1.0",
                "event.at > timestamp('2026-01-01T00:00:02Z')",
                "event.exact <= timestamp('2026-01-01T00:00:03Z')",
            ],
        )
        .to_owned(),
        4 => format!("{}.startsWith('s')", string(random, names, 1)),
        _ => format!(
            "{}.contains({})",
            string(random, names, 1),
            string(random, names, 0)
        ),
    }
}

/// An expression as YAML writes it.
fn quoted(expr: &str) -> String {
    format!("'{}'", expr.replace('\'', "''"))
}
