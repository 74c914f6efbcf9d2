//! The page kinds: one file each.

mod changelog;
mod delivery;
mod domain;
mod flow;
mod home;
mod list;
mod lists;
mod matrix;
mod message;
mod owners;
mod pager;
mod queue;
mod request;
mod rules;
mod service;
mod stream;
mod topic;
mod type_page;

use super::{File, Site};
use crate::emit::EmitError;

/// Makes the pages of a kind.
type Pages = fn(&Site<'_>) -> Result<Vec<File>, EmitError>;

/// Every kind of page with its name; a new one is one line here.
pub(super) const PAGES: &[(&str, Pages)] = &[
    ("events", message::events),
    ("commands", message::commands),
    ("topics", topic::pages),
    ("services", service::pages),
    ("types", type_page::pages),
    ("queues", queue::pages),
    ("streams", stream::pages),
    ("domains", domain::pages),
    ("HTTP requests", request::pages),
    ("flows", flow::pages),
    ("lists", lists::pages),
    ("home", home::pages),
    ("matrix", matrix::pages),
    ("owners", owners::pages),
    ("retries and dead letters", delivery::pages),
    ("changes", changelog::pages),
    ("rules", rules::pages),
];

/// Makes a page of each item, on all processors.
fn each<T: Sync>(
    items: &[T],
    page: impl Fn(&T) -> Result<Vec<File>, EmitError> + Sync + Send,
) -> Result<Vec<File>, EmitError> {
    use rayon::prelude::*;
    let pages: Vec<Vec<File>> = items.par_iter().map(page).collect::<Result<_, _>>()?;
    Ok(pages.into_iter().flatten().collect())
}

/// A line of the facts beside a heading.
fn fact(label: &str, text: impl Into<String>) -> serde_json::Value {
    serde_json::json!({ "label": label, "text": text.into(), "ref": null, "code": false })
}

/// As [`fact`], written as code.
fn code(label: &str, text: impl Into<String>) -> serde_json::Value {
    serde_json::json!({ "label": label, "text": text.into(), "ref": null, "code": true })
}

/// As [`fact`], leading to a page.
fn leads(label: &str, reference: serde_json::Value) -> serde_json::Value {
    super::render::object([
        ("label", label.into()),
        ("text", serde_json::Value::Null),
        ("ref", reference),
        ("code", false.into()),
    ])
}
