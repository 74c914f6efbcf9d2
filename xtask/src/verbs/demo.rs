//! `cargo xtask demo`: the whole system in one process, or as processes on the real servers.
//!
//! A program of its own, so that generated code that does not compile never stops the generator.

use super::shared;
use crate::{child, exit::Exit};

/// Arguments of `demo`.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Arguments of the demo; `--help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

/// Builds and runs it.
pub(crate) fn run(args: &Args) -> Exit {
    if args.args.iter().any(|arg| arg == "--stack") {
        return match shared::cargo("build", &[]) {
            Exit::Done => child::built("demo", &args.args),
            failed => failed,
        };
    }
    child::run("demo", &args.args, &[])
}
