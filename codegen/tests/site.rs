//! The documentation site, in memory: links and anchors, escaping, sizes, the same bytes each time.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "site/page.rs"]
mod page;

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    path::Path,
};

use herald_codegen::{
    Failure,
    compat::Side,
    diagnostic::Color,
    files::Files,
    model::{Model, Settings},
    read,
    site::{Input, build},
};

fn site(model: &Model) -> Files {
    let changelog = "# Changes\n\n## Events\n\n- `OrderPlaced` <b>changed</b>\n";
    build(&Input {
        model,
        changelog: Some(changelog),
    })
    .unwrap()
}

fn example() -> Model {
    let catalog = Path::new(env!("CARGO_MANIFEST_DIR")).join("../catalog");
    herald_codegen::load(&catalog, Settings::default())
        .unwrap()
        .model
}

/// A catalog from texts by path. What lint would say of it is of no interest.
fn of_texts(files: &[(&str, &str)]) -> Model {
    let files = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    let (sources, unread) = read::from_bytes(files);
    match Side::new(sources, unread) {
        Ok(side) => side.model,
        Err(Failure::Catalog(report)) => panic!("{}", report.text(Color::No)),
        Err(other) => panic!("{other}"),
    }
}

/// Paths and texts of the pages.
fn pages(files: &Files) -> impl Iterator<Item = (&str, &str)> {
    let is_page = |path: &str| path.rsplit('.').next() == Some("html");
    files.iter().filter(move |(path, _)| is_page(path))
}

/// Everything that is wrong with the pages: form, addresses, anchors, identifiers, sizes.
fn problems(files: &Files) -> Vec<String> {
    let mut problems = Vec::new();
    let mut all = BTreeMap::new();
    for (path, text) in pages(files) {
        if text.len() > 100_000 {
            problems.push(format!("{path}: {} bytes", text.len()));
        }
        match page::tags(text) {
            Ok(tags) => drop(all.insert(path, tags)),
            Err(why) => problems.push(format!("{path}: {why}")),
        }
    }
    let ids: BTreeMap<&str, HashSet<&str>> = all
        .iter()
        .map(|(path, tags)| (*path, tags.iter().filter_map(|t| t.get("id")).collect()))
        .collect();
    for (path, tags) in &all {
        let mut seen = HashSet::new();
        for id in tags.iter().filter_map(|t| t.get("id")) {
            if !seen.insert(id) {
                problems.push(format!("{path}: the id {id} twice"));
            }
        }
        for tag in tags {
            problems.extend(bad_attributes(path, tag));
            let links = ["href", "src"].iter().filter_map(|name| tag.get(name));
            for link in links.filter(|link| !is_outside(link)) {
                let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
                let target = if file.is_empty() {
                    (*path).to_owned()
                } else {
                    joined(path, file)
                };
                if files.get(&target).is_none() {
                    problems.push(format!("{path}: {link} leads nowhere"));
                } else if !anchor.is_empty()
                    && !ids.get(target.as_str()).is_some_and(|i| i.contains(anchor))
                {
                    problems.push(format!("{path}: {link} has no such anchor"));
                }
            }
            for name in ["aria-labelledby", "aria-controls"] {
                if tag.get(name).is_some_and(|id| !ids[path].contains(id)) {
                    problems.push(format!("{path}: {name} without its element"));
                }
            }
        }
    }
    problems
}

fn bad_attributes(path: &str, tag: &page::Tag) -> Vec<String> {
    let bad = |(name, value): &&(String, String)| {
        let value = value.trim().to_ascii_lowercase();
        name.starts_with("on") || value.starts_with("javascript:") || value.starts_with("data:")
    };
    let bad = tag.attributes.iter().filter(bad);
    bad.map(|(name, value)| format!("{path}: <{} {name}={value:?}>", tag.name))
        .collect()
}

fn is_outside(link: &str) -> bool {
    ["https://", "http://", "mailto:"]
        .iter()
        .any(|s| link.starts_with(s))
}

/// The path that a link on a page leads to.
fn joined(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

#[test]
fn the_example_s_links_and_anchors_resolve() {
    let files = site(&example());
    assert_eq!(problems(&files), Vec::<String>::new());
    for page in [
        "index.html",
        "events/OrderPlaced.html",
        "commands/SendEmail.html",
        "types/OrderLine.html",
        "topics/ordering.orders.html",
        "queues/notification.send-email.html",
        "services/payment.html",
        "domains/ordering.html",
        "requests/order.PlaceOrder.html",
        "flows/refund.html",
        "streams/sales-per-minute.html",
        "matrix.html",
        "rules/H101.html",
        "rules/C01.html",
        "rules/H001.html",
        "llms.txt",
        "model.json",
        "avro/OrderPlaced.avsc",
    ] {
        assert!(files.get(page).is_some(), "{page}");
    }
    let model: serde_json::Value = serde_json::from_str(files.get("model.json").unwrap()).unwrap();
    assert_eq!(model["system"]["name"], "shop");
    for line in files.get("llms.txt").unwrap().lines() {
        if let Some((_, rest)) = line.split_once("](") {
            let link = rest.split(')').next().unwrap();
            assert!(files.get(link).is_some(), "{line}");
        }
    }
}

#[test]
fn the_same_catalog_gives_the_same_bytes() {
    let model = example();
    assert!(site(&model) == site(&model));
}

#[test]
fn a_page_tells_what_matters() {
    let files = site(&example());
    let page = files
        .get("events/OrderPlaced.html")
        .unwrap()
        .replace("<wbr>", "");
    for words in [
        "services/payment.html",
        "topics/ordering.orders.html",
        "v1 → v2",
        "New readers, old data",
        "personal data",
        "since v2",
        "ordering.orders.payment.dlt",
        "its key waits",
        "cx.publish(",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn a_queue_s_waits_are_what_they_are_and_environments_show_where_they_differ() {
    let files = site(&example());
    let page = |path: &str| files.get(path).unwrap().replace("<wbr>", "");
    let queue = page("queues/payment.refund-payment.html");
    for words in [
        "6, 1s to 16s apart, doubled each time, without jitter",
        "after 31s of waiting",
        "<bdi>demo</bdi></th><td>10</td><td>50ms to 2s</td><td>9s 150ms</td>",
        "Wait queues of",
        "50ms, 100ms, 200ms, 400ms, 800ms, 1s 600ms, 2s",
    ] {
        assert!(queue.contains(words), "{words}");
    }
    for words in ["jitter, full", "full jitter", "≤", "at the latest"] {
        assert!(!queue.contains(words), "{words}");
    }
    let event = page("events/OrderPlaced.html");
    for words in [
        "full jitter",
        "at the latest",
        "<bdi>production</bdi></th><td>24</td>",
    ] {
        assert!(event.contains(words), "{words}");
    }
    let service = page("services/payment.html");
    assert!(service.contains("<bdi>demo</bdi></th><td>10</td>"));
    let topic = page("topics/ordering.orders.html");
    assert!(topic.contains("<bdi>demo</bdi></th><td>6</td><td>1</td>"));
}

#[test]
fn headers_of_a_message_have_a_table() {
    let catalog = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emit/services/catalog");
    let loaded = herald_codegen::load(&catalog, Settings::default()).unwrap();
    let files = site(&loaded.model);
    let page = files.get("commands/PrintLabel.html").unwrap();
    let page = page.replace("<wbr>", "");
    for words in [
        "<h2 id=\"headers\">Headers</h2>",
        "id=\"f-x-tray\"",
        "The tray with the right paper.",
        "<span class=\"tag\">required</span>",
        "default <code>&quot;SMALL&quot;</code>",
        "types/Size.html",
        "PrintLabelHeaders",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let without = files.get("events/ParcelLeft.html").unwrap();
    assert!(!without.contains("id=\"headers\""));
    let size = files.get("types/Size.html").unwrap();
    assert!(size.contains("commands/PrintLabel.html"));
    let json: serde_json::Value = serde_json::from_str(files.get("model.json").unwrap()).unwrap();
    let commands = json["commands"].as_array().unwrap();
    let command = commands.iter().find(|c| c["name"] == "PrintLabel").unwrap();
    assert_eq!(command["headers"][0]["name"], "x-tray");
    assert!(files.get("assets/search.js").unwrap().contains("x-tray"));
}

const HOSTILE_DOC: &str = "</script><script>alert(1)</script> \\\"quoted\\\" 'single' & <b>bold</b> \\u202Egnp.exe \\u2067 שלום 🦀👩‍👩‍👧‍👦 [x](javascript:alert(1)) <img src=x onerror=alert(2)> `</code><i>`";

fn hostile() -> Model {
    let long = "L".repeat(10_000);
    let long_field = "f".repeat(1_000);
    let long_header = "h".repeat(255);
    let doc = HOSTILE_DOC;
    let text = format!(
        "system: evil
doc: \"{doc}\"
---
domain: core
owner: \"{doc}\"
doc: \"{doc}\"
---
type: Kind
doc: \"{doc}\"
symbols: [A, B]
---
type: Node
doc: \"{doc}\"
fields:
  next: {{ type: \"Node?\", doc: \"{doc}\" }}
  kind: {{ type: Kind, default: A, doc: \"{doc}\" }}
---
event: {long}
domain: core
doc: \"{doc}\"
key: id
tags: [\"{doc}\"]
deprecated: \"{doc}\"
fields:
  id: {{ type: string, doc: \"{doc}\", pattern: \"<[a-z]&'+\", unit: \"{doc}\", pii: true }}
  {long_field}: {{ type: string, default: \"{doc}\", deprecated: \"{doc}\" }}
  node: {{ type: \"[Node]\", doc: \"{doc}\" }}
  choice: {{ type: \"Node | string\", doc: \"{doc}\" }}
headers:
  id: {{ type: string, doc: \"{doc}\", pattern: \"<[a-z]&'+\", unit: \"{doc}\", pii: true }}
  {long_header}: {{ type: string, default: \"{doc}\", deprecated: \"{doc}\" }}
  a:b/c: {{ type: \"Kind?\", doc: \"{doc}\" }}
examples: [example.json]
---
event: Short
domain: core
key: id
fields: {{ id: string }}
---
command: Do
to: main
doc: \"{doc}\"
fields: {{ why: {{ type: string, doc: \"{doc}\" }} }}
---
service: main
owner: \"{doc}\"
tier: \"{doc}\"
doc: \"{doc}\"
store: postgres
publishes: [{long}, Short]
sends: [Do]
consumes:
  ? {long}
  : {{ reads: [id, {long_field}] }}
requests:
  Ask: {{ post: \"/ask\", body: Node, returns: Node, doc: \"{doc}\" }}
timers:
  Late: {{ after: 5m, key: id, doc: \"{doc}\" }}
---
flow: evil-flow
doc: \"{doc}\"
steps:
  - {{ request: Ask, from: \"{doc}\" }}
  - {long}
  - {{ command: Do, from: main, note: \"{doc}\" }}
"
    );
    let example = format!(
        "{{\"id\": \"</script><b>\", \"{long_field}\": \"x\", \"node\": [], \"choice\": {{\"string\": \"y\"}}}}"
    );
    of_texts(&[("a.yaml", &text), ("example.json", &example)])
}

#[test]
fn whatever_a_catalog_says_is_text() {
    let files = site(&hostile());
    assert_eq!(problems(&files), Vec::<String>::new());
    for (path, text) in pages(&files) {
        let tags = page::tags(text).unwrap();
        let scripts = tags.iter().filter(|t| t.name == "script");
        assert_eq!(scripts.count(), 1, "{path}");
        let known: BTreeSet<&str> = [
            "a",
            "article",
            "b",
            "bdi",
            "body",
            "circle",
            "code",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "em",
            "figcaption",
            "figure",
            "footer",
            "g",
            "h1",
            "h2",
            "h3",
            "h4",
            "head",
            "header",
            "html",
            "i",
            "li",
            "link",
            "main",
            "meta",
            "nav",
            "ol",
            "p",
            "path",
            "pre",
            "rect",
            "script",
            "section",
            "small",
            "span",
            "strong",
            "summary",
            "svg",
            "table",
            "tbody",
            "td",
            "text",
            "th",
            "thead",
            "title",
            "tr",
            "ul",
            "wbr",
        ]
        .into();
        for tag in &tags {
            assert!(known.contains(tag.name.as_str()), "{path}: <{}>", tag.name);
        }
        let bold = tags
            .iter()
            .filter(|t| t.name == "b" && path != "requests/main.Ask.html");
        assert!(bold.count() <= 1 || path.starts_with("services/"), "{path}");
    }
    let index = files.get("assets/search.js").unwrap();
    assert!(index.starts_with("window.HERALD_SEARCH={"));
    assert_eq!(index.lines().count(), 1);
}

#[test]
fn text_that_runs_the_other_way_stays_in_its_place() {
    let files = site(&hostile());
    let page = files.get("domains/core.html").unwrap();
    // Text of the catalog is in an element that keeps directions apart from what is around it.
    for at in page.match_indices('\u{202E}').map(|(at, _)| at) {
        let before = &page[..at];
        let isolated = ["<bdi", "dir=\"auto\"", "<title>", "<text", "content=\""]
            .iter()
            .filter_map(|mark| before.rfind(mark))
            .max();
        let closed = ["</bdi>", "</div>", "</text>", "</title>"]
            .iter()
            .filter_map(|mark| before.rfind(mark))
            .max();
        assert!(
            isolated > closed,
            "{}",
            &before[before.len().saturating_sub(200)..]
        );
    }
}

/// A thousand events that one service reads, in one domain, with fifty consumers of one event.
#[test]
fn pages_of_a_large_system_stay_small() {
    use std::fmt::Write as _;
    let mut text = String::from("system: big\n---\ndomain: core\nowner: t\n");
    for n in 0..1000 {
        let _ = write!(
            text,
            "---\nevent: Thing{n}Happened\ndomain: core\nkey: id\nfields: {{ id: string, note: \"string?\" }}\n"
        );
    }
    text.push_str("---\nservice: reader\nstore: postgres\nconsumes:\n");
    for n in 0..1000 {
        let _ = writeln!(text, "  Thing{n}Happened: {{ reads: [id] }}");
    }
    text.push_str("---\nservice: writer\nstore: postgres\npublishes:\n");
    for n in 0..1000 {
        let _ = writeln!(text, "  - Thing{n}Happened");
    }
    for n in 0..50 {
        let _ = write!(
            text,
            "---\nservice: reader{n}\nstore: none\nconsumes: {{ Thing0Happened: {{}} }}\n"
        );
    }
    let files = site(&of_texts(&[("a.yaml", &text)]));
    assert_eq!(problems(&files), Vec::<String>::new());
}

#[test]
fn a_catalog_of_nearly_nothing_has_a_site() {
    let files = site(&of_texts(&[("a.yaml", "system: empty\n")]));
    assert_eq!(problems(&files), Vec::<String>::new());
    let files = site(&of_texts(&[(
        "a.yaml",
        "system: one\n---\nevent: A\ndomain: d\nfields: {}\n",
    )]));
    assert_eq!(problems(&files), Vec::<String>::new());
}
