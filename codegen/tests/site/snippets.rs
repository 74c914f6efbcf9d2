//! The Rust on the pages of a catalog's site, as a program.

use std::fmt::Write as _;

use herald_codegen::{
    model::Model,
    site::{Input, build},
};

const BEGIN: &str = "data-lang=\"rust\"><code>";

/// Every snippet with the page that shows it.
pub(crate) fn snippets(model: &Model) -> Vec<(String, String)> {
    let changelog = None;
    let files = build(&Input { model, changelog }).unwrap();
    let mut found = Vec::new();
    for (path, text) in files.iter() {
        for part in text.split(BEGIN).skip(1) {
            let (code, _) = part.split_once("</code>").unwrap();
            found.push((path.to_owned(), plain(code)));
        }
    }
    found
}

/// A program that has each of them in a module of its own.
pub(crate) fn program(snippets: &[(String, String)]) -> String {
    let mut program =
        String::from("#![allow(dead_code, unused, deprecated, missing_docs)]\n\nfn main() {}\n");
    for (number, (page, code)) in snippets.iter().enumerate() {
        let _ = write!(program, "\n/// {page}\nmod snippet_{number} {{\n{code}}}\n");
    }
    program
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
