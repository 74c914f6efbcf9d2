//! The Rust on the pages of the example compiles against the generated crate, as it stands there.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used)]

#[path = "../../site/snippets.rs"]
mod snippets;

use std::{fs, path::Path};

use herald_codegen::model::Settings;
use snippets::{program, snippets};

#[test]
fn snippets_compile() {
    let catalog = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../catalog");
    let loaded = herald_codegen::load(&catalog, Settings::default()).unwrap();
    let snippets = snippets(&loaded.model);
    // Each message has a producer and a reader on its page, each service its skeleton.
    assert!(snippets.len() > 40, "{} snippets", snippets.len());
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("snippets.rs");
    fs::write(&file, program(&snippets)).unwrap();
    trybuild::TestCases::new().pass(&file);
}
