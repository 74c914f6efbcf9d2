//! Other programs of the repository, run through cargo.

use std::process::Command;

use crate::{catalog::root, exit::Exit};

/// Runs cargo in the repository with output passed through; its exit code decides ours.
pub(crate) fn cargo(args: &[&str], more: &[String]) -> Exit {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(args)
        .args(more)
        .current_dir(root())
        .status();
    match status {
        Ok(status) if status.success() => Exit::Done,
        Ok(status) if status.code() == Some(1) => Exit::Findings,
        Ok(_) => Exit::Failed,
        Err(error) => Exit::failed(&format!("cargo could not be started: {error}")),
    }
}
