//! The workflow and the hook that the repository carries, run step by step in a repository of their
//! own, with `cargo xtask` standing for the program under test.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::atomic::{AtomicUsize, Ordering},
};

const CATALOG: &str = "\
system: shop
doc: A shop.
---
event: OrderPlaced
version: 1
domain: ordering
owner: ordering-team
doc: An order was placed.
key: order_id
fields:
  order_id: uuid
---
service: order
owner: ordering-team
doc: Takes orders.
store: postgres
publishes: [OrderPlaced]
---
service: analytics
owner: figures-team
doc: Counts orders.
store: postgres
consumes:
  OrderPlaced: { reads: [order_id] }
";

/// A repository with a catalog, removed when the test ends.
struct Repository(PathBuf);

impl Repository {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("herald-ci-{}-{number}", std::process::id()));
        fs::create_dir_all(path.join("tools")).unwrap();
        let repository = Self(path);
        repository.write("catalog/shop.yaml", CATALOG);
        let xtask = env!("CARGO_BIN_EXE_xtask");
        // `cargo xtask` of this repository judges this repository's catalog.
        let cargo = format!(
            "#!/bin/sh\nshift\nverb=$1\nshift\ncase \" $* \" in *\" --catalog \"*) exec {xtask} \"$verb\" \"$@\";; esac\nexec {xtask} \"$verb\" \"$@\" --catalog \"$PWD/catalog\"\n"
        );
        repository.write("tools/cargo", &cargo);
        let program = repository.0.join("tools/cargo");
        fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.git(&["add", "catalog"]);
        repository.git(&["commit", "--quiet", "-m", "A catalog"]);
        // What a clone calls the target branch.
        repository.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
        repository
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn edit(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.0.join("catalog/shop.yaml")).unwrap();
        assert!(text.contains(from));
        self.write("catalog/shop.yaml", &text.replacen(from, to, 1));
    }

    fn command(&self, program: &str) -> Command {
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new(program);
        command
            .current_dir(&self.0)
            .env("PATH", format!("{}:{path}", self.0.join("tools").display()))
            .env("GIT_AUTHOR_NAME", "test")
            .env("GIT_AUTHOR_EMAIL", "test@localhost")
            .env("GIT_COMMITTER_NAME", "test")
            .env("GIT_COMMITTER_EMAIL", "test@localhost")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GITHUB_BASE_REF", "main")
            .env("GITHUB_STEP_SUMMARY", self.0.join("summary.md"));
        command
    }

    fn git(&self, args: &[&str]) -> Output {
        self.command("git").args(args).output().unwrap()
    }

    /// Runs a step as the runner does.
    fn step(&self, name: &str) -> Output {
        let script = steps().into_iter().find(|(n, _)| n == name).unwrap().1;
        let options = ["--noprofile", "--norc", "-eo", "pipefail", "-c"];
        let mut bash = self.command("bash");
        bash.args(options).arg(script).output().unwrap()
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        // Left behind in the temporary folder, it harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// Names and scripts of the workflow's steps that run something.
fn steps() -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join(".github/workflows/compat.yml")).unwrap();
    let mut steps = Vec::new();
    let mut name = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(found) = line.trim().strip_prefix("- name: ") {
            found.clone_into(&mut name);
        }
        if line.trim() != "run: |" {
            continue;
        }
        let mut script = String::new();
        while let Some(line) = lines.next_if(|line| line.starts_with("          ")) {
            script.push_str(line.trim());
            script.push('\n');
        }
        steps.push((name.clone(), script));
    }
    steps
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const BREAK: (&str, &str) = ("version: 1\n", "version: 2\n");

fn breaking(repository: &Repository) {
    repository.edit(BREAK.0, BREAK.1);
    repository.edit(
        "  order_id: uuid\n",
        "  order_id: uuid\n  carrier: string\n",
    );
}

fn harmless(repository: &Repository) {
    repository.edit(BREAK.0, BREAK.1);
    repository.edit(
        "  order_id: uuid\n",
        "  order_id: uuid\n  carrier: string?\n",
    );
}

#[test]
fn the_workflow_passes_a_harmless_change() {
    let repository = Repository::new();
    harmless(&repository);
    let names: Vec<String> = steps().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "Released versions",
            "Target branch",
            "Changelog",
            "Report for code scanning"
        ]
    );
    for name in names {
        let output = repository.step(&name);
        assert_eq!(code(&output), Some(0), "{name}: {}", text(&output.stderr));
    }
    let summary = fs::read_to_string(repository.0.join("summary.md")).unwrap();
    assert!(
        summary.contains("### OrderPlaced 1 → 2\n\n- added `carrier` `string?`"),
        "{summary}"
    );
    let sarif = fs::read(repository.0.join("compat.sarif")).unwrap();
    let sarif: serde_json::Value = serde_json::from_slice(&sarif).unwrap();
    assert_eq!(sarif["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn the_workflow_fails_at_the_line_that_breaks() {
    let repository = Repository::new();
    breaking(&repository);
    let output = repository.step("Target branch");
    assert_eq!(code(&output), Some(1), "{}", text(&output.stderr));
    let annotations = text(&output.stdout);
    let start = "::error file=catalog/shop.yaml,line=12,endLine=12,col=3,endColumn=10,title=C01 field-added-without-default::";
    assert!(annotations.starts_with(start), "{annotations}");
    let report = repository.step("Report for code scanning");
    assert_eq!(code(&report), Some(0), "{}", text(&report.stderr));
    let sarif = fs::read(repository.0.join("compat.sarif")).unwrap();
    let sarif: serde_json::Value = serde_json::from_slice(&sarif).unwrap();
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "C01");
    let region = &result["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 12);
}

/// Commits what is staged with the hook in place.
fn commit(repository: &Repository) -> Output {
    let hooks = format!("core.hooksPath={}", root().join(".githooks").display());
    repository.git(&["-c", &hooks, "commit", "--quiet", "-m", "A change"])
}

#[test]
fn the_hook_judges_what_is_staged() {
    let repository = Repository::new();
    harmless(&repository);
    repository.git(&["add", "catalog"]);
    // What is not staged is not committed.
    repository.edit("  order_id: uuid\n", "  order_id: uuid\n  weight: int\n");
    let output = commit(&repository);
    assert_eq!(code(&output), Some(0), "{}", text(&output.stderr));
    repository.git(&["add", "catalog"]);
    let output = commit(&repository);
    assert_eq!(code(&output), Some(1), "{}", text(&output.stderr));
    assert!(
        text(&output.stderr).contains("error[C01]"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn the_hook_is_silent_about_other_files() {
    let repository = Repository::new();
    repository.write("notes.md", "Nothing of the catalog.\n");
    repository.git(&["add", "notes.md"]);
    let output = commit(&repository);
    assert_eq!(code(&output), Some(0));
    assert_eq!(text(&output.stderr), "");
}
