//! Schemas that come of AsyncAPI documents, read by Avro's Java library.
//!
//! Needs a JDK and Maven, so it only runs on demand: `mvn -q package` in `avro/java`,
//! then `cargo test -p herald-codegen --test java -- --ignored`.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../avro/tests/support/java.rs"]
mod java;

use std::{fs, path::Path};

use herald_codegen::model::Settings;
use serde_json::{Value, json};

#[test]
#[ignore = "needs Java: `cargo xtask test` runs it"]
fn schemas_of_documents_are_schemas_to_java() {
    let mut referee = java::Referee::start();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/asyncapi");
    let mut asked = 0;
    for case in fs::read_dir(folder).unwrap() {
        let source = case.unwrap().path().join("source");
        if !source.is_dir() {
            continue;
        }
        let built = herald_codegen::build(&source, Settings::default()).unwrap();
        let schemas = built
            .files
            .iter()
            .filter(|(path, _)| path.starts_with("avro/"));
        for (path, text) in schemas {
            let schema: Value = serde_json::from_str(text).unwrap();
            let answer = referee.ask(&json!({ "writer": schema }));
            assert_eq!(answer.get("error"), None, "{}: {path}", source.display());
            asked += 1;
        }
    }
    assert!(asked > 100, "{asked} schemas");
}
