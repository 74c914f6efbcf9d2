//! A list of one kind, on as many pages as it needs.

use serde_json::{Value, json};

use super::pager;
use crate::{
    emit::EmitError,
    site::{
        File, Site,
        links::Kind,
        render::{Page, object, title},
    },
};

/// Rows of one page.
const MOST: usize = 150;

/// A list before it is cut into pages.
pub(super) struct List {
    pub(super) kind: Kind,
    /// One sentence on what these are.
    pub(super) about: &'static str,
    /// Headings of the columns after the name and its documentation.
    pub(super) heads: Vec<&'static str>,
    /// Rows from [`row`].
    pub(super) rows: Vec<Value>,
}

/// A row: what it is, a sentence about it, and a cell per further column.
pub(super) fn row(reference: Value, about: Option<String>, cells: Vec<Value>) -> Value {
    object([
        ("ref", reference),
        ("about", about.into()),
        ("cells", cells.into()),
    ])
}

/// A cell with text.
pub(super) fn text(text: impl Into<String>) -> Value {
    json!({ "text": text.into(), "ref": null })
}

/// A cell that leads to a page.
pub(super) fn leads(reference: Value) -> Value {
    object([("text", Value::Null), ("ref", reference)])
}

impl List {
    /// The pages.
    pub(super) fn pages(&self, site: &Site<'_>) -> Result<Vec<File>, EmitError> {
        let base = format!("{}/index.html", self.kind.folder());
        let heading = title(self.kind);
        pager::parts(&base, &self.rows, MOST)
            .into_iter()
            .map(|part| {
                site.page(&Page {
                    url: &part.url,
                    template: "list",
                    title: &format!("{heading}{}", part.suffix),
                    about: self.about,
                    section: self.kind.folder(),
                    toc: Vec::new(),
                    values: json!({
                        "heading": heading,
                        "kind": self.kind.word(),
                        "lead": self.about,
                        "heads": self.heads,
                        "rows": part.items,
                        "pager": part.pager,
                        "total": self.rows.len(),
                    }),
                })
            })
            .collect()
    }
}
