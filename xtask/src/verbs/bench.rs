//! `cargo xtask bench`: measurements, as ratios in one run.

use crate::{child, exit::Exit};

/// Arguments of `bench`.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Arguments of the benchmark program; `--help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

/// Builds and runs it.
pub(crate) fn run(args: &Args) -> Exit {
    child::cargo(
        &["run", "--quiet", "--release", "-p", "bench", "--"],
        &args.args,
    )
}
