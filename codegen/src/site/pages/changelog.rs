//! What changed: the latest step of every message, and the changelog where the caller has one.

use serde_json::json;

use super::pager;
use crate::{
    emit::EmitError,
    site::{File, Site, markdown, render::Page, versions},
};

/// Messages of a page.
const MOST: usize = 60;
/// The part of a changelog that a page can hold, in bytes.
const LONGEST: usize = 40 * 1024;

/// All pages.
pub(super) fn pages(site: &Site<'_>) -> Result<Vec<File>, EmitError> {
    // Every one of them lies at the root.
    let recent = versions::recent(&site.at("changelog.html"));
    let changelog = site.changelog.map(shortened);
    let html = changelog.map(|text| {
        // Its own title repeats that of the page.
        let text = text.strip_prefix("# ").map_or(text, |rest| rest);
        let (head, body) = text.split_once('\n').unwrap_or((text, ""));
        json!({ "title": head, "html": markdown::plain(body, 1) })
    });
    pager::parts("changelog.html", &recent, MOST)
        .into_iter()
        .enumerate()
        .map(|(i, part)| {
            let first = i == 0;
            site.page(&Page {
                url: &part.url,
                template: "changelog",
                title: &format!("Changes{}", part.suffix),
                about: "What the latest versions changed.",
                section: "changelog",
                toc: Vec::new(),
                values: json!({
                    "rows": part.items,
                    "pager": part.pager,
                    "changelog": html.as_ref().filter(|_| first),
                }),
            })
        })
        .collect()
}

/// The part of a text that one page can hold, cut at a line.
fn shortened(text: &str) -> &str {
    let Some(head) = text.get(..text.floor_char_boundary(LONGEST)) else {
        return text;
    };
    if head.len() == text.len() {
        return text;
    }
    head.rfind("\n## ")
        .or_else(|| head.rfind('\n'))
        .map_or(head, |at| &head[..at])
}
