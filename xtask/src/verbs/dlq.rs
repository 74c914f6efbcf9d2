//! `cargo xtask dlq list | show | redrive | discard`: dead letters by hand, by the `dlq` program.

use crate::{child, exit::Exit};

/// Arguments of `dlq`.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Arguments of the program; `--help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

/// Builds and runs it: a program of its own, since it links the brokers' clients.
pub(crate) fn run(args: &Args) -> Exit {
    child::run("dlq", &args.args, &[])
}
