//! The command line as scripts see it: exit codes, and what goes to which stream.

// Helpers of tests are not `#[test]`s themselves, where unwrapping is allowed.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
    sync::atomic::{AtomicUsize, Ordering},
};

const CATALOG: &str = "\
system: shop
doc: A shop.
---
domain: ordering
owner: ordering-team
doc: Orders.
---
event: OrderPlaced
domain: ordering
doc: An order was placed.
key: order_id
fields: { order_id: uuid }
---
service: order
owner: ordering-team
doc: Takes orders.
publishes: [OrderPlaced]
---
service: analytics
owner: figures-team
doc: Counts orders.
consumes: [OrderPlaced]
";

/// A folder of its own, removed when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(catalog: &str) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("herald-cli-{}-{number}", std::process::id()));
        fs::create_dir_all(path.join("catalog")).unwrap();
        fs::write(path.join("catalog/shop.yaml"), catalog).unwrap();
        Self(path)
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command
            .args(args)
            .arg("--catalog")
            .arg(self.0.join("catalog"));
        if args[0] == "gen" {
            command.arg("--out").arg(self.0.join("generated"));
        }
        command.output().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind in the temporary folder, it harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn gen_and_its_check_end_with_what_they_found() {
    let folder = Folder::new(CATALOG);
    let stale = folder.run(&["gen", "--check"]);
    assert_eq!(code(&stale), Some(1), "{}", text(&stale.stderr));
    assert!(text(&stale.stdout).starts_with("--- /dev/null\n+++ b/"));
    assert!(!folder.0.join("generated").exists());

    let written = folder.run(&["gen"]);
    assert_eq!(code(&written), Some(0), "{}", text(&written.stderr));
    assert!(text(&written.stdout).contains(" added, 0 changed, 0 removed, 0 unchanged"));
    assert_eq!(text(&written.stderr), "");

    let current = folder.run(&["gen", "--check"]);
    assert_eq!(code(&current), Some(0));
    assert_eq!(text(&current.stdout), "");
}

#[test]
fn a_wrong_catalog_is_a_finding_on_stderr() {
    let folder = Folder::new(&CATALOG.replace("publishes", "publish"));
    let output = folder.run(&["gen"]);
    assert_eq!(code(&output), Some(1));
    assert_eq!(text(&output.stdout), "");
    let report = text(&output.stderr);
    assert!(
        report.contains("= help: did you mean `publishes`?"),
        "{report}"
    );
    assert!(!report.contains('\u{1b}'), "no colours in a pipe: {report}");
}

#[test]
fn lint_speaks_json_on_stdout() {
    let folder = Folder::new(&CATALOG.replace("doc: An order was placed.\n", ""));
    let output = folder.run(&["lint", "--format", "json"]);
    assert_eq!(code(&output), Some(1));
    assert_eq!(text(&output.stderr), "");
    let lines = text(&output.stdout);
    let finding: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(finding["severity"], "warning");
    assert_eq!(finding["at"]["file"], "catalog/shop.yaml");
    assert_eq!(code(&Folder::new(CATALOG).run(&["lint"])), Some(0));
}

#[test]
fn a_release_is_made_once() {
    let folder = Folder::new(CATALOG);
    let first = folder.run(&["release"]);
    assert_eq!(code(&first), Some(0), "{}", text(&first.stderr));
    assert_eq!(
        text(&first.stdout),
        "released/shop.ordering.OrderPlaced/v1.avsc\n"
    );
    let second = folder.run(&["release"]);
    assert_eq!(
        text(&second.stdout),
        "every current version is released already\n"
    );
}

#[test]
fn wrong_use_is_told_from_findings() {
    let run = |args: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(args)
            .output()
            .unwrap()
    };
    assert_eq!(code(&run(&["gne"])), Some(2));
    assert_eq!(code(&run(&[])), Some(2));
    assert_eq!(code(&run(&["explain", "H999"])), Some(2));
    assert_eq!(code(&run(&["compat", "--pairs", "no-such-file"])), Some(2));
    assert_eq!(code(&run(&["--help"])), Some(0));
    let explained = run(&["explain", "h018"]);
    assert_eq!(code(&explained), Some(0));
    assert!(text(&explained.stdout).contains("decimal(12, 2)"));
}
