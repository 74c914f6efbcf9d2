//! What all pages share: one stylesheet, one script, one icon.

use super::{File, Site};

/// The files in `assets/` that are the same for every catalog.
pub(super) fn pages(_: &Site<'_>) -> Vec<File> {
    let files = [
        (
            "assets/style.css",
            include_str!("../../../templates/site/style.css"),
        ),
        (
            "assets/site.js",
            include_str!("../../../templates/site/site.js"),
        ),
        (
            "assets/icon.svg",
            include_str!("../../../templates/site/icon.svg"),
        ),
    ];
    files
        .map(|(path, text)| (path.to_owned(), text.into()))
        .into()
}
