//! The program itself: what it stops for.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

#[test]
fn it_ends_with_its_input_where_that_was_asked_for() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_payment"))
        .args(["--until-input-ends", "--listen", "127.0.0.1:0"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stderr.take().unwrap()).lines();
    let mut logged = lines.by_ref().map(Result::unwrap);
    let serving = logged.find(|line| line.contains("serving")).unwrap();
    assert!(
        !serving.contains('\u{1b}'),
        "colours in a pipe: {serving:?}"
    );
    drop(program.stdin.take());
    assert!(logged.any(|line| line.contains("stopped")));
    assert!(program.wait().unwrap().success());
}
