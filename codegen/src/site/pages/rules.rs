//! The rules of lint and of the compatibility gate, with the documentation that each rule's file
//! begins with; and the errors of the language.

use serde_json::{Value, json};

use crate::{
    compat,
    diagnostic::codes,
    emit::EmitError,
    lint,
    site::{File, Site, markdown, render::Page, words},
};

/// A rule, whoever judges by it.
struct Rule {
    code: String,
    name: String,
    severity: &'static str,
    group: &'static str,
    docs: String,
}

/// The list and a page per rule.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    let rules = rules();
    let groups = [
        (
            "lint",
            "Lint",
            "What the language allows and brokers regret. `cargo xtask lint`",
        ),
        (
            "payloads",
            "Compatibility of payloads",
            "What a change of a schema does to those who read. `cargo xtask compat`",
        ),
        (
            "catalogs",
            "Compatibility of catalogs",
            "What a change of topics, queues and services does to what is deployed. `cargo xtask compat`",
        ),
        (
            "language",
            "Errors of the language",
            "What `cargo xtask gen` refuses.",
        ),
    ];
    let shown: Vec<Value> = groups
        .iter()
        .map(|(id, label, about)| {
            let own = rules.iter().filter(|r| r.group == *id).map(row);
            json!({
                "id": id, "label": label, "about": markdown::plain(about, 2),
                "rows": own.collect::<Vec<_>>(),
            })
        })
        .collect();
    let list = site.page(&Page {
        url: "rules/index.html",
        template: "rules",
        title: "Rules",
        about: "What Herald checks, and why.",
        section: "rules",
        toc: groups.iter().map(|(id, label, _)| (*id, *label)).collect(),
        values: json!({ "groups": shown }),
    })?;
    let pages = super::each(&rules, |rule| page(site, rule))?;
    Ok(std::iter::once(list).chain(pages).collect())
}

fn rules() -> Vec<Rule> {
    let lint = lint::rules().iter().map(|rule| Rule {
        code: rule.code.to_string(),
        name: rule.name.to_owned(),
        severity: rule.severity.as_str(),
        group: "lint",
        docs: rule.docs(),
    });
    let gate = compat::rules().map(|rule| Rule {
        code: rule.code.to_owned(),
        name: rule.name.to_owned(),
        severity: rule.severity.as_str(),
        group: if rule.is_about_payloads() {
            "payloads"
        } else {
            "catalogs"
        },
        docs: rule.docs(),
    });
    let language = codes::ALL.iter().map(|error| {
        let lines = error.docs.lines().map(|l| l.strip_prefix(' ').unwrap_or(l));
        let docs = lines.collect::<Vec<_>>().join("\n");
        Rule {
            code: error.code.to_string(),
            name: String::new(),
            severity: "error",
            group: "language",
            docs,
        }
    });
    lint.chain(gate).chain(language).collect()
}

fn row(rule: &Rule) -> Value {
    json!({
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "href": format!("{}.html", rule.code),
        "about": markdown::plain(&summary(&rule.docs), 2),
    })
}

/// The first sentence below the first heading.
fn summary(docs: &str) -> String {
    let mut lines = docs
        .lines()
        .skip_while(|l| l.starts_with('#') || l.trim().is_empty());
    let paragraph: Vec<&str> = lines
        .by_ref()
        .take_while(|l| !l.trim().is_empty())
        .collect();
    words::first_sentence(&paragraph.join(" "), 400)
}

fn page(site: &Site<'_>, rule: &Rule) -> Result<Vec<File>, EmitError> {
    let title = if rule.name.is_empty() {
        rule.code.clone()
    } else {
        format!("{} {}", rule.code, rule.name)
    };
    let about = summary(&rule.docs);
    let page = site.page(&Page {
        url: &format!("rules/{}.html", rule.code),
        template: "rule",
        title: &title,
        about: &about,
        section: "rules",
        toc: Vec::new(),
        values: json!({
            "code": rule.code,
            "name": rule.name,
            "severity": rule.severity,
            "html": markdown::plain(&rule.docs, 1),
        }),
    })?;
    Ok(vec![page])
}
