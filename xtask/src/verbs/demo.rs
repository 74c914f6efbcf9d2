//! `cargo xtask demo`: the whole system in one process, or as processes on the real servers.
//!
//! A program of its own, so that generated code that does not compile never stops the generator.

use crate::{child, exit::Exit};

/// Arguments of `demo`.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Arguments of the demo; `--help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

/// Everything that runs on the real servers, in one build; in the profile of the tests, which have
/// built the same libraries.
const ON_SERVERS: &[&str] = &[
    "build",
    "--quiet",
    "-p=demo",
    "-p=order",
    "-p=payment",
    "-p=inventory",
    "-p=notification",
    "-p=analytics",
    "--features=demo/stack,order/servers,payment/servers,inventory/servers",
    "--features=notification/servers,analytics/servers",
];

/// Builds and runs it.
pub(crate) fn run(args: &Args) -> Exit {
    if args.args.iter().any(|arg| arg == "--stack") {
        return match child::cargo(ON_SERVERS, &[]) {
            Exit::Done => child::built("demo", &args.args),
            failed => failed,
        };
    }
    child::cargo(
        &["run", "--quiet", "--profile", "xtask", "-p", "demo", "--"],
        &args.args,
    )
}
