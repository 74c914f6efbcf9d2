//! Long lists, cut into pages.

use serde_json::{Value, json};

/// A part of a list, on a page of its own.
pub(super) struct Part<'i, T> {
    /// Address of the page.
    pub(super) url: String,
    /// The items.
    pub(super) items: &'i [T],
    /// Links to all parts, for the template's `ui.pager`; null where there is one part only.
    pub(super) pager: Value,
    /// ` (2 of 5)`, or nothing where there is one part only.
    pub(super) suffix: String,
}

/// Cuts a list into parts of at most `most` items; the first page is `base`. An empty list has one
/// empty part.
pub(super) fn parts<'i, T>(base: &str, items: &'i [T], most: usize) -> Vec<Part<'i, T>> {
    let count = items.len().div_ceil(most).max(1);
    let stem = base.strip_suffix(".html").unwrap_or(base);
    let url = |i: usize| match i {
        0 => base.to_owned(),
        i => format!("{stem}-{}.html", i + 1),
    };
    let file = |i: usize| {
        let url = url(i);
        url.rsplit('/').next().unwrap_or(&url).to_owned()
    };
    let part = |i: usize| {
        let numbers: Vec<Value> = (0..count)
            .map(|k| json!({ "number": k + 1, "href": file(k), "current": k == i }))
            .collect();
        let several = count > 1;
        Part {
            url: url(i),
            items: items
                .get(i * most..)
                .map_or(&[][..], |rest| &rest[..rest.len().min(most)]),
            pager: if several { numbers.into() } else { Value::Null },
            suffix: if several {
                format!(" ({} of {count})", i + 1)
            } else {
                String::new()
            },
        }
    };
    (0..count).map(part).collect()
}

/// The first items of a list, and how many more there are.
pub(super) fn first<T: Clone>(items: &[T], most: usize) -> (Vec<T>, usize) {
    let shown: Vec<T> = items.iter().take(most).cloned().collect();
    let more = items.len() - shown.len();
    (shown, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_on_one_page() {
        let items: Vec<u32> = (0..5).collect();
        let parts = parts("a/index.html", &items, 2);
        let urls: Vec<&str> = parts.iter().map(|p| p.url.as_str()).collect();
        assert_eq!(urls, ["a/index.html", "a/index-2.html", "a/index-3.html"]);
        let all: Vec<u32> = parts.iter().flat_map(|p| p.items.to_vec()).collect();
        assert_eq!(all, items);
        assert_eq!(super::parts("x.html", &[] as &[u32], 2).len(), 1);
    }
}
