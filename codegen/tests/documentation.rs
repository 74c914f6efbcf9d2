//! Every YAML block of the documentation is a catalog document that the parser takes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use herald_codegen::{
    compat,
    diagnostic::{self, Color, codes},
    lint,
    source::Sources,
    syntax,
};

/// YAML blocks of a Markdown text, with their first line.
fn blocks(markdown: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (at, line) in markdown.lines().enumerate() {
        let line = line.strip_prefix(' ').unwrap_or(line);
        match &mut open {
            None if line.trim() == "```yaml" => open = Some((at + 2, String::new())),
            None => {}
            Some(_) if line.trim() == "```" => blocks.extend(open.take()),
            Some((_, text)) => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    blocks
}

fn problems(name: &str, markdown: &str) -> Vec<String> {
    let mut problems = Vec::new();
    for (line, text) in blocks(markdown) {
        let sources = Sources::new([("block.yaml".to_owned(), text)]);
        if let Err(found) = syntax::parse(&sources, Vec::new()) {
            let shown: String = found
                .iter()
                .map(|d| diagnostic::render(d, &sources, Color::No))
                .collect();
            problems.push(format!("{name}, block at line {line}:\n{shown}"));
        }
    }
    problems
}

#[test]
fn blocks_of_the_documents_parse() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];
    let paths: Vec<PathBuf> = documents
        .iter()
        .map(|d| root.join(d))
        .filter(|p| p.exists())
        .collect();
    let mut found = Vec::new();
    for path in paths {
        found.extend(problems(
            &path.display().to_string(),
            &fs::read_to_string(&path).unwrap(),
        ));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn blocks_in_explanations_of_codes_parse() {
    let errors = codes::ALL
        .iter()
        .map(|e| (e.code.to_string(), e.docs.to_owned()));
    let rules = lint::rules().iter().map(|r| (r.code.to_string(), r.docs()));
    let gate = compat::rules().map(|r| (r.code.to_owned(), r.docs()));
    let rules = rules.chain(gate);
    let found: Vec<String> = errors
        .chain(rules)
        .flat_map(|(code, docs)| problems(&code, &docs))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_block_that_is_wrong_is_noticed() {
    let markdown = "text\n```yaml\nevnt: OrderPlaced\n```\n";
    assert_eq!(problems("x", markdown).len(), 1);
}
