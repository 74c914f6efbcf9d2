//! The Rust on the pages of the example compiles against the generated crate, as it stands there.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used)]

use std::{fmt::Write as _, fs, path::Path};

use herald_codegen::{
    model::Settings,
    site::{Input, build},
};

const BEGIN: &str = "data-lang=\"rust\"><code>";

/// Every snippet with the page that shows it.
fn snippets() -> Vec<(String, String)> {
    let catalog = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../catalog");
    let loaded = herald_codegen::load(&catalog, Settings::default()).unwrap();
    let files = build(&Input {
        model: &loaded.model,
        changelog: None,
    })
    .unwrap();
    let mut found = Vec::new();
    for (path, text) in files.iter() {
        for part in text.split(BEGIN).skip(1) {
            let (code, _) = part.split_once("</code>").unwrap();
            found.push((path.to_owned(), plain(code)));
        }
    }
    found
}

/// The text of marked-up code.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        rest = tag.split_once('>').unwrap().1;
    }
    text.push_str(rest);
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

#[test]
fn snippets_compile() {
    let snippets = snippets();
    // Each message has a producer and a reader on its page, each service its skeleton.
    assert!(snippets.len() > 40, "{} snippets", snippets.len());
    let mut program = String::from("#![allow(dead_code, unused, deprecated)]\n\nfn main() {}\n");
    for (number, (page, code)) in snippets.iter().enumerate() {
        let _ = write!(program, "\n/// {page}\nmod snippet_{number} {{\n{code}}}\n");
    }
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("snippets.rs");
    fs::write(&file, program).unwrap();
    trybuild::TestCases::new().pass(&file);
}
